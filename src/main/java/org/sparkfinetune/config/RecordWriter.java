package org.sparkfinetune.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;

/** The inverse of {@link RecordBinder}: writes a record as a tree with all keys. */
final class RecordWriter {
    private RecordWriter() {}

    static JsonNode tree(Object value) {
        if (value instanceof Record) {
            ObjectNode mapping = YamlFile.MAPPER.createObjectNode();
            for (RecordComponent component : value.getClass().getRecordComponents()) {
                JsonNode child = tree(read(component, value));
                if (component.isAnnotationPresent(Key.Inline.class)) {
                    mapping.setAll((ObjectNode) child);
                } else {
                    mapping.set(component.getName(), child);
                }
            }
            return mapping;
        }
        if (value instanceof List<?> list) {
            ArrayNode array = YamlFile.MAPPER.createArrayNode();
            list.forEach(element -> array.add(tree(element)));
            return array;
        }
        if (value instanceof Map<?, ?> map) {
            ObjectNode mapping = YamlFile.MAPPER.createObjectNode();
            map.forEach((name, element) -> mapping.set((String) name, tree(element)));
            return mapping;
        }
        return value instanceof Enum<?> constant
                ? YamlFile.MAPPER.getNodeFactory().textNode(RecordBinder.yamlName(constant))
                : YamlFile.MAPPER.valueToTree(value);
    }

    private static Object read(RecordComponent component, Object owner) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(owner);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }
}
