/** What a job tells: progress while it runs, the report when it ends. */
package org.sparkfinetune.report;
