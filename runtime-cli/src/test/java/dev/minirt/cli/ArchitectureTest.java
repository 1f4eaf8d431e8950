package dev.minirt.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The laws of docs/architecture.md that concern more than one module. */
class ArchitectureTest {
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.minirt");

    @Test
    void thereIsSomethingToLookAt() {
        assertThat(ALL).as("a floor, so that no law holds for want of classes").hasSizeGreaterThan(250);
        assertThat(ALL.contain(Main.class)).isTrue();
    }

    @Test
    void noModuleKnowsTheOneToItsRight() {
        noClasses()
                .that()
                .resideInAPackage("dev.minirt.spec..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.minirt.core..", "dev.minirt.cli..")
                .check(ALL);
        noClasses()
                .that()
                .resideInAPackage("dev.minirt.core..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.minirt.cli..")
                .check(ALL);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.minirt.(**)").should().beFreeOfCycles().check(ALL);
    }

    @Test
    void onlyTheCommandLinePrintsOrExits() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.minirt.cli.Main")
                .and()
                .doNotHaveFullyQualifiedName("dev.minirt.cli.Server")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .check(ALL);
    }

    @Test
    void onlyFeaturesNeedsNativeCode() {
        classes()
                .that()
                .resideInAPackage("com.sun.jna..")
                .should()
                .onlyHaveDependentClassesThat()
                .resideInAnyPackage("dev.minirt.core.features..", "com.sun.jna..")
                .allowEmptyShould(true)
                .check(ALL);
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.minirt.core.features..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.sun.jna..")
                .check(ALL);
    }

    @Test
    void nothingStartsProcessesOrMatchesPatternsOnTheWayOfACommand() {
        noClasses()
                .that()
                .resideInAPackage("dev.minirt..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.ProcessBuilder")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.regex.Pattern")
                .orShould()
                .callMethod(String.class, "matches", String.class)
                .orShould()
                .callMethod(String.class, "replaceAll", String.class, String.class)
                .check(ALL);
    }

    @Test
    void everyPackageIsNullMarked() {
        for (var type : ALL) {
            var packageInfo = type.getPackage();
            assertThat(packageInfo
                            .tryGetPackageInfo()
                            .filter(info -> info.isAnnotatedWith("org.jspecify.annotations.NullMarked")))
                    .as(packageInfo.getName())
                    .isPresent();
        }
    }
}
