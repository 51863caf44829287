package org.sparkfinetune.jobs.run;

import java.nio.charset.StandardCharsets;
import org.sparkfinetune.check.Sha256;

/** A short hash of everything that decides a result: equal fingerprints mean equal results. */
public final class Fingerprint {
    private static final int HEX_DIGITS = 16;

    private Fingerprint() {}

    /** @param parts everything that decides the result, in a fixed order */
    public static String of(String... parts) {
        StringBuilder text = new StringBuilder();
        for (String part : parts) {
            // The length distinguishes ("ab", "c") from ("a", "bc").
            text.append(part.length()).append(':').append(part).append('\n');
        }
        return Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8)).substring(0, HEX_DIGITS);
    }
}
