package org.sparkfinetune.bench;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imread;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/** The plainest program that decodes and shrinks pictures: one thread, OpenCV's calls and nothing else. */
public final class DecodeLoop {
    private static final int SHORT_SIDE = 256;

    private DecodeLoop() {}

    /** @param arguments folder of pictures, file for the figures */
    public static void main(String[] arguments) throws IOException {
        opencv_core.setNumThreads(1);
        List<Path> files;
        try (Stream<Path> found = Files.walk(Path.of(arguments[0]))) {
            files = found.filter(Files::isRegularFile).toList();
        }
        loop(files.subList(0, Math.min(files.size(), 50)));
        long start = System.nanoTime();
        long pixels = loop(files);
        double seconds = (System.nanoTime() - start) / 1e9;
        Files.writeString(
                Path.of(arguments[1]),
                String.format(
                        Locale.ROOT,
                        "  plain loop, one thread: %d images in %.1f s, %.1f images/s (%d pixels kept)%n",
                        files.size(),
                        seconds,
                        files.size() / seconds,
                        pixels));
    }

    private static long loop(List<Path> files) {
        long pixels = 0;
        for (Path file : files) {
            try (Mat picture = imread(file.toString(), IMREAD_COLOR);
                    Mat small = new Mat()) {
                double scale = (double) SHORT_SIDE / Math.min(picture.cols(), picture.rows());
                try (Size size =
                        new Size((int) Math.round(picture.cols() * scale), (int) Math.round(picture.rows() * scale))) {
                    resize(picture, small, size, 0, 0, INTER_AREA);
                }
                pixels += (long) small.cols() * small.rows();
            }
        }
        return pixels;
    }
}
