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
import java.util.regex.Pattern;
import java.util.zip.Adler32;
import java.util.zip.CheckedOutputStream;

/** Checksums of publishers that give no SHA-256. They tell a damaged file, not a forged one. */
public final class PublishedChecksum {
    private static final String MD5 = "md5:";
    private static final String ADLER32 = "adler32:";
    private static final Pattern FORM = Pattern.compile(MD5 + "[0-9a-f]{32}|" + ADLER32 + "[0-9]{1,10}");

    private PublishedChecksum() {}

    static boolean isWellFormed(String checksum) {
        return FORM.matcher(checksum).matches();
    }

    /** The checksum of a file, of the same kind as the one that is expected. */
    public static String of(Path file, String expected) throws IOException {
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
