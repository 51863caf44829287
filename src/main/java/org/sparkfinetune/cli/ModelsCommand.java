package org.sparkfinetune.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.ExitCode;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.files.PretrainedNetwork;
import org.sparkfinetune.zoo.network.Observation;
import org.sparkfinetune.zoo.weights.CachedWeights;
import org.sparkfinetune.zoo.weights.WeightsCache;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code models …}: lists the zoo and fetches weights. */
@Command(
        name = "models",
        description = "List, describe, fetch and verify pretrained models.",
        mixinStandardHelpOptions = true)
final class ModelsCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Name one of list, describe, fetch, verify.");
    }

    @Command(description = "List the models and whether their weights are cached, fetchable or missing.")
    int list() {
        System.out.println(ModelText.head());
        for (String name : ModelZoo.names()) {
            ModelCard card = ModelZoo.card(name);
            System.out.println(ModelText.row(card, cache().state(card)));
        }
        ModelText.legend().forEach(System.out::println);
        return ExitCode.DONE.code();
    }

    @Command(description = "Print a model's size, input, layers and freeze points.")
    int describe(@Parameters(paramLabel = "NAME", description = "Name or path of a card.") String name) {
        ModelCard card = ModelZoo.card(name);
        String whereabouts = cache().find(card)
                .map(found -> "cached at " + found.archive())
                .orElseGet(() -> cache().state(card).name().toLowerCase(Locale.ROOT) + ", from the first of:");
        ModelText.description(card, whereabouts).forEach(System.out::println);
        return ExitCode.DONE.code();
    }

    @Command(description = "Fetch a model's weights unless they are cached, check them, and load the network once.")
    int fetch(
            @Parameters(paramLabel = "NAME", description = "Name or path of a card.") String name,
            @Option(names = "--from", paramLabel = "FILE", description = "Take this file instead of downloading.")
                    Path file) {
        ModelCard card = ModelZoo.card(name);
        Optional<CachedWeights> there = file == null ? cache().find(card) : Optional.empty();
        // The only check for an unpinned file is to load it.
        if (there.isPresent() && !there.get().source().unpinned()) {
            System.err.println(
                    name + ": cached, SHA-256 as in the card; not loaded again (\"models verify\" does that)");
            System.out.println(name + ": " + card.parameters() + " parameters, "
                    + there.get().archive());
            return ExitCode.DONE.code();
        }
        CachedWeights weights = file == null
                ? cache().fetch(card, System.err::println)
                : cache().adopt(card, file, System.err::println);
        long parameters = PretrainedNetwork.load(card, weights).numParams();
        System.out.println(name + ": " + parameters + " parameters, " + weights.archive());
        return ExitCode.DONE.code();
    }

    @Command(description = "Run a test picture through a model and compare with the stored outputs.")
    int verify(@Parameters(paramLabel = "NAME", description = "Name or path of a card.") String name) {
        ModelCard card = ModelZoo.card(name);
        ComputationGraph network = PretrainedNetwork.load(card, cache().fetch(card, System.err::println));
        Observation found = Observation.of(card, network);
        Optional<Observation> golden = Observation.golden(card.name());
        if (golden.isEmpty()) {
            System.out.println(name + ": loads and runs, top classes " + found.topClasses()
                    + "; NOTHING WAS COMPARED, because the repository has no stored outputs for this card");
            return ExitCode.DONE.code();
        }
        List<String> differences = golden.get().differences(found);
        if (!differences.isEmpty()) {
            throw new BadDataException(differences.stream()
                    .map(difference -> new Problem(name, difference))
                    .toList());
        }
        System.out.println(name + ": the test picture gives the stored outputs, top classes " + found.topClasses());
        return ExitCode.DONE.code();
    }

    private static WeightsCache cache() {
        return WeightsCache.of(System.getenv());
    }
}
