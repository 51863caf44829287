/**
 * Models. Knows Deeplearning4j, knows no Spark.
 *
 * <ul>
 *   <li>{@code card}: model cards; {@code weights}: where weights come from, and the cache they are kept in
 *   <li>{@code files}: formats of weights and models: Keras, TensorFlow.js, Deeplearning4j
 *   <li>{@code network}: canonical networks, their freeze points, cutting and joining, heads
 *   <li>{@code onnx}: writes ONNX files
 * </ul>
 */
package org.sparkfinetune.zoo;
