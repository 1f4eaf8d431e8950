package dev.minirt.core;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The laws of this module. */
class ArchitectureTest {
    /** Where everything is a function of its arguments. */
    private static final String[] PURE = {
        "dev.minirt.core.plan..",
        "dev.minirt.core.mount..",
        "dev.minirt.core.op..",
        "dev.minirt.core.seccomp..",
        "dev.minirt.core.cgroup.device..",
        "dev.minirt.core.cgroup.limit..",
        "dev.minirt.core.error..",
        "dev.minirt.core.linux.."
    };

    /** So few that the laws cannot hold for want of classes. */
    private static final int LEAST_CLASSES = 200;

    private static JavaClasses classes = new ClassFileImporter().importPackages("dev.minirt.none");

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.minirt.core");
    }

    private static void holds(ArchRule law) {
        law.check(classes);
    }

    @Test
    void thereIsSomethingToCheck() {
        assertThat(classes.size()).isGreaterThan(LEAST_CLASSES);
        for (var pure : PURE) {
            var name = pure.substring(0, pure.length() - 2);
            assertThat(classes.stream().anyMatch(type -> type.getPackageName().startsWith(name)))
                    .as(pure)
                    .isTrue();
        }
    }

    @Test
    void packagesHaveNoCycles() {
        holds(slices().matching("dev.minirt.core.(**)").should().beFreeOfCycles());
    }

    @Test
    void planningTouchesNothingOutside() {
        holds(noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "java.io..",
                                "java.nio.file..",
                                "java.nio.channels..",
                                "java.net..",
                                "java.time..",
                                "com.sun.jna..")
                        // What records, enums and exceptions of the JDK drag in, and reading a table from the jar.
                        .and(not(belongToAnyOf(
                                Serializable.class, IOException.class, UncheckedIOException.class, InputStream.class))))
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(
                        Thread.class,
                        ProcessBuilder.class,
                        Process.class,
                        Runtime.class,
                        ThreadLocal.class,
                        ProcessHandle.class,
                        PrintStream.class));
    }

    @Test
    void planningAsksNeitherClockNorEnvironment() {
        holds(noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getProperty", String.class)
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime"));
    }

    /** Cold start: regular expressions and reflection cost more than a whole plan. */
    @Test
    void planningIsFrugal() {
        holds(noClasses()
                .that()
                .resideInAnyPackage("dev.minirt.core.plan..", "dev.minirt.core.mount..", "dev.minirt.core.error..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.regex..", "java.util.stream..", "java.lang.reflect.."));
    }

    @Test
    void onlyTheCommandLinePrintsAndExits() {
        holds(noClasses()
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .orShould()
                .callMethod(Runtime.class, "exit", int.class)
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err"));
    }

    @Test
    void whatIsCalledByManyKnowsNobody() {
        holds(classes()
                .that()
                .resideInAPackage("dev.minirt.core.linux")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.minirt.core.linux", "java.lang..", "java.util..", "org.jspecify.annotations"));
        holds(noClasses()
                .that()
                .resideInAPackage("dev.minirt.core.op")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.minirt.spec..", "dev.minirt.core.plan.."));
    }

    @Test
    void packagesAreNullMarked() {
        var packages = classes.stream()
                .map(type -> type.getPackage())
                .filter(one -> one.getName().startsWith("dev.minirt.core"))
                .filter(one -> !one.getClasses().isEmpty())
                .distinct()
                .toList();
        assertThat(packages).isNotEmpty().allMatch(one -> one.isAnnotatedWith(NullMarked.class));
    }
}
