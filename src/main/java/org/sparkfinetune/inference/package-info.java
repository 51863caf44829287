/**
 * Running a network that is not being trained, on executors.
 *
 * <ul>
 *   <li>{@code engine}: ONNX Runtime or Deeplearning4j, which one, on which device; one network per executor
 *   <li>{@code forward}: pictures through the network, batch by batch
 * </ul>
 */
package org.sparkfinetune.inference;
