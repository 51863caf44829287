package org.sparkfinetune.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.InvalidRequestException;

class ScalingTest {
    private static final Path INPUTS = Path.of("docs/scaling.properties");

    /** The tables in the document are those that its inputs give. */
    @Test
    void theDocumentHoldsWhatTheProgramPrints() throws IOException {
        assertThat(Files.readString(Path.of("docs/scaling.md"))).contains(Scaling.tables(ScalingInputs.read(INPUTS)));
    }

    @Test
    void everyProblemOfTheInputsIsToldAtOnce() throws IOException {
        String text = Files.readString(INPUTS)
                .replace("gain = 0.5", "gian = 0.5")
                .replace("examples = 100000", "examples = many")
                .replace("vgg16-head.bytes = 491640", "vgg16-head.bytes = 0");
        assertThatThrownBy(() -> ScalingInputs.read("inputs", new StringReader(text)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContainingAll(
                        "inputs:gain: is missing",
                        "inputs:gian: is not a key",
                        "inputs:examples: is \"many\", must be a number",
                        "inputs:vgg16-head.bytes: is 0, must be above 0");
    }
}
