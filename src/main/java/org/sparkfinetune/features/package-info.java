/** Embeddings: pictures through a network, one row a picture, in Parquet. */
package org.sparkfinetune.features;
