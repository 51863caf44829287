package org.sparkfinetune.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.junit.jupiter.api.Test;

/** docs/pipelines.md agrees with the classes. */
class PipelinesPageTest {
    private static final Path PAGE = Path.of("docs/pipelines.md");

    private static List<Params> stages() {
        return List.of(
                new ImageEmbedder(),
                new ImageClassifier(),
                new ImageClassificationModel("model", "run", Classes.unknown()));
    }

    private static String block(String language) throws IOException {
        Matcher block =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    @Test
    void everyParameterIsDocumented() throws IOException {
        String page = Files.readString(PAGE);

        for (Params stage : stages()) {
            for (Param<?> parameter : stage.params()) {
                assertThat(page).contains("`" + parameter.name() + "`");
                assertThat(stage.hasDefault(parameter)).as(parameter.name()).isTrue();
            }
        }
    }

    @Test
    void settersOfTheExampleExist() throws IOException {
        List<String> methods = Stream.of(ImageEmbedder.class, ImageClassifier.class)
                .flatMap(type -> Stream.of(type.getMethods()))
                .map(java.lang.reflect.Method::getName)
                .toList();
        Matcher chain = Pattern.compile("new Image\\w+\\(\\)(.*)").matcher(block("scala"));
        int found = 0;
        while (chain.find()) {
            Matcher setter = Pattern.compile("\\.(set\\w+)\\(").matcher(chain.group(1));
            while (setter.find()) {
                assertThat(methods).contains(setter.group(1));
                found++;
            }
        }
        assertThat(found).isEqualTo(4);
    }

    @Test
    void thePythonIsPython() throws Exception {
        String python = block("python");
        Process check;
        try {
            check = new ProcessBuilder("python3", "-c", "import ast, sys; ast.parse(sys.stdin.read())")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException absent) {
            assumeThat(absent).as("python3 is not on this machine").isNull();
            return;
        }
        check.getOutputStream().write(python.getBytes(StandardCharsets.UTF_8));
        check.getOutputStream().close();
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(check.waitFor()).as(said).isZero();
        assertThat(python).contains(ImageEmbedder.class.getName(), ImageClassifier.class.getName());
    }
}
