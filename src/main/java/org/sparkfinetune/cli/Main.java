package org.sparkfinetune.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import org.sparkfinetune.check.ExitCode;
import org.sparkfinetune.check.FinetuneException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.jobs.run.Reports;
import org.sparkfinetune.report.Summary;
import org.sparkfinetune.storage.SparkFailures;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The entry point that spark-submit starts: one command, one exit code (see {@link ExitCode}). */
@Command(
        name = "scripts/submit",
        description = "Fine-tunes pretrained vision models on Spark.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class Main implements Runnable {
    /** Set when the process is asked to end, by Ctrl-C or a scheduler: Spark's failures after that are expected. */
    private static volatile boolean stopping;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Name a command.");
    }

    /**
     * Ends the process with the exit code of the command. Returns or throws only where YARN runs the driver.
     *
     * @throws FailedJobException there, when the exit code is not 0
     */
    public static void main(String[] args) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopping = true));
        if (SparkSource.isRunByYarn()) {
            FailedJobException.unlessDone(errors -> execute(SparkSource::submitted, errors, args));
        } else {
            System.exit(execute(SparkSource::submitted, args));
        }
    }

    /** Runs a command line and returns its exit code. */
    static int execute(SparkSource sparkSource, String... args) {
        return execute(sparkSource, System.err, args);
    }

    /** @param errors stream for error messages to the user */
    private static int execute(SparkSource sparkSource, PrintStream errors, String... args) {
        NativeEngine.enable();
        CommandLine line = new CommandLine(new Main())
                .addSubcommand(new RunCommand(sparkSource))
                .addSubcommand(new DoctorCommand(sparkSource))
                .addSubcommand(new ListCommand())
                .addSubcommand(new ShowCommand())
                .addSubcommand(new CompareCommand())
                .addSubcommand(new ExplainCommand())
                .addSubcommand(new ModelsCommand())
                .setExecutionExceptionHandler((exception, command, parsed) -> explain(exception, errors))
                .setErr(new PrintWriter(errors, true, Charset.defaultCharset()))
                .setCaseInsensitiveEnumValuesAllowed(true);
        try {
            return line.execute(args);
        } catch (OutOfMemoryError e) {
            return explain(e, errors);
        }
    }

    /** Reports an error to the user, with a stack trace only for internal errors. */
    static int explain(Throwable exception, PrintStream out) {
        RuntimeException meaning = SparkFailures.translate(exception, "job");
        // Spark's own failures while it stops are expected; running out of memory may be why it stops.
        if (stopping && !(meaning instanceof InvalidRequestException)) {
            out.println("stopped; run the same command again to resume from the last complete part");
            return ExitCode.BUG.code();
        }
        if (meaning instanceof FinetuneException known) {
            for (Problem problem : known.problems()) {
                out.println("error: " + problem);
            }
            LoggerFactory.getLogger(Main.class).debug("ended by", exception);
            return known.exitCode().code();
        }
        out.println("error: internal error; please report it with the lines below");
        exception.printStackTrace(out);
        return ExitCode.BUG.code();
    }

    /** {@code show FOLDER…}: prints the reports of finished jobs. */
    @Command(name = "show", description = "Print the reports of finished jobs.", mixinStandardHelpOptions = true)
    private static final class ShowCommand implements Callable<Integer> {
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

    /** {@code list}: lists the recipes of a folder. */
    @Command(name = "list", description = "List the recipes of a folder.", mixinStandardHelpOptions = true)
    private static final class ListCommand implements Callable<Integer> {
        @Parameters(
                paramLabel = "FOLDER",
                defaultValue = "spark-jobs",
                description = "Folder; default: ${DEFAULT-VALUE}.")
        private Path folder;

        @Override
        public Integer call() {
            List<Path> files = RecipeFiles.in(folder).toList();
            if (files.isEmpty()) {
                throw new InvalidRequestException(folder.toString(), "has no recipes (*.yaml)");
            }
            for (Path file : files) {
                System.out.printf(
                        "%-10s %s%n", RecipeFiles.read(file).text("kind").orElse("?"), file);
            }
            return ExitCode.DONE.code();
        }
    }
}
