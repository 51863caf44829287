package org.sparkfinetune.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sparkfinetune.check.Failures;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Problem;

/**
 * A YAML file (recipe or model card) that is read into a record. Strict: unknown, missing, duplicate and mistyped keys
 * and values out of range are problems. All of them are reported at once, each with {@code file:key}.
 *
 * <pre>
 * TrainingOptions options = YamlFile.parse("options.yaml", text).bind(TrainingOptions.class);
 * String complete = YamlFile.write(options); // with all defaults
 * </pre>
 */
public final class YamlFile {
    static final YAMLMapper MAPPER = YAMLMapper.builder(YAMLFactory.builder()
                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                    .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                    .build())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final String name;
    private final ObjectNode root;
    private final Set<String> overridden;

    private YamlFile(String name, ObjectNode root, Set<String> overridden) {
        this.name = name;
        this.root = root;
        this.overridden = overridden;
    }

    /**
     * Parses YAML text.
     *
     * @param name file name for messages
     * @throws InvalidRequestException when the text is not one YAML mapping without duplicate keys
     */
    public static YamlFile parse(String name, String text) {
        JsonNode tree;
        try {
            tree = MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw new InvalidRequestException(
                    name + ":" + line,
                    "is not valid YAML: " + Failures.firstLine(e.getOriginalMessage(), "cannot be parsed"));
        }
        if (!(tree instanceof ObjectNode mapping)) {
            throw new InvalidRequestException(name, "must be a mapping of keys to values, found " + describe(tree));
        }
        return new YamlFile(name, mapping, Set.of());
    }

    /** Parses and binds in one step. */
    public static <T extends Record> T bind(String name, String text, Class<T> type) {
        return parse(name, text).bind(type);
    }

    /**
     * Returns a copy with values replaced, as by {@code --set training.epochs=3}.
     *
     * @param assignments YAML text of each value by dotted key; later ones win
     * @throws InvalidRequestException for an empty key, a value that is not YAML, or a key inside a value that is not a
     *     mapping
     */
    public YamlFile with(Map<String, String> assignments) {
        ObjectNode copy = root.deepCopy();
        Set<String> changed = new LinkedHashSet<>(overridden);
        List<Problem> problems = new ArrayList<>();
        assignments.forEach((key, text) -> {
            try {
                JsonNode value = MAPPER.readTree(text);
                if (assign(copy, List.of(key.split("\\.", -1)), value)) {
                    changed.add(key);
                } else {
                    problems.add(new Problem("--set " + key, "is not the path of a key, such as training.epochs"));
                }
            } catch (JsonProcessingException e) {
                problems.add(new Problem("--set " + key, "\"" + text + "\" is not a YAML value"));
            }
        });
        if (!problems.isEmpty()) {
            throw new InvalidRequestException(problems);
        }
        return new YamlFile(name, copy, changed);
    }

    private static boolean assign(ObjectNode node, List<String> path, JsonNode value) {
        String key = path.get(0);
        if (key.isBlank()) {
            return false;
        }
        if (path.size() == 1) {
            node.set(key, value);
            return true;
        }
        JsonNode child = node.get(key);
        if (child == null || child.isNull()) {
            child = node.putObject(key);
        }
        return child instanceof ObjectNode object && assign(object, path.subList(1, path.size()), value);
    }

    /** Returns the text of a top-level key, before binding. */
    public Optional<String> text(String key) {
        return Optional.ofNullable(root.get(key)).filter(JsonNode::isValueNode).map(JsonNode::asText);
    }

    /**
     * Returns the place of a key for messages: {@code file:key}, or {@code --set key} when it came from the command
     * line.
     */
    public String place(String key) {
        boolean fromCommandLine = overridden.stream()
                .anyMatch(path -> path.equals(key) || key.startsWith(path + ".") || key.startsWith(path + "["));
        return fromCommandLine ? "--set " + key : name + ":" + key;
    }

    /**
     * Binds the file to a record.
     *
     * @throws InvalidRequestException with all problems of the file
     */
    public <T extends Record> T bind(Class<T> type) {
        RecordBinder binder = new RecordBinder(this::place);
        Optional<T> bound = binder.bind(root, type, "");
        if (bound.isEmpty() || !binder.problems().isEmpty()) {
            throw new InvalidRequestException(binder.problems());
        }
        return bound.get();
    }

    /**
     * Copies a record with the values of some of its keys replaced.
     *
     * @param values values by the names of their keys
     */
    public static <T extends Record> T with(T original, Map<String, ?> values) {
        ObjectNode tree = (ObjectNode) tree(original);
        values.forEach((key, value) -> tree.set(key, RecordWriter.tree(value)));
        @SuppressWarnings("unchecked")
        Class<T> type = (Class<T>) original.getClass();
        return new YamlFile(type.getSimpleName(), tree, Set.of()).bind(type);
    }

    /** Returns a record as YAML text with all keys; binding it again gives an equal record. */
    public static String write(Record value) {
        try {
            return MAPPER.writeValueAsString(RecordWriter.tree(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass().getSimpleName() + " as YAML", e);
        }
    }

    /** Returns a record as a tree with all keys. */
    public static JsonNode tree(Record value) {
        return RecordWriter.tree(value);
    }

    static String describe(JsonNode node) {
        if (node == null || node.isMissingNode() || node.isNull()) {
            return "nothing";
        }
        String text = node.toString();
        if (node.isTextual() && Credentials.in(node.asText())) {
            return "an address with a password";
        }
        return text.length() > 80 ? text.substring(0, 77) + "..." : text;
    }
}
