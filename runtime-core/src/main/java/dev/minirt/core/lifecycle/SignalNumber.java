package dev.minirt.core.lifecycle;

import dev.minirt.spec.Quoted;
import java.util.Locale;

/** Signals as people and engines write them: signal(7), in the numbering that all architectures but Alpha, MIPS, PA-RISC and SPARC share. */
public final class SignalNumber {
    /** Ends a process without asking it. */
    public static final int KILL = 9;

    /** By their numbers, from 1. */
    private static final String[] NAMES = {
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
        "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
        "WINCH", "IO", "PWR", "SYS"
    };

    /** As C libraries count: the two below are theirs. */
    private static final int FIRST_REAL_TIME = 34;

    private static final int LAST = 64;

    private SignalNumber() {}

    /**
     * The number of a signal.
     *
     * @param text a number of 0 to 64, or a name in any case with or without SIG; RTMIN, RTMIN+n, RTMAX and RTMAX-n too
     * @throws ContainerException {@code unknown signal}
     */
    public static int of(String text) {
        int number = number(text);
        if (number >= 0) {
            return number <= LAST ? number : unknown(text);
        }
        var name = text.toUpperCase(Locale.ROOT);
        if (name.startsWith("SIG")) {
            name = name.substring(3);
        }
        for (int i = 0; i < NAMES.length; i++) {
            if (NAMES[i].equals(name)) {
                return i + 1;
            }
        }
        return switch (name) {
            case "IOT" -> 6;
            case "CLD" -> 17;
            case "POLL" -> 29;
            case "RTMIN" -> FIRST_REAL_TIME;
            case "RTMAX" -> LAST;
            default -> realTime(name, text);
        };
    }

    private static int realTime(String name, String text) {
        int signal = -1;
        if (name.startsWith("RTMIN+")) {
            int offset = number(name.substring(6));
            signal = offset < 0 ? -1 : FIRST_REAL_TIME + offset;
        } else if (name.startsWith("RTMAX-")) {
            int offset = number(name.substring(6));
            signal = offset < 0 ? -1 : LAST - offset;
        }
        return signal >= FIRST_REAL_TIME && signal <= LAST ? signal : unknown(text);
    }

    /** A number of at most three digits; -1 for anything else. */
    private static int number(String text) {
        if (text.isEmpty() || text.length() > 3) {
            return -1;
        }
        int number = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + (c - '0');
        }
        return number;
    }

    private static int unknown(String text) {
        throw new ContainerException("unknown signal " + Quoted.of(text));
    }
}
