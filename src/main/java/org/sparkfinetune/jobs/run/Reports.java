package org.sparkfinetune.jobs.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.config.Json;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.storage.HadoopFiles;

/** {@code report.json} on any file system. */
public final class Reports {
    /** Name of the file in the output folder of a job. */
    public static final String FILE = "report.json";

    private Reports() {}

    /**
     * Reads the report of a finished job, without Spark.
     *
     * @throws BadDataException when it does not exist or cannot be read
     */
    public static RunReport read(String folder) {
        Configuration hadoop = new Configuration();
        Path file = new Path(HadoopFiles.qualified("folder", folder, hadoop), FILE);
        HadoopFiles files = HadoopFiles.of(file, hadoop);
        if (!files.exists(file)) {
            throw new BadDataException(
                    file.toString(), "is missing: the job has not finished, or this is not an output folder");
        }
        RunReport report = parse(file.toString(), files.readText(file));
        if (report == null
                || report.kind() == null
                || report.outputs() == null
                || report.provenance() == null
                || report.provenance().inputs() == null) {
            throw new BadDataException(
                    file.toString(), "is damaged: it lacks kind, provenance or outputs, which every report has");
        }
        return report;
    }

    /**
     * Reads the effective recipe of a finished job, without Spark: values by dotted keys. Empty if the job does not
     * write its recipe.
     *
     * @throws BadDataException when it cannot be read
     */
    public static Map<String, String> recipe(String folder) {
        Configuration hadoop = new Configuration();
        Path file = new Path(HadoopFiles.qualified("folder", folder, hadoop), JobOutput.RECIPE);
        HadoopFiles files = HadoopFiles.of(file, hadoop);
        Map<String, String> keys = new TreeMap<>();
        if (files.exists(file)) {
            try {
                flatten("", new YAMLMapper().readTree(files.readText(file)), keys);
            } catch (JsonProcessingException e) {
                throw new BadDataException(file.toString(), "is damaged: " + e.getOriginalMessage(), e);
            }
        }
        return keys;
    }

    private static void flatten(String prefix, JsonNode node, Map<String, String> keys) {
        if (!node.isObject()) {
            keys.put(prefix, node.isValueNode() ? node.asText() : node.toString());
            return;
        }
        node.fields()
                .forEachRemaining(field -> flatten(
                        prefix.isEmpty() ? field.getKey() : prefix + "." + field.getKey(), field.getValue(), keys));
    }

    /** @throws BadDataException when the text is not a report */
    public static RunReport parse(String place, String text) {
        return Json.read(place, text, RunReport.class);
    }

    /** The text of the file. */
    public static String write(RunReport report) {
        return Json.pretty(report) + "\n";
    }
}
