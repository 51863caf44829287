package org.sparkfinetune.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.LocalFileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.testing.BrittleDisk;

class HadoopFilesTest {
    @TempDir
    private Path folder;

    @AfterEach
    void mend() {
        BrittleDisk.mend();
    }

    @Test
    void aTextThatIsReplacedIsTheOldOrTheNewOneWhereverTheJobIsKilled() throws IOException {
        HadoopFiles files = checksummed();
        org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path("brittle:" + folder.resolve("epochs.json"));
        files.writeText(file, "text 0");
        int broken = 0;
        while (true) {
            BrittleDisk.breakAfter(broken);
            try {
                files.writeText(file, "text " + (broken + 1));
            } catch (BadDataException expected) {
                assertThat(expected).hasMessageContaining("the disk is broken");
            }
            boolean killed = BrittleDisk.mend();
            assertThat(files.exists(file)).as("killed at step " + broken).isTrue();
            if (!killed) {
                break;
            }
            assertThat(files.readText(file)).isIn("text " + broken, "text " + (broken + 1));
            // The next kill finds what a job of its own left.
            files.writeText(file, "text " + ++broken);
            assertThat(files.readText(file)).isEqualTo("text " + broken);
        }
        assertThat(files.readText(file)).isEqualTo("text " + (broken + 1));
        assertThat(broken).as("the text, its checksum").isEqualTo(2);
    }

    /** As {@code file:} is: a checksum beside each file. */
    private static HadoopFiles checksummed() throws IOException {
        BrittleDisk disk = new BrittleDisk();
        disk.initialize(URI.create("brittle:///"), new Configuration());
        return new HadoopFiles(new LocalFileSystem(disk));
    }
}
