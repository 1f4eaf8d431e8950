package dev.minirt.spec.json;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

/** Turns the parser's complaints about text that is no JSON into one plain line. */
final class JsonSyntax {
    /** Where the parser's sentences leave the document and begin to speak about the parser. */
    private static final String[] ASIDES = {
        ": enable `", ": maybe a (non-standard)", ", from `", ": was expecting (JSON String", "(start marker at"
    };

    private JsonSyntax() {}

    static String explain(JacksonException e, JsonParser parser, int maxDepth) {
        if (e instanceof UnexpectedEndOfInputException) {
            return "not JSON: ends in the middle of a value";
        }
        boolean tooDeep = e instanceof StreamConstraintsException
                && parser.streamReadContext().getNestingDepth() >= maxDepth;
        if (tooDeep) {
            return "nested deeper than " + maxDepth + " levels";
        }
        String message = String.valueOf(e.getOriginalMessage());
        for (String aside : ASIDES) {
            int at = message.indexOf(aside);
            if (at > 0) {
                message = message.substring(0, at) + (message.indexOf('(') < at && aside.charAt(0) == ',' ? ")" : "");
            }
        }
        return "not JSON: " + printable(message.strip());
    }

    /** The parser quotes the document; what a terminal would obey must not come along. */
    private static String printable(String message) {
        StringBuilder line = new StringBuilder(message.length());
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            line.append(c >= ' ' && c <= '~' ? c : '?');
        }
        return line.toString();
    }
}
