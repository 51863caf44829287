package org.sparkfinetune.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.check.InvalidRequestException;

/**
 * An output folder that is filled in {@code _staging} and published by renaming one part after the other. It is
 * complete once its description file exists, which is written last. {@code _staging/owner} marks an unfinished folder
 * of this program: only such a folder is ever cleared. {@code _staging/lock} keeps a second job away
 * ({@link OutputLock}).
 */
public final class StagedOutput implements AutoCloseable {
    private static final String STAGING = "_staging";
    private static final String OWNER = "owner";
    private static final String LOCK = "lock";
    private static final String ADDITION = "addition";
    private static final String PURPOSE = "-purpose";
    private static final String PART = "part-";

    private final HadoopFiles files;
    private final Path folder;
    private final Path description;
    private final List<String> parts;
    private final List<String> kept;
    /** The lock of this job while it writes, else null. */
    private OutputLock lock;

    /**
     * @param description name of the file that marks the output as complete
     * @param parts names of the files and folders that the job may publish
     */
    public StagedOutput(HadoopFiles files, Path folder, String description, List<String> parts) {
        this(files, folder, description, parts, List.of());
    }

    /**
     * An output from which an interrupted job can resume.
     *
     * @param kept names of the files and folders that an unfinished job leaves for the next one, such as checkpoints
     */
    public StagedOutput(HadoopFiles files, Path folder, String description, List<String> parts, List<String> kept) {
        this.files = files;
        this.folder = folder;
        this.description = new Path(folder, description);
        this.parts = List.copyOf(parts);
        this.kept = List.copyOf(kept);
    }

    /** Returns the text of the description file when the output is complete. */
    public Optional<String> description() {
        return files.exists(description) ? Optional.of(files.readText(description)) : Optional.empty();
    }

    /**
     * Prepares the folder: removes what an unfinished job left. A complete output stays as it is until
     * {@link #publish}.
     *
     * @param application Spark's application id of this job
     * @throws InvalidRequestException when the folder holds anything that this program did not write, or another job
     *     writes it
     */
    public void begin(String application) {
        requireOnlyOurs();
        mark(application);
        clear(Set.of());
    }

    /** Marks the folder as unfinished work of this program and locks it for this job. */
    private void mark(String application) {
        files.makeFolder(staged(""));
        if (!files.exists(staged(OWNER))) {
            files.writeText(
                    staged(OWNER), "This folder is unfinished work of spark-finetune; the next run removes it.\n");
        }
        lock(application);
    }

    /**
     * Prepares the folder like {@link #begin(String)}, but keeps a staged folder that a killed job filled for the same
     * purpose.
     *
     * @param part name of the staged folder
     * @param purpose text that differs when the content of the folder cannot be reused
     */
    public void begin(String application, String part, String purpose) {
        requireOnlyOurs();
        mark(application);
        Path purposeFile = staged(part + PURPOSE);
        boolean usable =
                files.exists(purposeFile) && files.readText(purposeFile).equals(purpose);
        clear(usable ? Set.of(part, purposeFile.getName()) : Set.of());
        if (!usable) {
            files.writeText(purposeFile, purpose);
        }
    }

    private void lock(String application) {
        if (lock == null) {
            lock = OutputLock.take(files, staged(LOCK), application);
        }
    }

    /** Removes everything but the mark, by which a job that is killed meanwhile is recognized too. */
    private void clear(Set<String> useful) {
        Set<String> staying = Set.of(OWNER, LOCK);
        files.list(staged("")).stream()
                .map(FileStatus::getPath)
                .filter(path -> !staying.contains(path.getName()) && !useful.contains(path.getName()))
                .forEach(files::delete);
    }

    /** Lets other jobs write the output again. Staged parts stay for the next run. */
    @Override
    public void close() {
        if (lock != null) {
            lock.close();
            lock = null;
        }
    }

    /** Returns where a part is written before it is published. */
    public Path staged(String name) {
        Path staging = new Path(folder, STAGING);
        return name.isEmpty() ? staging : new Path(staging, name);
    }

    /** Replaces the parts of an older output by the staged ones; until {@link #finish} the output is incomplete. */
    public void publish(List<String> names) {
        lock.requireHeld();
        files.delete(description);
        for (String part : parts) {
            files.delete(new Path(folder, part));
        }
        for (String name : names) {
            files.publish(staged(name), new Path(folder, name));
        }
    }

    /** Marks the output as complete and removes the staging folder. */
    public void finish(String descriptionText) {
        lock.requireHeld();
        files.writeText(description, descriptionText);
        // The lock is removed last: without it another job may fill the folder.
        lock.stop();
        clear(Set.of());
        files.delete(staged(""));
        lock = null;
    }

    /**
     * Renames the files of a staged folder to their final, numbered names and removes all other files in it.
     *
     * @param adding whether the numbers continue those of the published folder of this name
     */
    public void number(String name, boolean adding) {
        int next = adding
                ? (int) files.list(new Path(folder, name)).stream()
                        .filter(StagedOutput::isPart)
                        .count()
                : 0;
        for (FileStatus file : files.list(staged(name))) {
            if (isPart(file)) {
                files.publish(file.getPath(), new Path(staged(name), String.format(PART + "%05d.parquet", next++)));
            } else {
                files.delete(file.getPath());
            }
        }
    }

    private static boolean isPart(FileStatus file) {
        return file.getPath().getName().startsWith(PART);
    }

    /**
     * Adds the files in staged folders, and their subfolders, to the folders of a complete output, where their names
     * must be new. Other staged files replace those of the same name. The new description is staged first, as a mark:
     * from then on the addition is completed, by {@link #recover} when this job is killed.
     *
     * @param descriptionText description of the output with the addition
     */
    public void add(String descriptionText) {
        files.writeText(staged(ADDITION), descriptionText);
        completeAddition();
    }

    /**
     * Completes an addition that a killed job has marked; does nothing when there is none.
     *
     * @param application Spark's application id of this job
     * @throws InvalidRequestException when another job writes the output
     */
    public void recover(String application) {
        if (files.exists(staged(ADDITION))) {
            lock(application);
            completeAddition();
        }
    }

    private void completeAddition() {
        lock.requireHeld();
        String descriptionText = files.readText(staged(ADDITION));
        // A half-finished addition is not a complete output.
        files.delete(description);
        for (String part : parts) {
            Path target = new Path(folder, part);
            if (files.isFolder(staged(part))) {
                addFiles(staged(part), target);
            } else if (files.exists(staged(part))) {
                files.delete(target);
                files.publish(staged(part), target);
            }
        }
        finish(descriptionText);
    }

    private void addFiles(Path from, Path target) {
        files.makeFolder(target);
        for (FileStatus added : files.list(from)) {
            Path place = new Path(target, added.getPath().getName());
            if (added.isDirectory()) {
                addFiles(added.getPath(), place);
            } else if (files.isCopy(added.getPath(), place)) {
                // An object store copies, then deletes; the earlier job was killed in between.
                files.delete(added.getPath());
            } else {
                files.publish(added.getPath(), place);
            }
        }
    }

    /**
     * Leaves one part of an output that will not be complete for the user to look at. It is published, or stays staged
     * when a complete older output is in its place.
     *
     * @return path of the part
     */
    public Path show(String name) {
        if (files.exists(description)) {
            return staged(name);
        }
        publish(List.of(name));
        return new Path(folder, name);
    }

    /** Removes one staged part, which may be large; the folder stays marked. */
    public void discard(String name) {
        files.delete(staged(name));
    }

    private void requireOnlyOurs() {
        if (files.exists(folder) && !files.isFolder(folder)) {
            throw new InvalidRequestException(folder.toString(), "is a file; output must be a folder, or a new name");
        }
        boolean ours = files.exists(description) || files.exists(staged(OWNER));
        Set<String> allowed = Set.copyOf(allowedNames(ours));
        List<String> foreign = files.list(folder).stream()
                .map(FileStatus::getPath)
                .map(Path::getName)
                .filter(name -> !allowed.contains(name))
                .toList();
        if (!foreign.isEmpty()) {
            throw new InvalidRequestException(
                    folder.toString(),
                    "holds " + foreign.size() + " files or folders that this job did not make ("
                            + String.join(", ", foreign.subList(0, Math.min(5, foreign.size())))
                            + "); nothing was touched; choose an empty or new folder as output");
        }
    }

    private List<String> allowedNames(boolean ours) {
        if (!ours) {
            // A job that was killed before it wrote its mark leaves an empty staging folder, or an unfinished mark.
            return files.list(staged("")).stream()
                            .allMatch(status -> status.getPath().getName().startsWith("_unfinished."))
                    ? List.of(STAGING)
                    : List.of();
        }
        List<String> allowed = new ArrayList<>(parts);
        allowed.addAll(kept);
        allowed.add(STAGING);
        allowed.add(description.getName());
        allowed.add("_unfinished." + description.getName());
        return allowed;
    }
}
