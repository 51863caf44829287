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
import org.sparkfinetune.inference.engine.PixelEngine;
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

    /** Gives the pixels back and keeps how many pictures there were. */
    private final TaskNetwork network = network((pixels, count) -> {
        passes.add(count);
        return new PixelEngine(INPUT.floats()).forward(pixels, count);
    });

    @Test
    void batchesAreFullOfAcceptedPicturesAndTheOrderIsKept() throws Exception {
        for (String pictures : new String[] {
            "", "+", "-", "--", "+++", "++-+", "-+++", "+++-", "+-+-+-+-+", "----+", "+++----", "+++++++-+--+++--+"
        }) {
            passes.clear();
            List<Outcome<Integer>> outcomes = run(pictures.length(), number -> bytes(pictures, number));
            assertThat(outcomes.stream().map(Outcome::source))
                    .as(pictures)
                    .containsExactlyElementsOf(numbers(pictures));
            for (Outcome<Integer> outcome : outcomes) {
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

    private static void assertOutcome(Outcome<Integer> outcome, String pictures) throws RejectedPictureException {
        int number = outcome.source();
        if (pictures.charAt(number) == '-') {
            assertThat(outcome)
                    .isEqualTo(new Outcome.Refused<>(number, null, ErrorClass.EMPTY, "on purpose: " + number));
            return;
        }
        float[] expected = new float[INPUT.floats()];
        new PictureTensor(INPUT, PictureLimits.DEFAULT).write(picture(number), expected, 0);
        assertThat(((Outcome.Done<Integer>) outcome).activations()[0])
                .as("picture " + number)
                .containsExactly(expected);
    }

    @Test
    void theNextBatchIsDecodedDuringTheForwardPassAndNoneBeyondIt() throws Exception {
        CountDownLatch secondBatch = new CountDownLatch(2 * BATCH);
        AtomicInteger asked = new AtomicInteger();
        AtomicBoolean inTime = new AtomicBoolean(true);
        AtomicInteger askedAtMost = new AtomicInteger();
        TaskNetwork waiting = network((pixels, count) -> {
            // Nothing but another thread can bring this about.
            inTime.compareAndSet(true, await(secondBatch));
            sleep(30);
            askedAtMost.accumulateAndGet(asked.get() - passes.size() * BATCH, Math::max);
            passes.add(count);
            return new PixelEngine(INPUT.floats()).forward(pixels, count);
        });
        run(waiting, 12, number -> {
            asked.incrementAndGet();
            secondBatch.countDown();
            return picture(number);
        });
        assertThat(inTime).isTrue();
        assertThat(askedAtMost).hasValue(2 * BATCH);
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
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger over = new AtomicInteger();
        ForwardBatches<Integer> batches = forward(network, number -> {
                    if (number >= BATCH) {
                        begun.countDown();
                        sleep(100);
                        over.incrementAndGet();
                    }
                    return picture(number);
                })
                .batches(numbers("+++++++++").iterator());
        batches.next();
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        batches.close();
        assertThat(over).hasValue(1);
        sleep(150);
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
        run(
                network((pixels, count) -> {
                    sleep(20);
                    return new PixelEngine(INPUT.floats()).forward(pixels, count);
                }),
                6,
                number -> {
                    sleep(10);
                    return picture(number);
                });
        assertThat(meter.images().value()).isEqualTo(6);
        assertThat(meter.decodeSeconds()).isGreaterThan(0.06);
        assertThat(meter.forwardSeconds()).isGreaterThan(0.04);
        assertThat(meter.waitSeconds()).as("at least for the first batch").isGreaterThan(0.03);
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

    private List<Outcome<Integer>> run(int count, Function<Integer, byte[]> encoded) {
        return run(network, count, encoded);
    }

    private List<Outcome<Integer>> run(TaskNetwork through, int count, Function<Integer, byte[]> encoded) {
        List<Outcome<Integer>> outcomes = new ArrayList<>();
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

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
