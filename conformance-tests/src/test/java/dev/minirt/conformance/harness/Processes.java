package dev.minirt.conformance.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Processes as an engine sees them. The test JVM is made a child subreaper, as conmon and containerd's shim are: what
 * a runtime leaves behind stays a descendant of the test, and container inits become its children.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html">PR_SET_CHILD_SUBREAPER(2const)</a>
 */
public final class Processes {
    private static final int PR_SET_CHILD_SUBREAPER = 36;
    private static final int WNOHANG = 1;
    private static final MethodHandle PRCTL = function("prctl", 2);
    private static final MethodHandle WAITPID = waitpid();

    /** Processes that the JDK waits for itself: taking their exit status away would hang {@link Process#waitFor}. */
    private static final Set<Long> OWNED_BY_THE_JDK = ConcurrentHashMap.newKeySet();

    private Processes() {}

    /** A line of {@code /proc/PID/stat}. */
    public record Entry(long pid, String name, char state, long parent) {
        boolean isZombie() {
            return state == 'Z';
        }
    }

    static void becomeSubreaper() {
        try {
            int result = (int) PRCTL.invokeExact(PR_SET_CHILD_SUBREAPER, 1);
            if (result != 0) {
                throw new IllegalStateException("prctl(PR_SET_CHILD_SUBREAPER) failed");
            }
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static Process started(Process process) {
        OWNED_BY_THE_JDK.add(process.pid());
        return process;
    }

    static void ended(Process process) {
        OWNED_BY_THE_JDK.remove(process.pid());
    }

    /** Reaps the adopted zombies below the JVM. */
    public static void reapOrphans() {
        long self = ProcessHandle.current().pid();
        for (Entry entry : all()) {
            if (entry.parent() == self && entry.isZombie() && !OWNED_BY_THE_JDK.contains(entry.pid())) {
                reap(entry.pid());
            }
        }
    }

    private static void reap(long pid) {
        try {
            int ignored = (int) WAITPID.invokeExact((int) pid, MemorySegment.NULL, WNOHANG);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Every living or dead process below the JVM, except the helpers that a test still holds. */
    static List<Entry> strays() {
        reapOrphans();
        Set<Long> ours = new HashSet<>(Set.of(ProcessHandle.current().pid()));
        List<Entry> strays = new ArrayList<>();
        List<Entry> all = all();
        for (boolean grown = true; grown; ) {
            grown = false;
            for (Entry entry : all) {
                if (ours.contains(entry.parent()) && !OWNED_BY_THE_JDK.contains(entry.pid()) && ours.add(entry.pid())) {
                    strays.add(entry);
                    grown = true;
                }
            }
        }
        return strays;
    }

    /** Whether the process runs: it exists and is no zombie. */
    public static boolean isAlive(long pid) {
        return entry(pid).filter(entry -> !entry.isZombie()).isPresent();
    }

    /** The process's line of {@code /proc/PID/stat}, if it exists. */
    public static Optional<Entry> entry(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            int open = stat.indexOf('(');
            int close = stat.lastIndexOf(')');
            String[] rest = stat.substring(close + 2).split(" ", 3);
            return Optional.of(
                    new Entry(pid, stat.substring(open + 1, close), rest[0].charAt(0), Long.parseLong(rest[1])));
        } catch (IOException e) {
            return Optional.empty(); // it ended meanwhile (ENOENT or ESRCH)
        }
    }

    /** What {@code /proc/PID/NAME} contains. */
    public static String proc(long pid, String name) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/" + name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where {@code /proc/PID/NAME} points to, such as {@code ns/net} to {@code net:[4026531840]}. */
    public static String link(long pid, String name) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + pid + "/" + name)).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a process has a file open. */
    public static boolean hasOpen(long pid, Path file) {
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (var descriptor : descriptors) {
                if (leadsTo(descriptor, file)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean leadsTo(Path link, Path file) {
        try {
            return Files.readSymbolicLink(link).equals(file);
        } catch (IOException e) {
            return false; // closed since
        }
    }

    /** The value of a line {@code key:} of {@code /proc/PID/status}. */
    public static String status(long pid, String key) {
        return field(proc(pid, "status"), key);
    }

    /** The value of a line {@code key:} of a text such as {@code /proc/PID/status}. */
    public static String field(String text, String key) {
        return text.lines()
                .filter(line -> line.startsWith(key + ":"))
                .map(line -> line.substring(key.length() + 1).strip())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line " + key + ": in " + text));
    }

    /** Looks every 5 ms until the condition holds. */
    public static boolean await(Duration patience, BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            pause(Duration.ofMillis(5));
        }
        return true;
    }

    /** Sleeps. */
    public static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static List<Entry> all() {
        try (Stream<Path> files = Files.list(Path.of("/proc"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> Character.isDigit(name.charAt(0)))
                    .flatMap(name -> entry(Long.parseLong(name)).stream())
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, int parameters) {
        ValueLayout[] layouts =
                Stream.generate(() -> ValueLayout.JAVA_INT).limit(parameters).toArray(ValueLayout[]::new);
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle waitpid() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("waitpid"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    }
}
