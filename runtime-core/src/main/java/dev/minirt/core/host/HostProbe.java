package dev.minirt.core.host;

import dev.minirt.core.driver.Welcome;
import dev.minirt.core.linux.Capability;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.OwnCgroups;
import dev.minirt.spec.SeccompArchitecture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Looks at the host for what plans depend on. */
public final class HostProbe {
    private HostProbe() {}

    /**
     * The facts of this host.
     *
     * @param uid user id of the caller
     * @param pid a process that is in the caller's cgroup
     */
    public static HostFacts gather(long uid, int pid) {
        var mount = CgroupMount.find();
        Set<String> controllers = mount.isEmpty() ? Set.of() : CgroupMount.controllers(mount.get());
        boolean inUserNamespace = isInUserNamespace(Path.of("/proc/self/ns/user"));
        var root = mount.orElse(CgroupMount.USUAL);
        return new HostFacts(
                mount,
                controllers,
                uid == 0 && !inUserNamespace
                        ? OwnCgroups.ofRoot(root)
                        : CgroupMount.own(Path.of(root), new Processes(Path.of("/proc")).cgroup(pid)),
                architecture(System.getProperty("os.arch", "")),
                uid,
                grantable(),
                inUserNamespace);
    }

    /** The namespace that the kernel begins with has a number of its own, PROC_USER_INIT_INO of linux/proc_ns.h. */
    static boolean isInUserNamespace(Path link) {
        try {
            return !Files.readSymbolicLink(link).toString().equals("user:[4026531837]");
        } catch (IOException e) {
            // A kernel without user namespaces.
            return false;
        }
    }

    /** Which namespace of a type this process is in; empty if the kernel has none of that type. */
    private static String namespace(String name) throws IOException {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns", name)).toString();
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /**
     * What a server tells of itself.
     *
     * @param jar what its code comes from
     * @throws IOException if /proc is not what it should be
     */
    public static Welcome welcome(Path jar) throws IOException {
        var namespaces = new ArrayList<String>();
        for (var name : List.of("user", "mnt", "pid", "cgroup", "time")) {
            namespaces.add(namespace(name));
        }
        long capabilities = 0;
        for (var capability : grantable()) {
            capabilities |= capability.bits();
        }
        return new Welcome(file(jar), changed(jar), file(Path.of("/")), capabilities, namespaces);
    }

    /**
     * Whether a server's jar is still the file that it said it was, and was not written over.
     *
     * @param jar where it was
     */
    public static boolean isCurrent(Welcome welcome, Path jar) {
        try {
            return file(jar).equals(welcome.jar()) && changed(jar) == welcome.jarChanged();
        } catch (IOException e) {
            return false;
        }
    }

    /** Which file a path names. */
    public static Welcome.File file(Path path) throws IOException {
        var attributes = Files.readAttributes(path, "unix:dev,ino");
        return new Welcome.File(number(attributes, "dev"), number(attributes, "ino"));
    }

    private static long changed(Path path) throws IOException {
        if (Files.getAttribute(path, "unix:ctime") instanceof FileTime time) {
            return time.to(TimeUnit.NANOSECONDS);
        }
        throw new IOException("no time of change among the attributes of a file");
    }

    private static long number(Map<String, Object> attributes, String name) throws IOException {
        if (attributes.get(name) instanceof Long number) {
            return number;
        }
        throw new IOException("no " + name + " among the attributes of a file");
    }

    /** Our own permitted set: we are the caller's child. */
    private static Set<Capability> grantable() {
        try {
            return permitted(new String(Files.readAllBytes(Path.of("/proc/self/status")), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return EnumSet.noneOf(Capability.class);
        }
    }

    /** CapPrm in a /proc/PID/status. */
    static Set<Capability> permitted(String status) {
        var permitted = EnumSet.noneOf(Capability.class);
        int start = status.indexOf("\nCapPrm:\t");
        if (start < 0) {
            return permitted;
        }
        start += "\nCapPrm:\t".length();
        long bits = Long.parseUnsignedLong(status, start, status.indexOf('\n', start), 16);
        for (var capability : Capability.values()) {
            if ((bits & capability.bits()) != 0) {
                permitted.add(capability);
            }
        }
        return permitted;
    }

    /** The system call architecture that the JDK's name for the machine means. */
    static SeccompArchitecture architecture(String machine) {
        return switch (machine) {
            case "amd64", "x86_64" -> SeccompArchitecture.X86_64;
            case "aarch64" -> SeccompArchitecture.AARCH64;
            case "riscv64" -> SeccompArchitecture.RISCV64;
            case "arm" -> SeccompArchitecture.ARM;
            case "ppc64le" -> SeccompArchitecture.PPC64LE;
            case "s390x" -> SeccompArchitecture.S390X;
            case "loongarch64" -> SeccompArchitecture.LOONGARCH64;
            case "i386", "x86" -> SeccompArchitecture.X86;
            default -> throw new UnsupportedOperationException("unknown machine architecture " + machine);
        };
    }
}
