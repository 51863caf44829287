package org.sparkfinetune.jobs.run;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.data.dataset.Ledger;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.report.page.HtmlReport;
import org.sparkfinetune.report.watch.EventLog;
import org.sparkfinetune.storage.StagedOutput;

/**
 * The output folder of a job, complete as soon as it has a {@code report.json}. The report holds the fingerprint of
 * everything that decided the result, so that the same command finds its result and does nothing.
 */
public final class JobOutput implements AutoCloseable {
    /** File with the recipe, all defaults included. */
    public static final String RECIPE = "recipe.yaml";
    /** File with the report as a web page. */
    public static final String HTML = "report.html";

    private final JobContext context;
    private final String name;
    private final Path folder;
    private final StagedOutput staged;
    private final List<String> parts;
    private final List<String> extras;

    /**
     * @param name the folder, as in the recipe
     * @param parts files and folders that the job makes besides the report
     * @param kept files and folders that stay when a run is interrupted
     */
    public JobOutput(JobContext context, String name, List<String> parts, List<String> kept) {
        this(context, name, parts, kept, List.of());
    }

    /** @param extras parts that the job makes only on request */
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
     * Returns the report of a finished run with the same fingerprint, if there is one, and reports that it is reused.
     *
     * @throws InvalidRequestException when the folder holds another result, which must not be replaced
     */
    public Optional<RunReport> finished(String fingerprint, boolean overwrite) {
        Optional<RunReport> report = existing();
        if (report.isEmpty() || belongsTo(report.get(), fingerprint)) {
            return report;
        }
        if (!overwrite) {
            throw ofAnother(
                    folder, "fingerprint " + report.get().provenance().fingerprint() + ", this one is " + fingerprint);
        }
        return Optional.empty();
    }

    /**
     * The refusal to replace the result of something else.
     *
     * @param difference difference between that result and the one of this job
     */
    public static InvalidRequestException ofAnother(Path folder, String difference) {
        return new InvalidRequestException(
                folder.toString(),
                "holds the result of another recipe, model or input (" + difference
                        + "); choose another output, or --set overwrite=true to replace it");
    }

    /** The refusal to replace a result whose input has lost or changed pictures since. */
    public static InvalidRequestException ofChangedInput(Path folder, Path input, Ledger.Changes changes) {
        String keep =
                changes.changed() == 0 ? " --set keepRemoved=true keeps what was made of those that are gone," : "";
        return new InvalidRequestException(
                folder.toString(),
                "was made of " + input + " before its pictures changed: " + changes.gone() + " are gone, "
                        + changes.changed() + " have changed, " + changes.added() + " are new;" + keep
                        + " --set overwrite=true makes it again, another output keeps both");
    }

    /** The report of the result in the folder, if it is complete. */
    public Optional<RunReport> existing() {
        return staged.description().map(text -> Reports.parse(folder + "/" + Reports.FILE, text));
    }

    /** Whether a report has this fingerprint; if so, reports that nothing is left to do. */
    public boolean belongsTo(RunReport report, String fingerprint) {
        boolean same = report.provenance().fingerprint().equals(fingerprint);
        if (same) {
            context.progress().tell("already done: " + name);
        }
        return same;
    }

    /** Completes an {@link #add} that a killed run had begun. */
    public void recover() {
        staged.recover(context.application());
    }

    /**
     * As {@link #begin()}, but keeps a staged folder that a killed run filled for the same purpose.
     *
     * @throws InvalidRequestException when another job writes this output
     */
    public void begin(String part, String purpose) {
        staged.begin(context.application(), part, purpose);
        context.began(folder);
    }

    /**
     * Locks the output and removes what an interrupted run left, except for the kept parts.
     *
     * @throws InvalidRequestException when another job writes this output
     */
    public void begin() {
        staged.begin(context.application());
        context.began(folder);
    }

    /** Unlocks the output, however this job ended. */
    @Override
    public void close() {
        staged.close();
    }

    /** The output folder itself. */
    public Path folder() {
        return folder;
    }

    /** Path at which a part is written before it is published. */
    public Path staged(String part) {
        return staged.staged(part);
    }

    /** Path of a part when the job is done. */
    public Path published(String part) {
        return new Path(folder, part);
    }

    /**
     * Publishes a single part of an output that will not be complete, for the user to look at. The other staged parts
     * stay for the next run.
     *
     * @return path of the part
     */
    public Path show(String part) {
        return staged.show(part);
    }

    /** Gives the files of a staged folder their final names; see {@link StagedOutput#number}. */
    public void number(String part, boolean adding) {
        staged.number(part, adding);
    }

    /** Publishes all parts and marks the output as complete. */
    public void finish(RunReport report) {
        finish(report, Map.of());
    }

    /** @param thumbnails pictures for the page, see {@link HtmlReport#of(RunReport, Map)} */
    public void finish(RunReport report, Map<String, byte[]> thumbnails) {
        writeHtml(report, thumbnails);
        Stream<String> made =
                extras.stream().filter(part -> context.files(folder).exists(staged.staged(part)));
        staged.publish(Stream.concat(parts.stream(), made).toList());
        staged.finish(Reports.write(report));
    }

    /** Adds the staged parts to the existing result. */
    public void add(RunReport report) {
        writeHtml(report, Map.of());
        staged.add(Reports.write(report));
    }

    private void writeHtml(RunReport report, Map<String, byte[]> thumbnails) {
        context.files(folder).writeText(staged.staged(HTML), HtmlReport.of(report, thumbnails));
    }
}
