import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** What the time stamps of some creates come to. */
final class Profile {
    /** {@code msg="12.345 ms: what has been reached by then"}. */
    private static final Pattern REACHED = Pattern.compile(".*msg=\"([0-9.]+) ms: (.*)\"");

    /** What is told, behind such a time stamp, of time that was spent before. */
    private static final Pattern TOOK = Pattern.compile("phase (\\w+) took ([0-9.]+) ms .*");
    private static final Pattern BEGAN = Pattern.compile("starting the launcher took ([0-9.]+) ms, reading the program ([0-9.]+) ms");

    /** Which step the phases are part of: those of the launcher, and those of init. */
    private static final String BORN = "init has been born";
    private static final String READY = "init waits for start";

    private final Map<String, List<Double>> steps = new LinkedHashMap<>();
    private final Map<String, Map<String, List<Double>>> parts = new LinkedHashMap<>();

    void add(List<String> lines) {
        double last = 0;
        var part = BORN;
        for (var line : lines) {
            var reached = REACHED.matcher(line);
            if (!line.contains(" level=debug ") || !reached.matches()) {
                continue;
            }
            var what = reached.group(2);
            var took = TOOK.matcher(what);
            var began = BEGAN.matcher(what);
            if (took.matches()) {
                addPart(part, took.group(1), took.group(2));
                part = took.group(1).equals("CLONE") ? READY : part;
            } else if (began.matches()) {
                addPart(part, "starting the launcher", began.group(1));
                addPart(part, "reading the program", began.group(2));
            } else if (!what.contains(" went the way ")) {
                double at = Double.parseDouble(reached.group(1));
                steps.computeIfAbsent(what, _ -> new ArrayList<>()).add(at - last);
                last = at;
            }
        }
    }

    private void addPart(String step, String what, String milliseconds) {
        parts.computeIfAbsent(step, _ -> new LinkedHashMap<>())
                .computeIfAbsent(what, _ -> new ArrayList<>())
                .add(Double.parseDouble(milliseconds));
    }

    String table() {
        var text = new StringBuilder();
        double sum = 0;
        for (var step : steps.entrySet()) {
            double all = middle(step.getValue());
            sum += all;
            text.append(String.format(Locale.ROOT, "%9.3f  %s%n", all, step.getKey()));
            double rest = all;
            for (var part : parts.getOrDefault(step.getKey(), Map.of()).entrySet()) {
                double of = middle(part.getValue());
                rest -= of;
                text.append(String.format(Locale.ROOT, "%18.3f  %s%n", of, part.getKey()));
            }
            if (parts.containsKey(step.getKey())) {
                text.append(String.format(Locale.ROOT, "%18.3f  (the rest: messages, processes that wake up, execve)%n", rest));
            }
        }
        return text.append(String.format(Locale.ROOT, "%9.3f  together%n", sum)).toString();
    }

    static double middle(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElse(0.0);
    }
}
