package org.sparkfinetune.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.InvalidRequestException;

class OutputLockTest {
    @TempDir
    private Path folder;

    @Test
    void aSecondJobIsToldWhoWritesTheOutput() throws IOException {
        try (StagedOutput first = output()) {
            first.begin("app-1");
            Files.writeString(folder.resolve("out/_staging/part"), "half");
            LockHolder holder = holder();
            assertThat(holder.application()).isEqualTo("app-1");
            assertThat(holder.process()).isEqualTo(ProcessHandle.current().pid());
            assertThatThrownBy(() -> output().begin("app-2"))
                    .isInstanceOf(InvalidRequestException.class)
                    .message()
                    .matches("file:" + folder + "/out: another job \\(application app-1, process " + holder.process()
                            + " on " + holder.host() + ", since " + holder.startedAt()
                            + "\\), which was alive [0-9] seconds ago, writes this output; wait until it has ended, or"
                            + " choose another output; if it was killed, run the same command again in 60 seconds");
            assertThat(folder.resolve("out/_staging/part")).hasContent("half");
            first.publish(List.of("part"));
            first.finish("done");
        }
        assertThat(names()).containsExactly("done.txt", "part");
    }

    @Test
    void aJobThatFailsLetsTheNextOneIn() throws IOException {
        try (StagedOutput failed = output()) {
            failed.begin("app-1");
        }
        assertThat(folder.resolve("out/_staging/lock")).doesNotExist();
        try (StagedOutput next = output()) {
            next.begin("app-2");
            assertThat(holder().application()).isEqualTo("app-2");
        }
    }

    @Test
    void theLockOfAProcessThatIsGoneIsVoid() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        leave(new LockHolder("1", "app-1", LockHolder.here("").host(), process.pid(), "then"), Instant.now());
        assertTakenOver("app-2");
    }

    @Test
    void theLockOfAJobOfThisProcessThatHasEndedIsVoid() throws IOException {
        leave(LockHolder.here("app-1"), Instant.now());
        assertTakenOver("app-2");
    }

    @Test
    void theLockOfAnEarlierAttemptOfTheSameApplicationIsVoid() throws IOException {
        leave(new LockHolder("1", "app-2", "another-machine", 1, "then"), Instant.now());
        assertTakenOver("app-2");
    }

    @Test
    void aLockThatNobodyTouchesIsVoidAfterAMinute() throws IOException {
        LockHolder elsewhere = new LockHolder("1", "app-1", "another-machine", 1, "then");
        leave(elsewhere, Instant.now().minusSeconds(50));
        assertThatThrownBy(() -> output().begin("app-2")).hasMessageContaining("on another-machine, since then");
        leave(elsewhere, Instant.now().minusSeconds(61));
        assertTakenOver("app-2");
    }

    @Test
    void aLockThatIsBeingWrittenCounts() throws IOException {
        Path lock = leave(LockHolder.here("app-1"), Instant.now());
        Files.delete(lock.resolveSibling(".lock.crc"));
        Files.writeString(lock, "");
        assertThatThrownBy(() -> output().begin("app-2"))
                .hasMessageMatching("file:.*/out: another job, which was alive [0-9] seconds ago, writes this .*");
    }

    @Test
    void whoLostTheOutputPublishesNothing() throws IOException {
        try (StagedOutput sleeper = output()) {
            sleeper.begin("app-1");
            Files.writeString(folder.resolve("out/_staging/part"), "half");
            LockHolder other = new LockHolder(UUID.randomUUID().toString(), "app-2", "another-machine", 1, "then");
            leave(other, Instant.now());
            assertThatThrownBy(() -> sleeper.publish(List.of("part")))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage("file:" + folder + "/out: another job (application app-2, process 1 on another-machine,"
                            + " since then) has taken this output over, because this one stood still for more than 60"
                            + " seconds; nothing was published; wait until that job has ended, then run the same"
                            + " command"
                            + " again");
        }
        assertThat(names()).containsExactly("_staging");
        assertThat(holder().application()).as("not ours to remove").isEqualTo("app-2");
    }

    private void assertTakenOver(String application) throws IOException {
        try (StagedOutput next = output()) {
            next.begin(application);
            assertThat(holder().host()).isEqualTo(LockHolder.here("").host());
            next.finish("done");
        }
        assertThat(names()).containsExactly("done.txt");
    }

    /** A lock as a killed job leaves it. */
    private Path leave(LockHolder holder, Instant touched) throws IOException {
        org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path("file:" + folder + "/out/_staging/lock");
        HadoopFiles files = HadoopFiles.of(file, new Configuration());
        files.makeFolder(file.getParent());
        files.writeText(new org.apache.hadoop.fs.Path(file.getParent(), "owner"), "");
        files.delete(file);
        assertThat(files.create(file, holder.text())).isTrue();
        Path lock = folder.resolve("out/_staging/lock");
        Files.setLastModifiedTime(lock, FileTime.from(touched));
        return lock;
    }

    private LockHolder holder() throws IOException {
        return LockHolder.parse(Files.readString(folder.resolve("out/_staging/lock")))
                .orElseThrow();
    }

    private StagedOutput output() {
        org.apache.hadoop.fs.Path out = new org.apache.hadoop.fs.Path("file:" + folder + "/out");
        return new StagedOutput(HadoopFiles.of(out, new Configuration()), out, "done.txt", List.of("part"));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> found = Files.list(folder.resolve("out"))) {
            return found.map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }
}
