package dev.minirt.core.plan.stage;

import dev.minirt.spec.NamespaceType;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The name of a kernel parameter.
 *
 * @param path below /proc/sys, with slashes
 */
record SysctlName(String path) {
    private static final Set<String> IPC = Set.of(
            "kernel/msgmax",
            "kernel/msgmnb",
            "kernel/msgmni",
            "kernel/sem",
            "kernel/shmall",
            "kernel/shmmax",
            "kernel/shmmni",
            "kernel/shm_rmid_forced");

    /**
     * A name as sysctl(8) reads it: the first separator decides. After a dot, dots separate and a slash stands for a dot
     * ({@code net.ipv4.conf.eth0/1.rp_filter}); after a slash, the name is the path. Null if it is no name.
     */
    static @Nullable SysctlName of(String name) {
        int dot = name.indexOf('.');
        int slash = name.indexOf('/');
        boolean dotted = dot >= 0 && (slash < 0 || dot < slash);
        var path = new StringBuilder(name);
        if (dotted) {
            for (int i = 0; i < path.length(); i++) {
                switch (path.charAt(i)) {
                    case '.' -> path.setCharAt(i, '/');
                    case '/' -> path.setCharAt(i, '.');
                    default -> {}
                }
            }
        }
        int start = 0;
        while (start <= path.length()) {
            int end = path.indexOf("/", start);
            if (end < 0) {
                end = path.length();
            }
            var component = path.substring(start, end);
            if (component.isEmpty() || component.equals(".") || component.equals("..")) {
                return null;
            }
            start = end + 1;
        }
        return new SysctlName(path.toString());
    }

    /** The type of the namespace that the parameter belongs to, or null if it belongs to the host. */
    @Nullable
    NamespaceType namespace() {
        if (IPC.contains(path) || path.startsWith("fs/mqueue/")) {
            return NamespaceType.IPC;
        }
        if (path.startsWith("net/")) {
            return NamespaceType.NETWORK;
        }
        if (path.equals("kernel/domainname")) {
            return NamespaceType.UTS;
        }
        return path.startsWith("user/") ? NamespaceType.USER : null;
    }
}
