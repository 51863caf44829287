package org.sparkfinetune.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.sparkfinetune.check.ExitCode;
import org.sparkfinetune.check.InvalidRequestException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code list}: lists the recipes of a folder. */
@Command(name = "list", description = "List the recipes of a folder.", mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", defaultValue = "spark-jobs", description = "Folder; default: ${DEFAULT-VALUE}.")
    private Path folder;

    @Override
    public Integer call() {
        List<Path> files = RecipeFiles.in(folder).toList();
        if (files.isEmpty()) {
            throw new InvalidRequestException(folder.toString(), "has no recipes (*.yaml)");
        }
        for (Path file : files) {
            System.out.printf("%-10s %s%n", RecipeFiles.read(file).text("kind").orElse("?"), file);
        }
        return ExitCode.DONE.code();
    }
}
