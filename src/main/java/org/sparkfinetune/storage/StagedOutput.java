package org.sparkfinetune.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.check.InvalidRequestException;

/**
 * An output folder that is filled in {@code _staging}, published by renaming part after part, and whole once its description
 * file is there, which is written last. {@code _staging/owner} marks a folder under work as ours, so that what a killed job left
 * can be removed, and nothing else ever is. {@code _staging/lock} keeps a second job away ({@link OutputLock}).
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
    /** Of this job, while it writes. */
    private OutputLock lock;

    /**
     * @param description name of the file that says the output is whole
     * @param parts names of the files and folders that the job may publish
     */
    public StagedOutput(HadoopFiles files, Path folder, String description, List<String> parts) {
        this(files, folder, description, parts, List.of());
    }

    /**
     * An output with something to go on from.
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

    /** The text of the description file when the output is whole. */
    public Optional<String> description() {
        return files.exists(description) ? Optional.of(files.readText(description)) : Optional.empty();
    }

    /**
     * Makes the folder ready for work: removes what an unfinished job left. A whole output stays as it is until
     * {@link #publish}.
     *
     * @param application of this job, as Spark calls it
     * @throws InvalidRequestException when the folder holds anything that no job of ours made, or another job writes it
     */
    public void begin(String application) {
        requireOnlyOurs();
        mark(application);
        clear(Set.of());
    }

    /** From here on the folder is known as ours, and no other job's. */
    private void mark(String application) {
        files.makeFolder(staged(""));
        if (!files.exists(staged(OWNER))) {
            files.writeText(
                    staged(OWNER), "This folder is unfinished work of spark-finetune; the next run removes it.\n");
        }
        lock(application);
    }

    /**
     * The same, but a staged folder stays when a run that was killed filled it for the same purpose.
     *
     * @param part name of the staged folder
     * @param purpose text that differs when what is in the folder is of no use
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

    /** The mark stays while the rest goes: a run that is killed in the middle must be recognised too. */
    private void clear(Set<String> useful) {
        Set<String> staying = Set.of(OWNER, LOCK);
        files.list(staged("")).stream()
                .map(FileStatus::getPath)
                .filter(path -> !staying.contains(path.getName()) && !useful.contains(path.getName()))
                .forEach(files::delete);
    }

    /** Lets other jobs write the output again. What is staged stays where it is, for the next run. */
    @Override
    public void close() {
        if (lock != null) {
            lock.close();
            lock = null;
        }
    }

    /** Where a part is written before it is published. */
    public Path staged(String name) {
        Path staging = new Path(folder, STAGING);
        return name.isEmpty() ? staging : new Path(staging, name);
    }

    /** Replaces the parts of an older output by those staged; until {@link #finish} the output is not whole. */
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

    /** Declares the output whole and removes the staging folder. */
    public void finish(String descriptionText) {
        lock.requireHeld();
        files.writeText(description, descriptionText);
        // The lock goes last: who finds it gone may fill the folder again.
        lock.stop();
        clear(Set.of());
        files.delete(staged(""));
        lock = null;
    }

    /**
     * Gives the files of a staged folder their final names, which are numbers; what a writer left beside them goes.
     *
     * @param adding whether the numbers go on from the published folder of this name
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
     * Adds the files in staged folders, and the folders in them, to the folders of a whole output; their names must be new there. Staged files replace those
     * of the same name. The description is staged
     * as a mark first: from then on the addition is carried through, by {@link #recover} when this run is killed.
     *
     * @param descriptionText of the output with what is added
     */
    public void add(String descriptionText) {
        files.writeText(staged(ADDITION), descriptionText);
        carryThrough();
    }

    /**
     * Carries through an addition that a killed run left with its mark; does nothing when there is none.
     *
     * @param application of this job, as Spark calls it
     * @throws InvalidRequestException when another job is at it
     */
    public void recover(String application) {
        if (files.exists(staged(ADDITION))) {
            lock(application);
            carryThrough();
        }
    }

    private void carryThrough() {
        lock.requireHeld();
        String descriptionText = files.readText(staged(ADDITION));
        // Half an addition is no whole output.
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
                // An object store copies first and deletes then; the run that did the one was killed before the other.
                files.delete(added.getPath());
            } else {
                files.publish(added.getPath(), place);
            }
        }
    }

    /**
     * Leaves one part for the user to look at, of an output that will not be whole: published, or staged when an older output,
     * which is whole, is in its place.
     *
     * @return where it is now
     */
    public Path show(String name) {
        if (files.exists(description)) {
            return staged(name);
        }
        publish(List.of(name));
        return new Path(folder, name);
    }

    /** Removes one staged part, which may be large; the folder stays marked as ours. */
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
            // A job killed before it wrote its mark leaves an empty staging folder, or one with the unfinished mark.
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
