package org.sparkfinetune.cluster;

import org.nd4j.common.io.Resource;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4jBackend;

/**
 * ND4J's CUDA backend for a JVM that was given a GPU, and for no other. ND4J's own entry takes every GPU that it sees, also in a
 * driver or an executor to which the scheduler gave none, and prints a stack trace where there is none; the build leaves it out.
 * ND4J asks all backends once, when it is used first, and cannot be moved afterwards.
 */
public final class GpuBackend extends Nd4jBackend {
    private static final String CUDA = "org.nd4j.linalg.jcublas.JCublasBackend";
    /** ND4J's CPU backend has 0; the one with most is asked first. */
    private static final int FIRST = 1000;

    private static final int NEVER = -1000;

    private static volatile boolean requested;
    private static volatile String failure = "ND4J was started on the CPU before a GPU was asked for";

    private Nd4jBackend cuda;

    /** Lets ND4J start on CUDA, if it has not started yet. */
    public static void request() {
        requested = true;
    }

    /** Whether this jar was built with {@code -Pcuda}. */
    public static boolean inJar() {
        return GpuBackend.class.getClassLoader().getResource(CUDA.replace('.', '/') + ".class") != null;
    }

    /** Why ND4J did not start on CUDA, when it did not. */
    static String failure() {
        return inJar() ? failure : "this jar has no CUDA; build it with `mvn -B -Pcuda package`";
    }

    /** @throws IllegalStateException in the words of the first cause, which ND4J logs before it asks the next backend */
    @Override
    public boolean isAvailable() {
        try {
            return requested && inJar() && canRun();
        } catch (RuntimeException | LinkageError e) {
            failure = root(e);
            throw new IllegalStateException(failure, e);
        }
    }

    /** A library that is not there, a driver that is too old, no device. */
    private static String root(Throwable failed) {
        Throwable cause = failed;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    @Override
    public boolean canRun() {
        return cuda().canRun();
    }

    @Override
    public int getPriority() {
        return requested ? FIRST : NEVER;
    }

    @Override
    public boolean allowsOrder() {
        return cuda().allowsOrder();
    }

    @Override
    public Resource getConfigurationResource() {
        return cuda().getConfigurationResource();
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class getNDArrayClass() {
        return cuda().getNDArrayClass();
    }

    @Override
    public Environment getEnvironment() {
        return cuda().getEnvironment();
    }

    @Override
    public String buildInfo() {
        return cuda().buildInfo();
    }

    @Override
    public void logBackendInit() {
        cuda().logBackendInit();
    }

    /** By its name: the default build compiles without it. */
    private Nd4jBackend cuda() {
        if (cuda == null) {
            try {
                cuda = (Nd4jBackend)
                        Class.forName(CUDA).getDeclaredConstructor().newInstance();
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(failure(), e);
            }
        }
        return cuda;
    }
}
