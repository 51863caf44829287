package org.sparkfinetune.cluster;

import org.nd4j.common.io.Resource;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4jBackend;
import org.sparkfinetune.check.Failures;

/**
 * ND4J's CUDA backend, only for a JVM that was assigned a GPU. ND4J's own service entry uses every visible GPU, even in
 * a driver or executor without one from the scheduler, and prints a stack trace where there is no GPU; the build leaves
 * that entry out. ND4J asks all backends once, at its first use, and cannot change its backend afterwards.
 */
public final class GpuBackend extends Nd4jBackend {
    private static final String CUDA = "org.nd4j.linalg.jcublas.JCublasBackend";
    /** The backend with the highest priority is asked first; ND4J's CPU backend has 0. */
    private static final int FIRST = 1000;

    private static final int NEVER = -1000;

    private static volatile boolean requested;
    private static volatile String failure = "ND4J was started on the CPU before a GPU was requested";

    private Nd4jBackend cuda;

    /** Lets ND4J start on CUDA if it has not started yet. */
    public static void request() {
        requested = true;
    }

    /** Whether this jar was built with {@code -Pcuda}. */
    public static boolean inJar() {
        return GpuBackend.class.getClassLoader().getResource(CUDA.replace('.', '/') + ".class") != null;
    }

    /** Returns the reason why ND4J did not start on CUDA. */
    static String failure() {
        return inJar() ? failure : "this jar has no CUDA; build it with `mvn -B -Pcuda package`";
    }

    /**
     * @throws IllegalStateException with the message of the root cause, which ND4J logs before it asks the next backend
     */
    @Override
    public boolean isAvailable() {
        try {
            return requested && inJar() && canRun();
        } catch (RuntimeException | LinkageError e) {
            failure = root(e);
            throw new IllegalStateException(failure, e);
        }
    }

    /** The root cause: a missing library, an outdated driver, or no device. */
    private static String root(Throwable failed) {
        Throwable cause = Failures.root(failed);
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

    /** Loaded by name: the default build compiles without it. */
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
