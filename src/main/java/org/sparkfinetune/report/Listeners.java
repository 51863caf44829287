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
        people.tell(text);
        each(listener -> listener.tell(text));
    }

    @Override
    public void warn(String text) {
        people.warn(text);
        each(listener -> listener.warn(text));
    }

    @Override
    public void doing(String text) {
        people.doing(text);
        each(listener -> listener.doing(text));
    }

    @Override
    public void happened(JobEvent event) {
        people.happened(event);
        each(listener -> listener.happened(event));
    }

    private void each(Consumer<Progress> action) {
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
            shown.done(count);
            each(stage -> stage.done(count));
        }

        @Override
        public void done(long count, String now) {
            shown.done(count, now);
            each(stage -> stage.done(count, now));
        }

        @Override
        public void note(String text) {
            shown.note(text);
            each(stage -> stage.note(text));
        }

        @Override
        public void close() {
            shown.close();
            each(Stage::close);
        }

        private void each(Consumer<Stage> action) {
            for (Part part : parts) {
                guarded(part.listener(), any -> {
                    action.accept(part.stage());
                    return null;
                });
            }
        }
    }
}
