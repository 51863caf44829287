package org.sparkfinetune.report;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/** Tells several listeners; one that fails is told nothing more, and the job goes on. */
final class Listeners implements Progress {
    private final Progress people;
    private final List<Progress> others;

    Listeners(Progress people, List<? extends Progress> others) {
        this.people = people;
        this.others = new CopyOnWriteArrayList<>(others);
    }

    @Override
    public Stage start(String name, long total, String unit) {
        Stage shown = people.start(name, total, unit);
        List<Part> parts = new ArrayList<>();
        for (Progress other : others) {
            Stage stage = guarded(other, listener -> listener.start(name, total, unit));
            if (stage != null) {
                parts.add(new Part(other, stage));
            }
        }
        return new All(shown, parts);
    }

    @Override
    public void tell(String text) {
        everyone(listener -> listener.tell(text));
    }

    @Override
    public void warn(String text) {
        everyone(listener -> listener.warn(text));
    }

    @Override
    public void doing(String text) {
        everyone(listener -> listener.doing(text));
    }

    @Override
    public void happened(JobEvent event) {
        everyone(listener -> listener.happened(event));
    }

    private void everyone(Consumer<Progress> action) {
        action.accept(people);
        for (Progress other : others) {
            guarded(other, listener -> {
                action.accept(listener);
                return null;
            });
        }
    }

    private <T> T guarded(Progress listener, Function<Progress, T> action) {
        try {
            return action.apply(listener);
        } catch (RuntimeException e) {
            if (others.remove(listener)) {
                people.warn(listener.getClass().getSimpleName() + " failed and is told nothing more: " + e);
            }
            return null;
        }
    }

    /** A listener's view of a stage. */
    private record Part(Progress listener, Stage stage) {}

    private final class All implements Stage {
        private final Stage shown;
        private final List<Part> parts;

        All(Stage shown, List<Part> parts) {
            this.shown = shown;
            this.parts = parts;
        }

        @Override
        public void done(long count) {
            everyone(stage -> stage.done(count));
        }

        @Override
        public void done(long count, String now) {
            everyone(stage -> stage.done(count, now));
        }

        @Override
        public void note(String text) {
            everyone(stage -> stage.note(text));
        }

        @Override
        public void close() {
            everyone(Stage::close);
        }

        private void everyone(Consumer<Stage> action) {
            action.accept(shown);
            for (Part part : parts) {
                guarded(part.listener(), any -> {
                    action.accept(part.stage());
                    return null;
                });
            }
        }
    }
}
