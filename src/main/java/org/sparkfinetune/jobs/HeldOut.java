package org.sparkfinetune.jobs;

import java.util.Optional;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.EpochTrainer;
import org.sparkfinetune.train.Score;
import org.sparkfinetune.train.TrainingState;

/** How a tail does on the held-out split. */
@FunctionalInterface
interface HeldOut {
    /** The score; nothing when the split has no pictures. */
    Optional<Score> score(EpochTrainer<?> trainer, TrainingState state);

    /** On the held-out split of such examples. */
    static <S> HeldOut of(StageExamples<S> examples, Batcher<S> batcher) {
        return (trainer, state) -> examples.validation().map(held -> trainer.score(state, held.values(), batcher));
    }
}
