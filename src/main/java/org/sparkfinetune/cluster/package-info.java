/** The machine a task runs on: native engine, threads, memory, devices. Knows no Spark. */
package org.sparkfinetune.cluster;
