package dev.minirt.spec;

import java.util.List;
import java.util.Optional;

/**
 * One entry of {@code mounts} (config.md, Mounts). The option words are kept as written: their table belongs to
 * whoever mounts.
 *
 * @param destination path inside the container; a relative one (deprecated) is meant relative to {@code /}
 * @param type file system type; for binds of no meaning
 * @param source device name, or file or directory on the host; for binds relative to the bundle if not absolute
 * @param options mount options as in fstab(5)
 * @param uidMappings user ids for an id-mapped mount
 * @param gidMappings group ids for an id-mapped mount; empty exactly if {@code uidMappings} is
 */
public record Mount(
        String destination,
        Optional<String> type,
        Optional<String> source,
        List<String> options,
        List<IdMapping> uidMappings,
        List<IdMapping> gidMappings) {
    /** Copies what is mutable. */
    public Mount {
        options = List.copyOf(options);
        uidMappings = List.copyOf(uidMappings);
        gidMappings = List.copyOf(gidMappings);
    }
}
