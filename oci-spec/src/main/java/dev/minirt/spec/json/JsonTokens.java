package dev.minirt.spec.json;

import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.SpecException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one JSON text (RFC 8259), one after the other, and the place of each. Takes what the grammar says and nothing else: no
 * comments, no commas too many, no {@code NaN}. Names and strings may hold anything that can be escaped; whether it makes sense is for
 * the reader of the tokens to judge.
 *
 * <p>Why it is here and not a library's: docs/adr/0014-json-tokens.md.
 */
public final class JsonTokens {
    /** An object or array that the walk is in. */
    private static final class Level {
        final boolean object;

        @Nullable
        String name;

        int index = -1;

        Level(boolean object) {
            this.object = object;
        }
    }

    private static final String WORD_WANTED = "expected a value, got ";

    private final char[] text;
    private final int end;
    private final int maxDepth;
    private final Deque<Level> levels = new ArrayDeque<>();
    private int at;
    private @Nullable JsonToken current;
    // What the current token says lies between these, and has escapes or not.
    private int from;
    private int to;
    private boolean escaped;

    JsonTokens(char[] text, int end, int maxDepth) {
        this.text = text;
        this.end = end;
        this.maxDepth = maxDepth;
    }

    /**
     * The tokens of a document in UTF-8.
     *
     * @param name what messages about the whole document call it
     * @param maxDepth how deep objects and arrays may be nested
     * @throws SpecException if it begins with a byte order mark, or is no UTF-8
     */
    public static JsonTokens of(byte[] document, String name, int maxDepth) {
        var text = DocumentText.decode(document, name);
        return new JsonTokens(text.array(), text.length(), maxDepth);
    }

    /**
     * Steps to the next token and returns it; behind the only value of the text, {@link JsonToken#END}.
     *
     * @throws JsonSyntaxException if the text is no JSON here
     */
    public JsonToken next() {
        skipSpace();
        var level = levels.peek();
        JsonToken token;
        if (level == null) {
            token = outside();
        } else if (level.object) {
            token = current == JsonToken.NAME ? value() : member(level);
        } else {
            token = element(level);
        }
        current = token;
        return token;
    }

    /** The token that {@link #next()} has returned last. */
    public JsonToken current() {
        if (current == null) {
            throw new IllegalStateException("before the first token");
        }
        return current;
    }

    /** What the name or the string says, or how the number or word is written. */
    public String text() {
        return escaped ? unescaped() : new String(text, from, to - from);
    }

    /** Passes the rest of the value whose first token is the current one. */
    public void skipValue() {
        int outer = levels.size() - 1;
        if (current == JsonToken.OBJECT || current == JsonToken.ARRAY) {
            while (levels.size() > outer) {
                next();
            }
        }
    }

    /** The place of the current value, or of the object or array that was just left. */
    public JsonPointer pointer() {
        var pointer = JsonPointer.ROOT;
        for (var outermost = levels.descendingIterator(); outermost.hasNext(); ) {
            var level = outermost.next();
            if (level.name != null) {
                pointer = pointer.child(level.name);
            } else if (level.index >= 0) {
                pointer = pointer.child(level.index);
            }
        }
        return pointer;
    }

    // ---- the grammar

    private JsonToken outside() {
        if (at == end) {
            return JsonToken.END;
        }
        if (current != null) {
            throw wrong(at, "more text after the end of the document");
        }
        return value();
    }

    private JsonToken member(Level level) {
        char c = peek();
        if (c == '}') {
            return leave(JsonToken.OBJECT_END);
        }
        if (level.name != null) {
            if (c != ',') {
                throw unexpected("expected ',' or '}' after the value, got ");
            }
            at++;
            skipSpace();
            if (peek() != '"') {
                throw unexpected("expected a name in double quotes after ',', got ");
            }
        } else if (c != '"') {
            throw unexpected("expected a name in double quotes or '}', got ");
        }
        string();
        level.name = text();
        skipSpace();
        if (peek() != ':') {
            throw unexpected("expected ':' after the name, got ");
        }
        at++;
        return JsonToken.NAME;
    }

    private JsonToken element(Level level) {
        char c = peek();
        if (c == ']') {
            return leave(JsonToken.ARRAY_END);
        }
        if (level.index >= 0) {
            if (c != ',') {
                throw unexpected("expected ',' or ']' after the value, got ");
            }
            at++;
            skipSpace();
        }
        level.index++;
        return value();
    }

    private JsonToken value() {
        return switch (peek()) {
            case '{' -> enter(JsonToken.OBJECT);
            case '[' -> enter(JsonToken.ARRAY);
            case '"' -> {
                string();
                yield JsonToken.STRING;
            }
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            case 't' -> word("true", JsonToken.TRUE);
            case 'f' -> word("false", JsonToken.FALSE);
            case 'n' -> word("null", JsonToken.NULL);
            default -> throw unexpected(WORD_WANTED);
        };
    }

    private JsonToken enter(JsonToken token) {
        if (levels.size() == maxDepth) {
            throw wrong(at, "nested deeper than " + maxDepth + " levels");
        }
        levels.push(new Level(token == JsonToken.OBJECT));
        at++;
        return token;
    }

    private JsonToken leave(JsonToken token) {
        levels.pop();
        at++;
        return token;
    }

    private JsonToken word(String word, JsonToken token) {
        from = at;
        to = at;
        while (to < end && isOfWord(text[to])) {
            to++;
        }
        escaped = false;
        if (!word.equals(text())) {
            throw unexpected(WORD_WANTED);
        }
        at = to;
        return token;
    }

    private JsonToken number() {
        from = at;
        var token = JsonToken.INTEGER;
        if (text[at] == '-') {
            at++;
        }
        if (peek() == '0' && at + 1 < end && isDigit(text[at + 1])) {
            throw notJson(at, "a number must not begin with 0 and another digit");
        }
        digits();
        if (at < end && text[at] == '.') {
            token = JsonToken.DECIMAL;
            at++;
            digits();
        }
        if (at < end && (text[at] == 'e' || text[at] == 'E')) {
            token = JsonToken.DECIMAL;
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            digits();
        }
        to = at;
        escaped = false;
        return token;
    }

    private void digits() {
        if (!isDigit(peek())) {
            throw unexpected("expected a digit, got ");
        }
        while (at < end && isDigit(text[at])) {
            at++;
        }
    }

    private void string() {
        int i = at + 1;
        from = i;
        escaped = false;
        while (true) {
            if (i >= end) {
                throw endsTooEarly();
            }
            char c = text[i];
            if (c == '"') {
                break;
            }
            if (c < ' ') {
                throw notJson(i, "a string must not contain " + named(c) + " unless it is escaped");
            }
            if (c == '\\') {
                escaped = true;
                i = escape(i);
            }
            i++;
        }
        to = i;
        at = i + 1;
    }

    /** Checks an escape and returns the place of its last character. */
    private int escape(int backslash) {
        int i = backslash + 1;
        if (i >= end) {
            throw endsTooEarly();
        }
        if (text[i] != 'u') {
            if ("\"\\/bfnrt".indexOf(text[i]) < 0) {
                throw notJson(backslash, "there is no escape of a backslash and " + named(text[i]));
            }
            return i;
        }
        for (int last = i + 4; i < last; ) {
            i++;
            if (i >= end) {
                throw endsTooEarly();
            }
            if (Character.digit(text[i], 16) < 0 || text[i] > 'f') {
                throw notJson(backslash, "\\u must be followed by four hexadecimal digits");
            }
        }
        return i;
    }

    private String unescaped() {
        var said = new StringBuilder(to - from);
        int i = from;
        while (i < to) {
            char c = text[i];
            i++;
            if (c != '\\') {
                said.append(c);
                continue;
            }
            c = text[i];
            i++;
            if (c == 'u') {
                said.append((char) Integer.parseInt(new String(text, i, 4), 16));
                i += 4;
            } else {
                said.append(meaning(c));
            }
        }
        return said.toString();
    }

    private static char meaning(char escape) {
        return switch (escape) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> escape;
        };
    }

    // ---- characters

    private void skipSpace() {
        int i = at;
        while (i < end && (text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] == '\r')) {
            i++;
        }
        at = i;
    }

    private char peek() {
        if (at >= end) {
            throw endsTooEarly();
        }
        return text[at];
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isOfWord(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c);
    }

    // ---- complaints

    /** Names what stands here: a whole word, if it is one. */
    private JsonSyntaxException unexpected(String expected) {
        int stop = at;
        while (stop < end && stop - at < 20 && isOfWord(text[stop])) {
            stop++;
        }
        var got = stop > at ? "'" + new String(text, at, stop - at) + "'" : named(text[at]);
        boolean comment = text[at] == '/' && at + 1 < end && (text[at + 1] == '/' || text[at + 1] == '*');
        return notJson(at, expected + (comment ? "a comment" : got));
    }

    /** A character as a terminal can show it. */
    private static String named(char c) {
        return c > ' ' && c <= '~' ? "'" + c + "'" : String.format(Locale.ROOT, "U+%04X", (int) c);
    }

    private JsonSyntaxException endsTooEarly() {
        return notJson(end, "ends in the middle of a value");
    }

    private JsonSyntaxException notJson(int place, String message) {
        return wrong(place, "not JSON: " + message);
    }

    private JsonSyntaxException wrong(int place, String message) {
        int line = 1;
        int start = 0;
        for (int i = 0; i < place; i++) {
            if (text[i] == '\n') {
                line++;
                start = i + 1;
            }
        }
        return new JsonSyntaxException(line, place - start + 1, message);
    }
}
