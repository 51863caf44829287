package org.sparkfinetune.jobs.doctor;

import java.util.List;
import org.sparkfinetune.cluster.Finding;

/**
 * The findings of {@code doctor} in one place.
 *
 * @param place name of the place, such as {@code driver} or {@code executor 3 on host}
 * @param findings findings in the order of the checks
 */
public record Diagnosis(String place, List<Finding> findings) {
    public Diagnosis {
        findings = List.copyOf(findings);
    }
}
