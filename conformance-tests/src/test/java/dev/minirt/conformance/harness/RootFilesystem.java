package dev.minirt.conformance.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** A root file system with a static busybox and its applets, and the probe if there is one. */
final class RootFilesystem {
    private static final List<String> DIRECTORIES = List.of(
            "bin", "dev", "etc", "home/user", "mnt", "proc", "root", "run", "sys", "tmp", "usr/bin", "usr/sbin", "var");

    private static final List<String> APPLETS = List.of(
            ("sh ash awk basename cat chmod chown chroot cmp cp cut date dd df dirname dnsdomainname du echo env expr"
                            + " false find fsync getty grep head hexdump hostname id ifconfig ip kill killall ln ls"
                            + " mkdir mkfifo mknod mount mountpoint mv nc nice nohup nproc nsenter od ping pivot_root"
                            + " printf ps pwd readlink realpath reboot rm rmdir sed seq setpriv setsid sleep sort stat"
                            + " stty su swapoff sync sysctl tail tee test timeout touch tr true truncate tty umount"
                            + " uname uniq unshare uptime usleep wc which whoami xargs yes")
                    .split(" "));

    private RootFilesystem() {}

    /** Makes one below the session's directory. */
    static void populate(Path rootfs, Session session) {
        try {
            for (String directory : DIRECTORIES) {
                Files.createDirectories(rootfs.resolve(directory));
            }
            Files.setPosixFilePermissions(rootfs.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
            Files.createLink(rootfs.resolve("bin/busybox"), session.busybox());
            for (String applet : APPLETS) {
                Files.createSymbolicLink(rootfs.resolve("bin").resolve(applet), Path.of("busybox"));
            }
            if (session.probe().isPresent()) {
                Files.createLink(rootfs.resolve("bin/probe"), session.probe().get());
            }
            Files.writeString(
                    rootfs.resolve("etc/passwd"),
                    "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000::/home/user:/bin/sh\n");
            Files.writeString(rootfs.resolve("etc/group"), "root:x:0:\nuser:x:1000:\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The host's busybox; skips the test if there is none. */
    static Path busybox() {
        return Stream.of("/bin/busybox", "/usr/bin/busybox", "/usr/local/bin/busybox")
                .map(Path::of)
                .filter(Files::isExecutable)
                .filter(RootFilesystem::isStatic)
                .findFirst()
                .orElseThrow(() -> new TestAbortedException(
                        "no static busybox on this host (Debian and Ubuntu: package busybox-static)"));
    }

    /** A dynamic executable names its loader, {@code /lib.../ld-...}, in the first page. */
    private static boolean isStatic(Path executable) {
        try (var stream = Files.newInputStream(executable)) {
            return !new String(stream.readNBytes(4096), StandardCharsets.ISO_8859_1).contains("/ld-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
