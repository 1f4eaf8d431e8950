package dev.minirt.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Times on the command line as Go programs write them: {@code 1m30s}, {@code 1.5s}, {@code 100ms}. */
final class Interval {
    private Interval() {}

    /**
     * A time greater than 0 in milliseconds, rounded up.
     *
     * @param flag the flag that has it
     */
    static long milliseconds(String flag, String text) {
        var total = BigDecimal.ZERO;
        int at = 0;
        while (at < text.length()) {
            int number = skip(text, at, true);
            int unit = skip(text, number, false);
            long nanoseconds = nanoseconds(text.substring(number, unit));
            if (number == at || nanoseconds == 0) {
                throw invalid(flag, text);
            }
            try {
                total = total.add(new BigDecimal(text.substring(at, number)).multiply(BigDecimal.valueOf(nanoseconds)));
            } catch (NumberFormatException e) {
                throw invalid(flag, text);
            }
            at = unit;
        }
        var milliseconds = total.movePointLeft(6).setScale(0, RoundingMode.CEILING);
        if (milliseconds.signum() <= 0 || milliseconds.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0) {
            throw invalid(flag, text);
        }
        return milliseconds.longValue();
    }

    private static int skip(String text, int from, boolean digits) {
        int at = from;
        while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.') == digits) {
            at++;
        }
        return at;
    }

    /** Of one unit; 0 if there is none. */
    private static long nanoseconds(String unit) {
        return switch (unit) {
            case "ns" -> 1L;
            case "us", "µs" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> 0L;
        };
    }

    private static UsageException invalid(String flag, String text) {
        return new UsageException("invalid value " + LogFile.quoted(text) + " for flag -" + flag
                + ": expected a time greater than 0, such as 5s or 500ms");
    }
}
