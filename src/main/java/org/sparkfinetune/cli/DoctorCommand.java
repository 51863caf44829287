package org.sparkfinetune.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.sparkfinetune.check.ExitCode;
import org.sparkfinetune.cluster.Finding;
import org.sparkfinetune.jobs.Jobs;
import org.sparkfinetune.jobs.doctor.Diagnosis;
import org.sparkfinetune.jobs.doctor.Doctor;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.Recipe;
import org.sparkfinetune.report.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code doctor [RECIPE]}: checks whether the cluster, and the job on it, will work. */
@Command(
        name = "doctor",
        description = "Check the driver and every executor, and report what to fix before a job is started.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    /** Number of places that are named; others are only counted. */
    private static final int NAMED = 3;

    @Parameters(paramLabel = "RECIPE", arity = "0..1", description = "Recipe of the job to run there.")
    private Path recipeFile;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Replace a value of the recipe; repeatable.")
    private Map<String, String> assignments = new LinkedHashMap<>();

    private final SparkSource sparkSource;

    DoctorCommand(SparkSource sparkSource) {
        this.sparkSource = sparkSource;
    }

    @Override
    public Integer call() {
        Optional<Recipe> recipe = Optional.ofNullable(recipeFile)
                .map(file -> Jobs.read(RecipeFiles.read(file).with(assignments)));
        Progress progress = Terminal.progress();
        return sparkSource.run("spark-finetune doctor", spark -> {
            List<Diagnosis> diagnoses = new Doctor(new JobContext(spark, progress), recipe).examine();
            print(diagnoses, System.out);
            boolean wrong = diagnoses.stream()
                    .flatMap(place -> place.findings().stream())
                    .anyMatch(Finding::isWrong);
            return (wrong ? ExitCode.INVALID_REQUEST : ExitCode.DONE).code();
        });
    }

    /** Prints one line for each check and finding, however many places have the same finding. */
    static void print(List<Diagnosis> diagnoses, PrintStream out) {
        Map<Finding, List<String>> places = new LinkedHashMap<>();
        for (Diagnosis diagnosis : diagnoses) {
            for (Finding finding : diagnosis.findings()) {
                places.computeIfAbsent(finding, ignored -> new ArrayList<>()).add(diagnosis.place());
            }
        }
        places.forEach((finding, where) -> {
            out.printf(
                    "%-5s %s: %s (%s)%n",
                    finding.isWrong() ? "WRONG" : "ok",
                    finding.check(),
                    finding.found(),
                    words(where, diagnoses.size()));
            if (finding.isWrong()) {
                out.println("      to do: " + finding.fix());
            }
        });
        long wrong = places.keySet().stream().filter(Finding::isWrong).count();
        out.println(wrong == 0 ? "all is well" : wrong + (wrong == 1 ? " thing" : " things") + " to do");
    }

    private static String words(List<String> where, int all) {
        if (where.size() == all && all > 1) {
            return "everywhere";
        }
        return where.size() <= NAMED
                ? String.join(", ", where)
                : String.join(", ", where.subList(0, NAMED)) + " and " + (where.size() - NAMED) + " more";
    }
}
