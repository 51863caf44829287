package org.sparkfinetune.inference.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.LongStream;
import org.sparkfinetune.check.BadDataException;

/**
 * Runs a network with ONNX Runtime. Safe for many threads: the tasks of an executor share one engine, so its weights
 * are in memory once.
 */
public final class OnnxEngine implements InferenceEngine {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final String input;
    private final long[] inputShape;
    private final TaskDevice device;

    private OnnxEngine(OrtEnvironment environment, OrtSession session, TaskDevice device) throws OrtException {
        this.environment = environment;
        this.session = session;
        this.input = session.getInputNames().iterator().next();
        TensorInfo info = (TensorInfo) session.getInputInfo().get(input).getInfo();
        this.inputShape = info.getShape();
        this.device = device;
    }

    /** Loads a file to run on the CPU, as {@link #open(Path, int, TaskDevice)} does. */
    public static OnnxEngine open(Path file, int threads) {
        return open(file, threads, TaskDevice.NONE);
    }

    /**
     * Loads a file.
     *
     * @param threads number of threads for one forward pass, including the calling thread. They belong to the engine;
     *     simultaneous callers share them, see {@link ExecutorCores}.
     * @param device device for the operations that it supports; shapes and the like stay on the CPU
     * @throws BadDataException when the file is missing or is not a network that ONNX Runtime can run
     * @throws org.sparkfinetune.check.InvalidRequestException when ONNX Runtime cannot use the device
     */
    public static OnnxEngine open(Path file, int threads, TaskDevice device) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            // Idle threads sleep instead of spinning: tasks that decode pictures need the cores meanwhile.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            // Keeps weights outside of the arena, which grows in powers of two and never shrinks.
            options.addConfigEntry("session.use_device_allocator_for_initializers", "1");
            OnnxDevice.add(options, device);
            return new OnnxEngine(environment, environment.createSession(file.toString(), options), device);
        } catch (OrtException e) {
            OnnxDevice.refuse(e, device);
            throw new BadDataException(file.toString(), "ONNX Runtime cannot load it: " + e.getMessage(), e);
        }
    }

    /** Returns the version of ONNX Runtime. */
    public static String version() {
        return OrtEnvironment.getEnvironment().getVersion();
    }

    /** Returns the metadata of the file; the keys are those of {@link org.sparkfinetune.zoo.onnx.OnnxExport}. */
    public Map<String, String> metadata() {
        try {
            return session.getMetadata().getCustomMetadata();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime cannot read the metadata", e);
        }
    }

    @Override
    public float[][][] forward(float[] pixels, int count) {
        long[] shape = shape(count);
        int floats = Math.toIntExact(LongStream.of(shape).reduce(1, Math::multiplyExact));
        try (OnnxTensor batch = OnnxTensor.createTensor(environment, FloatBuffer.wrap(pixels, 0, floats), shape)) {
            return run(batch, count);
        } catch (OrtException e) {
            OnnxDevice.refuse(e, device);
            throw new IllegalStateException("ONNX Runtime failed on " + count + " pictures", e);
        }
    }

    /**
     * Runs one forward pass of a network that was exported with {@link org.sparkfinetune.zoo.onnx.OnnxInput#UINT8}.
     *
     * @param rgb red, green, blue, 0 to 255, row by row, picture after picture
     * @return as {@link #forward(float[], int)}
     */
    public float[][][] forward(byte[] rgb, int count) {
        try (OnnxTensor batch = OnnxTensor.createTensor(
                environment, ByteBuffer.wrap(rgb), shape(count), ai.onnxruntime.OnnxJavaType.UINT8)) {
            return run(batch, count);
        } catch (OrtException e) {
            OnnxDevice.refuse(e, device);
            throw new IllegalStateException("ONNX Runtime failed on " + count + " pictures", e);
        }
    }

    private long[] shape(int count) {
        long[] shape = inputShape.clone();
        shape[0] = count;
        return shape;
    }

    private float[][][] run(OnnxTensor batch, int count) throws OrtException {
        try (OrtSession.Result outputs = session.run(Map.of(input, batch))) {
            float[][][] activations = new float[count][outputs.size()][];
            int index = 0;
            for (Map.Entry<String, OnnxValue> output : outputs) {
                FloatBuffer values = ((OnnxTensor) output.getValue()).getFloatBuffer();
                int size = values.remaining() / count;
                for (int picture = 0; picture < count; picture++) {
                    activations[picture][index] = new float[size];
                    values.get(activations[picture][index]);
                }
                index++;
            }
            return activations;
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime cannot close the network", e);
        }
    }
}
