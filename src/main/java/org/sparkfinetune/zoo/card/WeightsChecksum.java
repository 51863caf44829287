package org.sparkfinetune.zoo.card;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.Adler32;
import java.util.zip.CheckedOutputStream;
import org.sparkfinetune.check.Sha256;

/**
 * Compares a file with the size and the checksums of its source: SHA-256, and for publishers that give none MD5 or
 * Adler-32, which detect a damaged file but not a forged one.
 */
public final class WeightsChecksum {
    private static final String MD5 = "md5:";
    private static final String ADLER32 = "adler32:";
    private static final Pattern FORM = Pattern.compile(MD5 + "[0-9a-f]{32}|" + ADLER32 + "[0-9]{1,10}");

    private WeightsChecksum() {}

    static boolean isWellFormed(String checksum) {
        return FORM.matcher(checksum).matches();
    }

    /** Returns what is wrong with the file, if anything; compares the size first, because that costs nothing. */
    public static Optional<String> mismatch(Path file, WeightsSource source) {
        try {
            long bytes = Files.size(file);
            if (source.bytes() > 0 && bytes != source.bytes()) {
                return Optional.of("has " + bytes + " bytes, expected " + source.bytes());
            }
            if (!source.checksum().isEmpty()) {
                String checksum = published(file, source.checksum());
                if (!checksum.equals(source.checksum())) {
                    return Optional.of("has the checksum " + checksum + ", expected " + source.checksum());
                }
            }
            if (source.unpinned()) {
                return Optional.empty();
            }
            String sha256 = Sha256.of(file);
            return sha256.equals(source.sha256())
                    ? Optional.empty()
                    : Optional.of("has the SHA-256 " + sha256 + ", expected " + source.sha256());
        } catch (IOException e) {
            return Optional.of("cannot be read: " + e);
        }
    }

    /** The checksum of a file, of the same kind as the expected one. */
    private static String published(Path file, String expected) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            if (expected.startsWith(ADLER32)) {
                Adler32 adler = new Adler32();
                in.transferTo(new CheckedOutputStream(OutputStream.nullOutputStream(), adler));
                return ADLER32 + adler.getValue();
            }
            MessageDigest digest = MessageDigest.getInstance("MD5");
            in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            return MD5 + HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }
}
