package org.sparkfinetune.inference.forward;

import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Tells from what an engine threw that it got no memory. Natives say so in words only. */
final class MemoryRanOut {
    /** ONNX Runtime's arena and its CUDA provider; C++ as JavaCPP and ONNX Runtime hand it on; a workspace of ND4J. */
    private static final Pattern WORDS = Pattern.compile(
            "(?i)failed to allocate|bad[_ ]alloc|out of memory|CUBLAS_STATUS_ALLOC_FAILED|can't allocate memory");

    private MemoryRanOut() {}

    /** Looks at the causes too. */
    static boolean in(Throwable failure) {
        return isError(failure) || isSaid(failure);
    }

    /** Whether only the words tell, so that nobody but us understands it. */
    static boolean inWordsOnly(Throwable failure) {
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
