package org.sparkfinetune.testing;

import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Makes many classes of few: each photo is turned by 0, 90, 180 or 270 degrees and belongs to the class of what it
 * shows and how far it was turned. So 25 folders of photos become 100 classes, of which those of one thing are easily
 * confused. Each photo is used once, and the same folders give the same files.
 *
 * <p>Needs nothing but a JDK: {@code java src/test/java/org/sparkfinetune/testing/TurnedClasses.java OUTPUT FOLDER...},
 * where each FOLDER holds a folder a class.
 */
final class TurnedClasses {
    private static final int TURNS = 4;
    private static final int PHOTOS_OF_A_CLASS = 20;
    private static final int LONGEST_SIDE = 1024;

    private TurnedClasses() {}

    public static void main(String[] args) throws IOException {
        for (int i = 1; i < args.length; i++) {
            for (Path photos : sorted(Path.of(args[i]))) {
                if (Files.isDirectory(photos)) {
                    String prefix = photos.getFileName().toString();
                    turn(sorted(photos), Path.of(args[0]), prefix);
                }
            }
        }
    }

    private static void turn(List<Path> photos, Path output, String prefix) throws IOException {
        int turned = 0;
        for (Path photo : photos) {
            BufferedImage picture = ImageIO.read(photo.toFile());
            if (picture == null || Math.max(picture.getWidth(), picture.getHeight()) > LONGEST_SIDE) {
                continue;
            }
            if (turned == TURNS * PHOTOS_OF_A_CLASS) {
                return;
            }
            int quarters = turned % TURNS;
            Path folder = Files.createDirectories(output.resolve(prefix + "-" + 90 * quarters));
            ImageIO.write(
                    turned(picture, quarters),
                    "jpg",
                    folder.resolve(turned + ".jpg").toFile());
            turned++;
        }
    }

    private static BufferedImage turned(BufferedImage picture, int quarters) {
        boolean onItsSide = quarters % 2 == 1;
        int width = onItsSide ? picture.getHeight() : picture.getWidth();
        int height = onItsSide ? picture.getWidth() : picture.getHeight();
        AffineTransform turn = AffineTransform.getTranslateInstance(width / 2.0, height / 2.0);
        turn.quadrantRotate(quarters);
        turn.translate(-picture.getWidth() / 2.0, -picture.getHeight() / 2.0);
        BufferedImage result = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = result.createGraphics();
        canvas.drawImage(picture, turn, null);
        canvas.dispose();
        return result;
    }

    private static List<Path> sorted(Path folder) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.sorted().toList();
        }
    }
}
