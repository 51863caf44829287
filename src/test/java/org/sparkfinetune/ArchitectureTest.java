package org.sparkfinetune;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Imports go down only; who may know Spark. ARCHITECTURE.md tells why. */
@AnalyzeClasses(packages = "org.sparkfinetune", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    /** The rooms, bottom to top: a room knows those of the lines above it, and none of its own line. */
    private static final List<List<String>> LEVELS = List.of(
            List.of("check", "data.format", "onednn", "report"),
            List.of("config"),
            List.of("cluster", "storage", "report.page", "train"),
            List.of("report.watch", "train.blocks", "train.checkpoint", "zoo.card"),
            List.of("data.picture", "zoo.network", "zoo.weights"),
            List.of("data.augment", "data.dataset", "zoo.files"),
            List.of("data.source", "zoo.onnx"),
            List.of("inference.engine"),
            List.of("inference.forward", "features.similar", "train.tail"),
            List.of("features", "train.average", "jobs.run"),
            List.of("train.round", "jobs.pictures", "jobs.similar"),
            List.of("train.rates", "train.dl4j", "jobs.examples", "jobs.model", "jobs.shard"),
            List.of("jobs.finetune.options", "jobs.evaluate", "jobs.export", "jobs.extract"),
            List.of("jobs.finetune"),
            List.of("jobs.lrfind"),
            List.of("jobs.doctor"),
            List.of("jobs"),
            List.of("ml"),
            List.of("cli"));

    /** Rooms of the inside: who may enter them. */
    private static final Map<String, List<String>> ENTERED_FROM = Map.of(
            "train.blocks", List.of("train.."),
            "train.average", List.of("train.."),
            "train.tail", List.of("train..", "jobs.examples"),
            "jobs.examples", List.of("jobs.examples", "jobs.finetune..", "jobs.lrfind"));

    private static final int MOST_FILES = 22;
    /** {@code onednn} is cut when its next engine comes. */
    private static final Map<String, Integer> LARGER_ROOMS = Map.of("onednn", 27);

    @ArchTest
    static final ArchRule importsGoDownOnly = importsGoDown();

    @ArchTest
    static final ArchRule roomsHaveNoCycles =
            slices().matching("org.sparkfinetune.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule everyClassIsInARoom = classes()
            .that()
            .haveSimpleNameNotEndingWith("package-info")
            .should()
            .resideInAnyPackage(LEVELS.stream()
                    .flatMap(List::stream)
                    .map(ArchitectureTest::room)
                    .toArray(String[]::new));

    @ArchTest
    static void roomsOfTheInsideAreEnteredByTheirNeighboursOnly(JavaClasses classes) {
        ENTERED_FROM.forEach((room, visitors) -> noClasses()
                .that()
                .resideOutsideOfPackages(
                        visitors.stream().map(ArchitectureTest::room).toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(room(room))
                .because("what is public there is so for " + visitors + " only")
                .check(classes));
    }

    @ArchTest
    static final ArchRule modelsAndClustersAndConfigurationKnowNoSpark = noClasses()
            .that()
            .resideInAnyPackage(
                    packageOf("zoo"),
                    packageOf("onednn"),
                    packageOf("cluster"),
                    packageOf("config"),
                    packageOf("check"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.spark..")
            .because("models are tried, converted and tested without a cluster");

    @ArchTest
    static final ArchRule checksUseTheJdkOnly = noClasses()
            .that()
            .resideInAPackage(packageOf("check"))
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages("java..", packageOf("check"))
            .because("every other package depends on it");

    @ArchTest
    static final ArchRule sparkSessionIsTheEntryPointsBusiness = noClasses()
            .that()
            .resideOutsideOfPackages(packageOf("cli"), packageOf("ml"), packageOf("jobs"))
            .should()
            .dependOnClassesThat()
            .areAssignableTo(SparkSession.class)
            .because("the engine takes RDDs and Datasets, so that it runs inside any application");

    @ArchTest
    static final ArchRule nothingIsReadByJavaDeserialisation = noClasses()
            .should()
            .dependOnClassesThat()
            .areAssignableTo(ObjectInputStream.class)
            .because("a file that is read that way can run code of whoever wrote it");

    @TestFactory
    Stream<DynamicTest> aRoomIsSeenAtOneGlance() throws IOException {
        try (Stream<Path> folders = Files.walk(Path.of("src"))) {
            List<Path> rooms = folders.filter(Files::isDirectory).sorted().toList();
            assertThat(rooms).hasSizeGreaterThan(50);
            return rooms.stream()
                    .map(room -> DynamicTest.dynamicTest(room.toString(), () -> {
                        try (Stream<Path> files = Files.list(room)) {
                            assertThat(files.filter(Files::isRegularFile))
                                    .hasSizeLessThanOrEqualTo(LARGER_ROOMS.getOrDefault(
                                            room.getFileName().toString(), MOST_FILES));
                        }
                    }));
        }
    }

    private static ArchRule importsGoDown() {
        LayeredArchitecture levels =
                layeredArchitecture().consideringOnlyDependenciesInLayers().withOptionalLayers(true);
        for (List<String> level : LEVELS) {
            for (String name : level) {
                levels = levels.layer(name).definedBy(room(name));
            }
        }
        List<String> below = new ArrayList<>();
        for (List<String> level : LEVELS) {
            for (String name : level) {
                levels = below.isEmpty()
                        ? levels.whereLayer(name).mayNotAccessAnyLayer()
                        : levels.whereLayer(name).mayOnlyAccessLayers(below.toArray(String[]::new));
            }
            below.addAll(level);
        }
        return levels;
    }

    /** The package of a room without those inside it, or with them when the name ends with two dots. */
    private static String room(String name) {
        return "org.sparkfinetune." + name;
    }

    private static String packageOf(String rooms) {
        return room(rooms) + "..";
    }
}
