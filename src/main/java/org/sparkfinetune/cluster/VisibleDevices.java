package org.sparkfinetune.cluster;

import com.sun.jna.NativeLibrary;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.sparkfinetune.check.InvalidRequestException;

/**
 * Maps the scheduler's address of a GPU to CUDA's number in this process. Where CUDA_VISIBLE_DEVICES is set, CUDA
 * numbers its entries from 0, and scripts/get-gpus gives these entries as addresses. Where it is not set, an address is
 * a number of nvidia-smi.
 *
 * @param entries of CUDA_VISIBLE_DEVICES: numbers, UUIDs or MIG ids; empty when it is not set
 */
public record VisibleDevices(List<String> entries) {
    private static final String VARIABLE = "CUDA_VISIBLE_DEVICES";

    public VisibleDevices {
        entries = List.copyOf(entries);
    }

    /** Returns the devices that this process was started with. */
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
     * Hides all other devices from CUDA, in the whole process. ND4J's native code opens every device that it sees,
     * whatever device a thread is bound to. CUDA reads the variable at its first use; hidden devices cannot be made
     * visible again. Java cannot change its environment, C can.
     *
     * @param addresses addresses from the scheduler
     * @throws InvalidRequestException when one of them is hidden already
     */
    public VisibleDevices only(List<String> addresses) {
        return only(addresses, VisibleDevices::setenv);
    }

    VisibleDevices only(List<String> addresses, BiConsumer<String, String> environment) {
        if (!entries.isEmpty()) {
            addresses.forEach(this::ordinal);
        }
        // Numbers devices as nvidia-smi does; by default CUDA begins with the fastest.
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
     * @param address address from the scheduler
     * @throws InvalidRequestException when it cannot be a device of this process
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
                    "is not one of nvidia-smi's numbers; an executor with several GPUs needs numbers, or " + VARIABLE
                            + " set to these UUIDs or MIG ids");
        }
        return Integer.parseInt(address);
    }
}
