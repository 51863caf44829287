package org.sparkfinetune.inference.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sparkfinetune.data.format.ErrorClass;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.data.picture.PictureTensor;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.inference.engine.TaskNetwork;
import org.sparkfinetune.testing.TestPictures;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.card.Preprocessing.ChannelOrder;
import org.sparkfinetune.zoo.card.Preprocessing.Interpolation;

@Timeout(60)
class PictureForwardTest {
    private static final Preprocessing INPUT = new Preprocessing(
            8, 8, 8, Interpolation.AREA, ChannelOrder.BGR, List.of(104.0, 117.0, 124.0), List.of(50.0, 50.0, 50.0));
    private static final int BATCH = 3;

    private final ForwardMeter meter = new ForwardMeter(
            new LongAccumulator(), new LongAccumulator(), new LongAccumulator(), new LongAccumulator());
    private final List<Integer> passes = Collections.synchronizedList(new ArrayList<>());

    /** Returns the pixels and records the number of pictures. */
    private final TaskNetwork network = network((pixels, count) -> {
        passes.add(count);
        return EngineSpec.pixels(INPUT).forward(pixels, count);
    });

    @Test
    void batchesAreFullOfAcceptedPicturesAndTheOrderIsKept() throws Exception {
        for (String pictures : new String[] {
            "", "+", "-", "--", "+++", "++-+", "-+++", "+++-", "+-+-+-+-+", "----+", "+++----", "+++++++-+--+++--+"
        }) {
            passes.clear();
            List<PictureResult<Integer>> outcomes = run(pictures.length(), number -> bytes(pictures, number));
            assertThat(outcomes.stream().map(PictureResult::source))
                    .as(pictures)
                    .containsExactlyElementsOf(numbers(pictures));
            for (PictureResult<Integer> outcome : outcomes) {
                assertOutcome(outcome, pictures);
            }
            int accepted = (int) pictures.chars().filter(c -> c == '+').count();
            assertThat(passes).as(pictures).isEqualTo(fullBatches(accepted));
        }
    }

    private static List<Integer> numbers(String pictures) {
        return IntStream.range(0, pictures.length()).boxed().toList();
    }

    private static List<Integer> fullBatches(int accepted) {
        return IntStream.range(0, (accepted + BATCH - 1) / BATCH)
                .mapToObj(batch -> Math.min(BATCH, accepted - batch * BATCH))
                .toList();
    }

    private static void assertOutcome(PictureResult<Integer> outcome, String pictures) throws RejectedPictureException {
        int number = outcome.source();
        if (pictures.charAt(number) == '-') {
            assertThat(outcome)
                    .isEqualTo(new PictureResult.Rejected<>(number, null, ErrorClass.EMPTY, "on purpose: " + number));
            return;
        }
        float[] expected = new float[INPUT.floats()];
        new PictureTensor(INPUT, PictureLimits.DEFAULT).write(picture(number), expected, 0);
        assertThat(((PictureResult.Done<Integer>) outcome).activations()[0])
                .as("picture " + number)
                .containsExactly(expected);
    }

    @Test
    void theNextBatchIsDecodedDuringTheForwardPassAndNoneBeyondIt() throws Exception {
        CountDownLatch secondBatch = new CountDownLatch(2 * BATCH);
        AtomicInteger pulled = new AtomicInteger();
        AtomicBoolean inTime = new AtomicBoolean(true);
        List<Integer> pulledInPass = new ArrayList<>();
        TaskNetwork waiting = network((pixels, count) -> {
            // Only another thread can cause this.
            inTime.compareAndSet(true, await(secondBatch));
            // Only the task's thread pulls, see below: more cannot be decoded before this pass is over.
            pulledInPass.add(pulled.get());
            passes.add(count);
            return EngineSpec.pixels(INPUT).forward(pixels, count);
        });
        Iterator<Integer> pictures =
                IntStream.range(0, 12).peek(i -> pulled.incrementAndGet()).iterator();
        forward(waiting, number -> {
                    secondBatch.countDown();
                    return picture(number);
                })
                .call(pictures)
                .forEachRemaining(outcome -> {});
        assertThat(inTime).isTrue();
        assertThat(pulledInPass).containsExactly(6, 9, 12, 12);
        assertThat(passes).containsExactly(3, 3, 3, 3);
    }

    @Test
    void picturesArePulledByTheTasksThreadOnly() throws Exception {
        Thread task = Thread.currentThread();
        AtomicBoolean elsewhere = new AtomicBoolean();
        AtomicReference<Thread> decoding = new AtomicReference<>();
        Iterator<Integer> pictures = IntStream.range(0, 10)
                .peek(i -> elsewhere.compareAndSet(false, Thread.currentThread() != task))
                .iterator();
        try (ForwardBatches<Integer> batches = forward(network, number -> {
                    decoding.set(Thread.currentThread());
                    return picture(number);
                })
                .batches(pictures)) {
            batches.forEachRemaining(outcome -> {});
        }
        assertThat(elsewhere).isFalse();
        assertThat(decoding.get()).isNotSameAs(task);
    }

    @Test
    void aFailureReachesTheTaskAsItselfAfterTheBatchesBeforeIt() {
        StackOverflowError broken = new StackOverflowError("on purpose");
        List<Integer> done = new ArrayList<>();
        try (ForwardBatches<Integer> batches = forward(network, number -> {
                    if (number == 4) {
                        throw broken;
                    }
                    return picture(number);
                })
                .batches(numbers("+++++++").iterator())) {
            assertThatThrownBy(() -> batches.forEachRemaining(outcome -> done.add(outcome.source())))
                    .isSameAs(broken);
        }
        assertThat(done).containsExactly(0, 1, 2);
    }

    @Test
    void closingWaitsForThePictureThatIsBeingDecodedAndNoMore() throws Exception {
        Thread task = Thread.currentThread();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        AtomicInteger over = new AtomicInteger();
        ForwardBatches<Integer> batches = forward(network, number -> {
                    if (number >= BATCH) {
                        begun.countDown();
                        await(closing);
                        awaitWaiting(task);
                        over.incrementAndGet();
                    }
                    return picture(number);
                })
                .batches(numbers("+++++++++").iterator());
        batches.next();
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        closing.countDown();
        batches.close();
        assertThat(over).hasValue(1);
    }

    @Test
    void aKilledTaskStopsWaiting() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch killed = new CountDownLatch(1);
        AtomicReference<Throwable> end = new AtomicReference<>();
        AtomicBoolean flag = new AtomicBoolean();
        ForwardBatches<Integer> batches = forward(network, number -> {
                    begun.countDown();
                    await(killed);
                    return picture(number);
                })
                .batches(numbers("+++").iterator());
        Thread task = new Thread(() -> {
            try {
                batches.next();
            } catch (IllegalStateException e) {
                end.set(e);
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        task.start();
        begun.await();
        task.interrupt();
        task.join();
        killed.countDown();
        batches.close();
        assertThat(end.get())
                .hasMessage("the task was killed while it waited for pictures")
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(flag).isTrue();
    }

    @Test
    void theMeterTellsDecodingWaitingAndForwardPasses() throws Exception {
        AtomicLong decoding = new AtomicLong();
        AtomicLong firstBatch = new AtomicLong();
        AtomicLong passing = new AtomicLong();
        long start = System.nanoTime();
        run(
                network((pixels, count) -> {
                    long begun = System.nanoTime();
                    float[][][] activations = EngineSpec.pixels(INPUT).forward(pixels, count);
                    passing.addAndGet(System.nanoTime() - begun);
                    return activations;
                }),
                6,
                number -> {
                    long begun = System.nanoTime();
                    byte[] picture = picture(number);
                    long spent = System.nanoTime() - begun;
                    decoding.addAndGet(spent);
                    firstBatch.addAndGet(number < BATCH ? spent : 0);
                    return picture;
                });
        long whole = System.nanoTime() - start;
        assertThat(meter.images().value()).isEqualTo(6);
        // What is measured inside of a step is part of it, and the task does one step after the other.
        assertThat(meter.decodeNanos().value()).isGreaterThanOrEqualTo(decoding.get());
        assertThat(meter.forwardNanos().value()).isGreaterThanOrEqualTo(passing.get());
        assertThat(meter.waitNanos().value()).as("for the first batch").isGreaterThanOrEqualTo(firstBatch.get());
        assertThat(meter.forwardNanos().value() + meter.waitNanos().value()).isLessThanOrEqualTo(whole);
        assertThat(meter.decodeSeconds())
                .isPositive()
                .isEqualTo(meter.decodeNanos().value() / 1e9);
    }

    private interface Pass {
        float[][][] forward(float[] pixels, int count);
    }

    private static TaskNetwork network(Pass pass) {
        return new TaskNetwork() {
            private static final long serialVersionUID = 1L;

            @Override
            public Preprocessing input() {
                return INPUT;
            }

            @Override
            public float[][][] forwardInTask(float[] pixels, int count) {
                return pass.forward(pixels, count);
            }
        };
    }

    private PictureForward<Integer> forward(TaskNetwork through, Function<Integer, byte[]> encoded) {
        return new PictureForward<>(through, PictureLimits.DEFAULT, BATCH, encoded, meter);
    }

    private List<PictureResult<Integer>> run(int count, Function<Integer, byte[]> encoded) {
        return run(network, count, encoded);
    }

    private List<PictureResult<Integer>> run(TaskNetwork through, int count, Function<Integer, byte[]> encoded) {
        List<PictureResult<Integer>> outcomes = new ArrayList<>();
        forward(through, encoded).call(IntStream.range(0, count).iterator()).forEachRemaining(outcomes::add);
        return outcomes;
    }

    private static byte[] bytes(String pictures, int number) throws RejectedPictureException {
        if (pictures.charAt(number) == '-') {
            throw new RejectedPictureException(ErrorClass.EMPTY, "on purpose: " + number);
        }
        return picture(number);
    }

    private static byte[] picture(int number) {
        return TestPictures.noise("png", 12, 9, number);
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Until a thread waits for another one without a limit; gives up when it never does. */
    private static void awaitWaiting(Thread thread) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (thread.getState() != Thread.State.WAITING && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }
}
