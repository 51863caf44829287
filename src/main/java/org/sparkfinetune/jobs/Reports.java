package org.sparkfinetune.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.data.HadoopFiles;
import org.sparkfinetune.report.RunReport;

/** {@code report.json} on any file system. */
public final class Reports {
    /** Name of the file in the output folder of a job. */
    public static final String FILE = "report.json";

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private Reports() {}

    /**
     * Reads the report of a finished job, without Spark.
     *
     * @throws BadDataException when there is none, or it cannot be read
     */
    public static RunReport read(String folder) {
        Configuration hadoop = new Configuration();
        Path file = new Path(HadoopFiles.qualified("folder", folder, hadoop), FILE);
        HadoopFiles files = HadoopFiles.of(file, hadoop);
        if (!files.exists(file)) {
            throw new BadDataException(
                    file.toString(), "is missing: the job has not finished, or this is no output folder");
        }
        return parse(file.toString(), files.readText(file));
    }

    /** @throws BadDataException when the text is not a report */
    static RunReport parse(String place, String text) {
        try {
            return JSON.readValue(text, RunReport.class);
        } catch (JsonProcessingException e) {
            throw new BadDataException(place, "is damaged: " + e.getOriginalMessage(), e);
        }
    }

    /** The text of the file. */
    static String write(RunReport report) {
        try {
            return JSON.writeValueAsString(report) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report cannot be written as JSON", e);
        }
    }
}
