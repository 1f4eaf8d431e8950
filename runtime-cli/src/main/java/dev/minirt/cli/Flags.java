package dev.minirt.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.jspecify.annotations.Nullable;

/**
 * Flags in every spelling that engines use: {@code --flag value}, {@code --flag=value}, {@code -f value}, {@code -f=value}, one dash before a long name,
 * {@code --switch=false}; of a flag given twice the last counts. The first word that is no flag ends them. commons-cli says what flags there are;
 * its parser would misread some of these spellings (it does not take {@code -x} as a value, for one).
 */
final class Flags {
    private final Map<String, String> last;
    private final List<Given> given;
    private final List<String> rest;

    private Flags(Map<String, String> last, List<Given> given, List<String> rest) {
        this.last = last;
        this.given = List.copyOf(given);
        this.rest = List.copyOf(rest);
    }

    /** A flag as it was given, for those that may be repeated. */
    private record Given(String longName, String value) {}

    /**
     * Reads flags from the beginning of a list of words.
     *
     * @throws UsageException in the words of runc, which podman looks for when it probes what a runtime can do
     */
    static Flags parse(Options known, List<String> words) {
        Map<String, String> last = new HashMap<>();
        var given = new ArrayList<Given>();
        int next = 0;
        while (next < words.size()) {
            var word = words.get(next);
            if (word.length() < 2 || word.charAt(0) != '-') {
                break;
            }
            next++;
            if (word.equals("--")) {
                break;
            }
            int start = word.charAt(1) == '-' ? 2 : 1;
            int equals = word.indexOf('=', start);
            var name = word.substring(start, equals < 0 ? word.length() : equals);
            var option = name.isEmpty() || name.charAt(0) == '-' ? null : option(known, name);
            if (option == null) {
                throw new UsageException("flag provided but not defined: -" + name);
            }
            var value = equals < 0 ? null : word.substring(equals + 1);
            var longName = option.getLongOpt();
            last.remove(longName);
            if (!option.hasArg()) {
                if (value == null || isTrue(name, value)) {
                    last.put(longName, "");
                }
            } else if (value != null) {
                last.put(longName, value);
            } else if (next < words.size()) {
                last.put(longName, words.get(next++));
            } else {
                throw new UsageException("flag needs an argument: --" + longName);
            }
            var now = last.get(longName);
            if (now != null) {
                given.add(new Given(longName, now));
            }
        }
        return new Flags(last, given, words.subList(next, words.size()));
    }

    /** Options without a short name are known by their long one alone. */
    private static @Nullable Option option(Options known, String name) {
        for (var option : known.getOptions()) {
            if (name.equals(option.getOpt()) || name.equals(option.getLongOpt())) {
                return option;
            }
        }
        return null;
    }

    private static boolean isTrue(String name, String value) {
        return switch (value) {
            case "true", "TRUE", "True", "t", "T", "1" -> true;
            case "false", "FALSE", "False", "f", "F", "0" -> false;
            default -> throw new UsageException("invalid boolean value \"" + value + "\" for -" + name);
        };
    }

    /** Whether a switch is on, or a flag given. */
    boolean has(String longName) {
        return last.containsKey(longName);
    }

    /** Value of a flag, if it was given. */
    Optional<String> value(String longName) {
        return Optional.ofNullable(last.get(longName));
    }

    /** Values of a flag that may be given more than once, in their order. */
    List<String> values(String longName) {
        var values = new ArrayList<String>();
        for (var one : given) {
            if (one.longName().equals(longName)) {
                values.add(one.value());
            }
        }
        return values;
    }

    /** Value of a flag, or what stands for it. */
    String value(String longName, String otherwise) {
        return last.getOrDefault(longName, otherwise);
    }

    /**
     * Value of a flag that has one of a few.
     *
     * @param otherwise what stands for it
     * @param choices all that it can be, at least two
     */
    String choice(String longName, String otherwise, String... choices) {
        var value = value(longName, otherwise);
        for (var choice : choices) {
            if (value.equals(choice)) {
                return value;
            }
        }
        int last = choices.length - 1;
        throw new UsageException("invalid value \"" + value + "\" for flag -" + longName + ": "
                + String.join(", ", List.of(choices).subList(0, last)) + " or " + choices[last]);
    }

    /** Value of a flag that is a number of 0 or more, up to a maximum. */
    int number(String longName, int otherwise, int most) {
        var text = last.get(longName);
        if (text == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number that is too small or too large.
        }
        throw new UsageException(
                "invalid value \"" + text + "\" for flag -" + longName + ": expected a number from 0 to " + most);
    }

    /** The words behind the flags. */
    List<String> rest() {
        return rest;
    }
}
