package org.sparkfinetune.testing;

import java.awt.Color;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.jobs.Jobs;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.report.Progress;
import org.sparkfinetune.report.RunReport;

/**
 * Twelve blue and twelve red pictures, sharded, and the head of a SqueezeNet that knows nothing trained on them for two
 * epochs: made once for all tests of a JVM, which must not change it.
 *
 * @param folder holds all of it, and room for outputs that share its cached features
 */
public record SmallRun(Path folder) {
    /** Of each class. */
    public static final int PICTURES = 12;

    /** The layer of the embedding: an average over the places of {@link #MAP}. */
    public static final String EMBEDDING = "conv10_pool";

    /** Of an embedding. */
    public static final int SIZE = 512;

    /** The last of the frozen layers. */
    public static final String MAP = "fire9";

    /** Of each of the {@link #SIZE} channels of {@link #MAP}: 13 by 13. */
    public static final int PLACES = 169;

    /** The layer that scores the classes. */
    public static final String SCORES = "conv10";

    /** Everything of the finetune recipe but the output and the number of epochs. */
    private static final String FINETUNE = """
            kind: finetune
            dataset: "%s"
            model: squeezenet
            weights: random
            freezeUpTo: fire9
            head: {l2: 0, normalize: true}
            output: "%s"
            training: {epochs: %d, batchSizePerWorker: 4, learningRate: %s}
            """;

    /** The run; made when it is asked for first. */
    public static SmallRun shared() {
        return Holder.SHARED;
    }

    /** Class folders {@code blue} and {@code red}. */
    public Path pictures() {
        return folder.resolve("pictures");
    }

    /** 12 pictures to train, 6 to validate, 6 to test. */
    public Path dataset() {
        return folder.resolve("dataset");
    }

    /** The output of {@link #recipe}. */
    public Path run() {
        return folder.resolve("run");
    }

    /** The recipe that made the run. */
    public String recipe() {
        return recipe(run().toString(), 2, 0.001);
    }

    /** The same recipe with other settings. */
    public String recipe(String output, int epochs, double learningRate) {
        return FINETUNE.formatted(dataset(), output, epochs, learningRate);
    }

    /** Runs a recipe in the shared Spark. */
    public static RunReport job(String yaml) {
        return job(yaml, Progress.silent());
    }

    /** Runs a recipe in the shared Spark. */
    public static RunReport job(String yaml, Progress progress) {
        return Jobs.read(YamlFile.parse("test.yaml", yaml)).execute(new JobContext(LocalSpark.session(), progress));
    }

    private static SmallRun make() {
        try {
            SmallRun made = new SmallRun(Files.createTempDirectory("spark-finetune-tests"));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(made.folder)));
            for (int i = 0; i < PICTURES; i++) {
                write(made.pictures().resolve("blue/" + i + ".png"), new Color(i, 10, 200 + i), i);
                write(made.pictures().resolve("red/" + i + ".png"), new Color(200 + i, 10, i), i);
            }
            job("""
                    kind: shard
                    input: "%s"
                    output: "%s"
                    splits: {train: 0.5, validation: 0.25, test: 0.25}
                    """.formatted(made.pictures(), made.dataset()));
            job(made.recipe());
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, Color colour, int number) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, TestPictures.plain("png", 40 + number, 32, colour));
    }

    /** Copies a folder with all that is in it. */
    public static void copy(Path from, Path to) throws IOException {
        for (Path file : below(from)) {
            Path target = to.resolve(from.relativize(file).toString());
            Files.createDirectories(target.getParent());
            Files.copy(file, target);
        }
    }

    /** The files below a folder, sorted. */
    public static List<Path> below(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void remove(Path folder) {
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Holder {
        static final SmallRun SHARED = make();
    }
}
