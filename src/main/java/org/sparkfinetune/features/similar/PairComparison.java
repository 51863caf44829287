package org.sparkfinetune.features.similar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.util.LongAccumulator;
import org.sparkfinetune.cluster.NativeThreads;
import org.sparkfinetune.inference.engine.ExecutorCores;
import scala.Tuple2;

/**
 * Compares every picture of one block with every picture of another.
 *
 * @param within whether both blocks are of the same table: then a pair of blocks covers both orders
 * @param blockPairs number of pairs of blocks to compare, which share the cores
 * @param done counts pairs of blocks
 */
record PairComparison(NeighbourQuery query, boolean within, int blockPairs, LongAccumulator done)
        implements Function<Tuple2<VectorBlock, VectorBlock>, PairResult> {

    @Override
    public PairResult call(Tuple2<VectorBlock, VectorBlock> pair) {
        boolean self = within && pair._1().number() == pair._2().number();
        Vectors left = pair._1().vectors();
        Vectors right = self ? left : pair._2().vectors();
        List<NearestFinder> finders = finders(pair._1(), left, pair._2(), right);
        LinkFinder links = new LinkFinder(query.duplicates(), pair._1(), left, pair._2(), right);
        ExecutorCores cores = ExecutorCores.here();
        int threads = Math.max(1, cores.cores() / cores.tasksAtOnce(blockPairs));
        try (NativeThreads limit = NativeThreads.limit(threads);
                CosinePanels panels = new CosinePanels(left, right)) {
            for (int row = 0; row < left.rows(); row += panels.rowsAtOnce()) {
                look(panels.from(row), finders, links);
            }
        }
        done.add(1);
        return new PairResult(finders.stream().map(NearestFinder::found).toList(), links.pairs(), links.links());
    }

    private void look(Panel panel, List<NearestFinder> finders, LinkFinder links) {
        for (int row = 0; row < panel.rows(); row++) {
            Panel.Strip strip = panel.row(row);
            if (query.wantsDuplicates()) {
                links.look(panel.from() + row, strip);
            }
            if (!finders.isEmpty()) {
                finders.get(0).look(panel.from() + row, strip);
            }
        }
        if (finders.size() > 1) {
            for (int column = 0; column < panel.columns(); column++) {
                finders.get(1).look(column, panel.column(column));
            }
        }
    }

    /**
     * Returns finders for the pictures of the left block, and for those of the right one if this pair covers both
     * orders.
     */
    private List<NearestFinder> finders(VectorBlock leftBlock, Vectors left, VectorBlock rightBlock, Vectors right) {
        List<NearestFinder> finders = new ArrayList<>();
        if (query.wantsNeighbours()) {
            finders.add(new NearestFinder(
                    query, leftBlock, rightBlock, List.of(left, right), samePaths(leftBlock, rightBlock)));
        }
        if (query.wantsNeighbours() && within && left != right) {
            finders.add(new NearestFinder(
                    query, rightBlock, leftBlock, List.of(right, left), samePaths(rightBlock, leftBlock)));
        }
        return finders;
    }

    /** A picture is identified by its path, also in another table, and is not its own neighbour. */
    private static int[] samePaths(VectorBlock targets, VectorBlock sources) {
        Map<String, Integer> rows = new HashMap<>();
        for (int row = 0; row < sources.rows(); row++) {
            rows.put(sources.paths().get(row), row);
        }
        int[] same = new int[targets.rows()];
        Arrays.setAll(same, row -> rows.getOrDefault(targets.paths().get(row), NearestFinder.NONE));
        return same;
    }
}
