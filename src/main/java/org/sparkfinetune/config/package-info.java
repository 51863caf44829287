/** Strict YAML: binds files to records and reports all problems at once. */
package org.sparkfinetune.config;
