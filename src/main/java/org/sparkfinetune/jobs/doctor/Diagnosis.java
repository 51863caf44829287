package org.sparkfinetune.jobs.doctor;

import java.util.List;
import org.sparkfinetune.cluster.Finding;

/**
 * What {@code doctor} found in one place.
 *
 * @param place such as {@code driver} or {@code executor 3 on host}
 * @param findings in the order of the checks
 */
public record Diagnosis(String place, List<Finding> findings) {
    public Diagnosis {
        findings = List.copyOf(findings);
    }
}
