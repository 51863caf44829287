package org.sparkfinetune.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.ExitCode;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.jobs.run.Reports;
import org.sparkfinetune.report.page.ComparedRun;
import org.sparkfinetune.report.page.Comparison;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code compare RUN…}: finished jobs side by side. */
@Command(
        name = "compare",
        description = "Print the reports of finished jobs side by side.",
        mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "RUN",
            arity = "1..*",
            description = "Output folders of jobs, 2 to " + Comparison.MOST_RUNS + ".")
    private List<String> folders;

    @Option(names = "--html", paramLabel = "FILE", description = "Also write a page with the learning curves.")
    private Path html;

    @Override
    public Integer call() {
        if (folders.size() < 2 || folders.size() > Comparison.MOST_RUNS) {
            throw new InvalidRequestException(
                    "compare",
                    "got " + folders.size() + (folders.size() == 1 ? " run" : " runs") + "; give 2 to "
                            + Comparison.MOST_RUNS + ", such as scripts/compare my/run my/other-run");
        }
        Comparison comparison = Comparison.of(runs());
        System.out.print(comparison.text());
        if (html != null) {
            write(comparison.html());
            System.out.println("page: " + html);
        }
        return ExitCode.DONE.code();
    }

    /** Reads all runs, or throws one exception that names all unreadable ones. */
    private List<ComparedRun> runs() {
        List<ComparedRun> runs = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (String folder : folders) {
            try {
                runs.add(new ComparedRun(folder, Reports.read(folder), Reports.recipe(folder)));
            } catch (BadDataException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new BadDataException(problems);
        }
        return runs;
    }

    private void write(String page) {
        try {
            Files.writeString(html, page, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new InvalidRequestException(
                    "--html",
                    "is " + html + ", which cannot be written (" + e.getClass().getSimpleName()
                            + "); name a file in a folder that exists",
                    e);
        }
    }
}
