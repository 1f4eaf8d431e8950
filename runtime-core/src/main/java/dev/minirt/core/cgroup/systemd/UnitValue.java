package dev.minirt.core.cgroup.systemd;

import java.util.List;

/** Value of a property of a unit, in the types of the D-Bus specification that such properties have. */
public sealed interface UnitValue {
    /** Signature of the D-Bus type. */
    String signature();

    /** {@code s}. */
    record Text(String text) implements UnitValue {
        @Override
        public String signature() {
            return "s";
        }
    }

    /** {@code as}. */
    record Texts(List<String> texts) implements UnitValue {
        public Texts {
            texts = List.copyOf(texts);
        }

        @Override
        public String signature() {
            return "as";
        }
    }

    /** {@code b}. */
    record Flag(boolean value) implements UnitValue {
        @Override
        public String signature() {
            return "b";
        }
    }

    /** {@code i}. */
    record Signed(int value) implements UnitValue {
        @Override
        public String signature() {
            return "i";
        }
    }

    /** {@code u}; the bits of an unsigned number. */
    record Word(int value) implements UnitValue {
        @Override
        public String signature() {
            return "u";
        }
    }

    /** {@code t}; the bits of an unsigned number. All of them set means "infinity" to systemd. */
    record Amount(long value) implements UnitValue {
        @Override
        public String signature() {
            return "t";
        }
    }

    /** {@code au}: process ids. */
    record Pids(List<Integer> pids) implements UnitValue {
        public Pids {
            pids = List.copyOf(pids);
        }

        @Override
        public String signature() {
            return "au";
        }
    }

    /**
     * {@code ay}: a set of small numbers, such as processors, one bit each, the lowest in the first byte.
     *
     * @param numbers 0 to 8191
     */
    record Mask(List<Integer> numbers) implements UnitValue {
        public Mask {
            numbers = List.copyOf(numbers);
        }

        @Override
        public String signature() {
            return "ay";
        }

        /** The bytes, as few as hold the highest number. */
        public byte[] bytes() {
            int highest = -1;
            for (int number : numbers) {
                highest = Math.max(highest, number);
            }
            var bytes = new byte[(highest + 8) / 8];
            for (int number : numbers) {
                bytes[number / 8] |= (byte) (1 << number % 8);
            }
            return bytes;
        }
    }

    /** {@code a(st)}: amounts for block devices, by their paths. */
    record DeviceAmounts(List<DeviceAmount> amounts) implements UnitValue {
        public DeviceAmounts {
            amounts = List.copyOf(amounts);
        }

        @Override
        public String signature() {
            return "a(st)";
        }
    }

    /**
     * An amount for a block device.
     *
     * @param path {@code /dev/block/MAJOR:MINOR}, which systemd takes apart without looking for a node
     * @param amount the bits of an unsigned number
     */
    record DeviceAmount(String path, long amount) {}
}
