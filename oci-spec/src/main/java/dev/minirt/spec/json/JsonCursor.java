package dev.minirt.spec.json;

import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Quoted;
import dev.minirt.spec.User;
import dev.minirt.spec.rule.Findings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Walks a document once, value by value, and converts with exact types. Nothing here throws because of a value of a wrong
 * type: it is reported with its place, and a substitute is returned, so that the walk can go on and report the rest.
 *
 * <p>Every conversion expects the walk to stand on the first token of a value and leaves it on the last one.
 */
public final class JsonCursor {
    private final JsonTokens tokens;
    private final Findings findings;
    private final MemberNames names = new MemberNames();

    JsonCursor(JsonTokens tokens, Findings findings) {
        this.tokens = tokens;
        this.findings = findings;
    }

    // ---- objects

    /** Enters an object. If the value is none, reports it, passes it, and returns false. */
    public boolean enterObject() {
        if (tokens.current() == JsonToken.OBJECT) {
            names.enter();
            return true;
        }
        mismatch("object");
        return false;
    }

    /**
     * Steps to the value of the next member and returns its name, or leaves the object and returns null. A member that is
     * null counts as absent, as it does for the runtimes written in Go.
     */
    @Nullable
    public String nextMember() {
        while (tokens.next() == JsonToken.NAME) {
            String name = tokens.text();
            checkText(name);
            if (!names.add(name)) {
                findings.violation(pointer(), "duplicate member");
            }
            if (tokens.next() != JsonToken.NULL) {
                return name;
            }
            findings.warning(pointer(), "null, read as absent");
        }
        names.leave();
        return null;
    }

    /** Passes the value of a member that the specification does not have: never an error (G2), but perhaps a name misspelt. */
    public void unknownMember() {
        findings.warning(pointer(), "unknown, ignored");
        ignore();
    }

    /** Passes the value of a member that is for another platform. */
    public void foreignMember() {
        findings.warning(pointer(), "not for containers of Linux, ignored");
        ignore();
    }

    /** Passes a value, whose content must still be well-formed. */
    public void ignore() {
        switch (tokens.current()) {
            case OBJECT -> {
                enterObject();
                while (nextMember() != null) {
                    ignore();
                }
            }
            case ARRAY -> {
                while (tokens.next() != JsonToken.ARRAY_END) {
                    ignore();
                }
            }
            case STRING -> checkText(tokens.text());
            default -> {}
        }
    }

    /**
     * Reports that the object just left lacks a member, unless it already was reported that the object is none or that the
     * member is unusable.
     */
    public void missing(String name) {
        JsonPointer object = pointer();
        JsonPointer member = object.child(name);
        if (!findings.isReported(object) && !findings.isReported(member)) {
            findings.violation(member, "required, but missing");
        }
    }

    /** The value of a member of the object just left, or if that is absent, which is reported, the substitute. */
    public <T> T required(@Nullable T value, String name, T substitute) {
        if (value != null) {
            return value;
        }
        missing(name);
        return substitute;
    }

    /** The value of a member of the object just left, or 0 if that is absent, which is reported. */
    public long required(OptionalLong value, String name) {
        if (value.isEmpty()) {
            missing(name);
        }
        return value.orElse(0);
    }

    // ---- arrays and maps

    /**
     * Reads an array whose elements the function reads. Elements for which that returns null are left out, which moves the
     * indices of the others: only for lists whose elements no rule points at.
     */
    public <T> List<T> list(Supplier<? extends @Nullable T> element) {
        List<T> list = new ArrayList<>();
        if (tokens.current() != JsonToken.ARRAY) {
            mismatch("array");
            return list;
        }
        while (tokens.next() != JsonToken.ARRAY_END) {
            T value = element.get();
            if (value != null) {
                list.add(value);
            }
        }
        return list;
    }

    /** Reads an array of strings. */
    public List<String> strings() {
        return list(this::string);
    }

    /** Reads an object with free member names. */
    public <T> Map<String, T> map(Supplier<? extends T> value) {
        Map<String, T> map = new LinkedHashMap<>();
        if (enterObject()) {
            for (String name = nextMember(); name != null; name = nextMember()) {
                map.put(name, value.get());
            }
        }
        return map;
    }

    /** Reads an object of strings. */
    public Map<String, String> stringMap() {
        return map(this::string);
    }

    // ---- scalars

    /** Reads a truth value. */
    public boolean bool() {
        return switch (tokens.current()) {
            case TRUE -> true;
            case FALSE -> false;
            default -> {
                mismatch("boolean");
                yield false;
            }
        };
    }

    /** Reads a string. */
    public String string() {
        if (tokens.current() != JsonToken.STRING) {
            mismatch("string");
            return "";
        }
        String text = tokens.text();
        checkText(text);
        return text;
    }

    /** Reads a string; the empty one becomes null, for members where it can mean nothing but absence. */
    @Nullable
    public String nonEmptyString() {
        String text = string();
        return text.isEmpty() ? null : text;
    }

    /** Reads a word that must be known. */
    public <E> @Nullable E word(Function<String, ? extends @Nullable E> named, String what) {
        if (tokens.current() != JsonToken.STRING) {
            mismatch("string");
            return null;
        }
        String text = tokens.text();
        E value = named.apply(text);
        if (value == null) {
            findings.violation(pointer(), "unknown " + what + " " + Quoted.of(text));
        }
        return value;
    }

    /** Reads an integer of the range; outside of it, reports and returns a value inside. */
    public long integer(long min, long max) {
        if (!isInteger()) {
            return min;
        }
        String text = tokens.text();
        try {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Too long for 64 bit: out of range as well.
        }
        findings.violation(pointer(), "must be between " + min + " and " + max + ", got " + shortened(text));
        return min;
    }

    /** Reads an integer of the range; outside of it, reports and returns a value inside. */
    public int integer(int min, int max) {
        return Math.toIntExact(integer((long) min, (long) max));
    }

    /** Reads a user or group id. */
    public long id() {
        return integer(0L, User.MAX_ID);
    }

    /** Reads a signed 64 bit integer. */
    public long int64() {
        return integer(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** Reads an unsigned 32 bit integer. */
    public long uint32() {
        return integer(0L, 0xFFFF_FFFFL);
    }

    /** Reads an unsigned 64 bit integer into the same 64 bits. */
    public long uint64() {
        if (!isInteger()) {
            return 0;
        }
        String text = tokens.text();
        try {
            if (!text.startsWith("-")) {
                return Long.parseUnsignedLong(text);
            }
        } catch (NumberFormatException e) {
            // Too long for 64 bit: out of range.
        }
        findings.violation(pointer(), "must be between 0 and 18446744073709551615, got " + shortened(text));
        return 0;
    }

    // ---- places and reports

    /** The place of the current value, or of the object or array that was just left. */
    public JsonPointer pointer() {
        return tokens.pointer();
    }

    /** Reports that the current value is unusable. */
    public void violation(String message) {
        findings.violation(pointer(), message);
    }

    private boolean isInteger() {
        if (tokens.current() == JsonToken.INTEGER) {
            return true;
        }
        mismatch("integer");
        return false;
    }

    private void mismatch(String expected) {
        violation("expected " + expected + ", got " + currentKind());
        ignore();
    }

    /** What the current value is, in a word. */
    public String currentKind() {
        return switch (tokens.current()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case TRUE, FALSE -> "boolean";
            case NULL -> "null";
            case INTEGER -> "integer";
            case DECIMAL -> "number " + shortened(tokens.text());
            default -> "something else";
        };
    }

    private static String shortened(String number) {
        return number.length() <= 40 ? number : number.substring(0, 40) + "...";
    }

    /** Refuses what a C string or a system call cannot hold. */
    private void checkText(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                violation("contains a NUL character");
                return;
            }
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    violation("contains half of a surrogate pair, which is no character");
                    return;
                }
                i++;
            }
        }
    }
}
