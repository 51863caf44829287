package org.sparkfinetune.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * What is remarkable about the pictures of a dataset, as its {@code dataset.json} says; {@code data.quality} of {@code report.json}.
 *
 * @param pictures split to label name to pictures
 * @param rejectedByClass error class to files that are not in the dataset
 * @param rejectedExamples some of these files; absent in the reports of jobs that only use the dataset
 * @param duplicates files left out because an equal file of the same class is kept
 * @param conflicts files left out because an equal file has another label
 * @param nearDuplicates "test like train" and so on: pictures of the first split that look like one of the second
 * @param nearDuplicateExamples some pairs of paths
 * @param nearDuplicatesComplete false when not all pictures could be compared
 * @param inSeveralSplits pictures that the collection itself had in more than one split
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DataQuality(
        Map<String, Map<String, Long>> pictures,
        Map<String, Long> rejectedByClass,
        List<Rejection> rejectedExamples,
        long duplicates,
        long conflicts,
        Map<String, Long> nearDuplicates,
        List<String> nearDuplicateExamples,
        boolean nearDuplicatesComplete,
        long inSeveralSplits) {

    /** A file that is not in the dataset, and why. */
    public record Rejection(String path, String errorClass, String error) {}
}
