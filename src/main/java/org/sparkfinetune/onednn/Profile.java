package org.sparkfinetune.onednn;

/** Where the time of training steps went. */
public final class Profile {
    private Profile() {}

    /**
     * @param vertex of the graph
     * @param operation what was done
     */
    public record Entry(String vertex, String operation) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int byVertex = vertex.compareTo(other.vertex);
            return byVertex == 0 ? operation.compareTo(other.operation) : byVertex;
        }
    }
}
