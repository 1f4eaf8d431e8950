package dev.minirt.spec;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A device file that must exist in the container (config-linux.md, Devices).
 *
 * @param path absolute path inside, anywhere
 * @param type kind of file
 * @param major major number; 0 for a named pipe
 * @param minor minor number; 0 for a named pipe
 * @param fileMode permission bits; engines also leave the bits of the file type in it, so mask it with 07777
 * @param uid owner as an id inside, 0 to 4294967294
 * @param gid group as an id inside, 0 to 4294967294
 */
public record Device(
        String path,
        DeviceType type,
        long major,
        long minor,
        OptionalInt fileMode,
        OptionalLong uid,
        OptionalLong gid) {}
