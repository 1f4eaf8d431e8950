package dev.minirt.core.plan.stage;

import dev.minirt.core.op.CloneDevice;
import dev.minirt.core.op.MakeDevice;
import dev.minirt.core.op.Slot;
import dev.minirt.spec.Device;
import dev.minirt.spec.DeviceType;
import java.util.List;

/**
 * A device file.
 *
 * @param path clean absolute path inside
 * @param type S_IFCHR, S_IFBLK or S_IFIFO
 * @param major major number
 * @param minor minor number
 * @param permissions permission bits
 * @param uid owner as an id inside
 * @param gid group as an id inside
 */
record DeviceNode(String path, int type, long major, long minor, int permissions, long uid, long gid) {
    static final int CHARACTER = 0020000;
    static final int BLOCK = 0060000;
    static final int FIFO = 0010000;

    private static final int PERMISSIONS = 07777;
    private static final int READ_WRITE_FOR_ALL = 0666;

    /** Reads as empty and takes whatever is written. */
    static final DeviceNode NULL = standard("/dev/null", 1, 3);

    /** The devices that every container has (D7, config-linux.md#default-devices); /dev/ptmx is a link. */
    static final List<DeviceNode> DEFAULTS = List.of(
            NULL,
            standard("/dev/zero", 1, 5),
            standard("/dev/full", 1, 7),
            standard("/dev/random", 1, 8),
            standard("/dev/urandom", 1, 9),
            standard("/dev/tty", 5, 0));

    private static DeviceNode standard(String path, long major, long minor) {
        return new DeviceNode(path, CHARACTER, major, minor, READ_WRITE_FOR_ALL, 0, 0);
    }

    /** What an entry of {@code linux.devices} asks for. podman leaves the bits of the file type in {@code fileMode} (D5). */
    static DeviceNode of(Device device) {
        return new DeviceNode(
                ContainerPath.clean(device.path()),
                switch (device.type()) {
                    case CHARACTER -> CHARACTER;
                    case BLOCK -> BLOCK;
                    case FIFO -> FIFO;
                },
                device.type() == DeviceType.FIFO ? 0 : device.major(),
                device.type() == DeviceType.FIFO ? 0 : device.minor(),
                device.fileMode().orElse(READ_WRITE_FOR_ALL) & PERMISSIONS,
                device.uid().orElse(0),
                device.gid().orElse(0));
    }

    /**
     * Takes the same device of the host: from the path that every host has it at, or else from the path inside.
     *
     * @param verifyPermissions refuse it if it has others, which cannot be changed
     */
    CloneDevice clone(Slot tree, boolean verifyPermissions) {
        return new CloneDevice(hostPath(), type, (int) major, (int) minor, verifyPermissions, permissions, tree);
    }

    private String hostPath() {
        for (var standard : DEFAULTS) {
            if (standard.type == type && standard.major == major && standard.minor == minor) {
                return standard.path;
            }
        }
        return path;
    }

    MakeDevice operation() {
        return new MakeDevice(path, type | permissions, (int) major, (int) minor, (int) uid, (int) gid);
    }
}
