package org.sparkfinetune.testing;

import static org.bytedeco.opencv.global.opencv_core.CV_16UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_16UC3;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC3;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC4;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Files that break programs which read pictures, each with what shard makes of it. */
public final class HostilePictures {
    private static final byte[] END_OF_JPEG = {(byte) 0xFF, (byte) 0xD9};
    private static final Color ORANGE = new Color(200, 100, 50);

    /** Files that are no ordinary files. */
    public static final Map<String, String> SPECIAL_FILES = Map.of("pipe.jpg", "EMPTY", "endless.jpg", "EMPTY");

    private final List<Case> cases = new ArrayList<>();

    private HostilePictures() {}

    /**
     * One of them.
     *
     * @param name of the file
     * @param what it is, as the table in the documents says
     * @param outcome an error class, or "kept, WIDTH x HEIGHT"
     */
    public record Case(String name, String what, String outcome, byte[] bytes) {}

    /** All but the special files. */
    public static List<Case> all() {
        HostilePictures made = new HostilePictures();
        made.unusual();
        made.notPictures();
        made.cut();
        made.bombs();
        return made.cases;
    }

    /** A named pipe, which blocks whoever opens it, and a link to a device that never ends. */
    public static void makeSpecialFiles(Path folder) throws IOException, InterruptedException {
        Process mkfifo = new ProcessBuilder("mkfifo", folder.resolve("pipe.jpg").toString()).start();
        if (!mkfifo.waitFor(10, TimeUnit.SECONDS) || mkfifo.exitValue() != 0) {
            throw new IOException("mkfifo failed");
        }
        Files.createSymbolicLink(folder.resolve("endless.jpg"), Path.of("/dev/zero"));
    }

    private void unusual() {
        add("png.jpg", "PNG under the name of a JPEG", "kept, 20 x 10", TestPictures.plain("png", 20, 10, ORANGE));
        add("cmyk.jpg", "CMYK JPEG", "kept, 16 x 16", cmyk());
        add("grey.jpg", "JPEG of one channel", "kept, 9 x 8", TestPictures.byOpenCv(".jpg", 9, 8, CV_8UC1, 77));
        add("deep.png", "PNG of 16 bits", "kept, 9 x 8", TestPictures.byOpenCv(".png", 9, 8, CV_16UC3, 9, 9, 9));
        add(
                "deep-grey.tif",
                "TIFF of 16 bits, one channel",
                "kept, 9 x 8",
                TestPictures.byOpenCv(".tiff", 9, 8, CV_16UC1, 999));
        add("alpha.png", "PNG with alpha", "kept, 9 x 8", TestPictures.byOpenCv(".png", 9, 8, CV_8UC4, 5, 6, 7, 8));
        add(
                "turned.jpg",
                "JPEG turned by EXIF",
                "kept, 10 x 20",
                TestPictures.withOrientation(TestPictures.plain("jpg", 20, 10, ORANGE), 6));
        add(
                "turned.png",
                "PNG turned by EXIF",
                "kept, 11 x 20",
                TestPictures.withOrientation(".png", TestPictures.plain("png", 20, 11, ORANGE), 6));
        add("moving.gif", "GIF with two frames", "kept, 8 x 8", moving());
        add("dot.png", "One pixel", "kept, 1 x 1", TestPictures.plain("png", 1, 1, ORANGE));
        add(
                "strip.png",
                "A strip of 1 x 70,000 pixels",
                "kept, 70000 x 1",
                TestPictures.byOpenCv(".png", 70_000, 1, CV_8UC3, 1, 2, 3));
        add(
                "tail.jpg",
                "JPEG with other data behind its end",
                "kept, 9 x 9",
                TestPictures.joined(TestPictures.plain("jpg", 9, 9, ORANGE), new byte[100]));
        add(
                "progressive.jpg",
                "Progressive JPEG",
                "kept, 50 x 40",
                TestPictures.progressive(TestPictures.noise("png", 50, 40, 3)));
    }

    private void notPictures() {
        add("empty.jpg", "No bytes", "EMPTY", new byte[0]);
        add("byte.jpg", "One byte", "NOT_A_PICTURE", new byte[1]);
        add("text.jpg", "Text", "NOT_A_PICTURE", text("I am text"));
        add("drawing.svg", "SVG", "NOT_A_PICTURE", text("<svg xmlns=\"http://www.w3.org/2000/svg\"/>"));
        add("page.html", "A web page that says the picture is gone", "NOT_A_PICTURE", text("<html>404</html>"));
        add("photo.heic", "HEIC", "UNSUPPORTED_FORMAT", text("\0\0\0\u0018ftypheic"));
        add("paper.pdf", "PDF", "UNSUPPORTED_FORMAT", text("%PDF-1.7"));
        add(
                "float.tif",
                "TIFF of 32-bit floating point",
                "UNSUPPORTED_FORMAT",
                TestPictures.byOpenCv(".tiff", 8, 8, CV_32FC3, 1, 1, 1));
        add("frameless.gif", "GIF without a frame", "CORRUPT", frameless());
        add(
                "random.jpg",
                "JPEG header, then noise",
                "TRUNCATED",
                TestPictures.joined(TestPictures.jpegHeader(99, 99), new byte[50]));
    }

    private void cut() {
        byte[] jpeg = TestPictures.noise("jpg", 200, 160, 7);
        add("cut.jpg", "JPEG cut in the middle", "TRUNCATED", half(jpeg));
        add(
                "mended.jpg",
                "JPEG cut in the middle, with an end marker",
                "TRUNCATED",
                TestPictures.joined(half(jpeg), END_OF_JPEG));
        byte[] progressive = TestPictures.progressive(TestPictures.noise("png", 200, 160, 8));
        add(
                "scans.jpg",
                "Progressive JPEG without its last scans",
                "TRUNCATED",
                TestPictures.joined(half(progressive), END_OF_JPEG));
        add("cut.png", "PNG cut in the middle", "TRUNCATED", half(TestPictures.noise("png", 30, 30, 7)));
        add("cut.gif", "GIF cut in the middle", "TRUNCATED", half(TestPictures.noise("gif", 30, 30, 7)));
        add("cut.bmp", "BMP cut in the middle", "TRUNCATED", half(TestPictures.noise("bmp", 30, 30, 7)));
        add("cut.tif", "TIFF cut in the middle", "TRUNCATED", half(TestPictures.noise("tiff", 30, 30, 7)));
        add(
                "cut.webp",
                "WebP cut in the middle",
                "TRUNCATED",
                half(TestPictures.byOpenCv(".webp", 40, 30, CV_8UC3, 50, 100, 200)));
        byte[] damaged = TestPictures.noise("png", 24, 20, 7);
        damaged[damaged.length / 2] ^= 0x55;
        add("flipped.png", "PNG with a bit flipped", "CORRUPT", damaged);
    }

    private void bombs() {
        add("huge.png", "PNG header of 60,000 x 60,000", "TOO_MANY_PIXELS", TestPictures.pngHeader(60_000, 60_000));
        add("huge.jpg", "JPEG header of 60,000 x 60,000", "TOO_MANY_PIXELS", TestPictures.jpegHeader(60_000, 60_000));
        add("none.png", "PNG header of 0 x 5", "CORRUPT", TestPictures.pngHeader(0, 5));
        add("negative.png", "PNG header of -5 x 5", "CORRUPT", TestPictures.pngHeader(-5, 5));
        add("long.bmp", "A file longer than limits.maxPictureBytes", "TOO_LARGE_BYTES", new byte[2_000_001]);
        byte[] jpeg = TestPictures.progressive(TestPictures.noise("png", 64, 64, 10));
        byte[][] scans = new byte[1002][];
        scans[0] = Arrays.copyOf(jpeg, jpeg.length - 2);
        Arrays.fill(scans, 1, 1001, new byte[] {(byte) 0xFF, (byte) 0xDA, 0, 8, 1, 1, 0, 1, 5, 0});
        scans[1001] = END_OF_JPEG;
        add("scans-bomb.jpg", "Progressive JPEG with a thousand scans", "CORRUPT", TestPictures.joined(scans));
    }

    private void add(String name, String what, String outcome, byte[] bytes) {
        cases.add(new Case(name, what, outcome, bytes));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] half(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length / 2);
    }

    private static byte[] frameless() {
        return TestPictures.joined(text("GIF89a"), new byte[] {9, 0, 9, 0, 0, 0, 0, 0x3B});
    }

    /** Pure red as an Adobe CMYK JPEG: inverted inks, so cyan 255, magenta 0, yellow 0, black 255. */
    public static byte[] cmyk() {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, null);
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
                raster.setPixel(x, y, new int[] {255, 0, 0, 255});
            }
        }
        return written("jpg", writer -> writer.write(null, new IIOImage(raster, null, null), null));
    }

    private static byte[] moving() {
        return written("gif", writer -> {
            writer.prepareWriteSequence(null);
            for (int colour : new int[] {0xFF0000, 0x0000FF}) {
                BufferedImage frame = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
                for (int i = 0; i < 64; i++) {
                    frame.setRGB(i % 8, i / 8, colour);
                }
                writer.writeToSequence(new IIOImage(frame, null, null), null);
            }
            writer.endWriteSequence();
        });
    }

    private interface Writing {
        void by(ImageWriter writer) throws IOException;
    }

    private static byte[] written(String format, Writing writing) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writing.by(writer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
