package org.sparkfinetune.data.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.config.Json;
import org.sparkfinetune.data.picture.PictureBytes;
import org.sparkfinetune.data.picture.PictureFile;
import org.sparkfinetune.data.picture.PictureTags;

/**
 * Lists a tar without reading its pictures: each becomes a byte range of the tar. A truncated file, or one that is not
 * a tar, adds one picture that cannot be read, so that it is counted and reported and the others are used.
 */
final class TarSamples implements Iterator<PictureFile> {
    private static final Set<String> PICTURES =
            Set.of("jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff", "img", "image");
    private static final int MOST_TEXT_BYTES = 1 << 20;

    private final String tar;
    private final SourceColumns fields;
    private final FSDataInputStream file;
    private final TarArchiveInputStream entries;
    private final List<Picture> sample = new ArrayList<>();
    private final Deque<PictureFile> ready = new ArrayDeque<>();
    private String key = "";
    private String cls;
    private JsonNode json;
    private boolean ended;

    private record Picture(String name, long offset, long length, long version) {}

    TarSamples(String tar, SourceColumns fields, Configuration configuration) throws IOException {
        this.tar = tar;
        this.fields = fields;
        Path path = new Path(tar);
        this.file = path.getFileSystem(configuration).open(path);
        this.entries = new TarArchiveInputStream(file, StandardCharsets.UTF_8.name());
    }

    @Override
    public boolean hasNext() {
        while (ready.isEmpty() && !ended) {
            try {
                advance();
            } catch (IOException | IllegalArgumentException damaged) {
                finishSample();
                end();
                ready.add(broken("the tar is damaged: " + damaged.getMessage()));
            }
        }
        return !ready.isEmpty();
    }

    @Override
    public PictureFile next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove();
    }

    private void advance() throws IOException {
        TarArchiveEntry entry = entries.getNextTarEntry();
        if (entry == null) {
            finishSample();
            end();
            return;
        }
        String name = entry.getName().replaceFirst("^(\\./)+", "");
        String base = name.substring(name.lastIndexOf('/') + 1);
        if (!entry.isFile() || HiddenNames.contain(base) || base.indexOf('.') < 0) {
            return;
        }
        int dot = name.length() - base.length() + base.indexOf('.');
        if (!name.substring(0, dot).equals(key)) {
            finishSample();
            key = name.substring(0, dot);
        }
        take(entry, name, name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    private void take(TarArchiveEntry entry, String name, String extension) throws IOException {
        if (PICTURES.contains(extension.substring(extension.lastIndexOf('.') + 1))) {
            sample.add(new Picture(
                    name,
                    entries.getBytesRead(),
                    entry.getSize(),
                    entry.getModTime().getTime()));
        } else if (extension.equals("cls")) {
            cls = text().strip();
        } else if (extension.equals("json")) {
            try {
                json = Json.parse(text());
            } catch (JsonProcessingException noJson) {
                json = null; // the sample then has no label and is rejected
            }
        }
    }

    private String text() throws IOException {
        return new String(entries.readNBytes(MOST_TEXT_BYTES), StandardCharsets.UTF_8);
    }

    private void finishSample() {
        for (Picture picture : sample) {
            ready.add(new PictureFile(
                    tar + "/" + picture.name(),
                    picture.length(),
                    picture.version(),
                    tags(picture.name()),
                    new PictureBytes.ByteRange(tar, picture.offset())));
        }
        sample.clear();
        cls = null;
        json = null;
    }

    private PictureTags tags(String name) {
        String label = field(fields.label().isEmpty() ? "label" : fields.label());
        if (label == null && fields.label().isEmpty()) {
            int slash = name.lastIndexOf('/');
            label = cls != null ? cls : slash > 0 ? name.substring(name.lastIndexOf('/', slash - 1) + 1, slash) : null;
        }
        String split = field(fields.split());
        return new PictureTags(
                label, split == null ? null : RowTags.split(split, tar + "/" + name), field(fields.group()));
    }

    /** Returns null when the JSON has no such field. */
    private String field(String name) {
        JsonNode value = json == null || name.isEmpty() ? null : json.get(name);
        return value == null
                        || !value.isValueNode()
                        || value.isNull()
                        || value.asText().isBlank()
                ? null
                : value.asText().strip();
    }

    private PictureFile broken(String reason) {
        return new PictureFile(tar, PictureFile.UNKNOWN_LENGTH, 0, PictureTags.NONE, new PictureBytes.Missing(reason));
    }

    private void end() {
        ended = true;
        try {
            entries.close();
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
