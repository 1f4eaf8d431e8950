package dev.minirt.spec.json;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Writes one document, in the order of the calls. What is absent or, unless said otherwise, empty is left out, as the
 * documents of the spec want it.
 *
 * <p>Why it is here and not a library's: docs/adr/0014-json-tokens.md.
 */
public final class JsonWriter {
    private static final String HEXADECIMAL = "0123456789ABCDEF";

    private final StringBuilder text = new StringBuilder(1024);
    private final JsonStyle style;
    private int depth;

    /** Nothing is in the innermost object or array yet. */
    private boolean empty = true;

    /** A writer of an empty document. */
    public JsonWriter(JsonStyle style) {
        this.style = style;
    }

    /** Begins an object that is the document or an element of an array. */
    public JsonWriter beginObject() {
        separate();
        return begin('{');
    }

    /** Begins an object that is a member. */
    public JsonWriter beginObject(String name) {
        name(name);
        return begin('{');
    }

    /** Ends the innermost object. */
    public JsonWriter endObject() {
        return end('}');
    }

    /** Begins an array that is the document or an element of an array. */
    public JsonWriter beginArray() {
        separate();
        return begin('[');
    }

    /** Begins an array that is a member. */
    public JsonWriter beginArray(String name) {
        name(name);
        return begin('[');
    }

    /** Ends the innermost array. */
    public JsonWriter endArray() {
        return end(']');
    }

    /** Adds a text to the innermost array. */
    public JsonWriter element(String value) {
        separate();
        quote(value);
        return this;
    }

    /** Adds a number to the innermost array. */
    public JsonWriter element(long number) {
        separate();
        text.append(number);
        return this;
    }

    /** A member that is a text, an empty one too. */
    public JsonWriter member(String name, String value) {
        name(name);
        quote(value);
        return this;
    }

    /** A member that is a number. */
    public JsonWriter member(String name, long number) {
        name(name);
        text.append(number);
        return this;
    }

    /**
     * A member that is a number with a fraction.
     *
     * @throws IllegalArgumentException if it is infinite or none, for which JSON has no word
     */
    public JsonWriter member(String name, double number) {
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException(name + ": " + number);
        }
        name(name);
        text.append(number);
        return this;
    }

    /** A member that is a truth value. */
    public JsonWriter member(String name, boolean value) {
        name(name);
        text.append(value);
        return this;
    }

    /** A member that is true, or nothing if it is not. */
    public JsonWriter ifTrue(String name, boolean value) {
        return value ? member(name, true) : this;
    }

    /** A member that is an unsigned 64 bit number. */
    public JsonWriter unsigned(String name, long number) {
        name(name);
        text.append(Long.toUnsignedString(number));
        return this;
    }

    /** A member that is a text, if there is one. */
    public JsonWriter ifPresent(String name, Optional<String> value) {
        return value.isPresent() ? member(name, value.get()) : this;
    }

    /** A member that is a number, if there is one. */
    public JsonWriter ifPresent(String name, OptionalInt number) {
        return number.isPresent() ? member(name, number.getAsInt()) : this;
    }

    /** A member that is a number, if there is one. */
    public JsonWriter ifPresent(String name, OptionalLong number) {
        return number.isPresent() ? member(name, number.getAsLong()) : this;
    }

    /** A member that is an unsigned 64 bit number, if there is one. */
    public JsonWriter unsignedIfPresent(String name, OptionalLong number) {
        return number.isPresent() ? unsigned(name, number.getAsLong()) : this;
    }

    /** A member that is an array of texts, or of things that are texts in documents; an empty one too. */
    public JsonWriter texts(String name, List<?> texts) {
        beginArray(name);
        for (Object one : texts) {
            element(one.toString());
        }
        return endArray();
    }

    /** A member that is an array of texts, or of things that are texts in documents; nothing if it is empty. */
    public JsonWriter textsIfAny(String name, List<?> texts) {
        return texts.isEmpty() ? this : texts(name, texts);
    }

    /** A member that is an object of texts; nothing if it is empty. */
    public JsonWriter textsIfAny(String name, Map<String, String> texts) {
        if (texts.isEmpty()) {
            return this;
        }
        beginObject(name);
        for (Map.Entry<String, String> one : texts.entrySet()) {
            member(one.getKey(), one.getValue());
        }
        return endObject();
    }

    /** The document, which must be complete, in UTF-8 without a final line break. */
    public byte[] toBytes() {
        return toText().getBytes(StandardCharsets.UTF_8);
    }

    /** The document, which must be complete, without a final line break. */
    public String toText() {
        if (depth != 0) {
            throw new IllegalStateException("in the middle of a document: " + text);
        }
        return text.toString();
    }

    // ---- layout

    private JsonWriter begin(char bracket) {
        text.append(bracket);
        depth++;
        empty = true;
        return this;
    }

    private JsonWriter end(char bracket) {
        depth--;
        if (!empty) {
            line();
        }
        text.append(bracket);
        empty = false;
        return this;
    }

    /** Goes to where the next value of the innermost object or array begins. */
    private void separate() {
        if (!empty) {
            text.append(',');
        }
        if (depth > 0) {
            line();
        }
        empty = false;
    }

    private void name(String name) {
        separate();
        quote(name);
        text.append(style.colon());
    }

    private void line() {
        var indent = style.indent();
        if (!indent.isEmpty()) {
            text.append('\n');
            for (int level = 0; level < depth; level++) {
                text.append(indent);
            }
        }
    }

    // ---- texts

    private void quote(String value) {
        text.append('"');
        int written = 0;
        for (int at = 0; at < value.length(); at++) {
            char one = value.charAt(at);
            if (one < ' ' || one == '"' || one == '\\') {
                text.append(value, written, at);
                escape(one);
                written = at + 1;
            } else if (Character.isSurrogate(one)) {
                // UTF-8 has nothing for half of a pair.
                if (Character.charCount(value.codePointAt(at)) == 1) {
                    throw new IllegalArgumentException("half of a surrogate pair, which is no character");
                }
                at++;
            }
        }
        text.append(value, written, value.length()).append('"');
    }

    private void escape(char one) {
        int shortly = "\b\t\n\f\r\"\\".indexOf(one);
        if (shortly >= 0) {
            text.append('\\').append("btnfr\"\\".charAt(shortly));
        } else {
            text.append("\\u00").append(HEXADECIMAL.charAt(one >> 4)).append(HEXADECIMAL.charAt(one & 0xf));
        }
    }
}
