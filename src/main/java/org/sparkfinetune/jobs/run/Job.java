package org.sparkfinetune.jobs.run;

import org.sparkfinetune.report.RunReport;

/** The work of one recipe in one Spark application. */
public interface Job {
    /**
     * Does the work, or finds it done; the output is complete when this returns. Failures are those of Spark and
     * Hadoop; {@link Recipe#execute} translates them.
     */
    RunReport run();
}
