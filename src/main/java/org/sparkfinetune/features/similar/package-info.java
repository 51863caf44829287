/** Nearest neighbours and near-duplicate groups in a table of embeddings. Exact: every pair is compared. */
package org.sparkfinetune.features.similar;
