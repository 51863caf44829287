package org.sparkfinetune.train.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;

/**
 * The checkpoints of a run, in a folder of any Hadoop file system: {@code epoch-00003.checkpoint} after three epochs,
 * {@code epoch-00003-round-00012.checkpoint} after twelve more rounds. A file is written under a temporary name, synced
 * and renamed. So a file whose name ends in {@code .checkpoint} is complete unless the storage damaged it; its checksum
 * detects that.
 */
public final class Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final Pattern NAME = Pattern.compile("epoch-(\\d{5,9})(?:-round-(\\d{5,9}))?\\.checkpoint");

    private final FileSystem files;
    private final Path folder;
    private final String fingerprint;
    private final int keepLast;
    /** Best epoch according to each checkpoint. */
    private final Map<Place, Integer> bestEpochs = new HashMap<>();

    /**
     * @param folder folder of the checkpoints; created with the first checkpoint
     * @param fingerprint fingerprint of the run; checkpoints of other runs are refused
     * @param keepLast number of checkpoints to keep, at least 1, in addition to the best epoch that each of them names;
     *     with 2 or more, training can resume even if the newest is damaged
     */
    public Checkpoints(Configuration configuration, Path folder, String fingerprint, int keepLast) {
        if (keepLast < 1) {
            throw new InvalidRequestException("training.keepCheckpoints", "must be at least 1, not " + keepLast);
        }
        try {
            this.files = folder.getFileSystem(configuration);
        } catch (IOException e) {
            throw new BadDataException(folder.toString(), "cannot be reached: " + e.getMessage(), e);
        }
        this.folder = files.makeQualified(folder);
        this.fingerprint = fingerprint;
        this.keepLast = keepLast;
    }

    /**
     * Writes a checkpoint. Then removes those that are neither among the last ones nor the best epoch of one of these.
     *
     * @throws BadDataException if it cannot be written; earlier checkpoints stay
     */
    public void write(Checkpoint checkpoint) {
        if (!checkpoint.fingerprint().equals(fingerprint)) {
            throw new IllegalArgumentException(
                    "a checkpoint of run " + checkpoint.fingerprint() + " does not belong to run " + fingerprint);
        }
        Path file = file(Place.of(checkpoint));
        Path temporary = new Path(folder, "." + file.getName() + "." + UUID.randomUUID() + ".tmp");
        try {
            files.mkdirs(folder);
            writeSynced(checkpoint, temporary);
            // Only a damaged checkpoint, or one of an epoch that is repeated, can have this name.
            if ((files.exists(file) && !files.delete(file, false)) || !files.rename(temporary, file)) {
                throw new IOException("cannot rename " + temporary.getName());
            }
            bestEpochs.put(Place.of(checkpoint), checkpoint.bestEpoch());
            removeOld();
        } catch (IOException e) {
            throw new BadDataException(file.toString(), "the checkpoint cannot be written: " + e.getMessage(), e);
        }
    }

    /**
     * The checkpoint to resume from.
     *
     * @param checkpoint newest complete checkpoint; empty if training must start from the beginning
     * @param warnings one message for each newer checkpoint that is damaged, newest first
     */
    public record Resume(Optional<Checkpoint> checkpoint, List<String> warnings) {
        public Resume {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Finds the newest complete checkpoint. Damaged checkpoints are skipped with a warning.
     *
     * @throws InvalidRequestException if the checkpoint belongs to another run
     */
    public Resume newest() {
        List<String> warnings = new ArrayList<>();
        try {
            List<Place> places = new ArrayList<>(found().keySet());
            Collections.reverse(places);
            for (Place place : places) {
                try {
                    return new Resume(Optional.of(read(file(place))), warnings);
                } catch (CheckpointFormat.DamagedException e) {
                    warnings.add(file(place) + ": this checkpoint is damaged (" + e.getMessage()
                            + "); the one before it is used");
                    LOG.warn(warnings.get(warnings.size() - 1));
                }
            }
            return new Resume(Optional.empty(), warnings);
        } catch (IOException e) {
            throw new BadDataException(folder.toString(), "cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Reads the checkpoint after an epoch, for instance the best one at the end.
     *
     * @throws BadDataException if it is missing or damaged
     * @throws InvalidRequestException if it belongs to another run
     */
    public Checkpoint of(int epoch) {
        Path file = file(new Place(epoch, 0));
        try {
            return read(file);
        } catch (CheckpointFormat.DamagedException e) {
            throw new BadDataException(file.toString(), "this checkpoint is damaged: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new BadDataException(file.toString(), "cannot be read: " + e.getMessage(), e);
        }
    }

    private void writeSynced(Checkpoint checkpoint, Path temporary) throws IOException {
        boolean complete = false;
        try {
            try (FSDataOutputStream out = files.create(temporary, false)) {
                CheckpointFormat.write(checkpoint, out);
                out.hsync();
            }
            complete = true;
        } finally {
            if (!complete && !files.delete(temporary, false)) {
                LOG.warn("{} could not be removed", temporary);
            }
        }
    }

    private Checkpoint read(Path file) throws IOException, CheckpointFormat.DamagedException {
        Checkpoint checkpoint;
        try (FSDataInputStream in = files.open(file)) {
            checkpoint = CheckpointFormat.read(in, files.getFileStatus(file).getLen());
        } catch (org.apache.hadoop.fs.ChecksumException e) {
            throw new CheckpointFormat.DamagedException("the file system reports a wrong checksum", e);
        }
        if (!checkpoint.fingerprint().equals(fingerprint)) {
            throw new InvalidRequestException(
                    file.toString(),
                    "this checkpoint is of another run: its fingerprint is " + checkpoint.fingerprint()
                            + ", this run's is " + fingerprint
                            + "; give this run another output folder, or delete the old run");
        }
        return checkpoint;
    }

    /** Removes old checkpoints. To resume from a checkpoint, the best epoch that it names is needed as well. */
    private void removeOld() throws IOException {
        SortedMap<Place, Path> found = found();
        Set<Place> kept = new HashSet<>();
        for (Place place : found.keySet().stream()
                .sorted(Comparator.reverseOrder())
                .limit(keepLast)
                .toList()) {
            kept.add(place);
            kept.add(new Place(bestEpoch(place), 0));
        }
        for (Map.Entry<Place, Path> one : found.entrySet()) {
            if (!kept.contains(one.getKey()) && !files.delete(one.getValue(), false)) {
                LOG.warn("the old checkpoint {} could not be removed", one.getValue());
            }
        }
    }

    /** The best epoch that a checkpoint names; 0 if the checkpoint is damaged. */
    private int bestEpoch(Place place) throws IOException {
        if (!bestEpochs.containsKey(place)) {
            try {
                bestEpochs.put(place, read(file(place)).bestEpoch());
            } catch (CheckpointFormat.DamagedException e) {
                LOG.warn("{}: this checkpoint is damaged ({})", file(place), e.getMessage());
                bestEpochs.put(place, 0);
            }
        }
        return bestEpochs.get(place);
    }

    private SortedMap<Place, Path> found() throws IOException {
        SortedMap<Place, Path> found = new TreeMap<>();
        try {
            for (FileStatus status : files.listStatus(folder)) {
                Matcher name = NAME.matcher(status.getPath().getName());
                if (name.matches()) {
                    int rounds = name.group(2) == null ? 0 : Integer.parseInt(name.group(2));
                    found.put(new Place(Integer.parseInt(name.group(1)), rounds), status.getPath());
                }
            }
        } catch (FileNotFoundException e) {
            LOG.debug("no checkpoints yet: {} does not exist", folder);
        }
        return found;
    }

    private Path file(Place place) {
        String name = "epoch-%05d".formatted(place.epochs());
        return new Path(
                folder, (place.rounds() == 0 ? name : name + "-round-%05d".formatted(place.rounds())) + ".checkpoint");
    }

    /** Epochs and rounds after which a checkpoint was taken. */
    private record Place(int epochs, int rounds) implements Comparable<Place> {
        static Place of(Checkpoint checkpoint) {
            return new Place(checkpoint.epoch(), checkpoint.rounds());
        }

        @Override
        public int compareTo(Place other) {
            return Comparator.comparingInt(Place::epochs)
                    .thenComparingInt(Place::rounds)
                    .compare(this, other);
        }
    }
}
