package org.sparkfinetune.jobs.run;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FSError;
import org.sparkfinetune.check.ExitCode;
import org.sparkfinetune.check.FinetuneException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.report.Build;
import org.sparkfinetune.report.JobEvent;
import org.sparkfinetune.report.Progress;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.report.watch.EventLog;
import org.sparkfinetune.report.watch.JobFacts;
import org.sparkfinetune.report.watch.JobMetrics;
import org.sparkfinetune.report.watch.MlflowTracker;
import org.sparkfinetune.report.watch.SparkDescriptions;
import org.sparkfinetune.report.watch.TensorBoardLog;
import org.sparkfinetune.report.watch.WatchSettings;
import org.sparkfinetune.storage.HadoopFiles;
import org.sparkfinetune.storage.SparkFailures;

/** Runs a job and forwards its progress to all listeners: caller, Spark UI and metrics, event log, trackers. */
final class WatchedJob implements Job, AutoCloseable {
    private final Recipe recipe;
    private final JobContext context;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<Progress> listeners = new ArrayList<>();

    /** @throws org.sparkfinetune.check.InvalidRequestException when a {@code spark.finetune.} setting is wrong */
    WatchedJob(Recipe recipe, JobContext context) {
        this.recipe = recipe;
        this.context = context;
        NativeEngine.enable();
        WatchSettings settings = WatchSettings.of(settings());
        JobFacts facts = facts();
        Consumer<String> warnings = context.progress()::warn;
        InstantSource clock = InstantSource.system();
        if (!settings.tensorBoard().isEmpty()) {
            add(new TensorBoardLog(
                    facts,
                    HadoopFiles.qualified(WatchSettings.TENSOR_BOARD, settings.tensorBoard(), context.hadoop()),
                    context.hadoop(),
                    clock,
                    warnings));
        }
        add(new JobMetrics().register());
        add(new EventLog(facts, context.hadoop(), clock, warnings));
        if (!settings.mlflow().isEmpty()) {
            add(new MlflowTracker(facts, settings, System.getenv(), clock, warnings));
        }
        // Last: whatever goes wrong above, Spark's jobs keep their descriptions.
        add(new SparkDescriptions(context.java(), recipe.kind()));
    }

    private <T extends Progress & AutoCloseable> void add(T listener) {
        listeners.add(listener);
        opened.add(listener);
    }

    private Map<String, String> settings() {
        Map<String, String> all = new LinkedHashMap<>();
        context.spark().conf().getAll().foreach(pair -> all.put(pair._1(), pair._2()));
        return all;
    }

    private JobFacts facts() {
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put("version", Build.version());
        tags.put("git", Build.git());
        tags.put("spark", context.spark().version());
        tags.put("master", context.spark().sparkContext().master());
        return new JobFacts(
                recipe.kind(), context.application(), recipe.output(), YamlFile.tree((Record) recipe), tags);
    }

    /** @throws RuntimeException as {@link Recipe#execute} */
    @Override
    public RunReport run() {
        Progress all = Progress.all(context.progress(), listeners);
        try {
            RunReport report = recipe.job(new JobContext(context.spark(), all)).run();
            all.onEvent(new JobEvent.Done(report));
            return report;
        } catch (Exception
                | FSError
                | OutOfMemoryError failure) { // Spark throws checked exceptions that it does not declare
            RuntimeException translated = SparkFailures.translate(failure, recipe.output());
            all.onEvent(failed(translated));
            throw translated;
        }
    }

    private JobEvent.Failed failed(RuntimeException translated) {
        if (translated instanceof FinetuneException known) {
            String reason = known.problems().stream().map(Problem::toString).collect(Collectors.joining("\n"));
            return new JobEvent.Failed(known.exitCode().code(), reason);
        }
        // Errors that Spark reports while it is being stopped are not news.
        boolean stopped = context.spark().sparkContext().isStopped();
        return new JobEvent.Failed(ExitCode.BUG.code(), stopped ? "stopped" : translated.toString());
    }

    /** Closes all listeners, which then write what is pending. One that fails does not keep the others from closing. */
    @Override
    public void close() {
        for (AutoCloseable listener : opened) {
            try {
                listener.close();
            } catch (Exception e) {
                context.progress().warn(listener.getClass().getSimpleName() + " was not closed: " + e);
            }
        }
    }
}
