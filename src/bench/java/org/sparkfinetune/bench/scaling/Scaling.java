package org.sparkfinetune.bench.scaling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The tables of docs/scaling.md, in Markdown: a round in its parts, an epoch on 1 to 256 executors, and where doubling
 * them stops paying.
 */
public final class Scaling {
    private static final int MOST_WORKERS = 256;

    private final ScalingPlan plan;
    private final StringBuilder text = new StringBuilder();

    private Scaling(ScalingPlan plan) {
        this.plan = plan;
    }

    /** @param arguments file of inputs, file to write */
    public static void main(String[] arguments) throws IOException {
        Files.writeString(Path.of(arguments[1]), tables(ScalingInputs.read(Path.of(arguments[0]))));
    }

    /** All tables. */
    static String tables(ScalingPlan plan) {
        Scaling scaling = new Scaling(plan);
        scaling.worthwhile();
        for (ScalingPlan.Case one : plan.cases()) {
            scaling.rounds(one);
            scaling.epochs(one);
        }
        return scaling.text.toString();
    }

    private void worthwhile() {
        line("## How many executors pay");
        line("");
        line("The first number of executors is the smallest that is faster than one machine without Spark.");
        line("The second is the last one that doubling pays up to: one more doubling makes an epoch");
        line("less than %.1f times as fast.", 1 + plan.gain());
        line("");
        for (double faster : plan.faster()) {
            line("### Executors %.0f times as fast as the one that was measured", faster);
            line("");
            heads("| training | averagingFrequency |");
            for (ScalingPlan.Case one : plan.cases()) {
                plan.frequencies().forEach(frequency -> worthwhile(one.faster(faster), frequency));
            }
            line("");
        }
    }

    private void heads(String first) {
        text.append(first);
        plan.gigabits().forEach(gigabit -> text.append(String.format(Locale.ROOT, " %.0f Gbit/s |", gigabit)));
        line("");
        line("|---|---|%s", "---|".repeat(plan.gigabits().size()));
    }

    private void worthwhile(ScalingPlan.Case one, int frequency) {
        text.append(String.format(Locale.ROOT, "| %s | %d |", one.title(), frequency));
        for (double gigabit : plan.gigabits()) {
            RoundModel model = plan.model(one, gigabit);
            long perRound = one.batchSize() * frequency;
            int from = model.faster(plan.examples(), perRound, MOST_WORKERS);
            int to = model.worthwhile(plan.examples(), perRound, plan.gain(), MOST_WORKERS);
            text.append(from > to ? " none |" : " " + from + " to " + to + (to == MOST_WORKERS ? "+ |" : " |"));
        }
        line("");
    }

    private void rounds(ScalingPlan.Case one) {
        double gigabit = plan.gigabits().get(plan.gigabits().size() / 2);
        int frequency = plan.frequencies().get(plan.frequencies().size() / 2);
        line("## %s: a round in seconds, %.0f Gbit/s, averagingFrequency %d", one.title(), gigabit, frequency);
        line("");
        line("| executors | take over | fit | cut | exchange | add | collect | Spark | round | of it averaging |");
        line("|---|---|---|---|---|---|---|---|---|---|");
        for (int workers = 1; workers <= MOST_WORKERS; workers *= 2) {
            RoundModel.Parts parts = plan.model(one, gigabit).parts(workers, one.batchSize() * frequency);
            line(
                    "| %d | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f | %.0f %% |",
                    workers,
                    parts.takeOver(),
                    parts.fit(),
                    parts.cut(),
                    parts.exchange(),
                    parts.add(),
                    parts.collect(),
                    parts.spark(),
                    parts.total(),
                    100 * parts.averaging() / parts.total());
        }
        line("");
    }

    private void epochs(ScalingPlan.Case one) {
        line("## %s: an epoch of %d examples", one.title(), plan.examples());
        line("");
        line(
                "Seconds per epoch, speedup over one machine without Spark (%.0f s), and speedup per executor.",
                plan.model(one, 1).aloneSeconds(plan.examples()));
        line("");
        text.append("| executors |");
        for (double gigabit : plan.gigabits()) {
            plan.frequencies()
                    .forEach(f -> text.append(String.format(Locale.ROOT, " %.0f Gbit/s, f = %d |", gigabit, f)));
        }
        line("");
        line(
                "|---|%s",
                "---|".repeat(plan.frequencies().size() * plan.gigabits().size()));
        for (int workers = 1; workers <= MOST_WORKERS; workers *= 2) {
            text.append("| ").append(workers).append(" |");
            for (double gigabit : plan.gigabits()) {
                for (int frequency : plan.frequencies()) {
                    epoch(plan.model(one, gigabit), workers, one.batchSize() * frequency);
                }
            }
            line("");
        }
        line("");
    }

    private void epoch(RoundModel model, int workers, long perRound) {
        double seconds = model.epochSeconds(workers, plan.examples(), perRound);
        double speedUp = model.aloneSeconds(plan.examples()) / seconds;
        text.append(String.format(Locale.ROOT, " %.0f s, %.1f, %.0f %% |", seconds, speedUp, 100 * speedUp / workers));
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
