package org.sparkfinetune.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import org.junit.jupiter.api.Test;

class VerboseLogTest {
    @Test
    void callsAreSummedByKindAndDirection() {
        assertThat(VerboseLog.sums(
                        List.of(
                                "dnnl_verbose,info,oneDNN v2.5.2 (commit x)",
                                "dnnl_verbose,exec,cpu,convolution,jit:avx512_core,forward_training,src_f32,,,mb8,3.5",
                                "dnnl_verbose,exec,cpu,convolution,jit:avx512_core,backward_data,src_f32,,,mb8,2",
                                "onednn_verbose,exec,cpu,convolution,brgconv,forward_training,src_f32,,,mb8,1.5",
                                "onednn_verbose,exec,cpu,reorder,jit:uni,undef,src_f32,,,64x64,1",
                                "0.123 0.456"),
                        2))
                .containsOnly(
                        entry("convolution", 2.5), entry("convolution backward data", 1.0), entry("reorder", 0.5));
    }
}
