package org.sparkfinetune.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.augment.Augmentation;
import org.sparkfinetune.data.augment.Preset;
import org.sparkfinetune.jobs.Jobs;
import org.sparkfinetune.jobs.run.Recipe;
import org.sparkfinetune.zoo.card.ModelCard;

/** The pages in docs/jobs/: an introduction written by hand, then the keys as the records have them. */
class JobPagesTest {
    private static final Path FOLDER = Path.of("docs/jobs");
    private static final String COMMAND = "mvn -B -q test -Dtest=JobPagesTest -Ddocs.write=true";
    private static final String MARK = "<!-- Generated from the records of the code by: " + COMMAND + " -->\n\n";
    private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    @TestFactory
    Stream<DynamicTest> everyKeyOfEveryJobIsOnItsPage() {
        return types().entrySet().stream()
                .map(page -> DynamicTest.dynamicTest(page.getKey(), () -> {
                    Path file = FOLDER.resolve(page.getKey() + ".md");
                    assertThat(file)
                            .as("write %s: an introduction, then the line %s", file, MARK)
                            .exists();
                    String found = Files.readString(file);
                    assertThat(found).contains(MARK);
                    String introduction = found.substring(0, found.indexOf(MARK) + MARK.length());
                    String wanted = introduction + KeyTables.of(page.getValue());
                    if (Boolean.getBoolean("docs.write")) {
                        Files.writeString(file, wanted);
                        return;
                    }
                    assertThat(found)
                            .as("%s is not what the records say; type: %s", file, COMMAND)
                            .isEqualTo(wanted);
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyExampleIsARecipe() {
        return Jobs.kinds().keySet().stream()
                .map(kind -> DynamicTest.dynamicTest(kind, () -> {
                    String page = Files.readString(FOLDER.resolve(kind + ".md"));
                    Matcher examples = EXAMPLE.matcher(page);
                    assertThat(examples.find()).as("an example in ```yaml").isTrue();
                    do {
                        String text = examples.group(1);
                        assertThat(text).contains("kind: " + kind + "\n");
                        assertThatCode(() -> Jobs.read(YamlFile.parse(kind + ".md", text)))
                                .doesNotThrowAnyException();
                    } while (examples.find());
                }));
    }

    @Test
    void thePresetsOnThePageAreThoseOfTheCode() throws IOException {
        String page = Files.readString(FOLDER.resolve("finetune.md"));
        for (Preset preset : Preset.values()) {
            Augmentation values = Augmentation.of(preset);
            assertThat(values.verticalFlip()).isZero();
            assertThat(values.contrast()).isEqualTo(values.brightness()).isEqualTo(values.saturation());
            assertThat(page)
                    .contains(Stream.of(
                                    values.minCropArea(),
                                    values.horizontalFlip(),
                                    values.rotation(),
                                    values.brightness(),
                                    values.hue(),
                                    values.erasing(),
                                    values.mixup(),
                                    values.cutmix())
                            .map(value -> new DecimalFormat("0.##", DecimalFormatSymbols.getInstance(Locale.ROOT))
                                    .format(value))
                            .collect(Collectors.joining(
                                    " | ", "| `" + preset.name().toLowerCase(Locale.ROOT) + "` | ", " |")));
        }
    }

    @Test
    void everyKindOfJobHasAPageAndNoPageIsLeftOver() throws IOException {
        try (Stream<Path> pages = Files.list(FOLDER)) {
            assertThat(pages.map(page -> page.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            types().keySet().stream().map(kind -> kind + ".md").toList());
        }
    }

    @Test
    void everyRecordThatIsARecipeHasAKind() {
        Set<Class<?>> recipes = new ClassFileImporter()
                .importPackages(Jobs.class.getPackageName()).stream()
                        .filter(type -> type.isRecord() && type.isAssignableTo(Recipe.class))
                        .map(JavaClass::reflect)
                        .collect(Collectors.toSet());
        assertThat(recipes)
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(Jobs.kinds().values());
    }

    private static Map<String, Class<? extends Record>> types() {
        Map<String, Class<? extends Record>> types = new LinkedHashMap<>(Jobs.kinds());
        types.put("model-card", ModelCard.class);
        return types;
    }
}
