package org.sparkfinetune.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.check.Suggestion;

/**
 * Turns a YAML tree into a record and collects all problems; Jackson itself would stop at the first. Component types:
 * int, long, double, boolean, String, enums, nested records, lists of these, and mappings of text to these.
 */
final class RecordBinder {
    private final UnaryOperator<String> place;
    private final List<Problem> problems = new ArrayList<>();

    /** @param place turns the dotted path of a key into the place that is shown to the user */
    RecordBinder(UnaryOperator<String> place) {
        this.place = place;
    }

    List<Problem> problems() {
        return problems;
    }

    /** Returns the record; empty when it has problems, which are collected. */
    <T extends Record> Optional<T> bind(JsonNode mapping, Class<T> type, String path) {
        if (!mapping.isObject()) {
            return fail(
                    path, "must be a mapping with the keys " + keys(type) + ", found " + YamlFile.describe(mapping));
        }
        int problemsBefore = problems.size();
        mapping.fieldNames().forEachRemaining(name -> {
            if (!keys(type).contains(name)) {
                fail(child(path, name), unknown(name, type));
            }
        });
        Optional<T> bound = bindKnown(mapping, type, path);
        return problems.size() > problemsBefore ? Optional.empty() : bound;
    }

    private static String unknown(String name, Class<? extends Record> type) {
        return components(type)
                .filter(component ->
                        component.getAnnotation(Key.class).formerly().equals(name))
                .map(component -> "the key was called " + name + ", is " + component.getName() + " now")
                .findFirst()
                .orElseGet(() -> "is not a key; allowed are " + keys(type) + Suggestion.didYouMean(name, keys(type)));
    }

    /** Binds the keys of the record, whatever other keys the mapping has. */
    private <T extends Record> Optional<T> bindKnown(JsonNode mapping, Class<T> type, String path) {
        int problemsBefore = problems.size();
        List<Object> values = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            Optional<?> value = component.isAnnotationPresent(Key.Inline.class)
                    ? bindKnown(mapping, component.getType().asSubclass(Record.class), path)
                    : component(mapping, component, path);
            values.add(value.orElse(null));
        }
        return problems.size() > problemsBefore ? Optional.empty() : construct(type, values, path);
    }

    private Optional<Object> component(JsonNode mapping, RecordComponent component, String path) {
        Key key = Optional.ofNullable(component.getAnnotation(Key.class))
                .orElseThrow(() -> new IllegalStateException(component + " has no @Key"));
        String childPath = child(path, component.getName());
        JsonNode node = mapping.get(component.getName());
        if (node == null || node.isNull()) {
            if (key.defaultValue().equals(Key.REQUIRED)) {
                return fail(childPath, "is missing: " + key.value());
            }
            if (key.defaultValue().equals(Key.OPTIONAL)) {
                return Optional.empty();
            }
            node = defaultValue(key);
        }
        Optional<Object> value = convert(node, component.getGenericType(), childPath);
        value.filter(Number.class::isInstance)
                .map(Number.class::cast)
                .ifPresent(number -> checkRange(number, key, childPath));
        return value;
    }

    private static JsonNode defaultValue(Key key) {
        try {
            return YamlFile.MAPPER.readTree(key.defaultValue());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the default " + key.defaultValue() + " is not YAML", e);
        }
    }

    private void checkRange(Number number, Key key, String path) {
        double value = number.doubleValue();
        if (!(value >= key.min() && value <= key.max())) {
            fail(path, "is " + number + ", allowed is " + range(key));
        }
    }

    static String range(Key key) {
        if (key.max() == Double.POSITIVE_INFINITY) {
            return key.min() == Double.NEGATIVE_INFINITY ? "a finite number" : "at least " + plain(key.min());
        }
        return plain(key.min()) + " to " + plain(key.max());
    }

    private static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    @SuppressWarnings("unchecked")
    private Optional<Object> convert(JsonNode node, Type type, String path) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return list(node, list.getActualTypeArguments()[0], path);
        }
        if (type instanceof ParameterizedType map && map.getRawType() == Map.class) {
            return map(node, map.getActualTypeArguments()[1], path);
        }
        Class<?> raw = (Class<?>) type;
        if (raw.isRecord()) {
            return bind(node, (Class<? extends Record>) raw, path).map(Object.class::cast);
        }
        if (raw.isEnum()) {
            return constant(node, raw, path);
        }
        return scalar(node, raw, path);
    }

    private Optional<Object> list(JsonNode node, Type elementType, String path) {
        if (!node.isArray()) {
            return fail(path, "must be a list, found " + YamlFile.describe(node));
        }
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            convert(node.get(i), elementType, path + "[" + i + "]").ifPresent(elements::add);
        }
        return elements.size() == node.size() ? Optional.of(elements) : Optional.empty();
    }

    /** Binds keys that the user chooses, in the order of the file. */
    private Optional<Object> map(JsonNode node, Type valueType, String path) {
        if (!node.isObject()) {
            return fail(path, "must be a mapping, found " + YamlFile.describe(node));
        }
        Map<String, Object> values = new LinkedHashMap<>();
        node.fields()
                .forEachRemaining(entry -> convert(entry.getValue(), valueType, child(path, entry.getKey()))
                        .ifPresent(value -> values.put(entry.getKey(), value)));
        return values.size() == node.size() ? Optional.of(values) : Optional.empty();
    }

    private Optional<Object> constant(JsonNode node, Class<?> type, String path) {
        List<String> allowed = Arrays.stream(type.getEnumConstants())
                .map(RecordBinder::yamlName)
                .toList();
        Optional<Object> found = Arrays.stream(type.getEnumConstants())
                .filter(constant -> yamlName(constant).equals(node.asText()))
                .map(Object.class::cast)
                .findFirst();
        return found.isPresent()
                ? found
                : fail(
                        path,
                        "is " + YamlFile.describe(node) + ", allowed are " + allowed
                                + Suggestion.didYouMean(node.asText(), allowed));
    }

    static String yamlName(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private Optional<Object> scalar(JsonNode node, Class<?> type, String path) {
        if (type == String.class && node.isValueNode() && !node.isNull()) {
            if (Credentials.in(node.asText())) {
                return fail(path, Credentials.REFUSAL);
            }
            return Optional.of(node.asText());
        }
        if (type == boolean.class && node.isBoolean()) {
            return Optional.of(node.booleanValue());
        }
        if (type == int.class && node.canConvertToExactIntegral() && node.canConvertToInt()) {
            return Optional.of(node.intValue());
        }
        if (type == long.class && node.canConvertToExactIntegral() && node.canConvertToLong()) {
            return Optional.of(node.longValue());
        }
        if ((type == double.class || type == Double.class) && node.isNumber() && Double.isFinite(node.doubleValue())) {
            return Optional.of(node.doubleValue());
        }
        return fail(path, "must be " + wanted(type) + ", found " + YamlFile.describe(node));
    }

    static String wanted(Class<?> type) {
        if (type == int.class || type == long.class) {
            return "a whole number";
        }
        if (type == boolean.class) {
            return "true or false";
        }
        return type == String.class ? "text" : "a number";
    }

    private <T extends Record> Optional<T> construct(Class<T> type, List<Object> values, String path) {
        try {
            Class<?>[] types = Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            Constructor<T> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return Optional.of(constructor.newInstance(values.toArray()));
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException) {
                return fail(path, e.getCause().getMessage());
            }
            throw new IllegalStateException("cannot make a " + type.getSimpleName(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make a " + type.getSimpleName(), e);
        }
    }

    private <T> Optional<T> fail(String path, String message) {
        problems.add(new Problem(path.isEmpty() ? place.apply("").replaceAll(":$", "") : place.apply(path), message));
        return Optional.empty();
    }

    private static String child(String path, String name) {
        return Stream.of(path, name).filter(part -> !part.isEmpty()).collect(Collectors.joining("."));
    }

    private static List<String> keys(Class<? extends Record> type) {
        return components(type).map(RecordComponent::getName).toList();
    }

    /** The components that are keys, those of inlined records in the place of the component that holds them. */
    private static Stream<RecordComponent> components(Class<? extends Record> type) {
        return Arrays.stream(type.getRecordComponents())
                .flatMap(component -> component.isAnnotationPresent(Key.Inline.class)
                        ? components(component.getType().asSubclass(Record.class))
                        : Stream.of(component));
    }
}
