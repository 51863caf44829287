package org.sparkfinetune.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyReferenceTest {
    private enum Color {
        RED,
        DARK_BLUE
    }

    private record Wheel(
            @Key(value = "Its size", min = 0.0001, max = 1) double size) {}

    private record Car(
            @Key("Its name") String name,
            @Key(value = "Its color", defaultValue = "red") Color color,

            @Key(value = "Seats", defaultValue = "4", min = 1)
            int seats,

            @Key(value = "Price", defaultValue = Key.OPTIONAL)
            Double price,

            @Key(value = "Owners", defaultValue = "[]") List<String> owners,
            @Key(value = "Parts", defaultValue = "{}") Map<String, Double> parts,
            @Key(value = "Spare wheel", defaultValue = "{}") Wheel spare,
            @Key("Wheels") List<Wheel> wheels) {}

    private record Silent(
            @Key("Told") String told, @Key(" ") String untold) {}

    private record Bare(@Key("Told") Inner inner) {
        private record Inner(String untold) {}
    }

    @Test
    void everyKeyIsDescribedInTheOrderOfTheRecord() {
        assertThat(KeyReference.of(Car.class))
                .containsExactly(
                        new DescribedKey("name", "Its name", "text", "required", "", false),
                        new DescribedKey("color", "Its color", "one of", "red", "red, dark-blue", false),
                        new DescribedKey("seats", "Seats", "whole number", "4", "at least 1", false),
                        new DescribedKey("price", "Price", "number", "depends", "", false),
                        new DescribedKey("owners", "Owners", "list of texts", "[]", "", false),
                        new DescribedKey("parts", "Parts", "mapping of text to number", "{}", "", false),
                        new DescribedKey("spare", "Spare wheel", "mapping", "{}", "", true),
                        new DescribedKey("spare.size", "Its size", "number", "required", "0.0001 to 1", false),
                        new DescribedKey("wheels", "Wheels", "list of mappings", "required", "", true),
                        new DescribedKey("wheels[].size", "Its size", "number", "required", "0.0001 to 1", false));
    }

    private record Trailer(
            @Key("Its name") String name,
            @Key.Inline Wheel wheel,
            @Key("Load") double load) {}

    @Test
    void theKeysOfAnInlinedRecordStandInItsPlace() {
        assertThat(KeyReference.of(Trailer.class))
                .extracting(DescribedKey::path)
                .containsExactly("name", "size", "load");
    }

    @Test
    void aKeyKnowsItsGroup() {
        assertThat(KeyReference.of(Car.class)).extracting(DescribedKey::parent).contains("", "spare", "wheels[]");
    }

    @Test
    void aKeyWithoutATextIsNamed() {
        assertThatThrownBy(() -> KeyReference.of(Silent.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the key untold has no text: write the @Key of Silent.untold");
        assertThatThrownBy(() -> KeyReference.of(Bare.class))
                .hasMessage("the key inner.untold has no text: write the @Key of Inner.untold");
    }
}
