package dev.minirt.core.lifecycle;

import dev.minirt.core.op.Bytes;
import dev.minirt.core.op.LoadSeccomp;
import dev.minirt.core.plan.Action;
import dev.minirt.core.plan.Plan;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The container's system call filter as create has compiled it: an exec, which must not cost more than it has to, needs neither to read the profile nor to compile it again. What is
 * kept counts only if exactly this minirt has made it of exactly this configuration; in any doubt it is made anew.
 */
final class KeptFilter {
    private static final int MAGIC = 0x4d524631;

    /** Magic, checksum, two lengths, flags. */
    private static final int FIXED = 5 * Integer.BYTES;

    private KeptFilter() {}

    /**
     * What is to be kept of a plan; null if it has no filter.
     *
     * @param build which minirt this is
     * @param config the configuration that the plan is made of
     */
    static byte @Nullable [] of(Plan plan, String build, byte[] config) {
        for (var step : plan.steps()) {
            if (step.action() instanceof Action.Interpreted(var _, var op) && op instanceof LoadSeccomp filter) {
                return encode(filter, build.getBytes(StandardCharsets.UTF_8), config);
            }
        }
        return null;
    }

    private static byte[] encode(LoadSeccomp filter, byte[] build, byte[] config) {
        var program = filter.filter().toArray();
        var kept = ByteBuffer.allocate(FIXED + build.length + program.length);
        kept.putInt(MAGIC).putInt(0);
        kept.putInt(build.length).put(build);
        kept.putInt(filter.flags());
        kept.putInt(program.length).put(program);
        return kept.putInt(Integer.BYTES, checksum(kept.array(), config)).array();
    }

    /** The filter, if what was kept is what {@link #of} gives for the same minirt and the same configuration. */
    static Optional<LoadSeccomp> read(byte[] kept, String build, byte[] config) {
        var maker = build.getBytes(StandardCharsets.UTF_8);
        var in = ByteBuffer.wrap(kept);
        if (kept.length < FIXED + maker.length
                || in.getInt() != MAGIC
                || in.getInt() != checksum(kept, config)
                || in.getInt() != maker.length) {
            return Optional.empty();
        }
        var stamp = new byte[maker.length];
        in.get(stamp);
        int flags = in.getInt();
        int length = in.getInt();
        if (!Arrays.equals(stamp, maker) || length != in.remaining()) {
            return Optional.empty();
        }
        var program = new byte[length];
        in.get(program);
        return Optional.of(new LoadSeccomp(flags, Bytes.of(program)));
    }

    /** Against files that do not belong together or are damaged; against people the directory is closed. */
    private static int checksum(byte[] kept, byte[] config) {
        var sum = new CRC32();
        sum.update(kept, 2 * Integer.BYTES, kept.length - 2 * Integer.BYTES);
        sum.update(config, 0, config.length);
        return (int) sum.getValue();
    }
}
