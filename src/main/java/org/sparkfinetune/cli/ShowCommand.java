package org.sparkfinetune.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.sparkfinetune.check.ExitCode;
import org.sparkfinetune.jobs.run.Reports;
import org.sparkfinetune.report.Summary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code show FOLDER…}: prints the reports of finished jobs. */
@Command(name = "show", description = "Print the reports of finished jobs.", mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", arity = "1..*", description = "Output folder of a job.")
    private List<String> folders;

    @Override
    public Integer call() {
        for (String folder : folders) {
            System.out.print(Summary.of(Reports.read(folder)));
        }
        return ExitCode.DONE.code();
    }
}
