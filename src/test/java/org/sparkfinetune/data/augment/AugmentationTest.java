package org.sparkfinetune.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.config.YamlFile;

class AugmentationTest {
    @Test
    void nothingIsChangedUnlessAskedFor() {
        assertThat(bind("{}")).isEqualTo(Augmentation.NONE);
        assertThat(Augmentation.NONE.isNone()).isTrue();
        assertThat(Augmentation.NONE.mixes()).isFalse();
    }

    @Test
    void aPresetGivesAllValues() {
        assertThat(bind("preset: standard")).isEqualTo(Augmentation.of(Preset.STANDARD));
        Augmentation strong = bind("preset: strong");
        assertThat(strong.minCropArea()).isEqualTo(0.2);
        assertThat(strong.saturation()).isEqualTo(0.4);
        assertThat(strong.cutmix()).isEqualTo(1);
        assertThat(strong.isNone()).isFalse();
        assertThat(strong.mixes()).isTrue();
    }

    @Test
    void ownValuesWinOverThoseOfThePreset() {
        Augmentation mine = bind("{preset: standard, horizontalFlip: 0, rotation: 15}");
        assertThat(mine.horizontalFlip()).isZero();
        assertThat(mine.rotation()).isEqualTo(15);
        assertThat(mine.minCropArea()).isEqualTo(0.35);
    }

    @Test
    void eachValueAloneIsNotNothing() {
        for (String value : new String[] {
            "minCropArea: 0.9",
            "horizontalFlip: 0.1",
            "verticalFlip: 0.1",
            "rotation: 1",
            "brightness: 0.1",
            "contrast: 0.1",
            "saturation: 0.1",
            "hue: 0.1",
            "erasing: 0.1",
            "mixup: 0.1",
            "cutmix: 0.1"
        }) {
            assertThat(bind(value).isNone()).as(value).isFalse();
        }
    }

    @Test
    void whatIsWrittenSpellsOutEveryValueAndIsReadBackEqual() {
        Augmentation light = Augmentation.of(Preset.LIGHT);
        String written = YamlFile.write(light);
        assertThat(written).isEqualTo("""
                preset: light
                minCropArea: 0.6
                horizontalFlip: 0.5
                verticalFlip: 0.0
                rotation: 0.0
                brightness: 0.0
                contrast: 0.0
                saturation: 0.0
                hue: 0.0
                erasing: 0.0
                mixup: 0.0
                cutmix: 0.0
                """);
        assertThat(bind(written)).isEqualTo(light);
    }

    @Test
    void everyValueOutOfItsRangeIsReported() {
        assertThatThrownBy(
                        () -> bind("{preset: hard, minCropArea: 0, horizontalFlip: 2, verticalFlip: -1, rotation: 181,"
                                + " brightness: 2, contrast: 2, saturation: 2, hue: 1, erasing: 2, mixup:"
                                + " 2, cutmix: often}"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("""
                        f.yaml:preset: is "hard", allowed are [none, light, standard, strong]
                        f.yaml:minCropArea: is 0.0, allowed is 0.01 to 1
                        f.yaml:horizontalFlip: is 2.0, allowed is 0 to 1
                        f.yaml:verticalFlip: is -1.0, allowed is 0 to 1
                        f.yaml:rotation: is 181.0, allowed is 0 to 180
                        f.yaml:brightness: is 2.0, allowed is 0 to 1
                        f.yaml:contrast: is 2.0, allowed is 0 to 1
                        f.yaml:saturation: is 2.0, allowed is 0 to 1
                        f.yaml:hue: is 1.0, allowed is 0 to 0.5
                        f.yaml:erasing: is 2.0, allowed is 0 to 1
                        f.yaml:mixup: is 2.0, allowed is 0 to 1
                        f.yaml:cutmix: must be a number, found "often\"""");
    }

    private static Augmentation bind(String yaml) {
        return YamlFile.bind("f.yaml", yaml, Augmentation.class);
    }
}
