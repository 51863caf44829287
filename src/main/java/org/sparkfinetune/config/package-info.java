/** Strict YAML: files bound to records, every problem reported at once. */
package org.sparkfinetune.config;
