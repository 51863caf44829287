package org.sparkfinetune.jobs.run;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.spark.sql.SparkSession;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.jobs.Jobs;
import org.sparkfinetune.report.JobEvent;
import org.sparkfinetune.report.Progress;

/**
 * A job with Spark's web page on, as {@code conf/local-cpu.properties} has it, whose figures are read from that page at
 * its end.
 */
final class ScrapedJob {
    private ScrapedJob() {}

    /** @param arguments recipe, file for the figures, port of the web page */
    public static void main(String[] arguments) throws IOException {
        Properties profile = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of("conf/local-cpu.properties"))) {
            profile.load(reader);
        }
        SparkSession.Builder builder = SparkSession.builder().master("local[2]").appName("scraped");
        profile.stringPropertyNames().stream()
                .filter(key -> key.startsWith("spark.metrics.") || key.startsWith("spark.sql."))
                .forEach(key -> builder.config(key, profile.getProperty(key)));
        builder.config("spark.ui.enabled", true)
                .config("spark.ui.port", arguments[2])
                .config("spark.driver.bindAddress", "127.0.0.1");
        try (SparkSession spark = builder.getOrCreate()) {
            URI page = URI.create("http://127.0.0.1:" + arguments[2] + "/metrics/prometheus/");
            Jobs.read(YamlFile.parse("r.yaml", Files.readString(Path.of(arguments[0]))))
                    .execute(new JobContext(spark, new Scraping(page, Path.of(arguments[1]))));
        }
    }

    /** Reads while the job still runs: its gauges go with it. */
    private record Scraping(URI page, Path target) implements Progress.Listener {
        @Override
        public void onEvent(JobEvent event) {
            if (event instanceof JobEvent.Done) {
                scrape();
            }
        }

        private void scrape() {
            try {
                HttpResponse<Path> answer = HttpClient.newHttpClient()
                        .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofFile(target));
                if (answer.statusCode() != 200) {
                    throw new IOException("answered " + answer.statusCode());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
