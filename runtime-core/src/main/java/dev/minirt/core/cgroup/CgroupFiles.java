package dev.minirt.core.cgroup;

import dev.minirt.core.linux.KernelText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Reads and writes the files of one cgroup. */
final class CgroupFiles {
    private static final String MARK = "user:minirt.made";

    private CgroupFiles() {}

    /** Writes a value with one write(2), into a file that must exist: each write is a command to the kernel. */
    static void write(Path file, String value) throws IOException {
        // Truncated as a shell does it: nothing to the kernel, but where a plain file stands for its file the old value
        // goes.
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            // Nothing at all would not reach the kernel; a newline is nothing to it.
            channel.write(ByteBuffer.wrap((value.isEmpty() ? "\n" : value).getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Content of a file without the newline at its end. */
    static String read(Path file) throws IOException {
        var content = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        return content.endsWith("\n") ? content.substring(0, content.length() - 1) : content;
    }

    /** Remembers, in an extended attribute, that a cgroup was made for containers, so that it may go with the last of them. */
    static void mark(Path cgroup) {
        try {
            Files.setAttribute(cgroup, MARK, ByteBuffer.wrap(new byte[] {'1'}));
        } catch (IOException | UnsupportedOperationException e) {
            // Then only the container that it was made for removes it.
        }
    }

    /** Whether a cgroup was made for containers. */
    static boolean isMarked(Path cgroup) {
        try {
            return ((byte[]) Files.getAttribute(cgroup, MARK, LinkOption.NOFOLLOW_LINKS)).length > 0;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** The names of the files that belong to the user of a cgroup that is given away: cgroups(7), Cgroups delegation. */
    static List<String> delegated() {
        return delegated(Path.of("/sys/kernel/cgroup/delegate"));
    }

    /** As above; the names that the specification gives if there is no such list. */
    static List<String> delegated(Path list) {
        try {
            return Files.readAllLines(list, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return List.of("cgroup.procs", "cgroup.subtree_control", "cgroup.threads");
        }
    }

    /** Makes a user the owner of a file or directory, if it is there and is not the user's already. */
    static void own(Path file, long uid) throws IOException {
        try {
            int owner = (Integer) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            if (owner != (int) uid) {
                Files.setAttribute(file, "unix:uid", (int) uid, LinkOption.NOFOLLOW_LINKS);
            }
        } catch (NoSuchFileException e) {
            // The list is of what any cgroup may have.
        }
    }

    /** Whether a file of words, such as cgroup.controllers, has one. */
    static boolean hasWord(Path file, String word) throws IOException {
        return KernelText.words(read(file)).contains(word);
    }

    /** Value of a key in a flat keyed file such as cgroup.events; an empty text if the file or the key is not there. */
    static String keyed(Path file, String key) throws IOException {
        try {
            return KernelText.keyed(read(file), key);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /** The pids in a cgroup and all below it; what vanishes meanwhile is passed over. */
    static List<Integer> processes(Path cgroup) {
        var pids = new ArrayList<Integer>();
        for (var directory : tree(cgroup)) {
            try {
                pids.addAll(directProcesses(directory));
            } catch (IOException e) {
                // Gone, or a threaded cgroup, whose processes its domain lists.
            }
        }
        return pids;
    }

    /** The pids in a cgroup itself. */
    static List<Integer> directProcesses(Path cgroup) throws IOException {
        var content = new String(Files.readAllBytes(cgroup.resolve("cgroup.procs")), StandardCharsets.US_ASCII);
        var pids = new ArrayList<Integer>();
        int start = 0;
        for (int end = content.indexOf('\n'); end > start; end = content.indexOf('\n', start)) {
            int pid = Integer.parseInt(content, start, end, 10);
            // 0 stands for a process of a pid namespace that we do not see.
            if (pid > 0) {
                pids.add(pid);
            }
            start = end + 1;
        }
        return pids;
    }

    /** A cgroup and all below it, the innermost first; none if it does not exist. */
    static List<Path> tree(Path cgroup) {
        var directories = new ArrayList<Path>();
        if (Files.isDirectory(cgroup, LinkOption.NOFOLLOW_LINKS)) {
            collect(cgroup, directories);
        }
        return directories;
    }

    private static void collect(Path cgroup, List<Path> directories) {
        try (var entries = Files.newDirectoryStream(cgroup)) {
            for (var entry : entries) {
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    collect(entry, directories);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // It vanished: nothing is below it.
        }
        directories.add(cgroup);
    }
}
