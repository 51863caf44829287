package org.sparkfinetune.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkfinetune.inference.EngineSpec.Kind;

class EngineRatesTest {
    private static final String FIGURES = "largest relative difference between both 1.7e-06 on 4 pictures";

    @ParameterizedTest
    @CsvSource({
        // ONNX Runtime, Deeplearning4j, ONNX Runtime is chosen
        "24.7, 12.8, true",
        "10, 10, true",
        "10, 11.9, true",
        "10, 12.0, false",
        "3.2, 4.4, false",
        "NaN, NaN, true"
    })
    void deeplearning4jIsChosenOnlyWhenItIsClearlyFaster(double onnx, double dl4j, boolean byOnnx) {
        assertThat(OnnxTrial.faster(new EngineRates(onnx, dl4j), FIGURES).trusted())
                .isEqualTo(byOnnx);
    }

    @Test
    void theDescriptionHasBothRates() {
        assertThat(OnnxTrial.faster(new EngineRates(24.12, 12.34), FIGURES).description())
                .isEqualTo("pictures are run by ONNX Runtime " + OnnxEngine.version() + ", " + FIGURES
                        + "; 24.1 images/s against 12.3 by Deeplearning4j");
        assertThat(OnnxTrial.faster(new EngineRates(3.2, 4.4), FIGURES).description())
                .isEqualTo("pictures are run by Deeplearning4j, " + FIGURES
                        + "; 4.4 images/s against 3.2 by ONNX Runtime");
    }

    @Test
    void bothAreTimedInTurnsThreeTimesOnTheSamePictures() {
        List<String> passes = new ArrayList<>();
        EngineRates rates = EngineRates.measure(
                (pixels, count) -> pass(passes, "onnx " + pixels.length + " " + count, 1),
                (pixels, count) -> pass(passes, "dl4j " + pixels.length + " " + count, 30),
                new float[12],
                4);
        assertThat(passes)
                .containsExactly("onnx 12 4", "dl4j 12 4", "onnx 12 4", "dl4j 12 4", "onnx 12 4", "dl4j 12 4");
        assertThat(rates.dl4j()).isPositive().isLessThanOrEqualTo(4 / 0.030);
        assertThat(rates.onnx()).isPositive();
    }

    @Test
    void whatContinuesAnotherRunIsRunByItsEngineUnlessTheUserSaysOtherwise() {
        EngineRequest auto = EngineRequest.fastest(EngineChoice.AUTO);
        assertThat(auto.continuing(Kind.DL4J)).isEqualTo(new EngineRequest(EngineChoice.DL4J, false));
        assertThat(auto.continuing(Kind.ONNX)).isEqualTo(new EngineRequest(EngineChoice.AUTO, false));
        EngineRequest onnx = EngineRequest.fastest(EngineChoice.ONNX);
        assertThat(onnx.continuing(Kind.DL4J)).isEqualTo(onnx);
    }

    private static float[][][] pass(List<String> passes, String line, long millis) {
        passes.add(line);
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return new float[0][][];
    }
}
