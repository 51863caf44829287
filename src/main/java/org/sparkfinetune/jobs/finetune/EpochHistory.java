package org.sparkfinetune.jobs.finetune;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.config.Json;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.storage.HadoopFiles;

/** The figures of the epochs so far. Kept beside the checkpoints, so that the report of a resumed run is complete. */
final class EpochHistory {
    private final HadoopFiles files;
    private final Path file;
    private List<RunReport.Epoch> epochs = List.of();

    EpochHistory(HadoopFiles files, Path folder) {
        this.files = files;
        this.file = new Path(folder, "epochs.json");
    }

    /** The figures of all epochs, first epoch first. */
    List<RunReport.Epoch> epochs() {
        return List.copyOf(epochs);
    }

    /**
     * Reads the figures of the epochs up to a checkpoint, and forgets what came after it.
     *
     * @param epoch of the checkpoint; 0 when the training begins anew
     */
    void keepUpTo(int epoch) {
        epochs = epoch == 0 ? List.of() : read(epoch);
    }

    /** Which stage an epoch belongs to, and when a stage ends, is known from here alone. */
    private List<RunReport.Epoch> read(int epoch) {
        if (!files.exists(file)) {
            throw unusable("is missing", epoch, null);
        }
        try {
            RunReport.Epoch[] found = Json.parse(files.readText(file), RunReport.Epoch[].class);
            List<RunReport.Epoch> kept = found == null
                    ? List.of()
                    : Arrays.stream(found).limit(epoch).toList();
            for (int i = 0; i < epoch; i++) {
                if (i == kept.size() || kept.get(i) == null || kept.get(i).epoch() != i + 1) {
                    throw unusable("is damaged", epoch, null);
                }
            }
            return kept;
        } catch (JsonProcessingException e) {
            throw unusable("is damaged", epoch, e);
        } catch (BadDataException e) {
            throw e.getCause() instanceof ChecksumException ? unusable("is damaged", epoch, e) : e;
        }
    }

    private BadDataException unusable(String reason, int epoch, Exception cause) {
        return new BadDataException(
                file.toString(),
                reason + "; the training cannot resume from the checkpoint of epoch " + epoch + " without it; delete "
                        + file.getParent() + " and run the same command again: the training begins anew",
                cause);
    }

    /** Adds an epoch and writes the file. */
    void add(RunReport.Epoch figures) {
        List<RunReport.Epoch> longer = new ArrayList<>(epochs);
        longer.add(figures);
        epochs = longer;
        files.makeFolder(file.getParent());
        files.writeText(file, Json.pretty(epochs));
    }
}
