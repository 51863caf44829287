package org.sparkfinetune.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.zoo.card.Cards;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.card.WeightsSource;

/** Downloads from a server on this machine that misbehaves. */
class HttpsHostTest {
    private static final byte[] CONTENT = "the right weights".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private final AtomicInteger requests = new AtomicInteger();
    private HttpServer server;
    private String address;
    private ModelCard card;
    private WeightsCache cache;

    @BeforeEach
    void startTheServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        address = "http://127.0.0.1:" + server.getAddress().getPort() + "/files/weights.h5";
        Path original = Files.write(folder.resolve("original"), CONTENT);
        WeightsSource source = Cards.url(address, Sha256.of(original), CONTENT.length);
        card = Cards.withSources(ModelZoo.card("resnet50"), source);
        cache = new WeightsCache(
                folder.resolve("home"), List.of(new HttpsHost(Duration.ofSeconds(5), Duration.ofSeconds(2))));
    }

    @AfterEach
    void stopTheServer() {
        server.stop(0);
    }

    @Test
    void theFileIsFetchedOnceAndFoundAgain() {
        answer(exchange -> send(exchange, CONTENT));
        CachedWeights fetched = cache.fetch(card, line -> {});
        assertThat(fetched.archive()).hasContent("the right weights");
        assertThat(cache.fetch(card, line -> {})).isEqualTo(fetched);
        assertThat(requests).hasValue(1);
    }

    @Test
    void aDownloadThatIsCutInTheMiddleStartsOver() throws IOException {
        answer(exchange -> {
            if (requests.get() == 1) {
                exchange.sendResponseHeaders(200, CONTENT.length);
                exchange.getResponseBody().write(CONTENT, 0, 9);
                exchange.getResponseBody().flush();
                exchange.close();
            } else {
                send(exchange, CONTENT);
            }
        });
        assertThatThrownBy(() -> cache.fetch(card, line -> {}))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(address + ": broke off after ")
                .hasMessageContaining("models fetch resnet50 --from FILE");
        assertNothingInTheCache();
        assertThat(cache.fetch(card, line -> {}).archive()).hasContent("the right weights");
    }

    @Test
    void aDownloadThatStallsIsStopped() throws IOException {
        answer(exchange -> {
            exchange.sendResponseHeaders(200, CONTENT.length);
            exchange.getResponseBody().write(CONTENT, 0, 9);
            exchange.getResponseBody().flush();
            sleep();
        });
        assertThatThrownBy(() -> cache.fetch(card, line -> {}))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(address + ": broke off after 9 bytes");
        assertNothingInTheCache();
    }

    @Test
    void anAnswerWithoutEndIsCutOff() throws IOException {
        answer(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] zeros = new byte[1 << 16];
            for (int i = 0; i < 1 << 16; i++) {
                exchange.getResponseBody().write(zeros);
            }
        });
        assertThatThrownBy(() -> cache.fetch(card, line -> {}))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(address + ": has more than the 17 bytes that are allowed");
        assertNothingInTheCache();
    }

    @Test
    void otherContentIsRefusedByItsChecksum() throws IOException {
        answer(exchange -> send(exchange, "the wrong weights".getBytes(StandardCharsets.UTF_8)));
        assertThatThrownBy(() -> cache.fetch(card, line -> {}))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(address + " from the web: has the SHA-256 ");
        assertNothingInTheCache();
    }

    @Test
    void aMissingFileIsTold() throws IOException {
        answer(exchange -> exchange.sendResponseHeaders(404, -1));
        assertThatThrownBy(() -> cache.fetch(card, line -> {}))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(address + ": the server answered with status 404");
        assertNothingInTheCache();
    }

    @Test
    void aServerThatIsNotThereIsTold() {
        server.stop(0);
        assertThatThrownBy(() -> cache.fetch(card, line -> {}))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(address + ": cannot be reached: ");
    }

    private void answer(Answer answer) {
        server.createContext("/files/weights.h5", exchange -> {
            requests.incrementAndGet();
            try (exchange) {
                answer.to(exchange);
            }
        });
    }

    private static void send(HttpExchange exchange, byte[] content) throws IOException {
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content);
    }

    private static void sleep() {
        try {
            Thread.sleep(20_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void assertNothingInTheCache() throws IOException {
        try (var files = Files.list(folder.resolve("home/weights"))) {
            assertThat(files.map(file -> file.getFileName().toString())).allMatch(name -> name.endsWith(".lock"));
        }
    }

    /** What the server does. */
    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }
}
