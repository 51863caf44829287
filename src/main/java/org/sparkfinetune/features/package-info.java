/** Embeddings: runs pictures through a network and writes one row per picture in Parquet. */
package org.sparkfinetune.features;
