package dev.minirt.cli;

import dev.minirt.spec.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@code --user}: {@code UID} or {@code UID:GID}, decimal numbers and nothing else. Names are never looked up, and what is
 * not understood as a whole is refused as a whole (CVE-2026-30892, CVE-2016-3697).
 *
 * @param uid user id
 * @param gid group id, if there is one
 */
record UserFlag(long uid, OptionalLong gid) {
    static UserFlag parse(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? new UserFlag(id("user", text), OptionalLong.empty())
                : new UserFlag(
                        id("user", text.substring(0, colon)), OptionalLong.of(id("user", text.substring(colon + 1))));
    }

    static OptionalLong uid(Optional<UserFlag> user) {
        return user.isPresent() ? OptionalLong.of(user.get().uid()) : OptionalLong.empty();
    }

    static OptionalLong gid(Optional<UserFlag> user) {
        return user.isPresent() ? user.get().gid() : OptionalLong.empty();
    }

    static List<Long> ids(String flag, List<String> texts) {
        var ids = new ArrayList<Long>();
        for (var text : texts) {
            ids.add(id(flag, text));
        }
        return ids;
    }

    private static long id(String flag, String text) {
        var id = number(text);
        if (id == null) {
            throw new UsageException("invalid value " + LogFile.quoted(text) + " for flag -" + flag
                    + ": expected a number from 0 to " + User.MAX_ID);
        }
        return id;
    }

    /** ASCII digits alone: the library's readers take signs and the digits of other scripts too. */
    private static @Nullable Long number(String text) {
        if (text.isEmpty() || text.length() > 10) {
            return null;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return null;
            }
            value = value * 10 + (digit - '0');
        }
        return value > User.MAX_ID ? null : value;
    }
}
