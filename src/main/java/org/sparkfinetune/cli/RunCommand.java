package org.sparkfinetune.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.sparkfinetune.check.ExitCode;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.jobs.Jobs;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.Recipe;
import org.sparkfinetune.report.Progress;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.report.Summary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code run RECIPE}: runs a job. */
@Command(name = "run", description = "Run a recipe.", mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RECIPE", description = "Recipe file, such as spark-jobs/quickstart-shard.yaml.")
    private Path recipeFile;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Replace a value, such as training.epochs=3; repeatable.")
    private Map<String, String> assignments = new LinkedHashMap<>();

    @Option(names = "--validate", description = "Check the recipe and print it with all defaults; run nothing.")
    private boolean validateOnly;

    private final SparkSource sparkSource;

    RunCommand(SparkSource sparkSource) {
        this.sparkSource = sparkSource;
    }

    @Override
    public Integer call() {
        YamlFile file = RecipeFiles.read(recipeFile).with(assignments);
        Recipe recipe = Jobs.read(file);
        PrintStream out = System.out;
        if (validateOnly) {
            out.print(YamlFile.write((Record) recipe));
            return ExitCode.DONE.code();
        }
        Progress progress = Terminal.progress();
        return sparkSource.run("spark-finetune " + recipe.kind() + " " + recipeFile.getFileName(), spark -> {
            RunReport report = recipe.execute(new JobContext(spark, progress));
            out.print(Summary.of(report));
            return ExitCode.DONE.code();
        });
    }
}
