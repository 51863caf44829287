package org.sparkfinetune.jobs;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.data.StagedOutput;
import org.sparkfinetune.report.HtmlReport;
import org.sparkfinetune.report.RunReport;

/**
 * The output folder of a job that is whole once its {@code report.json} is there. The report carries the fingerprint of all
 * that decided the result, so the same command again finds its result and does nothing.
 */
final class JobOutput implements AutoCloseable {
    /** The report for people. */
    static final String HTML = "report.html";

    private final JobContext context;
    private final String name;
    private final Path folder;
    private final StagedOutput staged;
    private final List<String> parts;

    /**
     * @param name of the folder, as the recipe has it
     * @param parts files and folders that the job makes, beside the report
     * @param kept files and folders that survive an interrupted run
     */
    JobOutput(JobContext context, String name, List<String> parts, List<String> kept) {
        this.context = context;
        this.name = name;
        this.folder = context.path("output", name);
        this.parts = Stream.concat(parts.stream(), Stream.of(HTML)).toList();
        this.staged = new StagedOutput(context.files(folder), folder, Reports.FILE, this.parts, kept);
    }

    /**
     * The report of a run with the same fingerprint, when there is one; the user is told.
     *
     * @throws InvalidRequestException when the folder holds the result of something else and must not be replaced
     */
    Optional<RunReport> finished(String fingerprint, boolean overwrite) {
        Optional<RunReport> report = staged.description().map(text -> Reports.parse(folder + "/" + Reports.FILE, text));
        if (report.isEmpty()) {
            return report;
        }
        if (report.get().provenance().fingerprint().equals(fingerprint)) {
            context.progress().tell("already done: " + name);
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

    /**
     * Keeps other jobs away and removes what an interrupted run left, except what is kept.
     *
     * @throws InvalidRequestException when another job writes this output
     */
    void begin() {
        staged.begin(context.application());
    }

    /** Lets other jobs write the output again, however this one ended. */
    @Override
    public void close() {
        staged.close();
    }

    /** The output folder itself. */
    Path folder() {
        return folder;
    }

    /** Where a part is written before it is published. */
    Path staged(String part) {
        return staged.staged(part);
    }

    /** Where a part will be when the job is done. */
    Path published(String part) {
        return new Path(folder, part);
    }

    /**
     * Leaves one part for the user to look at, of an output that will not be whole.
     *
     * @param needless staged part that is removed, because it may be large
     * @return where the part is now
     */
    Path show(String part, String needless) {
        staged.discard(needless);
        return staged.show(part);
    }

    /** Publishes every part and declares the output whole. */
    void finish(RunReport report) {
        context.files(folder).writeText(staged.staged(HTML), HtmlReport.of(report));
        staged.publish(parts);
        staged.finish(Reports.write(report));
    }
}
