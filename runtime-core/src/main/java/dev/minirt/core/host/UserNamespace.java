package dev.minirt.core.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Ids as they are outside of our user namespace: user_namespaces(7). */
public final class UserNamespace {
    private static final int FIELDS = 3;

    private UserNamespace() {}

    /**
     * Whether a user is root outside of our user namespace too; root of one that an ordinary user has made is not.
     *
     * @param proc a procfs
     */
    public static boolean isRealRoot(Path proc, long uid) {
        return uid == 0 && outside(proc, uid) == 0;
    }

    /**
     * What a user id of ours is in the parent namespace; the same if that cannot be found out.
     *
     * @param proc a procfs
     */
    public static long outside(Path proc, long uid) {
        try {
            return mapped(Files.readString(proc.resolve("self/uid_map"), StandardCharsets.US_ASCII), uid);
        } catch (IOException e) {
            return uid;
        }
    }

    /** Lines of first id inside, first id outside, and count. */
    static long mapped(String map, long uid) {
        var numbers = new long[FIELDS];
        int count = 0;
        boolean inNumber = false;
        for (int i = 0; i < map.length(); i++) {
            char c = map.charAt(i);
            if (c >= '0' && c <= '9') {
                if (!inNumber) {
                    numbers[count] = 0;
                }
                numbers[count] = numbers[count] * 10 + (c - '0');
                inNumber = true;
                continue;
            }
            if (inNumber) {
                count++;
                inNumber = false;
            }
            if (count == FIELDS) {
                if (uid >= numbers[0] && uid - numbers[0] < numbers[2]) {
                    return numbers[1] + (uid - numbers[0]);
                }
                count = 0;
            }
        }
        return uid;
    }
}
