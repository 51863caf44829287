/** Nearest neighbours and near-duplicate groups over a table of embeddings: every pair is compared, none is left out. */
package org.sparkfinetune.features.similar;
