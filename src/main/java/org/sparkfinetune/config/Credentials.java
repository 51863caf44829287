package org.sparkfinetune.config;

import java.util.regex.Pattern;

/**
 * Passwords in addresses, {@code scheme://user:password@host/path}. Recipes and cards are copied into results, and their values
 * stand in reports, logs and messages, so such a value is refused, and never shown.
 */
final class Credentials {
    /** What to do instead. */
    static final String REFUSAL =
            "has a password in its address (user:password@), which would be copied into reports and logs; take it out, and"
                    + " give it to the file system as docs/storage.md says";

    /** After the colon comes a password, unless it is a port and the end of the host. */
    private static final Pattern PASSWORD = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://[^@/:]*:(?!\\d*(/|$))[^@]*@.*");

    private Credentials() {}

    /** Whether a text has a password where an address has it. */
    static boolean in(String text) {
        return PASSWORD.matcher(text).matches();
    }
}
