package org.sparkfinetune.jobs.finetune;

import java.util.ArrayList;
import java.util.List;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.jobs.finetune.options.StageOptions;
import org.sparkfinetune.jobs.finetune.options.TrainingOptions;
import org.sparkfinetune.zoo.network.FreezeLadder;

/**
 * One training of a run, with what its options leave to others filled in. A recipe without stages has one.
 *
 * @param number 1-based
 * @param of how many
 * @param freezePoint of the card, or {@link FreezeLadder#NONE}
 * @param epochs at most
 * @param learningRate of the head
 * @param layerDecay from one rung to the next below
 */
public record Stage(int number, int of, String freezePoint, int epochs, double learningRate, double layerDecay) {

    /** The stages of a recipe, first to last. */
    static List<Stage> of(FinetuneRecipe recipe, FreezeLadder ladder) {
        TrainingOptions training = recipe.training();
        List<StageOptions> options = training.stages();
        if (options.isEmpty()) {
            String point = ladder.freezePoint("freezeUpTo", recipe.freezeUpTo());
            return List.of(new Stage(1, 1, point, training.epochs(), training.learningRate(), training.layerDecay()));
        }
        List<Stage> stages = new ArrayList<>();
        for (int i = 0; i < options.size(); i++) {
            StageOptions stage = options.get(i);
            stages.add(new Stage(
                    i + 1,
                    options.size(),
                    ladder.freezePoint("training.stages[" + i + "].freezeUpTo", stage.freezeUpTo()),
                    stage.epochs(),
                    stage.learningRate() == 0 ? training.learningRate() : stage.learningRate(),
                    stage.layerDecay() == 0 ? training.layerDecay() : stage.layerDecay()));
        }
        requireDeeperAndDeeper(stages, ladder);
        return stages;
    }

    /** What a stage has trained must not be part of the next one's trunk, whose activations are those of the model before. */
    private static void requireDeeperAndDeeper(List<Stage> stages, FreezeLadder ladder) {
        List<Problem> problems = new ArrayList<>();
        for (int i = 1; i < stages.size(); i++) {
            String before = stages.get(i - 1).freezePoint();
            String here = stages.get(i).freezePoint();
            if (ladder.height(here) > ladder.height(before)) {
                problems.add(new Problem(
                        "training.stages[" + i + "].freezeUpTo",
                        "is " + here + ", above " + before
                                + " of the stage before; a stage cannot freeze what an earlier"
                                + " one has trained: put the stages in the order of unfreezing"));
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidRequestException(problems);
        }
    }

    /** For people. */
    String name() {
        return of == 1 ? "the tail" : "stage " + number + " of " + of;
    }
}
