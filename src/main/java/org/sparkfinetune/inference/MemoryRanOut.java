package org.sparkfinetune.inference;

import java.util.regex.Pattern;

/** Tells from what an engine threw that it got no memory. Natives say so in words only. */
final class MemoryRanOut {
    /** ONNX Runtime's arena and its CUDA provider; C++ as JavaCPP and ONNX Runtime hand it on; a workspace of ND4J. */
    private static final Pattern WORDS = Pattern.compile(
            "(?i)failed to allocate|bad[_ ]alloc|out of memory|CUBLAS_STATUS_ALLOC_FAILED|can't allocate memory");

    private MemoryRanOut() {}

    /** Looks at the causes too. */
    static boolean in(Throwable failure) {
        for (Throwable link = failure; link != null; link = link.getCause()) {
            if (link instanceof OutOfMemoryError
                    || WORDS.matcher(String.valueOf(link.getMessage())).find()) {
                return true;
            }
        }
        return false;
    }
}
