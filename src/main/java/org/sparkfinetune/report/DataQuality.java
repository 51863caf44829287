package org.sparkfinetune.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * Notable facts about the pictures of a dataset, read from its {@code dataset.json}; {@code data.quality} of
 * {@code report.json}.
 *
 * @param pictures numbers of pictures by split, then by label name
 * @param rejectedByClass number of files that are not in the dataset by error class
 * @param rejectedExamples some of these files; absent in the reports of jobs that only use the dataset
 * @param duplicates number of files left out because an identical file of the same class is kept
 * @param conflicts number of files left out because an identical file has another label
 * @param nearDuplicates number of near duplicates by pair of splits ("test like train"): pictures of the first split
 *     that resemble one of the second
 * @param nearDuplicateExamples some pairs of paths
 * @param nearDuplicatesComplete false when not all pictures could be compared
 * @param inSeveralSplits number of pictures that the collection itself had in more than one split
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
