package org.sparkfinetune.config;

import java.util.regex.Pattern;

/**
 * Passwords in addresses, {@code scheme://user:password@host/path}. Recipes and cards are copied into results, and
 * their values appear in reports, logs and messages. A value with a password is therefore refused and never shown.
 */
final class Credentials {
    /** Message with the alternative. */
    static final String REFUSAL =
            "has a password in its address (user:password@), which would be copied into reports and logs;"
                    + " remove it, and give it to the file system as docs/storage.md describes";

    /** The text after the colon is a password unless it is a port at the end of the host. */
    private static final Pattern PASSWORD = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://[^@/:]*:(?!\\d*(/|$))[^@]*@.*");

    private Credentials() {}

    /** Whether a text is an address with a password. */
    static boolean in(String text) {
        return PASSWORD.matcher(text).matches();
    }
}
