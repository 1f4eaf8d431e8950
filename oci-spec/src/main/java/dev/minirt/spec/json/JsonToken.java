package dev.minirt.spec.json;

/** What {@link JsonTokens} finds in a document. */
public enum JsonToken {
    OBJECT,
    OBJECT_END,
    ARRAY,
    ARRAY_END,
    /** The name of a member; its value follows. */
    NAME,
    STRING,
    /** A number without fraction and exponent, of any length. */
    INTEGER,
    /** Any other number. */
    DECIMAL,
    TRUE,
    FALSE,
    NULL,
    /** Nothing but white space is left. */
    END
}
