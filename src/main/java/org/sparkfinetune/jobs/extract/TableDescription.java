package org.sparkfinetune.jobs.extract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.jobs.model.SourceModel;
import org.sparkfinetune.jobs.run.Fingerprint;
import org.sparkfinetune.zoo.card.ModelCard;

/**
 * The file beside a table that tells how the table was made; the same for every picture in it, and in the footer of each of its
 * Parquet files too.
 *
 * @param tableName folder of the table
 */
record TableDescription(String tableName) {
    private static final String FINGERPRINT = "fingerprint";
    private static final String ENGINE = "engine";
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

    /** The text with who ran the network, which says more about the last bits of a row than about what it is. */
    String withEngine(String text, EngineSpec.Kind engine) {
        try {
            return JSON.writeValueAsString(((ObjectNode) JSON.readTree(text)).put(ENGINE, engine.name()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was made of a map is a map", e);
        }
    }

    /** Who ran the network; nothing when the text does not tell. */
    Optional<EngineSpec.Kind> engine(String text) {
        try {
            return kind(JSON.readTree(text).path(ENGINE).asText(""));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** The engine of this name. */
    static Optional<EngineSpec.Kind> kind(String name) {
        return Arrays.stream(EngineSpec.Kind.values())
                .filter(kind -> kind.name().equals(name))
                .findFirst();
    }

    private static String json(Map<String, Object> values) {
        try {
            return JSON.writeValueAsString(values);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map is always JSON", e);
        }
    }
}
