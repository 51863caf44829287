package org.sparkfinetune.cli;

/** The entry point that spark-submit starts. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        if (args.length > 0) {
            throw new UnsupportedOperationException("not yet");
        }
    }
}
