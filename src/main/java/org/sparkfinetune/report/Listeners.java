package org.sparkfinetune.report;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/** Forwards progress to several listeners. A listener that fails receives nothing more, and the job continues. */
final class Listeners implements Progress {
    private final Progress people;
    private final List<Progress> others;

    Listeners(Progress people, List<? extends Progress> others) {
        this.people = people;
        this.others = new CopyOnWriteArrayList<>(others);
    }

    @Override
    public Phase start(String name, long total, String unit) {
        Phase shown = people.start(name, total, unit);
        List<Part> parts = new ArrayList<>();
        for (Progress other : others) {
            Phase phase = guarded(other, listener -> listener.start(name, total, unit));
            if (phase != null) {
                parts.add(new Part(other, phase));
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
    public void onEvent(JobEvent event) {
        everyone(listener -> listener.onEvent(event));
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
                people.warn(listener.getClass().getSimpleName() + " failed and receives no more progress: " + e);
            }
            return null;
        }
    }

    /** A listener and its phase. */
    private record Part(Progress listener, Phase phase) {}

    private final class All implements Phase {
        private final Phase shown;
        private final List<Part> parts;

        All(Phase shown, List<Part> parts) {
            this.shown = shown;
            this.parts = parts;
        }

        @Override
        public void done(long count) {
            everyone(phase -> phase.done(count));
        }

        @Override
        public void done(long count, String now) {
            everyone(phase -> phase.done(count, now));
        }

        @Override
        public void note(String text) {
            everyone(phase -> phase.note(text));
        }

        @Override
        public void close() {
            everyone(Phase::close);
        }

        private void everyone(Consumer<Phase> action) {
            action.accept(shown);
            for (Part part : parts) {
                guarded(part.listener(), any -> {
                    action.accept(part.phase());
                    return null;
                });
            }
        }
    }
}
