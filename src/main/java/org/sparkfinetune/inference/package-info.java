/**
 * Runs networks that are not being trained, on executors.
 *
 * <ul>
 *   <li>{@code engine}: ONNX Runtime or Deeplearning4j, their choice and devices; one network per executor
 *   <li>{@code forward}: runs pictures through the network, batch by batch
 * </ul>
 */
package org.sparkfinetune.inference;
