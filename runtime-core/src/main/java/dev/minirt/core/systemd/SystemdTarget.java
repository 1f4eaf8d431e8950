package dev.minirt.core.systemd;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which systemd is meant, and where it may be found.
 *
 * @param user whether it is the caller's own manager, not the system's
 * @param uid user id of the caller, as systemd sees it
 * @param addresses D-Bus addresses, the best first. systemd's private socket comes before a bus: it is there before and without one
 */
public record SystemdTarget(boolean user, long uid, List<String> addresses) {
    private static final String UNIX = "unix:path=";

    public SystemdTarget {
        addresses = List.copyOf(addresses);
    }

    /** The system's manager, as a caller with an environment finds it. */
    public static SystemdTarget system(long uid, Function<String, @Nullable String> environment) {
        var addresses = new ArrayList<String>();
        if (uid == 0) {
            addresses.add(UNIX + "/run/systemd/private");
        }
        listed(environment.apply("DBUS_SYSTEM_BUS_ADDRESS"), addresses);
        addresses.add(UNIX + "/run/dbus/system_bus_socket");
        return new SystemdTarget(false, uid, addresses);
    }

    /** The caller's own manager. */
    public static SystemdTarget user(long uid, Function<String, @Nullable String> environment) {
        var addresses = new ArrayList<String>();
        var given = environment.apply("XDG_RUNTIME_DIR");
        var directory = given == null || given.isEmpty() ? "/run/user/" + uid : given;
        addresses.add(UNIX + directory + "/systemd/private");
        listed(environment.apply("DBUS_SESSION_BUS_ADDRESS"), addresses);
        addresses.add(UNIX + directory + "/bus");
        return new SystemdTarget(true, uid, addresses);
    }

    /** The same, but first where it was found before. */
    public SystemdTarget knownAt(String address) {
        var first = new ArrayList<String>();
        first.add(address);
        for (var other : addresses) {
            if (!other.equals(address)) {
                first.add(other);
            }
        }
        return new SystemdTarget(user, uid, first);
    }

    /** The addresses of a list that are sockets in the file system. */
    private static void listed(@Nullable String list, List<String> addresses) {
        if (list == null) {
            return;
        }
        for (int start = 0; start < list.length(); ) {
            int end = list.indexOf(';', start);
            end = end < 0 ? list.length() : end;
            var address = list.substring(start, end);
            if (address.startsWith(UNIX) && !addresses.contains(address)) {
                addresses.add(address);
            }
            start = end + 1;
        }
    }

    /** The path of the socket that an address means. */
    static String path(String address) {
        int end = address.indexOf(',');
        return address.substring(UNIX.length(), end < 0 ? address.length() : end);
    }
}
