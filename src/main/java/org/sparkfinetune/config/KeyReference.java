package org.sparkfinetune.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Lists every key of a record that {@link YamlFile} binds, in the order of the record, for the reference pages and
 * {@code explain}.
 */
public final class KeyReference {
    private final List<DescribedKey> keys = new ArrayList<>();

    private KeyReference() {}

    /**
     * Returns all keys; those of a nested record follow the key that holds it.
     *
     * @throws IllegalStateException when a component has no {@link Key}, or one without a text
     */
    public static List<DescribedKey> of(Class<? extends Record> type) {
        KeyReference reference = new KeyReference();
        reference.add(type, "");
        return List.copyOf(reference.keys);
    }

    private void add(Class<? extends Record> type, String prefix) {
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.isAnnotationPresent(Key.Inline.class)) {
                add(component.getType().asSubclass(Record.class), prefix);
                continue;
            }
            Key key = component.getAnnotation(Key.class);
            String path = prefix + component.getName();
            if (key == null || key.value().isBlank()) {
                throw new IllegalStateException("the key " + path + " has no text: write the @Key of "
                        + type.getSimpleName() + "." + component.getName());
            }
            Type value = component.getGenericType();
            Class<?> element = (Class<?>) (isA(value, List.class) ? argument(value, 0) : raw(value));
            keys.add(new DescribedKey(
                    path, key.value(), type(value), defaultValue(key), allowed(key, value), element.isRecord()));
            if (element.isRecord()) {
                add(element.asSubclass(Record.class), path + (isA(value, List.class) ? "[]." : "."));
            }
        }
    }

    private static String defaultValue(Key key) {
        return switch (key.defaultValue()) {
            case Key.REQUIRED -> DescribedKey.REQUIRED;
            case Key.OPTIONAL -> DescribedKey.DEPENDS;
            case "\"\"" -> "''"; // one way to write the empty text
            default -> key.defaultValue();
        };
    }

    private static String allowed(Key key, Type type) {
        Class<?> raw = raw(type);
        if (raw.isEnum()) {
            return Arrays.stream(raw.getEnumConstants())
                    .map(RecordBinder::yamlName)
                    .collect(Collectors.joining(", "));
        }
        boolean limited = key.min() != Double.NEGATIVE_INFINITY || key.max() != Double.POSITIVE_INFINITY;
        return limited ? RecordBinder.range(key) : "";
    }

    private static String type(Type type) {
        if (isA(type, List.class)) {
            Type element = argument(type, 0);
            return "list of " + (raw(element).isRecord() ? "mappings" : type(element) + "s");
        }
        if (isA(type, Map.class)) {
            return "mapping of text to " + type(argument(type, 1));
        }
        Class<?> raw = raw(type);
        if (raw.isRecord()) {
            return "mapping";
        }
        if (raw.isEnum()) {
            return "one of";
        }
        return RecordBinder.wanted(raw).replaceFirst("^a ", "");
    }

    private static boolean isA(Type type, Class<?> container) {
        return type instanceof ParameterizedType && raw(type) == container;
    }

    private static Class<?> raw(Type type) {
        return (Class<?>) (type instanceof ParameterizedType container ? container.getRawType() : type);
    }

    private static Type argument(Type type, int place) {
        return ((ParameterizedType) type).getActualTypeArguments()[place];
    }
}
