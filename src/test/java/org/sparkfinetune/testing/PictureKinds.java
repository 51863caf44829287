package org.sparkfinetune.testing;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * The same pictures in every way in which people keep them. Two classes, blue and red, of eight pictures; those of
 * which the number is below 4 are for training where the way has splits, 4 and 5 for validation, 6 and 7 for the test.
 */
public final class PictureKinds {
    /** Of each class. */
    public static final int PICTURES = 8;

    private static final String[] SPLITS = {"train", "train", "train", "train", "val", "val", "test", "test"};

    private final Path folder;

    /** @param folder to make them in */
    public PictureKinds(Path folder) {
        this.folder = folder;
    }

    /** Name such as blue/3 to encoded picture. */
    public static Map<String, byte[]> pictures() {
        Map<String, byte[]> pictures = new TreeMap<>();
        for (int i = 0; i < PICTURES; i++) {
            pictures.put("blue/" + i, TestPictures.plain("png", 40 + i, 32, new Color(i, 10, 200 + i)));
            pictures.put("red/" + i, TestPictures.plain("png", 40 + i, 32, new Color(200 + i, 10, i)));
        }
        return pictures;
    }

    /** Split that a picture has where splits are given, as a dataset names it. */
    public static String split(String name) {
        String given = givenSplit(name);
        return given.equals("val") ? "validation" : given;
    }

    private static String givenSplit(String name) {
        return SPLITS[name.charAt(name.length() - 1) - '0'];
    }

    /** Root/class/picture. */
    public Path classFolders() throws IOException {
        return files("class-folders", name -> name + ".png");
    }

    /** Root/split/class/picture. */
    public Path splitFolders() throws IOException {
        return files("split-folders", name -> givenSplit(name) + "/" + name + ".png");
    }

    /** A CSV beside a folder of pictures, with split and group. */
    public Path csv() throws IOException {
        classFoldersIn("csv/pictures");
        List<String> lines = new ArrayList<>(List.of("picture,kind,part,patient"));
        pictures()
                .keySet()
                .forEach(name -> lines.add("\"pictures/" + name + ".png\"," + label(name) + "," + givenSplit(name)
                        + ",p" + name.charAt(name.length() - 1)));
        return Files.write(folder.resolve("csv/pictures.csv"), lines);
    }

    /** A JSON Lines file with absolute paths. */
    public Path jsonl() throws IOException {
        Path pictures = classFoldersIn("jsonl/pictures");
        List<String> lines = pictures().keySet().stream()
                .map(name -> "{\"path\": \"" + pictures + "/" + name + ".png\", \"label\": \"" + label(name) + "\"}")
                .toList();
        return Files.write(folder.resolve("jsonl/list.jsonl"), lines);
    }

    /** A Parquet table of paths and labels. */
    public Path pathTable() throws IOException {
        Path pictures = classFoldersIn("paths/pictures");
        return table(
                "paths/table",
                "path string, label string",
                (name, image) -> RowFactory.create(pictures + "/" + name + ".png", label(name)));
    }

    /** A Parquet table of bytes and labels, without paths. */
    public Path byteTable() throws IOException {
        return table("bytes", "image binary, label string", (name, image) -> RowFactory.create(image, label(name)));
    }

    /** As Hugging Face keeps pictures in Parquet, with labels that are numbers. */
    public Path huggingFaceTable() throws IOException {
        return table(
                "hf",
                "image struct<bytes: binary, path: string>, label bigint",
                (name, image) ->
                        RowFactory.create(RowFactory.create(image, name + ".png"), name.startsWith("blue") ? 0L : 1L));
    }

    /** What Spark's binaryFile reader gives, saved. */
    public Path binaryFiles() throws IOException {
        Path pictures = classFoldersIn("binary/pictures");
        Path table = folder.resolve("binary/table");
        LocalSpark.session()
                .read()
                .format("binaryFile")
                .load(pictures + "/*")
                .write()
                .parquet(table.toString());
        return table;
    }

    /** What Spark's image reader gives, saved. */
    public Path sparkImages() throws IOException {
        return table(
                "images",
                "image struct<origin: string, height: int, width: int, nChannels: int, mode: int, data: binary>",
                (name, image) -> RowFactory.create(pixels("file:/photos/" + name + ".png", image)));
    }

    /** Hugging Face's image folder with one table. */
    public Path imageFolder() throws IOException {
        Path root = files("image-folder", name -> name.replace('/', '_') + ".png");
        List<String> lines = new ArrayList<>(List.of("file_name,label"));
        pictures().keySet().forEach(name -> lines.add(name.replace('/', '_') + ".png," + label(name)));
        Files.write(root.resolve("metadata.csv"), lines);
        return root;
    }

    /** Hugging Face's image folder with a table for each split. */
    public Path splitImageFolder() throws IOException {
        Path root = files("split-image-folder", name -> givenSplit(name) + "/" + name.replace('/', '_') + ".png");
        Map<String, List<String>> lines = new TreeMap<>();
        pictures()
                .keySet()
                .forEach(name -> lines.computeIfAbsent(givenSplit(name), split -> new ArrayList<>())
                        .add("{\"file_name\": \"" + name.replace('/', '_') + ".png\", \"label\": \"" + label(name)
                                + "\"}"));
        for (Map.Entry<String, List<String>> split : lines.entrySet()) {
            Files.write(root.resolve(split.getKey() + "/metadata.jsonl"), split.getValue());
        }
        return root;
    }

    /** Two tar files; the label of a sample is in its .cls, after the picture or before it. */
    public Path webDataset() throws IOException {
        return tars("webdataset", "cls", (name, number) -> name.startsWith("blue") ? "0" : "1\n");
    }

    /** Two tar files with labels, splits and groups in JSON. */
    public Path jsonWebDataset() throws IOException {
        return tars(
                "webdataset-json",
                "json",
                (name, number) -> "{\"kind\": \"" + label(name) + "\", \"part\": \"" + givenSplit(name)
                        + "\", \"size\": " + number + "}");
    }

    /** Pictures in one folder. */
    public Path flat() throws IOException {
        return files("flat", name -> name.replace('/', '_') + ".png");
    }

    private Path tars(String root, String extension, BiFunction<String, Integer, String> describe) throws IOException {
        Path made = Files.createDirectories(folder.resolve(root));
        for (int tar = 0; tar < 2; tar++) {
            try (OutputStream out = Files.newOutputStream(made.resolve("shard-" + tar + ".tar"));
                    TarArchiveOutputStream entries = new TarArchiveOutputStream(out)) {
                int number = 0;
                for (Map.Entry<String, byte[]> picture : pictures().entrySet()) {
                    if (number++ % 2 == tar) {
                        String key = "samples/" + picture.getKey().replace('/', '-');
                        put(entries, key + ".png", picture.getValue());
                        put(entries, key + ".txt", "a caption".getBytes(StandardCharsets.UTF_8));
                        put(
                                entries,
                                key + "." + extension,
                                describe.apply(picture.getKey(), number).getBytes(StandardCharsets.UTF_8));
                    }
                }
            }
        }
        return made;
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] bytes) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private static String label(String name) {
        return name.substring(0, name.indexOf('/'));
    }

    private Path classFoldersIn(String root) throws IOException {
        return files(root, name -> name + ".png");
    }

    private Path files(String root, java.util.function.UnaryOperator<String> place) throws IOException {
        Path made = folder.resolve(root);
        for (Map.Entry<String, byte[]> picture : pictures().entrySet()) {
            Path file = made.resolve(place.apply(picture.getKey()));
            Files.createDirectories(file.getParent());
            Files.write(file, picture.getValue());
        }
        return made;
    }

    private Path table(String name, String schema, BiFunction<String, byte[], Row> row) {
        Path made = folder.resolve(name);
        List<Row> rows = new ArrayList<>();
        pictures().forEach((picture, image) -> rows.add(row.apply(picture, image)));
        LocalSpark.session()
                .createDataFrame(rows, StructType.fromDDL(schema))
                .repartition(2)
                .write()
                .parquet(made.toString());
        return made;
    }

    private static Row pixels(String origin, byte[] encoded) {
        try {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(encoded));
            byte[] data = new byte[3 * image.getWidth() * image.getHeight()];
            for (int i = 0; i < data.length; i += 3) {
                int rgb = image.getRGB(i / 3 % image.getWidth(), i / 3 / image.getWidth());
                data[i] = (byte) rgb;
                data[i + 1] = (byte) (rgb >> 8);
                data[i + 2] = (byte) (rgb >> 16);
            }
            return RowFactory.create(origin, image.getHeight(), image.getWidth(), 3, 16, data);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
