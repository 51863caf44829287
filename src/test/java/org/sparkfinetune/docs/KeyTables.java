package org.sparkfinetune.docs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sparkfinetune.config.DescribedKey;
import org.sparkfinetune.config.KeyReference;

/**
 * The part of a reference page that is made from the record: a table of the keys at the top, then one for each group of
 * keys.
 */
final class KeyTables {
    private static final String HEAD = "| key | value | default | meaning |\n|---|---|---|---|\n";

    private KeyTables() {}

    static String of(Class<? extends Record> type) {
        List<DescribedKey> keys = KeyReference.of(type);
        Map<String, List<DescribedKey>> groups = new LinkedHashMap<>();
        groups.put("", new ArrayList<>());
        keys.forEach(key -> groups.computeIfAbsent(key.parent(), ignored -> new ArrayList<>())
                .add(key));
        Map<String, String> meanings =
                keys.stream().collect(Collectors.toMap(DescribedKey::path, DescribedKey::meaning));
        return groups.entrySet().stream()
                .map(group -> title(group.getKey(), meanings) + table(group.getValue()))
                .collect(Collectors.joining("\n"));
    }

    private static String title(String group, Map<String, String> meanings) {
        if (group.isEmpty()) {
            return "";
        }
        boolean list = group.endsWith("[]");
        String path = list ? group.substring(0, group.length() - 2) : group;
        return "### " + path + "\n\n" + meanings.get(path) + (list ? ". Keys of each element:" : ".") + "\n\n";
    }

    private static String table(List<DescribedKey> keys) {
        return HEAD + keys.stream().map(KeyTables::row).collect(Collectors.joining());
    }

    private static String row(DescribedKey key) {
        String name = key.group() ? "[`" + key.path() + "`](#" + anchor(key.path()) + ")" : "`" + key.path() + "`";
        String value = key.type().equals("one of")
                ? Stream.of(key.allowed().split(", "))
                        .map(word -> "`" + word + "`")
                        .collect(Collectors.joining(", "))
                : Stream.of(key.type(), key.allowed())
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining(", "));
        String standard = key.hasDefault() ? "`" + key.defaultValue() + "`" : key.defaultValue();
        return Stream.of(name, value, standard, key.meaning())
                        .map(KeyTables::cell)
                        .collect(Collectors.joining(" | ", "| ", " |"))
                + "\n";
    }

    /** What would end the cell, or would be taken for HTML. */
    private static String cell(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;");
    }

    /** As GitHub makes it of a heading. */
    private static String anchor(String heading) {
        return heading.toLowerCase(java.util.Locale.ROOT)
                .replaceAll("[^a-z0-9 _-]", "")
                .replace(' ', '-');
    }
}
