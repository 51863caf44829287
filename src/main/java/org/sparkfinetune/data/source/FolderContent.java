package org.sparkfinetune.data.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.sparkfinetune.storage.HadoopFiles;
import org.sparkfinetune.storage.SparkFailures;

/**
 * The content of a folder without hidden names. A folder may hold millions of pictures, so only the first files are
 * kept.
 *
 * @param folders all folders, sorted
 * @param files some files, sorted: at most {@link #FILES_REMEMBERED}, and all files of metadata
 */
record FolderContent(List<String> folders, List<String> files) {
    static final int FILES_REMEMBERED = 1000;

    static FolderContent of(Path folder, HadoopFiles fileSystem) {
        List<String> folders = new ArrayList<>();
        List<String> files = new ArrayList<>();
        try {
            RemoteIterator<FileStatus> listing = fileSystem.fileSystem().listStatusIterator(folder);
            while (listing.hasNext()) {
                FileStatus found = listing.next();
                String name = found.getPath().getName();
                if (HiddenNames.contain(name)) {
                    continue;
                }
                if (found.isDirectory()) {
                    folders.add(name);
                } else if (files.size() < FILES_REMEMBERED || name.startsWith(InputFormat.METADATA)) {
                    files.add(name);
                }
            }
        } catch (IOException e) {
            throw SparkFailures.translate(e, folder.toString());
        }
        return new FolderContent(
                folders.stream().sorted().toList(), files.stream().sorted().toList());
    }

    boolean isEmpty() {
        return folders.isEmpty() && files.isEmpty();
    }

    /** Returns the names of files with an ending. */
    List<String> filesEnding(String ending) {
        return files.stream().filter(name -> name.endsWith(ending)).toList();
    }
}
