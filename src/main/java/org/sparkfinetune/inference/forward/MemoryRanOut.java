package org.sparkfinetune.inference.forward;

import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Recognizes exceptions of an engine that ran out of memory. Native code reports that in messages only. */
final class MemoryRanOut {
    /**
     * Messages of ONNX Runtime's arena and its CUDA provider, of C++ as JavaCPP and ONNX Runtime forward it, and of
     * ND4J's workspaces.
     */
    private static final Pattern WORDS = Pattern.compile(
            "(?i)failed to allocate|bad[_ ]alloc|out of memory|CUBLAS_STATUS_ALLOC_FAILED|can't allocate memory");

    private MemoryRanOut() {}

    /** Whether the failure or one of its causes is a lack of memory. */
    static boolean in(Throwable failure) {
        return isError(failure) || isSaid(failure);
    }

    /** Whether only a message shows the lack of memory, so that other code does not recognize it. */
    static boolean isOnlyInMessage(Throwable failure) {
        return !isError(failure) && isSaid(failure);
    }

    private static boolean isError(Throwable failure) {
        return chain(failure).anyMatch(OutOfMemoryError.class::isInstance);
    }

    private static boolean isSaid(Throwable failure) {
        return chain(failure)
                .anyMatch(
                        link -> WORDS.matcher(String.valueOf(link.getMessage())).find());
    }

    private static Stream<Throwable> chain(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
    }
}
