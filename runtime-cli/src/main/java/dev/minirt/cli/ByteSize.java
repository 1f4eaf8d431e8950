package dev.minirt.cli;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.OptionalLong;

/** Amounts of memory on the command line: {@code 4096}, {@code 64m}, {@code 1.5GiB}. Units are powers of 1024, whatever they are called. */
final class ByteSize {
    private static final String UNITS = "kmgtpe";
    private static final int BITS = 10;

    private ByteSize() {}

    /** An amount in bytes, rounded down; nothing if it is none or larger than a signed number of 64 bits. */
    static OptionalLong parse(String text) {
        int digits = 0;
        while (digits < text.length() && (Character.isDigit(text.charAt(digits)) || text.charAt(digits) == '.')) {
            digits++;
        }
        int power = power(text.substring(digits).strip().toLowerCase(Locale.ROOT));
        if (power < 0) {
            return OptionalLong.empty();
        }
        var number = text.substring(0, digits);
        try {
            return number.indexOf('.') < 0 ? shifted(Long.parseLong(number), power) : multiplied(number, power);
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Most amounts: BigDecimal takes a cold JVM 12 ms. */
    private static OptionalLong shifted(long number, int power) {
        return number > Long.MAX_VALUE >> (BITS * power)
                ? OptionalLong.empty()
                : OptionalLong.of(number << (BITS * power));
    }

    private static OptionalLong multiplied(String number, int power) {
        var bytes = new BigDecimal(number).multiply(BigDecimal.valueOf(1L << (BITS * power)));
        return bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
                ? OptionalLong.empty()
                : OptionalLong.of(bytes.longValue());
    }

    /** Of 1024; -1 if it is no unit. */
    private static int power(String unit) {
        var rest = unit;
        int power = 0;
        if (!rest.isEmpty() && UNITS.indexOf(rest.charAt(0)) >= 0) {
            power = UNITS.indexOf(rest.charAt(0)) + 1;
            rest = rest.substring(1);
        }
        boolean isUnit = rest.isEmpty() || rest.equals("b") || (power > 0 && rest.equals("ib"));
        return isUnit ? power : -1;
    }
}
