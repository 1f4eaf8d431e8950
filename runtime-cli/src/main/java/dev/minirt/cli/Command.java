package dev.minirt.cli;

import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.jspecify.annotations.Nullable;

/** A command: what stands behind the global flags. */
interface Command {
    /** What it is called. */
    String name();

    /** What stands behind its flags, for the help. */
    String operands();

    /** What it does, in one line. */
    String summary();

    /** How many words must stand behind its flags, at least. */
    default int fewestOperands() {
        return 1;
    }

    /** How many words may stand behind its flags, at most. */
    default int mostOperands() {
        return fewestOperands();
    }

    /** Its flags. */
    default Options options() {
        return new Options();
    }

    /** Exit code of a failure other than a misuse of the command line. */
    default int failure() {
        return 1;
    }

    /** Does it. */
    Ending run(Session session, Flags flags);

    /** A flag with a value. */
    static Option valued(@Nullable String shortName, String longName, String value, String meaning) {
        return Option.builder(shortName)
                .longOpt(longName)
                .hasArg()
                .argName(value)
                .desc(meaning)
                .get();
    }

    /** A flag that is there or not. */
    static Option flag(@Nullable String shortName, String longName, String meaning) {
        return Option.builder(shortName).longOpt(longName).desc(meaning).get();
    }
}
