package org.sparkfinetune.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The build's version and commit, as Maven wrote them into the jar. */
public final class Build {
    private static final Properties PROPERTIES = read();

    private Build() {}

    /** Version of spark-finetune, such as {@code 0.1.0}. */
    public static String version() {
        return PROPERTIES.getProperty("version");
    }

    /**
     * Abbreviated commit, with {@code -dirty} when files were changed; {@code unknown} when built outside a repository.
     */
    public static String git() {
        return PROPERTIES.getProperty("git");
    }

    /** Version of Deeplearning4j, such as {@code 1.0.0-M2.1}. */
    public static String dl4j() {
        return PROPERTIES.getProperty("dl4j");
    }

    private static Properties read() {
        Properties properties = new Properties();
        try (InputStream stream = Build.class.getResourceAsStream("/org/sparkfinetune/build.properties")) {
            properties.load(stream);
        } catch (IOException e) {
            throw new UncheckedIOException("build.properties is not in the jar", e);
        }
        if (properties.getProperty("git", "").startsWith("$")) {
            properties.setProperty("git", "unknown");
        }
        return properties;
    }
}
