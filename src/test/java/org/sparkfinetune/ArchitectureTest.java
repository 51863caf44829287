package org.sparkfinetune;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.io.ObjectInputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** Imports go down only; who may know Spark. ARCHITECTURE.md tells why. */
@AnalyzeClasses(packages = "org.sparkfinetune", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    /** Top to bottom; packages of one line know nothing of each other. */
    private static final List<List<String>> LAYERS = List.of(
            List.of("cli"),
            List.of("ml"),
            List.of("jobs"),
            List.of("report"),
            List.of("train", "features"),
            List.of("inference"),
            List.of("data"),
            List.of("zoo"),
            List.of("onednn"),
            List.of("cluster"),
            List.of("config"),
            List.of("check"));

    @ArchTest
    static final ArchRule importsGoDownOnly = importsGoDown();

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("org.sparkfinetune.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule everyClassIsInALayer = classes()
            .should()
            .resideInAnyPackage(LAYERS.stream()
                    .flatMap(List::stream)
                    .map(ArchitectureTest::packageOf)
                    .toArray(String[]::new));

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

    private static ArchRule importsGoDown() {
        LayeredArchitecture layers =
                layeredArchitecture().consideringOnlyDependenciesInLayers().withOptionalLayers(true);
        List<String> above = new ArrayList<>();
        for (List<String> row : LAYERS) {
            for (String name : row) {
                layers = layers.layer(name).definedBy(packageOf(name));
            }
        }
        for (List<String> row : LAYERS) {
            for (String name : row) {
                layers = above.isEmpty()
                        ? layers.whereLayer(name).mayNotBeAccessedByAnyLayer()
                        : layers.whereLayer(name).mayOnlyBeAccessedByLayers(above.toArray(String[]::new));
            }
            above.addAll(row);
        }
        return layers;
    }

    private static String packageOf(String layer) {
        return "org.sparkfinetune." + layer + "..";
    }
}
