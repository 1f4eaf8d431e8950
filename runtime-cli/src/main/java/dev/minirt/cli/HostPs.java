package dev.minirt.cli;

import dev.minirt.core.driver.HookOutcome;
import dev.minirt.core.driver.HookRequest;
import dev.minirt.core.host.IoReason;
import dev.minirt.core.lifecycle.ContainerException;
import dev.minirt.core.op.Bytes;
import dev.minirt.core.store.ContainerId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The host's {@code ps}, ps(1), of which only the lines of some processes are kept. The driver runs it in the caller's place, by a shell that finds it and puts its output into a
 * file: of what a program says, the driver keeps the end only.
 */
final class HostPs {
    private static final int TIMEOUT_SECONDS = 30;
    private static final String SCRIPT = "out=$1; shift; exec ps \"$@\" >\"$out\"";
    private static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final String PID = "PID";

    private final Session session;
    private final Path output;

    HostPs(Session session, ContainerId id) {
        this.session = session;
        // Two at once must not meet; what a killed one leaves goes with the container.
        this.output = session.store()
                .directory(id)
                .path()
                .resolve(".ps-" + session.caller().driverPid());
    }

    /** The heading, and the lines of these processes. */
    byte[] table(List<Integer> pids, List<String> options) {
        try {
            var outcome = session.hook(request(options));
            if (!outcome.succeeded()) {
                throw new ContainerException("ps " + ending(outcome));
            }
            // Names of processes may be any bytes; Latin-1 keeps them all.
            var text = new String(Files.readAllBytes(output), StandardCharsets.ISO_8859_1);
            return choose(text, Set.copyOf(pids)).getBytes(StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new ContainerException("read the output of ps from " + output + ": " + IoReason.of(e));
        } finally {
            remove();
        }
    }

    private void remove() {
        try {
            Files.deleteIfExists(output);
        } catch (IOException e) {
            session.log().debug("remove " + output + ": " + IoReason.of(e));
        }
    }

    private HookRequest request(List<String> options) {
        var args = new ArrayList<>(List.of("sh", "-c", SCRIPT, "sh", output.toString()));
        args.addAll(options.isEmpty() ? List.of("-ef") : options);
        var env = new ArrayList<>(session.caller().env());
        if (session.caller().variable("PATH") == null) {
            // podman calls without any environment.
            env.add(PATH);
        }
        return new HookRequest("/bin/sh", args, env, TIMEOUT_SECONDS, "/", Bytes.of(new byte[0]));
    }

    private static String ending(HookOutcome outcome) {
        var said = outcome.output().strip();
        var words = said.isEmpty() ? "" : ": " + said;
        return switch (outcome.ending()) {
            case EXITED -> "ended with exit status " + outcome.value() + words;
            case SIGNALLED -> "was ended by signal " + outcome.value() + words;
            case TIMEOUT -> "did not end within " + TIMEOUT_SECONDS + " seconds" + words;
            case NOT_STARTED -> "could not be started" + words;
        };
    }

    /** Keeps the heading, which tells where the pids are, and the lines of these processes. */
    static String choose(String table, Set<Integer> pids) {
        var kept = new StringBuilder();
        int column = -1;
        int start = 0;
        while (start < table.length()) {
            int newline = table.indexOf('\n', start);
            int end = newline < 0 ? table.length() : newline;
            var line = table.substring(start, end);
            var words = words(line);
            if (column < 0) {
                column = words.indexOf(PID);
                if (column < 0) {
                    throw new ContainerException(
                            "the output of ps has no column " + PID + ", so nothing can be found in it");
                }
                kept.append(line).append('\n');
            } else if (words.size() > column && pids.contains(pid(words.get(column)))) {
                kept.append(line).append('\n');
            }
            start = end + 1;
        }
        return kept.toString();
    }

    private static int pid(String word) {
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException e) {
            throw new ContainerException("the output of ps has \"" + word
                    + "\" where its heading has PID: a column before it must not have blanks");
        }
    }

    private static List<String> words(String line) {
        var words = new ArrayList<String>();
        int start = 0;
        for (int i = 0; i <= line.length(); i++) {
            if (i == line.length() || line.charAt(i) == ' ' || line.charAt(i) == '\t') {
                if (i > start) {
                    words.add(line.substring(start, i));
                }
                start = i + 1;
            }
        }
        return words;
    }
}
