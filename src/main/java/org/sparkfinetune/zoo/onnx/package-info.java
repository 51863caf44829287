/** A Deeplearning4j network as an ONNX file, which any runtime serves. */
package org.sparkfinetune.zoo.onnx;
