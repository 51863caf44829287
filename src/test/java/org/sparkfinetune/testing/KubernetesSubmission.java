package org.sparkfinetune.testing;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkSubmit;
import org.apache.spark.deploy.SparkSubmitArguments;
import org.apache.spark.deploy.k8s.KubernetesConf;
import org.apache.spark.deploy.k8s.KubernetesDriverSpec;
import org.apache.spark.deploy.k8s.SparkPod;
import org.apache.spark.deploy.k8s.submit.ClientArguments;
import org.apache.spark.deploy.k8s.submit.KubernetesDriverBuilder;
import org.apache.spark.internal.config.package$;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfile$;
import org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBuilder;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * What spark-submit would give a Kubernetes cluster for a command line: Spark's own classes make it, and nothing is
 * sent.
 *
 * @param conf as Spark read it from the command line and the profile
 * @param driver the driver's pod and what goes with it
 * @param executor the first executor's pod, as that driver would ask for it
 */
public record KubernetesSubmission(SparkConf conf, KubernetesDriverSpec driver, SparkPod executor) {
    private static final String APPLICATION = "spark-1";

    /**
     * Submits our jar in the image.
     *
     * @param profile for {@code --properties-file}
     * @param uploads stands in for the folder of the object store
     * @param words the flags of spark-submit before the jar
     */
    public static KubernetesSubmission of(Path profile, Path uploads, String... words) {
        List<String> line = new ArrayList<>(List.of(
                "--properties-file",
                profile.toString(),
                "--class",
                "org.sparkfinetune.cli.Main",
                "--conf",
                "spark.kubernetes.file.upload.path=" + uploads.toUri()));
        line.addAll(List.of(words));
        line.addAll(List.of("local:///opt/spark-finetune/spark-finetune.jar", "run", "recipe.yaml"));
        SparkSubmitArguments arguments =
                new SparkSubmitArguments(scala(line), scala.collection.immutable.Map$.MODULE$.empty());
        var prepared = new SparkSubmit().prepareSubmitEnvironment(arguments, Option.empty());
        SparkConf conf = prepared._3();
        ClientArguments client =
                ClientArguments.fromCommandLineArgs(java(prepared._1()).toArray(String[]::new));
        try (KubernetesClient offline = new KubernetesClientBuilder()
                .withConfig(
                        new ConfigBuilder().withMasterUrl("https://127.0.0.1:1").build())
                .build()) {
            KubernetesDriverSpec driver = new KubernetesDriverBuilder()
                    .buildFromFeatures(
                            KubernetesConf.createDriverConf(
                                    conf,
                                    APPLICATION,
                                    client.mainAppResource(),
                                    client.mainClass(),
                                    client.driverArgs(),
                                    client.proxyUser()),
                            offline);
            return new KubernetesSubmission(conf, driver, executor(conf, offline));
        }
    }

    private static SparkPod executor(SparkConf conf, KubernetesClient offline) {
        SparkConf inDriver = conf.clone().set("spark.driver.host", "driver").set("spark.driver.port", "7078");
        try {
            return new KubernetesExecutorBuilder()
                    .buildFromFeatures(
                            KubernetesConf.createExecutorConf(
                                    inDriver,
                                    "1",
                                    APPLICATION,
                                    Option.empty(),
                                    ResourceProfile.DEFAULT_RESOURCE_PROFILE_ID()),
                            new SecurityManager(inDriver, Option.empty(), package$.MODULE$.AUTH_SECRET_FILE()),
                            offline,
                            ResourceProfile$.MODULE$.reInitDefaultProfile(inDriver))
                    .pod();
        } finally {
            // Spark keeps one for all of a JVM.
            ResourceProfile$.MODULE$.clearDefaultProfile();
        }
    }

    /** The ConfigMaps that go with the driver. */
    public List<ConfigMap> configMaps() {
        return java(driver.driverKubernetesResources()).stream()
                .filter(ConfigMap.class::isInstance)
                .map(ConfigMap.class::cast)
                .toList();
    }

    private static Seq<String> scala(List<String> words) {
        return JavaConverters.asScalaBuffer(words).toList();
    }

    private static <T> List<T> java(Seq<T> words) {
        return JavaConverters.seqAsJavaList(words);
    }
}
