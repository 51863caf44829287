package org.sparkfinetune.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.spark.package$;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The files in conf/kubernetes: each is valid for its kind, and they agree with the profiles. */
class KubernetesFilesTest {
    private static final Path FOLDER = Path.of("conf/kubernetes");
    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "Pod", Pod.class,
            "Namespace", Namespace.class,
            "ServiceAccount", ServiceAccount.class,
            "Role", Role.class,
            "RoleBinding", RoleBinding.class);

    /** Spark's parser, and kubectl's without validation, silently drop a misspelled key. */
    private static final ObjectMapper STRICT = new ObjectMapper(new YAMLFactory())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }
            });

    @TestFactory
    Stream<DynamicTest> everyManifestHasOnlyKeysThatKubernetesKnows() throws IOException {
        try (Stream<Path> listing = Files.list(FOLDER)) {
            List<Path> manifests = listing.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
            assertThat(manifests).hasSize(4);
            return manifests.stream()
                    .map(file -> DynamicTest.dynamicTest(
                            file.toString(),
                            () -> assertThat(resources(Files.readString(file))).isNotEmpty()));
        }
    }

    @Test
    void aMisspelledKeyIsRefused() throws IOException {
        String misspelled = Files.readString(FOLDER.resolve("driver-pod.yaml"))
                .replace("readOnlyRootFilesystem", "readOnlyRootFileSystem");
        assertThatThrownBy(() -> resources(misspelled))
                .isInstanceOf(UnrecognizedPropertyException.class)
                .hasMessageContaining("readOnlyRootFileSystem");
    }

    @Test
    void theDriversAccountMayDoWhatSparkDoes() throws IOException {
        List<HasMetadata> resources = resources(Files.readString(FOLDER.resolve("rbac.yaml")));
        Role role = one(resources, Role.class);
        RoleBinding binding = one(resources, RoleBinding.class);
        assertThat(role.getRules().get(0).getResources())
                .containsExactly("pods", "services", "configmaps", "persistentvolumeclaims");
        assertThat(role.getRules().get(0).getVerbs())
                .contains("create", "get", "list", "watch", "patch", "delete", "deletecollection");
        assertThat(binding.getRoleRef().getName()).isEqualTo(role.getMetadata().getName());
        for (String profile : List.of("conf/kubernetes-cpu.properties", "conf/kubernetes-gpu.properties")) {
            Properties keys = new Properties();
            keys.load(Files.newBufferedReader(Path.of(profile)));
            assertThat(one(resources, ServiceAccount.class).getMetadata().getName())
                    .isEqualTo(binding.getSubjects().get(0).getName())
                    .isEqualTo(keys.getProperty("spark.kubernetes.authenticate.driver.serviceAccountName"));
            assertThat(resources.stream().skip(1))
                    .allSatisfy(resource -> assertThat(resource.getMetadata().getNamespace())
                            .isEqualTo(keys.getProperty("spark.kubernetes.namespace")));
        }
    }

    @Test
    void imagesHaveTheSparkOfThePom() throws IOException {
        String base = "FROM apache/spark:" + package$.MODULE$.SPARK_VERSION() + "-scala2.12-java17-ubuntu";
        assertThat(Files.readString(FOLDER.resolve("Dockerfile"))).contains("\n" + base + "\n");
        assertThat(Files.readString(FOLDER.resolve("Dockerfile.gpu"))).contains("\n" + base + " AS spark\n");
    }

    @Test
    void imagesHoldWhatTheProfilesName() throws IOException {
        String cpu = Files.readString(FOLDER.resolve("Dockerfile"));
        String gpu = Files.readString(FOLDER.resolve("Dockerfile.gpu"));
        assertThat(List.of(cpu, gpu))
                .allSatisfy(text -> assertThat(text)
                        .contains(
                                " /opt/spark-finetune/spark-finetune.jar\n",
                                " /opt/spark-finetune/log4j2.properties\n",
                                "\nUSER 185\n"));
        assertThat(gpu).contains(" /opt/spark-finetune/scripts/get-gpus\n");
    }

    /** A file excluded from the build's context cannot be copied. */
    @Test
    void whatIsCopiedIntoAnImageIsSentToItsBuild() throws IOException {
        for (String name : List.of("Dockerfile", "Dockerfile.gpu")) {
            List<String> sent = Files.readAllLines(FOLDER.resolve(name + ".dockerignore"));
            assertThat(Files.readAllLines(FOLDER.resolve(name)).stream()
                            .filter(line -> line.startsWith("COPY ") && !line.contains("--from="))
                            .map(line -> line.replaceAll("COPY (--\\S+ )*(\\S+) .*", "$2")))
                    .isNotEmpty()
                    .allSatisfy(source -> assertThat(sent).contains("!" + source));
        }
    }

    private static List<HasMetadata> resources(String yaml) throws IOException {
        List<HasMetadata> resources = new ArrayList<>();
        for (JsonNode document :
                STRICT.readerFor(JsonNode.class).<JsonNode>readValues(yaml).readAll()) {
            resources.add(
                    STRICT.treeToValue(document, KINDS.get(document.get("kind").asText())));
        }
        return resources;
    }

    private static <T> T one(List<HasMetadata> resources, Class<T> kind) {
        return resources.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }
}
