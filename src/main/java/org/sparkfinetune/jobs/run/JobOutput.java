package org.sparkfinetune.jobs.run;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.report.page.HtmlReport;
import org.sparkfinetune.report.watch.EventLog;
import org.sparkfinetune.storage.StagedOutput;

/**
 * The output folder of a job that is whole once its {@code report.json} is there. The report carries the fingerprint of all
 * that decided the result, so the same command again finds its result and does nothing.
 */
public final class JobOutput implements AutoCloseable {
    /** The recipe, with every default spelled out. */
    public static final String RECIPE = "recipe.yaml";
    /** The report for people. */
    public static final String HTML = "report.html";

    private final JobContext context;
    private final String name;
    private final Path folder;
    private final StagedOutput staged;
    private final List<String> parts;
    private final List<String> extras;

    /**
     * @param name of the folder, as the recipe has it
     * @param parts files and folders that the job makes, beside the report
     * @param kept files and folders that survive an interrupted run
     */
    public JobOutput(JobContext context, String name, List<String> parts, List<String> kept) {
        this(context, name, parts, kept, List.of());
    }

    /** @param extras parts that the job makes only when it is told to */
    public JobOutput(JobContext context, String name, List<String> parts, List<String> kept, List<String> extras) {
        this.context = context;
        this.name = name;
        this.folder = context.path("output", name);
        this.parts = Stream.concat(parts.stream(), Stream.of(HTML)).toList();
        this.extras = List.copyOf(extras);
        List<String> all = Stream.concat(this.parts.stream(), extras.stream()).toList();
        List<String> staying =
                Stream.concat(kept.stream(), Stream.of(EventLog.FILE)).toList();
        this.staged = new StagedOutput(context.files(folder), folder, Reports.FILE, all, staying);
    }

    /**
     * The report of a run with the same fingerprint, when there is one; the user is told.
     *
     * @throws InvalidRequestException when the folder holds the result of something else and must not be replaced
     */
    public Optional<RunReport> finished(String fingerprint, boolean overwrite) {
        Optional<RunReport> report = there();
        if (report.isEmpty() || isOf(report.get(), fingerprint)) {
            return report;
        }
        if (!overwrite) {
            throw new InvalidRequestException(
                    folder.toString(),
                    "holds the result of another recipe, model or input (fingerprint "
                            + report.get().provenance().fingerprint() + ", this one is " + fingerprint
                            + "); choose another output, or --set overwrite=true to replace it");
        }
        return Optional.empty();
    }

    /** The report of the result that is there, when it is whole. */
    public Optional<RunReport> there() {
        return staged.description().map(text -> Reports.parse(folder + "/" + Reports.FILE, text));
    }

    /** Whether a report has this fingerprint; the user is told that nothing is left to do. */
    public boolean isOf(RunReport report, String fingerprint) {
        boolean same = report.provenance().fingerprint().equals(fingerprint);
        if (same) {
            context.progress().tell("already done: " + name);
        }
        return same;
    }

    /** Carries through what a killed run had begun to {@link #add}. */
    public void recover() {
        staged.recover(context.application());
    }

    /**
     * As {@link #begin()}, but a staged folder stays when a run that was killed filled it for the same purpose.
     *
     * @throws InvalidRequestException when another job writes this output
     */
    public void begin(String part, String purpose) {
        staged.begin(context.application(), part, purpose);
        context.began(folder);
    }

    /**
     * Keeps other jobs away and removes what an interrupted run left, except what is kept.
     *
     * @throws InvalidRequestException when another job writes this output
     */
    public void begin() {
        staged.begin(context.application());
        context.began(folder);
    }

    /** Lets other jobs write the output again, however this one ended. */
    @Override
    public void close() {
        staged.close();
    }

    /** The output folder itself. */
    public Path folder() {
        return folder;
    }

    /** Where a part is written before it is published. */
    public Path staged(String part) {
        return staged.staged(part);
    }

    /** Where a part will be when the job is done. */
    public Path published(String part) {
        return new Path(folder, part);
    }

    /**
     * Leaves one part for the user to look at, of an output that will not be whole; what is staged beside it stays for the next run.
     *
     * @return where the part is now
     */
    public Path show(String part) {
        return staged.show(part);
    }

    /** Gives the files of a staged folder their final names; {@code adding} as in {@link StagedOutput#number}. */
    public void number(String part, boolean adding) {
        staged.number(part, adding);
    }

    /** Publishes every part and declares the output whole. */
    public void finish(RunReport report) {
        finish(report, Map.of());
    }

    /** @param thumbnails for the page, as {@link HtmlReport#of(RunReport, Map)} takes them */
    public void finish(RunReport report, Map<String, byte[]> thumbnails) {
        writeHtml(report, thumbnails);
        Stream<String> made =
                extras.stream().filter(part -> context.files(folder).exists(staged.staged(part)));
        staged.publish(Stream.concat(parts.stream(), made).toList());
        staged.finish(Reports.write(report));
    }

    /** Adds what is staged to the result that is there. */
    public void add(RunReport report) {
        writeHtml(report, Map.of());
        staged.add(Reports.write(report));
    }

    private void writeHtml(RunReport report, Map<String, byte[]> thumbnails) {
        context.files(folder).writeText(staged.staged(HTML), HtmlReport.of(report, thumbnails));
    }
}
