package org.sparkfinetune.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.sparkfinetune.check.BadDataException;

/** The JSON files that jobs write and read. Properties of later versions are ignored. */
public final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Json() {}

    /** Returns a record, a map, a list or a tree as one line, without a line end. */
    public static String line(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw cannotWrite(value, e);
        }
    }

    /** Returns the same indented, without a line end. */
    public static String pretty(Object value) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw cannotWrite(value, e);
        }
    }

    private static IllegalStateException cannotWrite(Object value, JsonProcessingException cause) {
        return new IllegalStateException("a " + value.getClass().getSimpleName() + " cannot be written as JSON", cause);
    }

    /**
     * Reads a record.
     *
     * @param place file of the text, for the message
     * @throws BadDataException when the text is damaged
     */
    public static <T> T read(String place, String text, Class<T> type) {
        try {
            return parse(text, type);
        } catch (JsonProcessingException e) {
            throw damaged(place, e);
        }
    }

    /** Reads a generic type, such as a list of records, like {@link #read(String, String, Class)}. */
    public static <T> T read(String place, String text, TypeReference<T> type) {
        try {
            return MAPPER.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw damaged(place, e);
        }
    }

    private static BadDataException damaged(String place, JsonProcessingException cause) {
        return new BadDataException(place, "is damaged: " + cause.getOriginalMessage(), cause);
    }

    /** Reads a record for a caller that has a message of its own. */
    public static <T> T parse(String text, Class<T> type) throws JsonProcessingException {
        return MAPPER.readValue(text, type);
    }

    /** Reads any JSON; a tree without nodes when the text is empty. */
    public static JsonNode parse(String text) throws JsonProcessingException {
        return MAPPER.readTree(text);
    }

    /** Reads any JSON in one of its encodings. */
    public static JsonNode parse(byte[] text) throws IOException {
        return MAPPER.readTree(text);
    }

    /** Returns an object without properties. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** Returns a record, a map or a list as a tree. */
    public static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }
}
