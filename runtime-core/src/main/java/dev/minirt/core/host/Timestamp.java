package dev.minirt.core.host;

/**
 * Times as RFC 3339 writes them. The formatter of java.time costs a cold JVM more than everything else that create does, so
 * this is the proleptic Gregorian calendar by hand.
 */
public final class Timestamp {
    private static final int SECONDS_PER_DAY = 86_400;

    private Timestamp() {}

    /** A moment in milliseconds since 1970 UTC, for example {@code 2026-11-21T22:42:32.374Z}. */
    public static String of(long milliseconds) {
        long seconds = Math.floorDiv(milliseconds, 1000L);
        long day = Math.floorDiv(seconds, (long) SECONDS_PER_DAY);
        int second = (int) Math.floorMod(seconds, (long) SECONDS_PER_DAY);
        // Days are counted from 0000-03-01, so that the leap day ends a year and months have regular lengths.
        long z = day + 719_468;
        long era = Math.floorDiv(z, 146_097L);
        int dayOfEra = (int) (z - era * 146_097);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int shifted = (5 * dayOfYear + 2) / 153;
        int dayOfMonth = dayOfYear - (153 * shifted + 2) / 5 + 1;
        int month = shifted < 10 ? shifted + 3 : shifted - 9;
        long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        var text = new StringBuilder(24);
        padded(text, year, 4).append('-');
        padded(text, month, 2).append('-');
        padded(text, dayOfMonth, 2).append('T');
        padded(text, second / 3600, 2).append(':');
        padded(text, second / 60 % 60, 2).append(':');
        padded(text, second % 60, 2).append('.');
        return padded(text, Math.floorMod(milliseconds, 1000L), 3).append('Z').toString();
    }

    /** Now. */
    public static String now() {
        return of(System.currentTimeMillis());
    }

    private static StringBuilder padded(StringBuilder text, long number, int width) {
        var digits = Long.toString(number);
        return text.append("0000", 0, Math.max(0, width - digits.length())).append(digits);
    }
}
