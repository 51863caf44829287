package org.sparkfinetune.zoo.files;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.params.SeparableConvolutionParamInitializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The conversion of an array of a Keras layer into a parameter of the Deeplearning4j layer. */
enum KerasParameter {
    /** Height, width, input, output in Keras; output, input, height, width in Deeplearning4j. */
    CONVOLUTION_KERNEL("kernel") {
        @Override
        long[] kerasShape(long[] shape) {
            return new long[] {shape[2], shape[3], shape[1], shape[0]};
        }

        @Override
        INDArray convert(INDArray array) {
            return array.permute(3, 2, 0, 1);
        }
    },
    /**
     * Height, width, input, multiplier; multiplier, input, height, width. Only a multiplier of 1 has the same order in
     * both.
     */
    DEPTHWISE_KERNEL("depthwise_kernel") {
        @Override
        long[] kerasShape(long[] shape) {
            return CONVOLUTION_KERNEL.kerasShape(shape);
        }

        @Override
        INDArray convert(INDArray array) {
            return CONVOLUTION_KERNEL.convert(array);
        }
    },
    /** A 1 x 1 convolution. */
    POINTWISE_KERNEL("pointwise_kernel") {
        @Override
        long[] kerasShape(long[] shape) {
            return CONVOLUTION_KERNEL.kerasShape(shape);
        }

        @Override
        INDArray convert(INDArray array) {
            return CONVOLUTION_KERNEL.convert(array);
        }
    },
    /** Input, output in both. */
    DENSE_KERNEL("kernel") {
        @Override
        long[] kerasShape(long[] shape) {
            return shape;
        }
    },
    BIAS("bias"),
    GAMMA("gamma"),
    BETA("beta"),
    MEAN("moving_mean"),
    /** Deeplearning4j keeps log10 of the standard deviation. */
    VARIANCE("moving_variance") {
        @Override
        INDArray convert(INDArray array) {
            INDArray positive = Transforms.max(array, Float.MIN_NORMAL);
            return Transforms.log(positive.castTo(DataType.DOUBLE)).muli(0.5 / Math.log(10));
        }
    };

    private final String kerasName;

    KerasParameter(String kerasName) {
        this.kerasName = kerasName;
    }

    static KerasParameter of(Layer layer, String parameter) {
        if (layer instanceof BatchNormalization) {
            return switch (parameter) {
                case BatchNormalizationParamInitializer.GAMMA -> GAMMA;
                case BatchNormalizationParamInitializer.BETA -> BETA;
                case BatchNormalizationParamInitializer.GLOBAL_MEAN -> MEAN;
                case BatchNormalizationParamInitializer.GLOBAL_LOG_STD -> VARIANCE;
                default -> throw new IllegalArgumentException(parameter + " of batch normalization is not in Keras");
            };
        }
        if (parameter.equals("b")) {
            return BIAS;
        }
        if (layer instanceof SeparableConvolution2D) {
            return parameter.equals(SeparableConvolutionParamInitializer.POINT_WISE_WEIGHT_KEY)
                    ? POINTWISE_KERNEL
                    : DEPTHWISE_KERNEL;
        }
        return layer instanceof ConvolutionLayer ? CONVOLUTION_KERNEL : DENSE_KERNEL;
    }

    /** Returns the name of the array in Keras, such as {@code conv1/kernel}. */
    String arrayName(String kerasLayer) {
        return kerasLayer + "/" + kerasName;
    }

    /** Returns the shape of the array in Keras from that of the parameter in Deeplearning4j, where vectors are rows. */
    long[] kerasShape(long[] shape) {
        return new long[] {Arrays.stream(shape).reduce(1, (a, b) -> a * b)};
    }

    /** Returns the array in the layout and unit of Deeplearning4j; the caller assigns it to the parameter. */
    INDArray convert(INDArray array) {
        return array;
    }

    /**
     * Copies the values of the array into the parameter.
     *
     * @param rows shape of the input of the layer before it was flattened
     */
    void assign(NamedArray array, FlattenedRows rows, INDArray parameter) {
        INDArray kernel = this == DENSE_KERNEL ? rows.channelsFirst(array.toNd4j()) : array.toNd4j();
        INDArray converted = convert(kernel).castTo(parameter.dataType());
        parameter.assign(converted.dup('c').reshape('c', parameter.shape()));
    }
}
