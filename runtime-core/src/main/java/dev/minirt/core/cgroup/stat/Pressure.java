package dev.minirt.core.cgroup.stat;

import dev.minirt.core.linux.KernelText;

/**
 * How much of the time processes waited for something: Documentation/accounting/psi.rst.
 *
 * @param some of the time in which at least one waited
 * @param full of the time in which all of them waited at once
 */
public record Pressure(Share some, Share full) {
    /**
     * Parts of the time.
     *
     * @param average10 per cent of the last 10 seconds
     * @param average60 per cent of the last minute
     * @param average300 per cent of the last 5 minutes
     * @param total microseconds
     */
    public record Share(double average10, double average60, double average300, long total) {
        /** None. */
        public static final Share NONE = new Share(0, 0, 0, 0);
    }

    /** Reads a file such as cpu.pressure: {@code some avg10=0.00 avg60=0.00 avg300=0.00 total=0}, and the same for full. */
    static Pressure parse(String content) {
        var some = Share.NONE;
        var full = Share.NONE;
        for (var line : KernelText.lines(content)) {
            if (line.startsWith("some ")) {
                some = share(line);
            } else if (line.startsWith("full ")) {
                full = share(line);
            }
        }
        return new Pressure(some, full);
    }

    private static Share share(String line) {
        return new Share(
                decimal(CountFile.assigned(line, "avg10")),
                decimal(CountFile.assigned(line, "avg60")),
                decimal(CountFile.assigned(line, "avg300")),
                CountFile.number(CountFile.assigned(line, "total")));
    }

    private static double decimal(String text) {
        try {
            return text.isEmpty() ? 0 : Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
