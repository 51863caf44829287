package org.sparkfinetune.zoo.files;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.sparkfinetune.check.BadDataException;

/**
 * Reads entries of a .tgz into memory. Nothing is written to disk, so no entry can be written outside a folder. Entries
 * with absolute names or {@code ..} are refused nevertheless, and sizes are limited before memory is allocated.
 */
final class TgzEntries {
    /** Largest entry, in bytes. */
    static final long MAX_ENTRY_BYTES = 1L << 30;
    /** Largest sum of all entries of an archive, in bytes, against decompression bombs. */
    static final long MAX_TOTAL_BYTES = 4L << 30;

    private final long maxEntryBytes;
    private final long maxTotalBytes;

    TgzEntries() {
        this(MAX_ENTRY_BYTES, MAX_TOTAL_BYTES);
    }

    TgzEntries(long maxEntryBytes, long maxTotalBytes) {
        this.maxEntryBytes = maxEntryBytes;
        this.maxTotalBytes = maxTotalBytes;
    }

    /**
     * Returns the content of the wanted files by name.
     *
     * @throws BadDataException when the archive is damaged, hostile or too large
     */
    Map<String, byte[]> read(Path archive, Predicate<String> wanted) {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        long total = 0;
        try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
                TarArchiveInputStream tar = new TarArchiveInputStream(new GzipCompressorInputStream(file))) {
            for (TarArchiveEntry entry = tar.getNextTarEntry(); entry != null; entry = tar.getNextTarEntry()) {
                String place = archive + "!" + entry.getName();
                requireSafeName(place, entry.getName());
                requireAtMost(place, "entry", entry.getSize(), maxEntryBytes);
                total += entry.getSize();
                requireAtMost(archive.toString(), "sum of its entries", total, maxTotalBytes);
                if (entry.isFile() && wanted.test(entry.getName())) {
                    contents.put(entry.getName(), content(tar, entry, place));
                }
            }
        } catch (IOException e) {
            throw new BadDataException(
                    archive.toString(), "cannot be read to its end as a .tgz archive: " + e.getMessage(), e);
        }
        return contents;
    }

    private static byte[] content(InputStream tar, TarArchiveEntry entry, String place) throws IOException {
        byte[] bytes = tar.readNBytes(Math.toIntExact(entry.getSize()));
        if (bytes.length != entry.getSize()) {
            throw new BadDataException(
                    place, "is truncated: " + bytes.length + " of " + entry.getSize() + " bytes are there");
        }
        return bytes;
    }

    private static void requireSafeName(String place, String name) {
        boolean climbs = Arrays.asList(name.replace('\\', '/').split("/", -1)).contains("..");
        if (name.startsWith("/") || name.startsWith("\\") || climbs) {
            throw new BadDataException(
                    place, "an archive of weights must not have absolute names or \"..\" in it; do not use this file");
        }
    }

    private static void requireAtMost(String place, String what, long bytes, long limit) {
        if (bytes > limit) {
            throw new BadDataException(
                    place, "the " + what + " has " + bytes + " bytes, more than the " + limit + " that are allowed");
        }
    }
}
