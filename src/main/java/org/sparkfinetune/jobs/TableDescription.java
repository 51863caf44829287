package org.sparkfinetune.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sparkfinetune.zoo.ModelCard;

/**
 * The file beside a table that tells how the table was made; the same for every picture in it, and in the footer of each of its
 * Parquet files too.
 *
 * @param tableName folder of the table
 */
record TableDescription(String tableName) {
    private static final String FINGERPRINT = "fingerprint";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Name of the file. */
    String fileName() {
        return tableName + ".json";
    }

    /** Text of the file, one line. */
    String text(SourceModel model, TableRecipe recipe) {
        ModelCard card = model.card();
        Map<String, Object> outputs = recipe.outputs(card);
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("model", model.name());
        if (outputs.size() == 1) {
            values.put("layer", outputs.keySet().iterator().next());
        }
        values.put("outputs", outputs);
        values.put("weightsSha256", model.identity());
        values.put("preprocessing", card.input());
        values.put(
                FINGERPRINT,
                Fingerprint.of(
                        model.identity(),
                        json(outputs),
                        card.input().toString(),
                        recipe.limits().toString()));
        return json(values);
    }

    /** What tells the rows of a table from those that another model or recipe makes of the same pictures. */
    String fingerprint(String text) {
        try {
            JsonNode found = JSON.readTree(text).path(FINGERPRINT);
            return found.asText("unknown");
        } catch (JsonProcessingException e) {
            return "unknown";
        }
    }

    private static String json(Map<String, Object> values) {
        try {
            return JSON.writeValueAsString(values);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map is always JSON", e);
        }
    }
}
