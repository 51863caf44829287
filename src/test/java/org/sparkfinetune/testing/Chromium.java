package org.sparkfinetune.testing;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Chromium without a window, where the machine has one.
 *
 * @param program its path
 * @param folder for its profile and its output
 */
public record Chromium(Path program, Path folder) {
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    /** Skips the test where there is none. */
    public static Chromium assumeThere(Path folder) {
        Optional<Path> found = Stream.of(
                        System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .flatMap(place -> NAMES.stream().map(name -> Path.of(place, name)))
                .filter(Files::isExecutable)
                .findFirst();
        assumeThat(found)
                .as("pages are looked at by a browser: one of %s must be on the PATH", NAMES)
                .isPresent();
        return new Chromium(found.orElseThrow(), folder);
    }

    /** The document after its scripts have run. */
    public String dom(Path page, int width, boolean dark) throws IOException {
        return run(
                dark,
                "--window-size=" + width + ",900",
                "--dump-dom",
                page.toUri().toString());
    }

    /** A picture of the window as PNG. */
    public Path screenshot(Path page, int width, int height, boolean dark) throws IOException {
        Path shot = Files.createTempFile(folder, "shot", ".png");
        run(
                dark,
                "--window-size=" + width + "," + height,
                "--hide-scrollbars",
                "--screenshot=" + shot,
                page.toUri().toString());
        return shot;
    }

    private String run(boolean dark, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + Files.createTempDirectory(folder, "profile"),
                "--blink-settings=preferredColorScheme=" + (dark ? 0 : 1)));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(folder, "out", ".html");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!process.waitFor(3, TimeUnit.MINUTES)) {
                throw new IOException(program + " does not end");
            }
            return Files.readString(out, StandardCharsets.UTF_8);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
