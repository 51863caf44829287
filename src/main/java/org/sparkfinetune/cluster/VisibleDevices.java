package org.sparkfinetune.cluster;

import com.sun.jna.NativeLibrary;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.sparkfinetune.check.InvalidRequestException;

/**
 * How CUDA numbers in this process what the scheduler calls by an address. Where CUDA_VISIBLE_DEVICES is set, CUDA numbers its
 * entries from 0, and scripts/get-gpus gives these entries as addresses. Where it is not, an address is a number of nvidia-smi.
 *
 * @param entries of CUDA_VISIBLE_DEVICES: numbers, UUIDs or MIG ids; empty when it is not set
 */
public record VisibleDevices(List<String> entries) {
    private static final String VARIABLE = "CUDA_VISIBLE_DEVICES";

    public VisibleDevices {
        entries = List.copyOf(entries);
    }

    /** Those that this process was started with. */
    public static VisibleDevices here() {
        return of(System.getenv(VARIABLE));
    }

    /** @param variable null when it is not set */
    static VisibleDevices of(String variable) {
        return new VisibleDevices(
                variable == null || variable.isBlank()
                        ? List.of()
                        : Arrays.stream(variable.split(",")).map(String::strip).toList());
    }

    /**
     * Hides all others from CUDA, in the whole process. ND4J's natives open every device that they see, whatever thread is bound to
     * which. CUDA looks when it is used first; what is hidden cannot be shown again. Java cannot change its environment, C can.
     *
     * @param addresses as the scheduler gave them
     * @throws InvalidRequestException when one of them is hidden already
     */
    public VisibleDevices only(List<String> addresses) {
        return only(addresses, VisibleDevices::setenv);
    }

    VisibleDevices only(List<String> addresses, BiConsumer<String, String> environment) {
        if (!entries.isEmpty()) {
            addresses.forEach(this::ordinal);
        }
        // As nvidia-smi numbers them. CUDA by itself begins with the fastest.
        environment.accept("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
        environment.accept(VARIABLE, String.join(",", addresses));
        return new VisibleDevices(addresses);
    }

    private static void setenv(String name, String value) {
        int failed = NativeLibrary.getInstance("c").getFunction("setenv").invokeInt(new Object[] {name, value, 1});
        if (failed != 0) {
            throw new IllegalStateException("the environment variable " + name + " cannot be set to " + value);
        }
    }

    /**
     * @param address as the scheduler gave it
     * @throws InvalidRequestException when no device of this process can be meant
     */
    public int ordinal(String address) {
        if (!entries.isEmpty()) {
            int at = entries.indexOf(address);
            if (at < 0) {
                throw new InvalidRequestException(
                        "gpu address " + address,
                        "is not one of " + VARIABLE + "=" + String.join(",", entries)
                                + "; use scripts/get-gpus as discovery script, which gives its entries");
            }
            return at;
        }
        if (!address.matches("\\d{1,4}")) {
            throw new InvalidRequestException(
                    "gpu address " + address,
                    "is not a number as nvidia-smi prints them; an executor that has several GPUs needs numbers, or "
                            + VARIABLE + " set to these UUIDs or MIG ids");
        }
        return Integer.parseInt(address);
    }
}
