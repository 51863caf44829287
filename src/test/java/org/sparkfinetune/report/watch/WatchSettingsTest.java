package org.sparkfinetune.report.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkfinetune.check.InvalidRequestException;

class WatchSettingsTest {
    @Test
    void nothingIsTrackedUnlessItIsAskedFor() {
        assertThat(WatchSettings.of(Map.of("spark.master", "local")))
                .isEqualTo(new WatchSettings("", "spark-finetune", ""));
    }

    @Test
    void theSettingsOfAProfileAreRead() {
        assertThat(WatchSettings.of(Map.of(
                        "spark.finetune.mlflow.trackingUri", " https://mlflow.example.org:5000/base ",
                        "spark.finetune.mlflow.experiment", "flowers",
                        "spark.finetune.tensorboard.logDir", "hdfs:/logs")))
                .isEqualTo(new WatchSettings("https://mlflow.example.org:5000/base", "flowers", "hdfs:/logs"));
    }

    @Test
    void aMisspelledKeyIsRefused() {
        assertThatThrownBy(() -> WatchSettings.of(Map.of("spark.finetune.mlflow.trackingURL", "http://m")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("spark.finetune.mlflow.trackingURL: is not a setting of spark-finetune; allowed are"
                        + " [spark.finetune.mlflow.experiment, spark.finetune.mlflow.trackingUri,"
                        + " spark.finetune.sharedMemory, spark.finetune.tensorboard.logDir]; did you mean"
                        + " \"spark.finetune.mlflow.trackingUri\"?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://me:s3cret@m", "https://s3cret@m:5000/", "http://me:s3 cret@m"})
    void aPasswordInTheAddressIsRefusedAndNotShown(String address) {
        assertThatThrownBy(() -> WatchSettings.of(Map.of("spark.finetune.mlflow.trackingUri", address)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith(
                        "spark.finetune.mlflow.trackingUri: has a user or a password in its address (user:password@)")
                .hasMessageNotContaining("s3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"databricks", "m:5000", "ftp://m", "http://", "http:// m", "file:/tmp/mlruns"})
    void whatIsNoAddressOfAServerIsRefused(String address) {
        assertThatThrownBy(() -> WatchSettings.of(Map.of("spark.finetune.mlflow.trackingUri", address)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("spark.finetune.mlflow.trackingUri: is \"" + address
                        + "\", which is not the address of a server; give one such as http://mlflow.example.org:5000");
    }

    @Test
    void anExperimentHasAName() {
        assertThatThrownBy(() -> WatchSettings.of(Map.of("spark.finetune.mlflow.experiment", " ")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("spark.finetune.mlflow.experiment: is empty; set a name or remove the key");
    }
}
