package org.sparkfinetune.jobs.extract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.sparkfinetune.config.Json;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.jobs.model.SourceModel;
import org.sparkfinetune.jobs.run.Fingerprint;
import org.sparkfinetune.zoo.card.ModelCard;

/**
 * The file beside a table that describes how the table was made. The same text is in the footer of each of its Parquet
 * files.
 *
 * @param tableName name of the folder of the table
 */
record TableDescription(String tableName) {
    private static final String FINGERPRINT = "fingerprint";
    private static final String ENGINE = "engine";

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
                        Json.line(outputs),
                        card.input().toString(),
                        recipe.limits().toString()));
        return Json.line(values);
    }

    /** The fingerprint of a table: equal if the same pictures get the same rows. */
    String fingerprint(String text) {
        try {
            JsonNode found = Json.parse(text).path(FINGERPRINT);
            return found.asText("unknown");
        } catch (JsonProcessingException e) {
            return "unknown";
        }
    }

    /**
     * Adds the engine to the text. It is not part of the fingerprint: engines differ only in the last bits of a row.
     */
    String withEngine(String text, EngineSpec.Kind engine) {
        try {
            return Json.line(((ObjectNode) Json.parse(text)).put(ENGINE, engine.name()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was made of a map is a map", e);
        }
    }

    /** The engine that ran the network; empty if the text does not name it. */
    Optional<EngineSpec.Kind> engine(String text) {
        try {
            return kind(Json.parse(text).path(ENGINE).asText(""));
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
}
