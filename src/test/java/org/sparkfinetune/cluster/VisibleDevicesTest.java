package org.sparkfinetune.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.testing.MainProcess;

@Tag("process")
class VisibleDevicesTest {
    @Test
    void withoutTheVariableAnAddressIsANumberOfNvidiaSmi() {
        for (String unset : new String[] {null, "", " "}) {
            assertThat(VisibleDevices.of(unset).ordinal("3")).isEqualTo(3);
        }
        assertThatThrownBy(() -> VisibleDevices.of(null).ordinal("GPU-5ebe9f43"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("gpu address GPU-5ebe9f43: is not one of nvidia-smi's numbers; an executor with several"
                        + " GPUs needs numbers, or CUDA_VISIBLE_DEVICES set to these UUIDs or MIG ids");
    }

    @Test
    void withTheVariableCudaNumbersItsEntries() {
        VisibleDevices visible = VisibleDevices.of("2, 5,GPU-5ebe9f43");
        assertThat(List.of("2", "5", "GPU-5ebe9f43"))
                .extracting(visible::ordinal)
                .containsExactly(0, 1, 2);
        assertThatThrownBy(() -> visible.ordinal("0"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "gpu address 0: is not one of CUDA_VISIBLE_DEVICES=2,5,GPU-5ebe9f43; use scripts/get-gpus as"
                                + " discovery script, which gives its entries");
    }

    @Test
    void nothingButTheGivenOnesStaysVisible() {
        Map<String, String> environment = new LinkedHashMap<>();
        VisibleDevices left = VisibleDevices.of("2,5").only(List.of("5"), environment::put);
        assertThat(left.ordinal("5")).isZero();
        assertThat(environment)
                .containsExactly(Map.entry("CUDA_DEVICE_ORDER", "PCI_BUS_ID"), Map.entry("CUDA_VISIBLE_DEVICES", "5"));
        assertThat(VisibleDevices.of(null)
                        .only(List.of("MIG-1"), environment::put)
                        .ordinal("MIG-1"))
                .isZero();
    }

    @Test
    void whatIsHiddenCannotBeShownAgain() {
        assertThatThrownBy(() -> VisibleDevices.of("2,5").only(List.of("0"), (name, value) -> {}))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("gpu address 0: is not one of CUDA_VISIBLE_DEVICES=2,5;");
    }

    /** In another process, because the variable for CUDA applies to the whole process. */
    @Test
    void nativeCodeOfTheProcessSeesWhatIsLeft(@TempDir Path folder) throws IOException {
        Path seen = folder.resolve("seen");
        MainProcess ended = MainProcess.run(Narrowing.class, Map.of("CUDA_VISIBLE_DEVICES", "0,1,2"), seen.toString());
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(seen).hasContent("2 PCI_BUS_ID");
    }

    static final class Narrowing {
        public static void main(String[] arguments) throws IOException {
            VisibleDevices.here().only(List.of("2"));
            Files.writeString(
                    Path.of(arguments[0]), getenv("CUDA_VISIBLE_DEVICES") + " " + getenv("CUDA_DEVICE_ORDER"));
        }

        private static String getenv(String name) {
            return NativeLibrary.getInstance("c").getFunction("getenv").invokeString(new Object[] {name}, false);
        }
    }
}
