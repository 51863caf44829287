package org.sparkfinetune.features;

/**
 * Where a table has its embeddings.
 *
 * @param name of the column
 * @param type how it keeps them
 */
public record EmbeddingColumn(String name, VectorType type) {}
