package dev.minirt.spec;

import java.util.List;
import java.util.OptionalInt;

/**
 * Ids inside the container (config.md, User).
 *
 * <p>Ids are 32 bit unsigned without the highest value: (uid_t) -1 means "leave as it is" to the kernel, so accepting it
 * would keep the id of the runtime.
 *
 * @param uid user id, 0 to 4294967294
 * @param gid group id, 0 to 4294967294
 * @param umask file mode creation mask, 0 to 0777; absent means leave the mask alone
 * @param additionalGids supplementary group ids, each 0 to 4294967294; an empty list drops all of them
 */
public record User(long uid, long gid, OptionalInt umask, List<Long> additionalGids) {
    /** Copies what is mutable and checks the ranges. */
    public User {
        checkId(uid);
        checkId(gid);
        additionalGids.forEach(User::checkId);
        additionalGids = List.copyOf(additionalGids);
    }

    /** The highest usable user or group id. */
    public static final long MAX_ID = 0xFFFF_FFFEL;

    private static void checkId(long id) {
        if (id < 0 || id > MAX_ID) {
            throw new IllegalArgumentException("id " + id + " is not between 0 and " + MAX_ID);
        }
    }
}
