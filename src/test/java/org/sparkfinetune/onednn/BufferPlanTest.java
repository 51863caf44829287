package org.sparkfinetune.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.BytePointer;
import org.junit.jupiter.api.Test;

class BufferPlanTest {
    @Test
    void tensorsThatMeetLieApart() {
        Random random = new Random(1);
        List<Tensor> tensors = new ArrayList<>();
        Map<Tensor, int[]> uses = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            Tensor tensor = tensor(1 + random.nextInt(500));
            int first = random.nextInt(100);
            int last = first + random.nextInt(20);
            tensor.usedIn(last);
            tensor.usedIn(first);
            uses.put(tensor, new int[] {first, last});
            tensors.add(tensor);
        }
        BufferPlan plan = new BufferPlan(tensors);
        try (BytePointer memory = new BytePointer(plan.bytes())) {
            plan.place(memory::getPointer);
            long sum = 0;
            for (Tensor one : tensors) {
                long start = one.memory().get_data_handle().address() - memory.address();
                assertThat(start).isNotNegative();
                assertThat(start % 64).isZero();
                assertThat(start + one.bytes()).isLessThanOrEqualTo(plan.bytes());
                sum += one.bytes();
                for (Tensor other : tensors) {
                    int[] mine = uses.get(one);
                    int[] theirs = uses.get(other);
                    if (one != other && mine[0] <= theirs[1] && theirs[0] <= mine[1]) {
                        long otherStart = other.memory().get_data_handle().address() - memory.address();
                        assertThat(start + one.bytes() <= otherStart || otherStart + other.bytes() <= start)
                                .isTrue();
                    }
                }
            }
            assertThat(plan.bytes()).as("memory is used again").isLessThan(sum / 2);
        }
    }

    @Test
    void aViewMovesWithItsTensor() {
        Tensor whole = tensor(8);
        Tensor view = whole.view(OneDnn.layout(new long[] {4}, memory.format_tag.a));
        whole.usedIn(0);
        BufferPlan plan = new BufferPlan(List.of(whole));
        try (BytePointer memory = new BytePointer(plan.bytes())) {
            plan.place(memory::getPointer);
            assertThat(view.memory().get_data_handle().address()).isEqualTo(memory.address());
        }
    }

    @Test
    void whatNoStepUsesTakesNothing() {
        assertThat(new BufferPlan(List.of(tensor(8))).bytes()).isZero();
    }

    private static Tensor tensor(int floats) {
        return Tensor.unplaced(OneDnn.layout(new long[] {floats}, memory.format_tag.a));
    }
}
