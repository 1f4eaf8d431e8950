package dev.minirt.spec;

import java.util.List;
import java.util.OptionalInt;

/**
 * Block I/O limits (config-linux.md, Block IO).
 *
 * @param weight 10 to 1000; engines write 0 for not set
 * @param leafWeight 10 to 1000 (cgroup v1 only)
 * @param weightDevice weights per device
 * @param throttleReadBpsDevice bytes read per second
 * @param throttleWriteBpsDevice bytes written per second
 * @param throttleReadIOPSDevice reads per second
 * @param throttleWriteIOPSDevice writes per second
 */
public record BlockIo(
        OptionalInt weight,
        OptionalInt leafWeight,
        List<WeightDevice> weightDevice,
        List<ThrottleDevice> throttleReadBpsDevice,
        List<ThrottleDevice> throttleWriteBpsDevice,
        List<ThrottleDevice> throttleReadIOPSDevice,
        List<ThrottleDevice> throttleWriteIOPSDevice) {
    /** Copies what is mutable. */
    public BlockIo {
        weightDevice = List.copyOf(weightDevice);
        throttleReadBpsDevice = List.copyOf(throttleReadBpsDevice);
        throttleWriteBpsDevice = List.copyOf(throttleWriteBpsDevice);
        throttleReadIOPSDevice = List.copyOf(throttleReadIOPSDevice);
        throttleWriteIOPSDevice = List.copyOf(throttleWriteIOPSDevice);
    }
}
