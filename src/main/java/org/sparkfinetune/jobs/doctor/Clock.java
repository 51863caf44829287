package org.sparkfinetune.jobs.doctor;

import org.sparkfinetune.cluster.Finding;

/**
 * Compares the clock of an executor with that of the driver: whether the lock of an output is valid depends on its age.
 */
final class Clock {
    private static final long MOST_MILLIS = 10_000;

    private Clock() {}

    /**
     * @param millis clock of the executor at some moment
     * @param before clock of the driver before that moment
     * @param after clock of the driver after that moment
     */
    static Finding compared(long millis, long before, long after) {
        long off = Math.max(0, Math.max(before - millis, millis - after));
        String found = off == 0 ? "as the driver's" : off / 1000 + " s off the driver's";
        return off <= MOST_MILLIS
                ? Finding.fine("clock", found)
                : new Finding(
                        "clock", found, "set the clocks of the machines by a time server (chrony, systemd-timesyncd)");
    }
}
