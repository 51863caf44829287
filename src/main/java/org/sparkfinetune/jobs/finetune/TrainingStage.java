package org.sparkfinetune.jobs.finetune;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.jobs.finetune.options.StageOptions;
import org.sparkfinetune.jobs.finetune.options.TrainingOptions;
import org.sparkfinetune.zoo.network.FreezeLadder;
import org.sparkfinetune.zoo.network.NetworkCut;

/**
 * One training of a run: a {@link StageOptions} whose absent values are filled in from the {@link TrainingOptions}. A
 * recipe without stages has one.
 *
 * @param number 1-based number of the stage
 * @param of number of stages
 * @param freezePoint a freeze point of the card, or {@link FreezeLadder#NONE}
 * @param epochs greatest number of epochs
 * @param learningRate learning rate of the head
 * @param layerDecay factor of the learning rate from one freeze point to the next below
 */
public record TrainingStage(
        int number, int of, String freezePoint, int epochs, double learningRate, double layerDecay) {

    /** The stages of a recipe, first to last. */
    static List<TrainingStage> of(FinetuneRecipe recipe, FreezeLadder ladder) {
        TrainingOptions training = recipe.tuning().training();
        List<StageOptions> options = training.stages();
        if (options.isEmpty()) {
            String point = ladder.freezePoint("freezeUpTo", recipe.tuning().freezeUpTo());
            return List.of(
                    new TrainingStage(1, 1, point, training.epochs(), training.learningRate(), training.layerDecay()));
        }
        List<TrainingStage> stages = new ArrayList<>();
        for (int i = 0; i < options.size(); i++) {
            StageOptions stage = options.get(i);
            stages.add(new TrainingStage(
                    i + 1,
                    options.size(),
                    ladder.freezePoint("training.stages[" + i + "].freezeUpTo", stage.freezeUpTo()),
                    stage.epochs(),
                    stage.learningRate() == 0 ? training.learningRate() : stage.learningRate(),
                    stage.layerDecay() == 0 ? training.layerDecay() : stage.layerDecay()));
        }
        requireEachStageDeeper(stages, ladder);
        return stages;
    }

    /**
     * Refuses a stage that freezes layers which an earlier one trains: the activations of its trunk are those of the
     * model before the run.
     */
    private static void requireEachStageDeeper(List<TrainingStage> stages, FreezeLadder ladder) {
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

    /** Cuts a network at the freeze point of this stage. */
    public NetworkCut cut(ComputationGraph whole) {
        return freezePoint.equals(FreezeLadder.NONE)
                ? NetworkCut.nothingFrozen(whole)
                : NetworkCut.at(whole, freezePoint);
    }

    /** Name for progress lines. */
    String name() {
        return of == 1 ? "the tail" : "stage " + number + " of " + of;
    }
}
