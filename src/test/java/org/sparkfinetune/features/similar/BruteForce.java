package org.sparkfinetune.features.similar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The same results from two loops in double precision. */
final class BruteForce {
    private BruteForce() {}

    /** A neighbour and its similarity or distance. */
    record Neighbour(String path, double value) {}

    static Map<String, List<Neighbour>> neighbours(
            Map<String, float[]> of, Map<String, float[]> among, Metric metric, int most) {
        Comparator<Neighbour> nearest = Comparator.comparingDouble(Neighbour::value);
        Comparator<Neighbour> order =
                (metric == Metric.COSINE ? nearest.reversed() : nearest).thenComparing(Neighbour::path);
        Map<String, List<Neighbour>> found = new TreeMap<>();
        of.forEach((path, vector) -> {
            List<Neighbour> others = among.entrySet().stream()
                    .filter(other -> !other.getKey().equals(path))
                    .map(other -> new Neighbour(
                            other.getKey(),
                            metric == Metric.COSINE
                                    ? cosine(vector, other.getValue())
                                    : distance(vector, other.getValue())))
                    .sorted(order)
                    .limit(most)
                    .toList();
            if (!others.isEmpty()) {
                found.put(path, others);
            }
        });
        return found;
    }

    /** Connected pictures, in the order of their first paths; each group is sorted. */
    static List<Set<String>> groups(Map<String, float[]> vectors, double threshold) {
        List<Set<String>> groups = new ArrayList<>();
        Set<String> waiting = new TreeSet<>(vectors.keySet());
        while (!waiting.isEmpty()) {
            Set<String> group = new TreeSet<>();
            List<String> reached = new ArrayList<>(List.of(waiting.iterator().next()));
            while (!reached.isEmpty()) {
                String path = reached.remove(0);
                if (waiting.remove(path)) {
                    group.add(path);
                    waiting.stream()
                            .filter(other -> cosine(vectors.get(path), vectors.get(other)) >= threshold)
                            .forEach(reached::add);
                }
            }
            if (group.size() > 1) {
                groups.add(group);
            }
        }
        return groups;
    }

    static long pairs(Map<String, float[]> vectors, double threshold) {
        List<float[]> all = new ArrayList<>(vectors.values());
        long pairs = 0;
        for (int i = 0; i < all.size(); i++) {
            for (int j = 0; j < i; j++) {
                pairs += cosine(all.get(i), all.get(j)) >= threshold ? 1 : 0;
            }
        }
        return pairs;
    }

    static double cosine(float[] left, float[] right) {
        double product = 0;
        double leftSquare = 0;
        double rightSquare = 0;
        for (int i = 0; i < left.length; i++) {
            product += (double) left[i] * right[i];
            leftSquare += (double) left[i] * left[i];
            rightSquare += (double) right[i] * right[i];
        }
        return leftSquare * rightSquare == 0 ? 0 : product / Math.sqrt(leftSquare * rightSquare);
    }

    private static double distance(float[] left, float[] right) {
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            double difference = (double) left[i] - right[i];
            sum += difference * difference;
        }
        return Math.sqrt(sum);
    }
}
