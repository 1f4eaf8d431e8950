package dev.minirt.conformance.harness;

import static java.util.stream.Collectors.joining;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which test proved which row of the feature checklist; printed and written to a file when all tests are done. */
final class CoverageTable implements AutoCloseable {
    /** How a test ended. */
    enum Result {
        PASSED,
        DEVIATES,
        SKIPPED,
        FAILED
    }

    private record Line(String row, String test, Result result, String remark) {}

    private final List<Line> lines = new ArrayList<>();
    private final Map<Result, Integer> totals = new TreeMap<>();

    synchronized void record(Method test, String displayName, Result result, String remark) {
        totals.merge(result, 1, Integer::sum);
        String name = test.getDeclaringClass().getSimpleName() + "." + test.getName()
                + (displayName.startsWith(test.getName()) ? "" : " " + displayName);
        Covers covers = test.getAnnotation(Covers.class);
        for (String row : covers == null ? new String[] {"-"} : covers.value()) {
            lines.add(new Line(row, name, result, remark.lines().findFirst().orElse("")));
        }
    }

    @Override
    public synchronized void close() {
        String summary = "%s: %s"
                .formatted(
                        ContainerRuntime.underTest().orElseThrow().binary(),
                        totals.entrySet().stream()
                                .map(entry -> entry.getValue() + " " + entry.getKey())
                                .collect(joining(", ")));
        StringBuilder table = new StringBuilder(
                "# Rows covered\n\n" + summary + "\n\n| row | test | result | remark |\n|---|---|---|---|\n");
        lines.stream()
                .sorted(Comparator.comparing(CoverageTable::order).thenComparing(Line::test))
                .forEach(line -> table.append("| %s | %s | %s | %s |%n"
                        .formatted(line.row(), cell(line.test()), line.result(), cell(line.remark()))));
        String file = System.getProperty("minirt.coverage");
        if (file != null) {
            Sandbox.write(Path.of(file), table.toString());
        }
        String rows = lines.stream()
                .filter(line -> line.result() == Result.PASSED)
                .sorted(Comparator.comparing(CoverageTable::order))
                .map(Line::row)
                .distinct()
                .collect(joining(" "));
        System.out.println(summary + "\nrows with a passed test: " + rows + "\ntable: " + file);
    }

    /** Sorts M10 behind M9. */
    private static String order(Line line) {
        String letters = line.row().replaceAll("[0-9]", "");
        String digits = line.row().replaceAll("[^0-9]", "");
        return letters + "000".substring(Math.min(3, digits.length())) + digits;
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }
}
