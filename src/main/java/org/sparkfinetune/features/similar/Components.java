package org.sparkfinetune.features.similar;

/**
 * Connected components of a graph whose nodes are 0 to n - 1; 4 bytes per node. The lowest node of a component
 * identifies it.
 */
final class Components {
    private final int[] parents;

    Components(int nodes) {
        this.parents = new int[nodes];
        for (int node = 0; node < nodes; node++) {
            parents[node] = node;
        }
    }

    void join(int left, int right) {
        int a = lowest(left);
        int b = lowest(right);
        parents[Math.max(a, b)] = Math.min(a, b);
    }

    /** Joins pairs of nodes, stored one after the other. */
    void joinAll(int[] links) {
        for (int i = 0; i < links.length; i += 2) {
            join(links[i], links[i + 1]);
        }
    }

    /** Returns the lowest node connected with this one. */
    int lowest(int node) {
        int at = node;
        while (parents[at] != at) {
            parents[at] = parents[parents[at]];
            at = parents[at];
        }
        return at;
    }

    /**
     * Returns the fewest links with the same components, in the form of {@link #joinAll}: one for each node that is not
     * the lowest.
     */
    int[] links() {
        int count = 0;
        for (int node = 0; node < parents.length; node++) {
            count += parents[node] == node ? 0 : 1;
        }
        int[] links = new int[2 * count];
        int at = 0;
        for (int node = 0; node < parents.length; node++) {
            if (parents[node] != node) {
                links[at++] = node;
                links[at++] = lowest(node);
            }
        }
        return links;
    }
}
