package org.sparkfinetune.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrainTableTest {
    /** A product of 1,000 rows is 2 billion operations. */
    private static final List<String> MEASUREMENTS = List.of(
            "GEMM 1000 ND4J 0.5 0.025 0.03",
            "GEMM 1000 pytorch 0.02",
            "FLOPS resnet50:avgpool:8 - 8E9 1E9",
            "STEP resnet50:avgpool:8 ours 0.9 1.0 2.0",
            "STEP resnet50:avgpool:8 ours/cached 0.1 0.3",
            "STEP resnet50:avgpool:8 pytorch/nchw 4.0",
            "STEP resnet50:avgpool:8 pytorch/channels_last 2.0",
            "STEP resnet50:avgpool:8 dl4j 16.0 16.0",
            "FLOPS vgg16:none:16 - 0 1E9",
            "STEP vgg16:none:8 dl4j 32",
            "STEP vgg16:none:16 ours 16");

    @Test
    void theTableHasEveryPeerAndTheFasterOfTwoLayouts() {
        assertThat(TrainTable.of(MEASUREMENTS).text()).isEqualTo("""
                product of two float32 matrices of 1000 rows, ND4J: 80.0 GFLOP/s
                product of two float32 matrices of 1000 rows, pytorch: 100.0 GFLOP/s

                case                       peer                    images/s       min       max steps  GFLOP/s  of gemm  /pytorch   /dl4j
                resnet50:avgpool:8         ours                        8.00      4.00      8.89     3     72.0     0.72      2.00   16.00
                                           ours/cached                40.00     26.67     80.00     2     40.0     0.40     10.00   80.00
                                           pytorch/channels_last       4.00      4.00      4.00     1     36.0     0.36      1.00    8.00
                                           dl4j                        0.50      0.50      0.50     2      4.5     0.05      0.13    1.00
                vgg16:none:8               dl4j                        0.25      0.25      0.25     1        -        -         -    1.00
                vgg16:none:16              ours                        1.00      1.00      1.00     1      1.0     0.01         -    4.00
                """);
    }

    @Test
    void programsReadTheSame() {
        assertThat(TrainTable.of(MEASUREMENTS).csv())
                .startsWith("model,freezeUpTo,batch,peer,imagesPerSecond,min,max,steps,gflops,ofGemm,toPytorch,toDl4j\n"
                        + "resnet50,avgpool,8,ours,8.0,4.0,8.88888888888889,3,72.0,0.72,2.0,16.0\n")
                .endsWith("vgg16,none,16,ours,1.0,1.0,1.0,1,1.0,0.01,,4.0\n");
    }

    @Test
    void aLineThatIsNoMeasurementIsRefused() {
        assertThatThrownBy(() -> TrainTable.of(List.of("STEP resnet50:avgpool:8 ours")))
                .hasMessage("a measurement is KIND SUBJECT WHO VALUE..., not \"STEP resnet50:avgpool:8 ours\"");
    }

    @Test
    void whatIsWrittenIsRead() {
        Measurement steps = Measurement.steps(new TrainingCase("vgg16", "fc2", 8), "ours/cached", 0.25, 1e-4);
        assertThat(Measurement.parse(steps.toString())).isEqualTo(steps);
    }
}
