package org.sparkfinetune.cluster;

import java.io.Serializable;

/**
 * One thing that was looked at on one machine.
 *
 * @param check what was looked at, a word or two
 * @param found what is there
 * @param fix what to do about it; empty when all is well
 */
public record Finding(String check, String found, String fix) implements Serializable {
    /** All is well. */
    public static Finding fine(String check, String found) {
        return new Finding(check, found, "");
    }

    /** Whether there is something to be done. */
    public boolean isWrong() {
        return !fix.isEmpty();
    }
}
