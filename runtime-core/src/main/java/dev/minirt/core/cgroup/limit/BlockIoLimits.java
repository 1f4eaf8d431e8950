package dev.minirt.core.cgroup.limit;

import dev.minirt.spec.BlockIo;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.ThrottleDevice;
import java.util.List;

/** {@code linux.resources.blockIO} (C19 to C22). */
final class BlockIoLimits {
    private static final String BFQ = "io.bfq.weight";

    private BlockIoLimits() {}

    static void add(BlockIo block, JsonPointer pointer, Settings settings) {
        int weight = block.weight().orElse(0);
        if (weight != 0) {
            settings.add(
                    BFQ,
                    Integer.toString(weight),
                    "",
                    new IfMissing.Instead("io.weight", Long.toString(costWeight(weight))),
                    pointer.child("weight"));
        }
        settings.refuseIf(block.leafWeight().orElse(0) != 0, pointer.child("leafWeight"), Settings.ONLY_V1);
        for (int i = 0; i < block.weightDevice().size(); i++) {
            var device = block.weightDevice().get(i);
            var at = pointer.child("weightDevice").child(i);
            if (device.weight().orElse(0) != 0) {
                settings.add(
                        BFQ,
                        device.major() + ":" + device.minor() + " "
                                + device.weight().getAsInt(),
                        "",
                        at.child("weight"));
            }
            settings.refuseIf(device.leafWeight().orElse(0) != 0, at.child("leafWeight"), Settings.ONLY_V1);
        }
        throttle(block.throttleReadBpsDevice(), "rbps", pointer.child("throttleReadBpsDevice"), settings);
        throttle(block.throttleWriteBpsDevice(), "wbps", pointer.child("throttleWriteBpsDevice"), settings);
        throttle(block.throttleReadIOPSDevice(), "riops", pointer.child("throttleReadIOPSDevice"), settings);
        throttle(block.throttleWriteIOPSDevice(), "wiops", pointer.child("throttleWriteIOPSDevice"), settings);
    }

    /** Rates of 0 are none; so they were in cgroup v1, and with them an update takes a limit back. */
    private static void throttle(List<ThrottleDevice> devices, String key, JsonPointer pointer, Settings settings) {
        for (int i = 0; i < devices.size(); i++) {
            var device = devices.get(i);
            var name = device.major() + ":" + device.minor() + " " + key + "=";
            var rate = device.rate() == 0 ? Settings.MAX : Long.toUnsignedString(device.rate());
            settings.add("io.max", name + rate, name + Settings.MAX, pointer.child(i));
        }
    }

    /** io.weight (1 to 10000) for a weight of 10 to 1000. */
    static long costWeight(int weight) {
        return 1 + (weight - 10L) * 9_999 / 990;
    }
}
