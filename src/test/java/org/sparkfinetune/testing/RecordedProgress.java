package org.sparkfinetune.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.sparkfinetune.report.Progress;

/** Keeps what a job told. */
public final class RecordedProgress implements Progress {
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());

    /** Stages, notes and texts, in order. */
    public List<String> told() {
        return List.copyOf(told);
    }

    @Override
    public Phase start(String name, long total, String unit) {
        told.add(name + ": " + total + " " + unit);
        return new Phase() {
            @Override
            public void done(long count) {}

            @Override
            public void note(String text) {
                told.add(text);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void tell(String text) {
        told.add(text);
    }
}
