/** Failures and how the process ends: problems, exceptions, exit codes. Uses the JDK only. */
package org.sparkfinetune.check;
