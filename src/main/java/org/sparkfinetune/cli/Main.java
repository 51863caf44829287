package org.sparkfinetune.cli;

import java.io.PrintStream;
import org.slf4j.LoggerFactory;
import org.sparkfinetune.check.ExitCode;
import org.sparkfinetune.check.FinetuneException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.data.SparkFailures;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry point that spark-submit starts: one command, one exit code (see {@link ExitCode}). */
@Command(
        name = "scripts/submit",
        description = "Fine-tunes pretrained vision models on Spark.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class Main implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Name a command.");
    }

    /** Never returns: the process ends with the code of the command. */
    public static void main(String[] args) {
        System.exit(execute(SparkSource::submitted, args));
    }

    /** The exit code of a command line. */
    static int execute(SparkSource sparkSource, String... args) {
        NativeEngine.enable();
        return new CommandLine(new Main())
                .addSubcommand(new RunCommand(sparkSource))
                .addSubcommand(new ListCommand())
                .addSubcommand(new ShowCommand())
                .addSubcommand(new ModelsCommand())
                .setExecutionExceptionHandler((exception, line, parsed) -> explain(exception, System.err))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args);
    }

    /** Tells the user what is wrong, with a stack trace only when it is our fault. */
    static int explain(Exception exception, PrintStream out) {
        if (SparkFailures.translate(exception, "job") instanceof FinetuneException known) {
            for (Problem problem : known.problems()) {
                out.println("error: " + problem);
            }
            LoggerFactory.getLogger(Main.class).debug("ended by", exception);
            return known.exitCode().code();
        }
        out.println("error: a bug of spark-finetune; please report it with the lines below");
        exception.printStackTrace(out);
        return ExitCode.BUG.code();
    }
}
