package org.sparkfinetune.jobs.pictures;

import java.util.List;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.data.dataset.NearDuplicates;
import org.sparkfinetune.report.DataQuality;

/** Quality figures from the description of a dataset, as reports show them. */
public final class DatasetQuality {
    private DatasetQuality() {}

    /** @param rejected some of the rejected files; null in the reports of jobs that only use the dataset */
    public static DataQuality of(DatasetDescription dataset, List<DataQuality.Rejection> rejected) {
        NearDuplicates alike = dataset.quality().nearDuplicates();
        return new DataQuality(
                dataset.counts(),
                dataset.rejectedByClass(),
                rejected,
                dataset.totals().duplicates(),
                dataset.totals().conflicts(),
                alike.pictures(),
                alike.examples(),
                alike.complete(),
                dataset.quality().inSeveralSplits());
    }
}
