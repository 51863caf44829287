/** A recipe for each kind of job, and the job that runs it. */
package org.sparkfinetune.jobs;
