package org.sparkfinetune.report.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The facts about a job that are known before it starts.
 *
 * @param kind such as {@code finetune}
 * @param application Spark's application id
 * @param output folder, as in the recipe
 * @param recipe recipe with all defaults
 * @param tags versions and commit of this program, and version of Spark
 */
public record JobFacts(String kind, String application, String output, JsonNode recipe, Map<String, String> tags) {
    public JobFacts {
        tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
    }

    /** Returns the recipe as pairs: {@code training.epochs} is 3, {@code training.stages.0.epochs} is 1. */
    Map<String, String> settings() {
        Map<String, String> pairs = new LinkedHashMap<>();
        flatten("", recipe, pairs);
        return pairs;
    }

    private static void flatten(String name, JsonNode node, Map<String, String> pairs) {
        String prefix = name.isEmpty() ? "" : name + ".";
        if (node.isObject()) {
            node.fields().forEachRemaining(field -> flatten(prefix + field.getKey(), field.getValue(), pairs));
        } else if (node.isArray() && !node.isEmpty()) {
            for (int i = 0; i < node.size(); i++) {
                flatten(prefix + i, node.get(i), pairs);
            }
        } else {
            pairs.put(name, node.isArray() ? "[]" : node.asText());
        }
    }
}
