package org.sparkfinetune.bench;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Makes class folders of JPEGs that look a little like photos: soft gradients with noise, each different. */
public final class GeneratedPhotos {
    private GeneratedPhotos() {}

    /** @param arguments folder, number of pictures, number of classes, width, height */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        int classes = Integer.parseInt(arguments[2]);
        int width = Integer.parseInt(arguments[3]);
        int height = Integer.parseInt(arguments[4]);
        ImageIO.setUseCache(false);
        for (int label = 0; label < classes; label++) {
            Files.createDirectories(folder.resolve(name(label)));
        }
        IntStream.range(0, Integer.parseInt(arguments[1]))
                .parallel()
                .forEach(number -> write(folder, number, number % classes, picture(number, width, height)));
    }

    private static String name(int label) {
        return String.format("class-%03d", label);
    }

    private static void write(Path folder, int number, int label, BufferedImage picture) {
        try {
            Path file = folder.resolve(name(label)).resolve(String.format("%07d.jpg", number));
            if (!ImageIO.write(picture, "jpg", file.toFile())) {
                throw new IOException("ImageIO writes no JPEG");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BufferedImage picture(int number, int width, int height) {
        Random random = new Random(number);
        double[] phases = random.doubles(9, 0, 6.3).toArray();
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int rgb = 0;
                for (int channel = 0; channel < 3; channel++) {
                    double wave = Math.sin(phases[channel] + phases[3 + channel] * x / width)
                            + Math.cos(phases[6 + channel] * y / height);
                    int sample = (int) (127 + 50 * wave) + random.nextInt(20) - 10;
                    rgb = rgb << 8 | Math.max(0, Math.min(255, sample));
                }
                picture.setRGB(x, y, rgb);
            }
        }
        return picture;
    }
}
