package dev.minirt.conformance.harness;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which test proved which row of the feature checklist. Several JVMs run tests at a time: each keeps its lines in a
 * fragment of its own, and whichever ends a class writes {@code coverage.md} anew from all fragments of the run.
 */
final class CoverageTable implements AutoCloseable {
    /** How a test ended. */
    enum Result {
        PASSED,
        DEVIATES,
        SKIPPED,
        FAILED
    }

    private record Line(String row, String test, Result result, String remark) {
        static Line parse(String text) {
            String[] fields = text.split("\t", -1);
            return new Line(fields[0], fields[1], Result.valueOf(fields[2]), fields[3]);
        }

        String format() {
            return String.join("\t", row, test, result.name(), remark);
        }

        /** Sorts M10 behind M9. */
        String order() {
            String letters = row.replaceAll("[0-9]", "");
            String digits = row.replaceAll("[^0-9]", "");
            return letters + "000".substring(Math.min(3, digits.length())) + digits;
        }

        String cells() {
            return "| %s | %s | %s | %s |%n"
                    .formatted(row, test.replace("|", "\\|"), result, remark.replace("|", "\\|"));
        }
    }

    /** Of this JVM, which runs one class after the other. */
    private static final List<Line> LINES = new ArrayList<>();

    private final Path directory = Path.of(System.getProperty("minirt.coverage", "target"));
    private final String run = System.getProperty("minirt.run", "run");
    private final String fork = String.valueOf(ProcessHandle.current().pid());

    void record(Method test, String displayName, Result result, String remark) {
        String name = test.getDeclaringClass().getSimpleName() + "." + test.getName()
                + (displayName.startsWith(test.getName()) ? "" : " " + displayName);
        Covers covers = test.getAnnotation(Covers.class);
        List<String> rows = covers == null ? List.of("-") : Arrays.asList(covers.value());
        synchronized (LINES) {
            for (String row : rows) {
                LINES.add(new Line(row, oneLine(name), result, oneLine(remark)));
            }
        }
    }

    @Override
    public void close() {
        Path fragments = directory.resolve("coverage").resolve(run);
        synchronized (LINES) {
            Sandbox.write(
                    fragments.resolve(fork + ".tsv"),
                    LINES.stream().map(line -> line.format() + "\n").collect(joining()));
        }
        List<Line> all = Sandbox.list(fragments).stream()
                .filter(name -> name.endsWith(".tsv"))
                .flatMap(name -> Sandbox.read(fragments.resolve(name)).lines())
                .map(Line::parse)
                .toList();
        Path table = directory.resolve("coverage.md");
        try {
            Path fresh = Sandbox.write(fragments.resolve(fork + ".md"), document(all));
            Files.move(fresh, table, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.out.println(summary(all) + "; table: " + table);
    }

    private static String document(List<Line> lines) {
        String rows = lines.stream()
                .filter(line -> line.result() == Result.PASSED)
                .sorted(Comparator.comparing(Line::order))
                .map(Line::row)
                .distinct()
                .collect(joining(" "));
        return "# Rows covered\n\n" + summary(lines) + "\n\nRows with a passed test: " + rows
                + "\n\n| row | test | result | remark |\n|---|---|---|---|\n"
                + lines.stream()
                        .sorted(Comparator.comparing(Line::order).thenComparing(Line::test))
                        .map(Line::cells)
                        .collect(joining());
    }

    private static String summary(List<Line> lines) {
        Map<String, Result> tests = new TreeMap<>();
        lines.forEach(line -> tests.put(line.test(), line.result()));
        return Arrays.stream(Result.values())
                .map(result -> tests.values().stream().filter(result::equals).count() + " " + result)
                .collect(
                        joining(", ", ContainerRuntime.underTest().orElseThrow().binary() + ": ", ""));
    }

    private static String oneLine(String text) {
        return text.lines().findFirst().orElse("").replace("\t", " ");
    }
}
