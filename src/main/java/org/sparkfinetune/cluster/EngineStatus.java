package org.sparkfinetune.cluster;

/**
 * The native engine that runs networks in this JVM, found by running a convolution.
 *
 * @param dl4jVersion version of Deeplearning4j and ND4J
 * @param backend {@code CPU} or {@code CUDA}
 * @param oneDnn whether convolutions run in oneDNN
 * @param instructionSet instruction set of the native libraries: {@code x86-64}, {@code avx2} or {@code avx512}
 * @param threads OpenMP threads of one native call
 */
public record EngineStatus(String dl4jVersion, String backend, boolean oneDnn, String instructionSet, int threads) {

    /** Returns the start-up line, such as {@code engine: Deeplearning4j 1.0.0-M2.1 + oneDNN (avx2), 2 threads}. */
    public String line() {
        if (!"CPU".equals(backend)) {
            return "engine: Deeplearning4j " + dl4jVersion + " on " + backend;
        }
        String convolutions = oneDnn ? " + oneDNN (" : " without oneDNN, several times slower (";
        return "engine: Deeplearning4j " + dl4jVersion + convolutions + instructionSet + "), " + threads
                + (threads == 1 ? " thread" : " threads");
    }
}
