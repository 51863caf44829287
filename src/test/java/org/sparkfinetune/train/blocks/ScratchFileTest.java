package org.sparkfinetune.train.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.RDDBlockId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.testing.LocalSpark;

@Tag("spark")
class ScratchFileTest {
    /** Files of earlier tests would be written again. The second look closes what the first found free. */
    @BeforeEach
    void dropFilesOfEarlierTests() {
        ScratchFile.dropUnused();
        ScratchFile.dropUnused();
    }

    @Test
    void aFileHasNoNameAndIsReadByItsDescriptor() throws IOException {
        RDDBlockId mark = mark();
        ScratchFile file = ScratchFile.acquire(mark);
        file.write(2, List.of(bytes("blocks "), bytes("of a worker")));
        file.close();
        assertThat(Files.readAllBytes(file.path()))
                .isEqualTo("\0\0blocks of a worker".getBytes(StandardCharsets.US_ASCII));
        try (Stream<Path> names = Files.list(ScratchFile.SHARED_MEMORY)) {
            assertThat(names).noneMatch(name -> name.getFileName().toString().startsWith("spark-finetune-"));
        }
        remove(mark);
    }

    @Test
    void aFileIsWrittenAgainOnceItsMarkIsGoneAndItsWriterIsDone() {
        RDDBlockId mark = mark();
        ScratchFile file = ScratchFile.acquire(mark);
        remove(mark);
        RDDBlockId second = mark();
        ScratchFile other = ScratchFile.acquire(second);
        assertThat(other).as("while the first is being written").isNotSameAs(file);
        other.close();
        RDDBlockId third = mark();
        assertThat(ScratchFile.acquire(third)).as("while the second is marked").isNotIn(file, other);
        remove(second);
        RDDBlockId fourth = mark();
        assertThat(ScratchFile.acquire(fourth)).isSameAs(other);
        Stream.of(file, other).forEach(ScratchFile::close);
        Stream.of(third, fourth).forEach(ScratchFileTest::remove);
    }

    @Test
    void aFileThatIsUnusedTwiceInARowIsClosed() {
        RDDBlockId mark = mark();
        ScratchFile file = ScratchFile.acquire(mark);
        file.write(0, List.of(bytes("in use")));
        file.close();
        ScratchFile.dropUnused();
        ScratchFile.dropUnused();
        file.write(0, List.of(bytes("it is in use again")));
        remove(mark);
        ScratchFile.dropUnused();
        file.write(0, List.of(bytes("it may be taken")));
        ScratchFile.dropUnused();
        assertThatThrownBy(() -> file.write(0, List.of(bytes("closed")))).hasRootCauseInstanceOf(IOException.class);
        RDDBlockId next = mark();
        try (ScratchFile another = ScratchFile.acquire(next)) {
            assertThat(another).isNotSameAs(file);
        }
        remove(next);
    }

    private static RDDBlockId mark() {
        return BlockGroup.create(LocalSpark.context().sc(), true).block(0);
    }

    /** Does at once what the driver asks executors to do. */
    private static void remove(RDDBlockId mark) {
        SparkEnv.get().blockManager().removeBlock(mark, true);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
