package org.sparkfinetune.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkfinetune.check.InvalidRequestException;

class YamlFileTest {
    enum Color {
        DARK_RED,
        BLUE
    }

    record Inner(
            @Key(value = "A ratio", defaultValue = "0.5", min = 0, max = 1)
            double ratio) {
        Inner {
            if (ratio == 0.25) {
                throw new IllegalArgumentException("a quarter is not allowed here");
            }
        }
    }

    record Outer(
            @Key("A name") String name,

            @Key(value = "How many", defaultValue = "3", min = 1)
            int count,

            @Key(value = "Seed", defaultValue = "42") long seed,
            @Key(value = "Switch", defaultValue = "false") boolean loud,
            @Key(value = "Colors", defaultValue = "[]") List<Color> colors,
            @Key(value = "Inner", defaultValue = "{}") Inner inner) {}

    record Shared(
            @Key(value = "Size", formerly = "length", min = 1)
            int size,

            @Key(value = "Inner", defaultValue = "{}") Inner inner) {}

    record Flat(
            @Key("A name") String name,
            @Key.Inline Shared shared,
            @Key(value = "Switch", defaultValue = "false") boolean loud) {}

    @Test
    void theKeysOfAnInlinedRecordAreKeysOfTheRecordThatHoldsIt() {
        Flat flat = new Flat("x", new Shared(3, new Inner(0.5)), false);
        assertThat(YamlFile.bind("f.yaml", "{name: x, size: 3}", Flat.class)).isEqualTo(flat);
        assertThat(YamlFile.write(flat)).isEqualTo("name: x\nsize: 3\ninner:\n  ratio: 0.5\nloud: false\n");
        assertThatThrownBy(() -> YamlFile.bind("f.yaml", "{name: x, size: 0, inner: {ratio: 2}, sise: 1}", Flat.class))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("""
                        f.yaml:sise: is not a key; allowed are [name, size, inner, loud]; did you mean "size"?
                        f.yaml:size: is 0, allowed is at least 1
                        f.yaml:inner.ratio: is 2.0, allowed is 0 to 1""");
    }

    @Test
    void anEarlierNameOfAKeyIsAnsweredWithTheNewOne() {
        assertThatThrownBy(() -> YamlFile.bind("f.yaml", "{name: x, size: 3, length: 3}", Flat.class))
                .hasMessage("f.yaml:length: the key was called length, is size now");
    }

    @Test
    void aCopyDiffersInTheGivenKeysOnly() {
        Flat flat = new Flat("x", new Shared(3, new Inner(0.5)), true);
        assertThat(YamlFile.with(flat, Map.of("size", 4, "inner", new Inner(1))))
                .isEqualTo(new Flat("x", new Shared(4, new Inner(1)), true));
    }

    @Test
    void absentKeysTakeTheirDefaults() {
        assertThat(bind("name: x")).isEqualTo(new Outer("x", 3, 42, false, List.of(), new Inner(0.5)));
    }

    @Test
    void everyTypeIsRead() {
        assertThat(bind("{name: 7, count: 2, seed: 9000000000, loud: true, colors: [dark-red, blue],"
                        + " inner: {ratio: 1}}"))
                .isEqualTo(new Outer("7", 2, 9_000_000_000L, true, List.of(Color.DARK_RED, Color.BLUE), new Inner(1)));
    }

    @Test
    void whatIsWrittenIsReadBackEqual() {
        Outer outer = new Outer("007: \"q\"", 2, -1, true, List.of(Color.DARK_RED), new Inner(0.125));
        assertThat(bind(YamlFile.write(outer))).isEqualTo(outer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3a://key:pass@bucket/x",
                "https://me:pass@host/x?y",
                "s3a://key:pa/ss@bucket",
                "hdfs://me:12@host:8020/"
            })
    void anAddressWithAPasswordIsRefusedAndNotShown(String address) {
        assertThatThrownBy(call("name: \"" + address + "\""))
                .hasMessage("f.yaml:name: has a password in its address (user:password@), which would be copied into"
                        + " reports and"
                        + " logs; remove it, and give it to the file system as docs/storage.md describes");
        assertThatThrownBy(call("{name: x, count: \"" + address + "\"}"))
                .hasMessage("f.yaml:count: must be a whole number, found an address with a password");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hdfs://namenode:8020/photos@home",
                "hdfs://me@namenode:8020/x",
                "abfs://container@account.dfs.core.windows.net/x",
                "s3a://bucket/10:30@night",
                "https://host:443"
            })
    void anAddressWithoutAPasswordIsTaken(String address) {
        assertThat(bind("name: \"" + address + "\"").name()).isEqualTo(address);
    }

    @Test
    void everyProblemIsReportedAtOnce() {
        assertThatThrownBy(call("{nme: x, count: 0, seed: 1.5, loud: maybe, colors: [dark-rad], inner: {ratio: 2}}"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("""
                        f.yaml:nme: is not a key; allowed are \
                        [name, count, seed, loud, colors, inner]; did you mean "name"?
                        f.yaml:name: is missing: A name
                        f.yaml:count: is 0, allowed is at least 1
                        f.yaml:seed: must be a whole number, found 1.5
                        f.yaml:loud: must be true or false, found "maybe"
                        f.yaml:colors[0]: is "dark-rad", allowed are [dark-red, blue]; did you mean "dark-red"?
                        f.yaml:inner.ratio: is 2.0, allowed is 0 to 1""");
    }

    @Test
    void aConstructorsObjectionNamesItsKey() {
        assertThatThrownBy(call("{name: x, inner: {ratio: 0.25}}"))
                .hasMessage("f.yaml:inner: a quarter is not allowed here");
    }

    @Test
    void aDuplicateKeyIsAnError() {
        assertThatThrownBy(call("name: x\nname: y"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("f.yaml:2: is not valid YAML: Duplicate field 'name'");
    }

    @Test
    void textThatIsNoMappingIsAnError() {
        assertThatThrownBy(call("just words"))
                .hasMessage("f.yaml: must be a mapping of keys to values, found \"just words\"");
        assertThatThrownBy(call("")).hasMessage("f.yaml: must be a mapping of keys to values, found nothing");
        assertThatThrownBy(call("a: [1, 2")).hasMessageStartingWith("f.yaml:1: is not valid YAML: ");
    }

    @Test
    void valuesFromTheCommandLineWinAndAreNamedInProblems() {
        YamlFile file = YamlFile.parse("f.yaml", "name: x");
        assertThat(file.with(Map.of("inner.ratio", "0.75", "count", "5")).bind(Outer.class))
                .isEqualTo(new Outer("x", 5, 42, false, List.of(), new Inner(0.75)));
        assertThatThrownBy(() -> file.with(Map.of("inner.ratio", "7")).bind(Outer.class))
                .hasMessage("--set inner.ratio: is 7.0, allowed is 0 to 1");
        assertThatThrownBy(() -> file.with(Map.of("name.first", "7")))
                .hasMessage("--set name.first: is not the path of a key, such as training.epochs");
    }

    private static Outer bind(String yaml) {
        return YamlFile.bind("f.yaml", yaml, Outer.class);
    }

    private static ThrowingCallable call(String yaml) {
        return () -> bind(yaml);
    }
}
