package org.sparkfinetune.zoo.weights;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.zoo.card.WeightsSource;

/**
 * A web server. A download that is interrupted, stalls or is shorter than announced fails; the next attempt starts
 * over.
 *
 * @param connectLimit time limit of the connection and of the head of the answer
 * @param totalLimit time limit of the complete download
 */
record HttpsHost(Duration connectLimit, Duration totalLimit) implements ArchiveOrigin {
    private static final int OK = 200;

    HttpsHost() {
        this(Duration.ofSeconds(30), Duration.ofMinutes(60));
    }

    @Override
    public String name() {
        return "the web";
    }

    @Override
    public boolean serves(WeightsSource source) {
        return !source.dl4j().isEmpty()
                || source.url().startsWith("https:")
                || source.url().startsWith("http:");
    }

    @Override
    public Path fetch(WeightsSource source, long maxBytes, Path workspace) throws IOException {
        String address = source.location();
        HttpResponse<InputStream> response = answer(address);
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(HttpsHost::daemon);
        try (InputStream body = response.body()) {
            // The time limit of the client ends with the head of the answer; only closing ends a read that stalls.
            ScheduledFuture<?> limit =
                    clock.schedule(() -> closeQuietly(body), totalLimit.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != OK) {
                throw new BadDataException(address, "the server answered with status " + response.statusCode());
            }
            long announced =
                    response.headers().firstValueAsLong("Content-Length").orElse(-1);
            Path file = workspace.resolve(source.archiveName());
            LimitedCopy.to(file, body, maxBytes, address);
            long received = file.toFile().length();
            if (limit.isDone() || (announced >= 0 && received != announced)) {
                throw new BadDataException(
                        address, "broke off after " + received + " bytes of " + announced + "; run the command again");
            }
            return file;
        } finally {
            clock.shutdownNow();
        }
    }

    private HttpResponse<InputStream> answer(String address) {
        // Plain http is allowed: a pinned SHA-256 protects as well, and mirrors inside a company often have no
        // certificate.
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(connectLimit)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                    .timeout(connectLimit)
                    .build();
            return client.send(request, BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new BadDataException(address, "cannot be reached: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BadDataException(address, "the download was interrupted", e);
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "download time limit");
        thread.setDaemon(true);
        return thread;
    }

    private static void closeQuietly(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("the download could not be stopped", e);
        }
    }
}
