package org.sparkfinetune.data.augment;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.card.Preprocessing;

/**
 * How many pictures a core decodes, augments and mixes in a second, without a network; processor time, so that other
 * work on the machine counts little. Run by name, with photos of yours:
 * {@code mvn test -Dtest=LoaderBenchmark -DargLine=-Dpictures=FOLDER}. Its figures stand in
 * docs/adr/0007-augmentation-on-the-workers.md.
 */
class LoaderBenchmark {
    private static final Logger LOG = LoggerFactory.getLogger(LoaderBenchmark.class);
    private static final Preprocessing INPUT = ModelZoo.card("resnet50").input();
    private static final int PICTURES = 320;
    private static final int BATCH = 16;
    private static final int PASSES = 3;

    @Test
    void picturesPerSecondOfOneCore() throws Exception {
        String folder = System.getProperty("pictures");
        Assumptions.assumeTrue(folder != null, "no photos: give a folder with -Dpictures=FOLDER");
        List<byte[]> pictures = read(Path.of(folder));
        for (Preset preset : Preset.values()) {
            double best = 0;
            for (int pass = 0; pass < PASSES; pass++) {
                best = Math.max(best, pictures.size() / seconds(pictures, Augmentation.of(preset)));
            }
            LOG.warn(String.format(Locale.ROOT, "%s: %.0f images/s", preset, best));
        }
    }

    private static List<byte[]> read(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            List<Path> files = found.filter(Files::isRegularFile).sorted().toList();
            List<byte[]> pictures = new ArrayList<>();
            for (int i = 0; i < PICTURES; i++) {
                pictures.add(Files.readAllBytes(files.get(i * files.size() / PICTURES)));
            }
            return pictures;
        }
    }

    private static double seconds(List<byte[]> pictures, Augmentation augmentation) throws Exception {
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        AugmentedTensor tensor = new AugmentedTensor(INPUT, augmentation, PictureLimits.DEFAULT);
        MinibatchMixing mixing = new MinibatchMixing(augmentation, INPUT);
        for (int from = 0; from < pictures.size(); from += BATCH) {
            float[] pixels = new float[BATCH * tensor.floats()];
            List<AugmentationRandom> draws = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                draws.add(AugmentationRandom.of(1, 1, from + i));
                tensor.write(pictures.get(from + i), draws.get(i), pixels, i * tensor.floats());
            }
            mixing.mix(pixels, draws);
        }
        return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9;
    }
}
