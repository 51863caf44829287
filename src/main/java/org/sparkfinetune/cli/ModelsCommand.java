package org.sparkfinetune.cli;

import java.util.Optional;
import org.sparkfinetune.check.ExitCode;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.zoo.CachedWeights;
import org.sparkfinetune.zoo.ModelCard;
import org.sparkfinetune.zoo.ModelZoo;
import org.sparkfinetune.zoo.PretrainedNetwork;
import org.sparkfinetune.zoo.WeightsCache;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code models …}: what is in the zoo, and getting it. */
@Command(name = "models", description = "List, describe and fetch pretrained models.", mixinStandardHelpOptions = true)
final class ModelsCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Name one of list, describe, fetch.");
    }

    @Command(description = "List the models and whether their weights are cached.")
    int list() {
        System.out.printf("%-14s %12s %11s %10s  %s%n", "name", "parameters", "input", "embedding", "weights");
        for (String name : ModelZoo.names()) {
            ModelCard card = ModelZoo.card(name);
            String weights = cache().find(card).map(found -> "cached").orElse("to be fetched");
            String input = card.input().height() + " x " + card.input().width();
            System.out.printf(
                    "%-14s %12d %11s %10d  %s%n",
                    name, card.parameters(), input, card.embedding().size(), weights);
        }
        return ExitCode.DONE.code();
    }

    @Command(description = "Print a model's card.")
    int describe(@Parameters(paramLabel = "NAME", description = "Name or path of a card.") String name) {
        ModelCard card = ModelZoo.card(name);
        System.out.print(YamlFile.write(card));
        Optional<CachedWeights> cached = cache().find(card);
        System.out.println(
                "# weights: " + cached.map(found -> found.archive().toString()).orElse("not cached"));
        return ExitCode.DONE.code();
    }

    @Command(description = "Fetch a model's weights, check them, and load the network once.")
    int fetch(@Parameters(paramLabel = "NAME", description = "Name or path of a card.") String name) {
        ModelCard card = ModelZoo.card(name);
        CachedWeights weights = cache().fetch(card, System.err::println);
        long parameters = PretrainedNetwork.load(card, weights).numParams();
        System.out.println(name + ": " + parameters + " parameters, " + weights.archive());
        return ExitCode.DONE.code();
    }

    private static WeightsCache cache() {
        return WeightsCache.of(System.getenv());
    }
}
