package org.sparkfinetune.cluster;

import java.io.Serializable;

/**
 * The result of one check on one machine.
 *
 * @param check name of the check, a word or two
 * @param found result
 * @param fix how to fix the problem; empty when there is none
 */
public record Finding(String check, String found, String fix) implements Serializable {
    /** A finding without a problem. */
    public static Finding fine(String check, String found) {
        return new Finding(check, found, "");
    }

    /** Whether there is a problem to fix. */
    public boolean isWrong() {
        return !fix.isEmpty();
    }
}
