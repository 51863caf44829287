package org.sparkfinetune.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.deploy.k8s.SparkPod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkfinetune.testing.KubernetesSubmission;

/** The pods that Spark's own classes build from our profiles and templates; no cluster is used. */
class KubernetesPodsTest {
    private static final String CPU = "conf/kubernetes-cpu.properties";
    private static final String GPU = "conf/kubernetes-gpu.properties";
    /** Where containers write at run time, apart from volumes of the template: Spark's local directories. */
    private static final String LOCAL_DIRECTORIES = "/var/data/spark-";

    @TempDir
    private Path uploads;

    @ParameterizedTest
    @ValueSource(strings = {CPU, GPU})
    void podsRunTheImageOfTheProfile(String profile) {
        KubernetesSubmission made = submission(profile);
        assertThat(containers(made)).allSatisfy(container -> {
            assertThat(container.getImage()).isEqualTo(made.conf().get("spark.kubernetes.container.image"));
            assertThat(container.getImagePullPolicy()).isEqualTo("IfNotPresent");
        });
        assertThat(made.driver().pod().pod().getMetadata().getName())
                .startsWith("spark-finetune-")
                .endsWith("-driver");
        assertThat(spec(made.driver().pod()).getServiceAccountName()).isEqualTo("spark-finetune");
    }

    @ParameterizedTest
    @ValueSource(strings = {CPU, GPU})
    void aPodMayUseItsHeapAndTheMemoryBesideIt(String profile) {
        KubernetesSubmission made = submission(profile);
        for (String role : List.of("driver", "executor")) {
            long mebibytes = made.conf().getSizeAsMb("spark." + role + ".memory")
                    + made.conf().getSizeAsMb("spark." + role + ".memoryOverhead");
            Container container = "driver".equals(role)
                    ? made.driver().pod().container()
                    : made.executor().container();
            Quantity memory = new Quantity(mebibytes + "Mi");
            assertThat(container.getResources().getLimits()).containsEntry("memory", memory);
            assertThat(container.getResources().getRequests()).containsEntry("memory", memory);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CPU, GPU})
    void aPodHasTheCoresThatItsThreadsAreMadeFor(String profile) {
        KubernetesSubmission made = submission(profile);
        Map.of("executor", made.executor(), "driver", made.driver().pod()).forEach((role, pod) -> {
            Quantity cores = new Quantity(made.conf().get("spark." + role + ".cores"));
            assertThat(pod.container().getResources().getLimits()).containsEntry("cpu", cores);
            assertThat(pod.container().getResources().getRequests()).containsEntry("cpu", cores);
        });
    }

    @Test
    void onlyAnExecutorOfTheGpuProfileHasAGpu() {
        KubernetesSubmission gpu = submission(GPU);
        assertThat(gpu.executor().container().getResources().getLimits())
                .containsEntry("nvidia.com/gpu", new Quantity("1"));
        assertThat(gpu.driver().pod().container().getResources().getLimits()).doesNotContainKey("nvidia.com/gpu");
        assertThat(submission(CPU).executor().container().getResources().getLimits())
                .containsOnlyKeys("cpu", "memory");
        assertThat(spec(gpu.executor()).getTolerations())
                .extracting("key", "operator", "effect")
                .containsExactly(org.assertj.core.groups.Tuple.tuple("nvidia.com/gpu", "Exists", "NoSchedule"));
        assertThat(spec(gpu.driver().pod()).getTolerations()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {CPU, GPU})
    void podsKeepTheRestrictedPodSecurityStandard(String profile) {
        KubernetesSubmission made = submission(profile);
        for (SparkPod pod : List.of(made.driver().pod(), made.executor())) {
            assertThat(spec(pod).getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(spec(pod).getSecurityContext().getRunAsUser()).isEqualTo(185);
            assertThat(spec(pod).getSecurityContext().getSeccompProfile().getType())
                    .isEqualTo("RuntimeDefault");
            assertThat(pod.container().getSecurityContext().getAllowPrivilegeEscalation())
                    .isFalse();
            assertThat(pod.container().getSecurityContext().getReadOnlyRootFilesystem())
                    .isTrue();
            assertThat(pod.container().getSecurityContext().getCapabilities().getDrop())
                    .containsExactly("ALL");
            assertThat(spec(pod).getVolumes()).noneMatch(volume -> volume.getHostPath() != null);
            assertThat(spec(pod).getNodeSelector()).containsEntry("kubernetes.io/arch", "amd64");
            assertThat(spec(pod).getEnableServiceLinks()).isFalse();
        }
        assertThat(spec(made.executor()).getAutomountServiceAccountToken()).isFalse();
        assertThat(spec(made.driver().pod()).getAutomountServiceAccountToken()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {CPU, GPU})
    void whatAPodWritesHasAVolume(String profile) {
        KubernetesSubmission made = submission(profile);
        assertThat(mounts(made.executor()))
                .contains("/tmp", "/opt/spark/work-dir")
                .anyMatch(this::isLocalDirectory);
        assertThat(mounts(made.driver().pod()))
                .contains("/tmp", "/opt/spark/work-dir", "/var/cache/spark-finetune")
                .anyMatch(this::isLocalDirectory);
        assertThat(made.driver().pod().container().getEnv())
                .contains(new EnvVar("SPARK_FINETUNE_HOME", "/var/cache/spark-finetune", null));
        for (SparkPod pod : List.of(made.driver().pod(), made.executor())) {
            List<String> volumes = spec(pod).getVolumes().stream()
                    .map(volume -> volume.getName())
                    .toList();
            assertThat(volumes).doesNotHaveDuplicates();
            assertThat(pod.container().getVolumeMounts())
                    .extracting(VolumeMount::getName)
                    .isSubsetOf(volumes);
        }
    }

    private boolean isLocalDirectory(String path) {
        return path.startsWith(LOCAL_DIRECTORIES);
    }

    @Test
    void theRecipeTravelsThroughTheUploadFolder() throws IOException {
        Path recipe = Files.writeString(uploads.resolve("mine.yaml"), "kind: shard\n");
        KubernetesSubmission made = KubernetesSubmission.of(Path.of(CPU), uploads, "--files", recipe.toString());
        String sent = made.driver().systemProperties().apply("spark.files");
        assertThat(sent)
                .startsWith(uploads.toUri().toString())
                .endsWith("/mine.yaml")
                .contains("/spark-upload-");
        assertThat(Path.of(java.net.URI.create(sent))).hasContent("kind: shard\n");
        assertThat(made.driver().pod().container().getArgs())
                .containsExactly(
                        "driver",
                        "--properties-file",
                        "/opt/spark/conf/spark.properties",
                        "--class",
                        "org.sparkfinetune.cli.Main",
                        "local:///opt/spark-finetune/spark-finetune.jar",
                        "run",
                        "recipe.yaml");
    }

    @Test
    void theTemplateOfExecutorsTravelsWithTheDriver() throws IOException {
        String template = Files.readString(Path.of("conf/kubernetes/executor-pod.yaml"));
        assertThat(submission(CPU).configMaps())
                .anySatisfy(map -> assertThat(map.getData()).containsValue(template));
    }

    @ParameterizedTest
    @ValueSource(strings = {CPU, GPU})
    void javaGetsOurOptionsInEachPod(String profile) {
        KubernetesSubmission made = submission(profile);
        String helpers = "-Dorg.eclipse.deeplearning4j.helpers.disable=false";
        String log = "-Dlog4j2.configurationFile=file:/opt/spark-finetune/log4j2.properties";
        assertThat(made.executor().container().getEnv())
                .extracting(EnvVar::getValue)
                .contains(helpers, log);
        assertThat(made.driver().systemProperties().apply("spark.driver.extraJavaOptions"))
                .isEqualTo(helpers + " " + log);
    }

    private KubernetesSubmission submission(String profile) {
        return KubernetesSubmission.of(Path.of(profile), uploads);
    }

    private static List<Container> containers(KubernetesSubmission made) {
        return Stream.of(made.driver().pod(), made.executor())
                .map(SparkPod::container)
                .toList();
    }

    private static PodSpec spec(SparkPod pod) {
        return pod.pod().getSpec();
    }

    private static List<String> mounts(SparkPod pod) {
        return pod.container().getVolumeMounts().stream()
                .map(VolumeMount::getMountPath)
                .toList();
    }
}
