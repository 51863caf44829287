package org.sparkfinetune.train.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.train.Batcher;

@Timeout(60)
class PreparedMinibatchesTest {
    @Test
    void minibatchesComeInOrderAndWhole() throws Exception {
        for (int examples : new int[] {0, 1, 3, 4, 5, 8, 11}) {
            List<Integer> sizes = new ArrayList<>();
            List<Integer> seen = new ArrayList<>();
            try (PreparedMinibatches<Integer> minibatches = prepared(examples, PreparedMinibatchesTest::data)) {
                while (minibatches.hasNext()) {
                    PreparedMinibatches.Minibatch minibatch = minibatches.next();
                    sizes.add(minibatch.examples());
                    for (int value : minibatch.data().getFeatures(0).toIntVector()) {
                        seen.add(value);
                    }
                }
            }
            assertThat(seen).isEqualTo(IntStream.range(0, examples).boxed().toList());
            assertThat(sizes).allMatch(size -> size <= 4).hasSize((examples + 3) / 4);
        }
    }

    @Test
    void theNextIsMadeWhileTheCallerWorksAndNoneBeyondIt() throws Exception {
        AtomicInteger pulled = new AtomicInteger();
        CountDownLatch second = new CountDownLatch(2);
        Iterator<Integer> examples =
                IntStream.range(0, 12).peek(i -> pulled.incrementAndGet()).iterator();
        try (PreparedMinibatches<Integer> minibatches = new PreparedMinibatches<>(examples, 4, taken -> {
            second.countDown();
            return data(taken);
        })) {
            minibatches.next();
            // Without any call by the caller.
            assertThat(second.await(30, TimeUnit.SECONDS)).isTrue();
            // Only the caller's thread pulls, see below: more cannot be made before it asks again.
            assertThat(pulled).hasValue(2 * 4);
        }
    }

    @Test
    void examplesArePulledByTheCallersThreadOnly() throws Exception {
        Thread caller = Thread.currentThread();
        AtomicBoolean elsewhere = new AtomicBoolean();
        Iterator<Integer> examples = IntStream.range(0, 12)
                .peek(i -> elsewhere.compareAndSet(false, Thread.currentThread() != caller))
                .iterator();
        AtomicReference<Thread> maker = new AtomicReference<>();
        try (PreparedMinibatches<Integer> minibatches = new PreparedMinibatches<>(examples, 4, taken -> {
            maker.set(Thread.currentThread());
            return data(taken);
        })) {
            while (minibatches.hasNext()) {
                minibatches.next();
            }
        }
        assertThat(elsewhere).isFalse();
        assertThat(maker.get()).isNotSameAs(caller);
        assertThat(maker.get().isDaemon()).isTrue();
    }

    @Test
    void aFailureReachesTheCallerAsItself() throws Exception {
        BadDataException broken = new BadDataException("a.jpg", "is damaged");
        try (PreparedMinibatches<Integer> minibatches = prepared(8, examples -> {
            if (examples.get(0) == 4) {
                throw broken;
            }
            return data(examples);
        })) {
            assertThat(minibatches.next().examples()).isEqualTo(4);
            assertThatThrownBy(minibatches::next).isSameAs(broken);
        }
    }

    @Test
    void closingWaitsForWhatIsBeingMade() throws Exception {
        Thread caller = Thread.currentThread();
        CountDownLatch closing = new CountDownLatch(1);
        AtomicBoolean over = new AtomicBoolean();
        PreparedMinibatches<Integer> minibatches = prepared(8, examples -> {
            await(closing);
            awaitWaiting(caller);
            over.set(true);
            return data(examples);
        });
        closing.countDown();
        minibatches.close();
        assertThat(over).isTrue();
        assertThat(minibatches.hasNext()).isFalse();
    }

    @Test
    void closingDoesNotThrowWhatNobodyAskedFor() {
        PreparedMinibatches<Integer> minibatches = prepared(8, examples -> {
            throw new IllegalStateException("on purpose");
        });
        minibatches.close();
        assertThat(minibatches.hasNext()).isFalse();
    }

    @Test
    void aKilledTaskStopsWaitingAndLeavesNothingRunning() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch killed = new CountDownLatch(1);
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<Throwable> end = new AtomicReference<>();
        AtomicBoolean overAtTheEnd = new AtomicBoolean();
        AtomicReference<Thread> closing = new AtomicReference<>();
        Thread task = new Thread(() -> {
            try (PreparedMinibatches<Integer> minibatches = prepared(8, examples -> {
                begun.countDown();
                await(killed);
                awaitWaiting(closing.get());
                over.set(true);
                return data(examples);
            })) {
                next(minibatches, end);
                closing.set(Thread.currentThread());
                killed.countDown();
            }
            overAtTheEnd.set(over.get());
        });
        task.start();
        begun.await();
        task.interrupt();
        task.join();
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
        assertThat(overAtTheEnd).isTrue();
    }

    private static PreparedMinibatches<Integer> prepared(int examples, Batcher<Integer> batcher) {
        return new PreparedMinibatches<>(IntStream.range(0, examples).iterator(), 4, batcher);
    }

    private static MultiDataSet data(List<Integer> examples) {
        int[] values = examples.stream().mapToInt(Integer::intValue).toArray();
        INDArray array = Nd4j.createFromArray(values);
        return new MultiDataSet(array, array);
    }

    private static void next(PreparedMinibatches<Integer> minibatches, AtomicReference<Throwable> end) {
        try {
            minibatches.next();
        } catch (InterruptedException e) {
            end.set(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
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
