package org.sparkfinetune.zoo.files;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** Archives that are meant to do harm to whoever opens them. */
final class HostileZips {
    private static final String CONFIGURATION = "configuration.json";
    private static final String COEFFICIENTS = "coefficients.bin";
    private static final int MEGABYTES = 10 << 10;

    private HostileZips() {}

    /** A model whose parameters are 10 GB of zeros, in 11 MB, and which says so. */
    static void bomb(Path file, byte[] configuration) throws IOException {
        write(file, configuration, new byte[0], (long) MEGABYTES << 20);
    }

    /** The same after the right parameters, in an entry that gives the size of these. */
    static void bombThatLies(Path file, byte[] configuration, byte[] coefficients) throws IOException {
        write(file, configuration, coefficients, coefficients.length);
    }

    private static void write(Path file, byte[] configuration, byte[] first, long size) throws IOException {
        byte[] start = deflated(first);
        byte[] zeros = deflated(new byte[1 << 20]);
        byte[] end = {3, 0};
        List<InputStream> content = new ArrayList<>(Collections.nCopies(MEGABYTES, null));
        content.replaceAll(none -> new ByteArrayInputStream(zeros));
        content.add(0, new ByteArrayInputStream(start));
        content.add(new ByteArrayInputStream(end));
        ZipArchiveEntry bomb = new ZipArchiveEntry(COEFFICIENTS);
        bomb.setMethod(ZipEntry.DEFLATED);
        bomb.setSize(size);
        bomb.setCompressedSize(start.length + (long) MEGABYTES * zeros.length + end.length);
        bomb.setCrc(0);
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(file)) {
            zip.putArchiveEntry(new ZipArchiveEntry(CONFIGURATION));
            zip.write(configuration);
            zip.closeArchiveEntry();
            zip.addRawArchiveEntry(bomb, new SequenceInputStream(Collections.enumeration(content)));
        }
    }

    /** Ends at a byte, so that more may follow. */
    private static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(bytes);
        byte[] deflated = new byte[bytes.length + 4096];
        int length = deflater.deflate(deflated, 0, deflated.length, Deflater.FULL_FLUSH);
        deflater.end();
        return Arrays.copyOf(deflated, length);
    }
}
