package org.sparkfinetune.cli;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.sparkfinetune.check.ExitCode;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Suggestion;
import org.sparkfinetune.config.DescribedKey;
import org.sparkfinetune.config.KeyReference;
import org.sparkfinetune.jobs.Jobs;
import org.sparkfinetune.zoo.card.ModelCard;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code explain [KIND [KEY]]}: prints the meaning of recipe keys, from the same records as the pages in docs/jobs/.
 */
@Command(
        name = "explain",
        description = "Print the meaning of the keys of a kind of job, or of a model card.",
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "KIND",
            arity = "0..1",
            description = "Kind of job, such as finetune, or model-card; without it, a list of the kinds.")
    private String kind;

    @Parameters(
            index = "1",
            paramLabel = "KEY",
            arity = "0..1",
            description = "One key, or a group of keys such as training.schedule.")
    private String key;

    @Override
    public Integer call() {
        print(System.out);
        return ExitCode.DONE.code();
    }

    private void print(PrintStream out) {
        Map<String, Class<? extends Record>> types = new LinkedHashMap<>(Jobs.kinds());
        types.put("model-card", ModelCard.class);
        if (kind == null) {
            types.forEach((name, type) ->
                    out.printf("%-11s %d keys%n", name, KeyReference.of(type).size()));
            return;
        }
        if (!types.containsKey(kind)) {
            throw new InvalidRequestException(
                    "explain",
                    "\"" + kind + "\" is not a kind of job; allowed are " + types.keySet()
                            + Suggestion.didYouMean(kind, types.keySet()));
        }
        List<DescribedKey> all = KeyReference.of(types.get(kind));
        List<DescribedKey> wanted =
                all.stream().filter(each -> key == null || isBelow(each.path())).toList();
        if (wanted.isEmpty()) {
            List<String> paths = all.stream().map(DescribedKey::path).toList();
            throw new InvalidRequestException(
                    "explain " + kind,
                    "\"" + key + "\" is not one of its keys; \"scripts/submit explain " + kind + "\" lists them"
                            + Suggestion.didYouMean(key, paths));
        }
        wanted.forEach(each -> print(each, out));
    }

    private boolean isBelow(String path) {
        return path.equals(key) || path.startsWith(key + ".") || path.startsWith(key + "[].");
    }

    private static void print(DescribedKey each, PrintStream out) {
        out.println(each.path());
        out.println("    " + each.meaning());
        String value = each.allowed().isEmpty() ? each.type() : each.type() + " " + each.allowed();
        boolean optional = each.group() && each.defaultValue().equals("{}");
        out.println("    " + value.replace("number at least", "number, at least")
                + (optional
                        ? ""
                        : "; " + (each.hasDefault() ? "default " : "")
                                + each.defaultValue().replace("depends", "default depends")));
    }
}
