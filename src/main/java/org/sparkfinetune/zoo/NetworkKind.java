package org.sparkfinetune.zoo;

/** The published networks that {@link Networks} can build. */
public enum NetworkKind {
    /** He et al. 2015, the variant of Keras Applications: stride in the first 1×1 convolution of a stage, biases kept. */
    RESNET50
}
