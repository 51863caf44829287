package org.sparkfinetune.jobs.finetune;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.storage.HadoopFiles;

/** The figures of the epochs so far, beside the checkpoints, so that the report of a resumed run is whole. */
final class EpochHistory {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HadoopFiles files;
    private final Path file;
    private List<RunReport.Epoch> epochs;

    EpochHistory(HadoopFiles files, Path folder) {
        this.files = files;
        this.file = new Path(folder, "epochs.json");
        this.epochs = read();
    }

    private List<RunReport.Epoch> read() {
        if (!files.exists(file)) {
            return List.of();
        }
        try {
            return JSON.readValue(files.readText(file), new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new BadDataException(file.toString(), "is damaged; delete it, the training goes on without it", e);
        }
    }

    /** First epoch first. */
    List<RunReport.Epoch> epochs() {
        return List.copyOf(epochs);
    }

    /** Forgets what came after an epoch. */
    void keepUpTo(int epoch) {
        epochs = epochs.stream().filter(figures -> figures.epoch() <= epoch).toList();
    }

    /** Adds an epoch and writes the file. */
    void add(RunReport.Epoch figures) {
        List<RunReport.Epoch> longer = new ArrayList<>(epochs);
        longer.add(figures);
        epochs = longer;
        try {
            files.makeFolder(file.getParent());
            files.writeText(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(epochs));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("figures are always JSON", e);
        }
    }
}
