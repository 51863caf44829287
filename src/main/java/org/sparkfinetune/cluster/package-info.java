/** The machine that a task runs on: native engine, threads, memory, devices. Does not use Spark. */
package org.sparkfinetune.cluster;
