package org.sparkfinetune.zoo.card;

import org.sparkfinetune.zoo.network.Networks;

/** The published networks that {@link Networks} builds, and networks that are described by their weights. */
public enum NetworkKind {
    /**
     * He et al. 2015, the variant of Keras Applications: stride in the first 1×1 convolution of a stage, biases kept.
     */
    RESNET50,
    /** Simonyan and Zisserman 2014, configuration D. */
    VGG16,
    /** Simonyan and Zisserman 2014, configuration E. */
    VGG19,
    /** Iandola et al. 2016, version 1.1. */
    SQUEEZENET,
    /** Redmon and Farhadi 2016, the classifier below YOLO 2. */
    DARKNET19,
    /** Chollet 2016. */
    XCEPTION,
    /** Whatever network the file of weights describes. */
    IMPORTED
}
