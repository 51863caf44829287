package org.sparkfinetune.inference.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.List;
import java.util.Optional;
import org.sparkfinetune.check.Failures;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Problem;

/** A GPU used by ONNX Runtime, and the messages of ONNX Runtime when it cannot use it. */
final class OnnxDevice {
    /**
     * Messages of CUDA and of the loader of its libraries. Running out of memory is not among them: it does not mean
     * that the device cannot be used.
     */
    private static final List<String> WORDS = List.of(
            "Failed to find CUDA shared provider",
            "not compiled with CUDA support",
            "Failed to load library",
            "cannot open shared object file",
            "CUDA driver version is insufficient",
            "no CUDA-capable device",
            "invalid device ordinal",
            "no kernel image is available");

    private OnnxDevice() {}

    /** Lets a session run on the device; does nothing for the CPU. */
    static void add(OrtSession.SessionOptions options, TaskDevice device) throws OrtException {
        if (device.ordinal().isPresent()) {
            try {
                options.addCUDA(device.ordinal().getAsInt());
            } catch (UnsatisfiedLinkError | OrtException e) {
                throw refusal(e.getMessage(), device, e);
            }
        }
    }

    /**
     * Returns the problem that keeps ONNX Runtime from using the device, as far as it can be found without a network.
     */
    static Optional<Problem> problem(TaskDevice device) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            add(options, device);
            return Optional.empty();
        } catch (InvalidRequestException e) {
            return e.problems().stream().findFirst();
        } catch (OrtException e) {
            return refusal(e.getMessage(), device, e).problems().stream().findFirst();
        }
    }

    /** @throws InvalidRequestException when the failure is caused by the device and not by the network */
    static void refuse(OrtException failure, TaskDevice device) {
        String words = String.valueOf(failure.getMessage());
        if (device.ordinal().isPresent() && WORDS.stream().anyMatch(words::contains)) {
            throw refusal(words, device, failure);
        }
    }

    private static InvalidRequestException refusal(String words, TaskDevice device, Throwable cause) {
        return new InvalidRequestException(
                "GPU " + device.ordinal().getAsInt(),
                "ONNX Runtime cannot use it: "
                        + Failures.firstLine(words, "")
                        + " (standard error of the executor names the library); it needs a GPU of"
                        + " compute capability 6.0 or"
                        + " higher, its driver, CUDA 12 and cuDNN 9, see docs/gpus.md",
                cause);
    }
}
