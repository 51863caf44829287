package org.sparkfinetune.check;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The name of this machine in its network. */
public final class HostName {
    private HostName() {}

    /** Returns the name, or {@code unknown} when the machine has none. */
    public static String local() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}
