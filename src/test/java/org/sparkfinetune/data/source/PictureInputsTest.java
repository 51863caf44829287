package org.sparkfinetune.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.data.picture.PictureBytes;
import org.sparkfinetune.data.picture.PictureFile;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.testing.LocalSpark;

@Tag("spark")
class PictureInputsTest {
    @TempDir
    Path folder;

    @Test
    void folderNamesTellTheFormat() throws IOException {
        write("classes/a/1.jpg", "x");
        write("classes/train/1.jpg", "x");
        assertThat(open("classes")).isInstanceOf(ClassFolders.class);
        write("splits/train/a/1.jpg", "x");
        write("splits/valid/b/1.jpg", "x");
        assertThat(open("splits"))
                .isEqualTo(new SplitFolders(path("splits"), List.of("a", "b"), List.of("train", "valid")));
        write("tars/1.tar", "x");
        assertThat(open("tars")).isInstanceOf(TarShards.class);
        write("hf/metadata.csv", "file_name,label\n");
        assertThat(open("hf")).isInstanceOf(PathTable.class);
        write("list.csv", "path,label\n");
        assertThat(open("list.csv")).isInstanceOf(PathTable.class);
        write("flat/1.jpg", "x");
        assertThat(PictureInputs.any(path("flat"), SourceOptions.AUTO, reading()))
                .isInstanceOf(FlatFolder.class);
        assertThat(PictureInputs.any(path("classes"), SourceOptions.AUTO, reading()))
                .isInstanceOf(ClassFolders.class);
    }

    @Test
    void whatIsNotOfItsFormatIsExplained() throws IOException {
        write("f/a/1.jpg", "x");
        assertThatThrownBy(() -> open("f", InputFormat.SPLIT_FOLDERS))
                .isInstanceOf(BadDataException.class)
                .hasMessage(
                        "file:" + folder + "/f: must hold folders of splits (train, training, val, valid, validation,"
                                + " dev, test, testing) and nothing else, found [a]");
        assertThatThrownBy(() -> open("f", InputFormat.WEBDATASET))
                .hasMessage("file:" + folder + "/f: has no files that end in .tar");
        write("f/x.tar.gz", "x");
        assertThatThrownBy(() -> open("f", InputFormat.WEBDATASET))
                .hasMessage("file:" + folder + "/f/x.tar.gz: is compressed, and such a tar can only be read from its"
                        + " beginning; unpack it with gunzip");
        assertThatThrownBy(() -> open("f", InputFormat.IMAGEFOLDER))
                .hasMessage("file:" + folder
                        + "/f: has no metadata.csv, metadata.jsonl or metadata.parquet, neither has a"
                        + " folder of a split");
        assertThatThrownBy(() -> open("absent", InputFormat.CSV))
                .hasMessage("file:" + folder + "/absent: does not exist");
    }

    @Test
    void columnsThatAreNotThereAreAllNamed() throws IOException {
        write("list.csv", "path,labels\na,b\n");
        SourceColumns columns = new SourceColumns("", "", "label", "part", "");
        assertThatThrownBy(() -> list(open("list.csv", new SourceOptions(InputFormat.AUTO, "", columns))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("source.columns.label: is label, but file:" + folder
                        + "/list.csv has the columns [path, labels]")
                .hasMessageContaining("source.columns.split: is part, but file:");
        write("list.csv", "name\na\n");
        assertThatThrownBy(() -> list(open("list.csv")))
                .isInstanceOf(BadDataException.class)
                .hasMessage("file:" + folder
                        + "/list.csv: has no column path or file_name but [name]; set source.columns.path");
    }

    @Test
    void columnsOfFoldersAreRefused() throws IOException {
        write("classes/a/1.jpg", "x");
        write("classes/b/1.jpg", "x");
        SourceColumns columns = new SourceColumns("", "", "", "", "patient");
        assertThatThrownBy(() -> open("classes", new SourceOptions(InputFormat.AUTO, "", columns)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("source.columns: names columns of a table, but file:" + folder
                        + "/classes is read as class folders, which have none; leave source.columns out, or point input"
                        + " at a table");
    }

    @Test
    void rowsOfAManifestAreTakenAsTheyAre() throws IOException {
        write("photos/a b/100%.jpg", "x");
        write("photos/ü/c:d.jpg", "xy");
        write(
                "list.csv",
                "path,label\n\"photos/a b/100%.jpg\",007\nphotos/ü/c:d.jpg,\"x, \"\"y\"\"\"\n" + folder
                        + "/photos/absent.jpg,z\nphotos/ü/c:d.jpg,\"x, \"\"y\"\"\"\n,empty\nphotos,f\n");
        List<PictureFile> files = list(open("list.csv"));
        assertThat(files)
                .extracting(file -> file.path().replace("file:" + folder, "") + " "
                        + file.tags().labelName() + " " + file.length())
                .containsExactly(
                        "/list.csv null -1",
                        "/photos f -1",
                        "/photos/a b/100%.jpg 007 1",
                        "/photos/absent.jpg z -1",
                        "/photos/ü/c:d.jpg x, \"y\" 2");
        assertThat(files.get(3).bytes()).isEqualTo(new PictureBytes.Missing("it does not exist"));
    }

    @Test
    void aTableWithoutLabelsNamesThePicturesAfterTheirFolders() throws IOException {
        write("photos/cat/1.jpg", "x");
        write("list.jsonl", "{\"path\": \"photos/cat/1.jpg\"}\n");
        assertThat(list(open("list.jsonl")).get(0).tags().labelName()).isEqualTo("cat");
    }

    @Test
    void aSplitOfAnotherNameIsRefused() throws IOException {
        write("1.jpg", "x");
        write("list.csv", "path,label,fold\n1.jpg,a,3\n");
        SourceColumns columns = new SourceColumns("", "", "", "fold", "");
        assertThatThrownBy(() -> list(open("list.csv", new SourceOptions(InputFormat.AUTO, "", columns))))
                .hasStackTraceContaining("list.csv, column fold: holds \"3\", allowed are train, training");
    }

    @Test
    void linksAreFollowedOnceAndHiddenFilesAreNot() throws IOException {
        write("classes/a/1.jpg", "x");
        write("classes/a/.hidden.jpg", "x");
        write("classes/a/_x/2.jpg", "x");
        write("elsewhere/3.jpg", "x");
        write("classes/b/4.jpg", "x");
        Files.createSymbolicLink(folder.resolve("classes/a/loop"), folder.resolve("classes/a"));
        Files.createSymbolicLink(folder.resolve("classes/a/link"), folder.resolve("elsewhere"));
        Files.createSymbolicLink(folder.resolve("classes/a/dangling.jpg"), folder.resolve("nowhere"));
        Files.createSymbolicLink(folder.resolve("classes/c"), folder.resolve("classes/b"));
        assertThat(list(open("classes")))
                .extracting(file -> file.path().replace("file:" + folder + "/classes/", "") + " "
                        + file.tags().labelName())
                .containsExactly("a/1.jpg a", "a/link/3.jpg a", "b/4.jpg b", "c/4.jpg c");
    }

    @Test
    void picturesOfATarAreReadWhereTheyLie() throws Exception {
        String longName = "s/" + "x".repeat(150);
        byte[] tar = tar(
                longName + ".jpg",
                "first",
                longName + ".cls",
                "7\n",
                "s/2.json",
                "{\"label\": 3}",
                "s/2.PNG",
                "second",
                "s/2.txt",
                "words",
                "dir/3.jpg",
                "third",
                "s/4.json",
                "no JSON",
                "4.jpg",
                "fourth");
        Files.write(Files.createDirectories(folder.resolve("t")).resolve("1.tar"), tar);
        List<PictureFile> files = list(open("t"));
        assertThat(files)
                .extracting(file -> file.path().replace("file:" + folder + "/t/1.tar/", "") + " "
                        + file.tags().labelName() + " " + read(file))
                .containsExactly(
                        "4.jpg null fourth", "dir/3.jpg dir third", "s/2.PNG 3 second", longName + ".jpg 7 first");
    }

    @Test
    void aTarThatEndsTooEarlyGivesWhatIsWholeAndOneFileThatIsNot() throws Exception {
        byte[] tar = tar("1.jpg", "first", "1.cls", "0", "2.jpg", "x".repeat(2000), "2.cls", "1");
        Files.write(Files.createDirectories(folder.resolve("t")).resolve("1.tar"), Arrays.copyOf(tar, 3000));
        Files.write(
                folder.resolve("t/2.tar"),
                "this is no tar, but long enough ".repeat(40).getBytes(StandardCharsets.UTF_8));
        List<PictureFile> files = list(open("t"));
        assertThat(files)
                .extracting(file -> file.path().replace("file:" + folder + "/t/", ""))
                .contains("1.tar/1.jpg", "1.tar", "2.tar");
        assertThat(files.stream().filter(file -> file.bytes() instanceof PictureBytes.Missing))
                .hasSize(2);
    }

    private static byte[] tar(String... namesAndContents) throws IOException {
        var bytes = new java.io.ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (int i = 0; i < namesAndContents.length; i += 2) {
                byte[] content = namesAndContents[i + 1].getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry(namesAndContents[i]);
                entry.setSize(content.length);
                out.putArchiveEntry(entry);
                out.write(content);
                out.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static String read(PictureFile file) {
        try {
            return new String(
                    file.read(
                            PictureLimits.DEFAULT,
                            LocalSpark.session().sparkContext().hadoopConfiguration()),
                    StandardCharsets.UTF_8);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private PictureInput open(String name) {
        return open(name, SourceOptions.AUTO);
    }

    private PictureInput open(String name, InputFormat format) {
        return open(name, new SourceOptions(format, "", SourceColumns.USUAL));
    }

    private PictureInput open(String name, SourceOptions options) {
        return PictureInputs.labelled(path(name), options, reading());
    }

    private static List<PictureFile> list(PictureInput input) {
        return input.pictures(reading()).collect().stream()
                .sorted(Comparator.comparing(PictureFile::path))
                .toList();
    }

    private static SourceReading reading() {
        return new SourceReading(
                LocalSpark.context(),
                LocalSpark.session()::read,
                LocalSpark.context()
                        .broadcast(new SerializableConfiguration(
                                LocalSpark.context().hadoopConfiguration())));
    }

    private org.apache.hadoop.fs.Path path(String name) {
        return new org.apache.hadoop.fs.Path("file:" + folder + "/" + name);
    }

    private void write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(content.getBytes(StandardCharsets.UTF_8));
        }
    }
}
