package org.sparkfinetune.train.checkpoint;

import java.util.List;
import java.util.Optional;

/** What was found to go on with. */
public final class Resume {
    private final Checkpoint checkpoint;
    private final List<String> warnings;

    Resume(Checkpoint checkpoint, List<String> warnings) {
        this.checkpoint = checkpoint;
        this.warnings = List.copyOf(warnings);
    }

    /** The newest whole checkpoint; empty when training must start from the beginning. */
    public Optional<Checkpoint> checkpoint() {
        return Optional.ofNullable(checkpoint);
    }

    /** One for each newer checkpoint that is damaged, newest first. */
    public List<String> warnings() {
        return warnings;
    }
}
