package dev.minirt.spec.json;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes one document, in the order of the calls. What is absent or, unless said otherwise, empty is left out, as the
 * documents of the spec want it.
 */
public final class JsonWriter {
    private static final JsonFactory JSON = new JsonFactory();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    private final JsonGenerator generator;

    /** A writer of an empty document. */
    public JsonWriter(JsonStyle style) {
        generator = JSON.createGenerator(style.context(), bytes);
    }

    /** Begins an object that is the document or an element of an array. */
    public JsonWriter beginObject() {
        generator.writeStartObject();
        return this;
    }

    /** Begins an object that is a member. */
    public JsonWriter beginObject(String name) {
        generator.writeObjectPropertyStart(name);
        return this;
    }

    /** Ends the innermost object. */
    public JsonWriter endObject() {
        generator.writeEndObject();
        return this;
    }

    /** Begins an array that is the document or an element of an array. */
    public JsonWriter beginArray() {
        generator.writeStartArray();
        return this;
    }

    /** Begins an array that is a member. */
    public JsonWriter beginArray(String name) {
        generator.writeArrayPropertyStart(name);
        return this;
    }

    /** Ends the innermost array. */
    public JsonWriter endArray() {
        generator.writeEndArray();
        return this;
    }

    /** Adds a text to the innermost array. */
    public JsonWriter element(String text) {
        generator.writeString(text);
        return this;
    }

    /** Adds a number to the innermost array. */
    public JsonWriter element(long number) {
        generator.writeNumber(number);
        return this;
    }

    /** A member that is a text, an empty one too. */
    public JsonWriter member(String name, String text) {
        generator.writeStringProperty(name, text);
        return this;
    }

    /** A member that is a number. */
    public JsonWriter member(String name, long number) {
        generator.writeNumberProperty(name, number);
        return this;
    }

    /** A member that is a number with a fraction. */
    public JsonWriter member(String name, double number) {
        generator.writeNumberProperty(name, number);
        return this;
    }

    /** A member that is a truth value. */
    public JsonWriter member(String name, boolean value) {
        generator.writeBooleanProperty(name, value);
        return this;
    }

    /** A member that is true, or nothing if it is not. */
    public JsonWriter ifTrue(String name, boolean value) {
        return value ? member(name, true) : this;
    }

    /** A member that is an unsigned 64 bit number. */
    public JsonWriter unsigned(String name, long number) {
        if (number >= 0) {
            return member(name, number);
        }
        generator.writeNumberProperty(name, new BigInteger(Long.toUnsignedString(number)));
        return this;
    }

    /** A member that is a text, if there is one. */
    public JsonWriter ifPresent(String name, Optional<String> text) {
        return text.isPresent() ? member(name, text.get()) : this;
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
        generator.writeArrayPropertyStart(name);
        for (Object text : texts) {
            generator.writeString(text.toString());
        }
        generator.writeEndArray();
        return this;
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
        generator.writeObjectPropertyStart(name);
        for (Map.Entry<String, String> text : texts.entrySet()) {
            generator.writeStringProperty(text.getKey(), text.getValue());
        }
        generator.writeEndObject();
        return this;
    }

    /** The document, which must be complete, in UTF-8 without a final line break. */
    public byte[] toBytes() {
        generator.close();
        return bytes.toByteArray();
    }

    /** The document, which must be complete, without a final line break. */
    public String toText() {
        generator.close();
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
