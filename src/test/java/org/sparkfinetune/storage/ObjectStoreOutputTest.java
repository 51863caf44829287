package org.sparkfinetune.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.FinetuneException;
import org.sparkfinetune.testing.BrittleStore;
import org.sparkfinetune.testing.SmallRun;

/**
 * What is promised on stores that rename by copying: a job that is killed at any step leaves no output that looks
 * whole, and the same job again makes it whole.
 */
class ObjectStoreOutputTest {
    private static final Map<String, String> FIRST =
            Map.of("done.json", "first", "page", "1", "part/a", "A", "part/b", "B");
    private static final Map<String, String> SECOND =
            Map.of("done.json", "second", "page", "2", "part/a", "A", "part/b", "B", "part/c", "C", "part/sub/d", "D");

    @TempDir
    private Path folder;

    @AfterEach
    void mend() {
        BrittleStore.mend();
    }

    @Test
    void killedAtAnyStepOfPublishingAFirstResult() throws IOException {
        int broken = 0;
        while (breaks("first " + broken, broken, this::first)) {
            String name = "first " + broken++;
            assertThat(content(name))
                    .satisfiesAnyOf(notWhole(), left -> assertThat(left).isEqualTo(FIRST));
            first(name);
            assertThat(content(name)).isEqualTo(FIRST);
        }
        assertThat(content("first " + broken)).isEqualTo(FIRST);
        assertThat(broken).isGreaterThan(10);
    }

    @Test
    void killedAtAnyStepOfAddingToAResult() throws IOException {
        int broken = 0;
        while (true) {
            String name = "second " + broken;
            first(name);
            if (!breaks(name, broken, this::second)) {
                break;
            }
            assertThat(content(name))
                    .satisfiesAnyOf(
                            notWhole(),
                            left -> assertThat(left).isEqualTo(FIRST),
                            left -> assertThat(left).isEqualTo(SECOND));
            second(name);
            assertThat(content(name)).as("killed at step " + broken).isEqualTo(SECOND);
            broken++;
        }
        assertThat(broken).isGreaterThan(10);
    }

    private static ThrowingConsumer<Map<String, String>> notWhole() {
        return left -> assertThat(left).doesNotContainKey("done.json");
    }

    private interface Job {
        void run(String name);
    }

    /** Whether the store broke while the job ran. */
    private static boolean breaks(String name, int steps, Job job) {
        BrittleStore.breakAfter(steps);
        try {
            job.run(name);
        } catch (FinetuneException expected) {
            assertThat(expected).hasMessageContaining("the store is broken");
        }
        return BrittleStore.mend();
    }

    private void first(String name) {
        try (StagedOutput output = output(name)) {
            if (output.description().isPresent()) {
                return;
            }
            output.begin("app-1");
            write(output, "part/a", "A");
            write(output, "part/b", "B");
            write(output, "page", "1");
            output.publish(List.of("part", "page"));
            output.finish("first");
        }
    }

    private void second(String name) {
        try (StagedOutput output = output(name)) {
            output.recover("app-2");
            if (output.description().filter("second"::equals).isPresent()) {
                return;
            }
            output.begin("app-2");
            write(output, "part/c", "C");
            write(output, "part/sub/d", "D");
            write(output, "page", "2");
            output.add("second");
        }
    }

    private StagedOutput output(String name) {
        org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path("copying:" + folder.resolve(name));
        return new StagedOutput(
                HadoopFiles.of(path, BrittleStore.mounted()), path, "done.json", List.of("part", "page"));
    }

    private static void write(StagedOutput output, String name, String text) {
        org.apache.hadoop.fs.Path file = output.staged(name);
        HadoopFiles.of(file, BrittleStore.mounted()).writeText(file, text);
    }

    private Map<String, String> content(String name) throws IOException {
        Map<String, String> content = new TreeMap<>();
        for (Path file : SmallRun.below(folder.resolve(name))) {
            String relative = folder.resolve(name).relativize(file).toString();
            // Underscores hide a file from every reader of Hadoop.
            if (!relative.startsWith("_")) {
                content.put(relative, Files.readString(file));
            }
        }
        return content;
    }
}
