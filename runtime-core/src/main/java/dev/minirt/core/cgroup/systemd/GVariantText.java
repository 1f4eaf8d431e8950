package dev.minirt.core.cgroup.systemd;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads values as people write them for D-Bus (GVariant text format): {@code 'text'}, {@code "text"}, {@code true}, {@code 5}, {@code uint64 5},
 * {@code 1.5}, {@code ['a', 'b']}, {@code @as []}. What properties of units have, and no more: no tuples, dictionaries, variants or
 * byte strings.
 */
final class GVariantText {
    /** A value and what is known of its type. */
    sealed interface Value {
        /** A text; what a boolean is written as is none. */
        record Text(String text) implements Value {}

        /** A boolean. */
        record Truth(boolean value) implements Value {}

        /**
         * A number.
         *
         * @param type signature of the type that is written before it; null if there is none
         */
        record Numeric(@Nullable String type, BigDecimal number) implements Value {}

        /** An array. */
        record Array(List<Value> elements) implements Value {}
    }

    /** A type before an array, and a type before its elements. */
    private static final int DEEPEST = 4;

    private static final int LONGEST = 64 * 1024;

    private final String text;
    private int at;
    private int depth;

    private GVariantText(String text) {
        this.text = text;
    }

    /**
     * Reads one value.
     *
     * @throws IllegalArgumentException if it is not one, saying where
     */
    static Value read(String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("is longer than " + LONGEST + " characters");
        }
        var reader = new GVariantText(text);
        var value = reader.value();
        reader.skipBlanks();
        if (reader.at < text.length()) {
            throw reader.wrong("the end");
        }
        return value;
    }

    private Value value() {
        skipBlanks();
        if (at == text.length() || depth == DEEPEST) {
            throw wrong("a value");
        }
        depth++;
        var value = valueHere();
        depth--;
        return value;
    }

    private Value valueHere() {
        char c = text.charAt(at);
        if (c == '\'' || c == '"') {
            return quoted(c);
        }
        if (c == '[') {
            return array();
        }
        if (c == '@') {
            return annotated();
        }
        if (c == '-' || c == '+' || c == '.' || isDigit(c)) {
            return new Value.Numeric(null, number());
        }
        return named();
    }

    /** {@code true}, {@code false}, or a value behind the name of its type. */
    private Value named() {
        int start = at;
        var word = word();
        switch (word) {
            case "true", "false" -> {
                return new Value.Truth(word.equals("true"));
            }
            case "boolean" -> {
                if (value() instanceof Value.Truth truth) {
                    return truth;
                }
            }
            case "string" -> {
                if (value() instanceof Value.Text string) {
                    return string;
                }
            }
            default -> {
                var type = numeric(word);
                if (type != null && value() instanceof Value.Numeric(var own, var number) && own == null) {
                    return new Value.Numeric(type, number);
                }
            }
        }
        at = start;
        throw wrong("a text, a boolean, a number or an array of them");
    }

    private static @Nullable String numeric(String word) {
        return switch (word) {
            case "byte" -> "y";
            case "int16" -> "n";
            case "uint16" -> "q";
            case "int32" -> "i";
            case "uint32" -> "u";
            case "int64" -> "x";
            case "uint64" -> "t";
            case "double" -> "d";
            default -> null;
        };
    }

    /** {@code @TYPE VALUE}: only simple types and arrays of them are known. */
    private Value annotated() {
        int start = ++at;
        while (at < text.length() && text.charAt(at) > ' ') {
            at++;
        }
        var type = text.substring(start, at);
        var value = value();
        if (!fits(value, type)) {
            at = start;
            throw wrong("a type that fits the value");
        }
        return typed(value, type);
    }

    private static boolean fits(Value value, String type) {
        return switch (value) {
            case Value.Text _ -> type.equals("s");
            case Value.Truth _ -> type.equals("b");
            case Value.Numeric(var own, var _) ->
                type.length() == 1 && "ynqiuxtd".contains(type) && (own == null || own.equals(type));
            case Value.Array(var elements) -> {
                boolean all = type.length() == 2 && type.charAt(0) == 'a' && "sbynqiuxtd".contains(type.substring(1));
                for (var element : elements) {
                    all = all && fits(element, type.substring(1));
                }
                yield all;
            }
        };
    }

    private static Value typed(Value value, String type) {
        return value instanceof Value.Numeric(var _, var number) ? new Value.Numeric(type, number) : value;
    }

    private Value array() {
        at++;
        var elements = new ArrayList<Value>();
        skipBlanks();
        while (at < text.length() && text.charAt(at) != ']') {
            if (text.charAt(at) == '[') {
                throw wrong("no array in an array");
            }
            elements.add(value());
            skipBlanks();
            if (at < text.length() && text.charAt(at) == ',') {
                at++;
                skipBlanks();
            } else {
                break;
            }
        }
        if (at == text.length() || text.charAt(at) != ']') {
            throw wrong("\"]\"");
        }
        at++;
        return new Value.Array(elements);
    }

    private Value quoted(char quote) {
        int start = at++;
        var string = new StringBuilder();
        while (at < text.length() && text.charAt(at) != quote) {
            char c = text.charAt(at++);
            if (c == '\\' && at < text.length()) {
                escape(string, text.charAt(at++));
            } else {
                string.append(c);
            }
        }
        if (at == text.length()) {
            at = start;
            throw wrong("a quotation that ends");
        }
        at++;
        if (string.indexOf("\0") >= 0) {
            throw new IllegalArgumentException("has a NUL character");
        }
        return new Value.Text(string.toString());
    }

    private void escape(StringBuilder string, char c) {
        switch (c) {
            case 'a' -> string.append('\u0007');
            case 'b' -> string.append('\b');
            case 'f' -> string.append('\f');
            case 'n' -> string.append('\n');
            case 'r' -> string.append('\r');
            case 't' -> string.append('\t');
            case 'v' -> string.append('\u000b');
            case 'u' -> string.append((char) hexadecimal(4));
            case 'U' -> {
                int point = hexadecimal(8);
                if (!Character.isValidCodePoint(point)) {
                    throw wrong("a character");
                }
                string.appendCodePoint(point);
            }
            case '\n' -> {
                // A line that goes on.
            }
            default -> string.append(c);
        }
    }

    private int hexadecimal(int digits) {
        try {
            if (at + digits > text.length()) {
                throw wrong(digits + " hexadecimal digits");
            }
            int number = Integer.parseUnsignedInt(text, at, at + digits, 16);
            at += digits;
            return number;
        } catch (NumberFormatException e) {
            throw wrong(digits + " hexadecimal digits");
        }
    }

    /** Decimal, hexadecimal or octal integers, or decimal fractions. */
    private BigDecimal number() {
        int start = at;
        while (at < text.length() && (isWord(text.charAt(at)) || "+-.".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        var digits = text.substring(start, at);
        boolean negative = digits.startsWith("-");
        var bare = negative || digits.startsWith("+") ? digits.substring(1) : digits;
        try {
            if (bare.isEmpty() || !(isDigit(bare.charAt(0)) || bare.charAt(0) == '.')) {
                throw new NumberFormatException(digits);
            }
            BigDecimal number;
            if (bare.startsWith("0x") || bare.startsWith("0X")) {
                number = new BigDecimal(new java.math.BigInteger(bare.substring(2), 16));
            } else if (bare.length() > 1 && bare.charAt(0) == '0' && bare.indexOf('.') < 0) {
                number = new BigDecimal(new java.math.BigInteger(bare, 8));
            } else {
                number = new BigDecimal(bare);
            }
            return negative ? number.negate() : number;
        } catch (NumberFormatException e) {
            at = start;
            throw wrong("a number");
        }
    }

    private String word() {
        int start = at;
        while (at < text.length() && isWord(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private static boolean isWord(char c) {
        return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private void skipBlanks() {
        while (at < text.length() && text.charAt(at) <= ' ') {
            at++;
        }
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException("is not a value as D-Bus tools write it: expected " + expected
                + " at character " + (at + 1) + " of " + text);
    }
}
