package dev.minirt.core.cgroup.device;

import dev.minirt.spec.DeviceRule;
import dev.minirt.spec.DeviceRuleType;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.Violation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The device filter of a cgroup: a program of type BPF_PROG_TYPE_CGROUP_DEVICE for the attach type BPF_CGROUP_DEVICE (C7, C8).
 *
 * <p>Everything is denied that no rule allows (GHSA-g54h-m393-cpwq: rules are exceptions from denial, never the other way round). The rules of the config come first, the
 * {@linkplain ImplicitDeviceRules implicit} ones last, and about each of reading, writing and making a node the last rule for that device and that way of access decides. An access that
 * wants several at once, such as an open for reading and writing, needs all of them: after "allow rwm" and "deny w" the device can be opened for reading only. cgroup v1 does so too,
 * except that there one rule must allow all that is wanted, that a denial touches only a rule for exactly the same devices, and that a rule of type {@code a} is about everything
 * whatever its numbers and access say; here each rule means what it says.
 *
 * @param verdicts the rules put so that the first one that fits decides; in the words of {@link DeviceVerdict#toString}
 * @param instructions the program
 */
public record DeviceFilter(List<DeviceVerdict> verdicts, List<BpfInstruction> instructions) {
    private static final JsonPointer POINTER = JsonPointer.of("/linux/resources/devices");

    /** Copies the lists. */
    public DeviceFilter {
        verdicts = List.copyOf(verdicts);
        instructions = List.copyOf(instructions);
    }

    /** The filter for the rules of a config. Throws {@link SpecException} for numbers that no device has and for unknown access. */
    public static DeviceFilter of(List<DeviceRule> rules) {
        List<DeviceVerdict> all = new ArrayList<>(rules.size() + ImplicitDeviceRules.RULES.size());
        List<Violation> violations = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            DeviceRule rule = rules.get(i);
            JsonPointer pointer = POINTER.child(i);
            long major = number(pointer.child("major"), rule.major(), violations);
            long minor = number(pointer.child("minor"), rule.minor(), violations);
            int access = access(pointer.child("access"), rule.access(), violations);
            if (violations.isEmpty()) {
                all.add(new DeviceVerdict(rule.allow(), rule.type(), major, minor, access));
            }
        }
        if (!violations.isEmpty()) {
            throw new SpecException(violations);
        }
        all.addAll(ImplicitDeviceRules.RULES);
        List<DeviceVerdict> verdicts = DeviceDecisions.of(all);
        return new DeviceFilter(verdicts, new DeviceProgram(verdicts).instructions());
    }

    /** Whether the filter denies nothing, as that of a privileged container: then no filter does the same. */
    public boolean allowsEverything() {
        return !verdicts.isEmpty()
                && verdicts.getFirst().allow()
                && verdicts.getFirst().isUniversal()
                && verdicts.getFirst().access() == DeviceVerdict.ALL;
    }

    /** The program as bpf(2) wants it, BPF_PROG_LOAD: an array of {@code struct bpf_insn} in the byte order of this machine. */
    public byte[] toBytes() {
        return toBytes(ByteOrder.nativeOrder());
    }

    /** The program for a machine of a byte order. */
    public byte[] toBytes(ByteOrder order) {
        ByteBuffer bytes =
                ByteBuffer.allocate(instructions.size() * BpfInstruction.SIZE).order(order);
        for (BpfInstruction instruction : instructions) {
            instruction.write(bytes);
        }
        return bytes.array();
    }

    private static long number(JsonPointer pointer, OptionalLong number, List<Violation> violations) {
        long value = number.orElse(DeviceVerdict.ANY);
        if (number.isPresent() && (value < 0 || value > 0xffffffffL)) {
            violations.add(new Violation(pointer, "no device has the number " + value));
        }
        return value;
    }

    private static int access(JsonPointer pointer, String letters, List<Violation> violations) {
        int bits = 0;
        for (int i = 0; i < letters.length(); i++) {
            int bit = switch (letters.charAt(i)) {
                case 'r' -> DeviceVerdict.READ;
                case 'w' -> DeviceVerdict.WRITE;
                case 'm' -> DeviceVerdict.MKNOD;
                default -> 0;
            };
            if (bit == 0) {
                violations.add(new Violation(pointer, "must be made of the letters r, w and m"));
                return 0;
            }
            bits |= bit;
        }
        if (bits == 0) {
            violations.add(new Violation(pointer, "must be at least one of the letters r, w and m"));
        }
        return bits;
    }

    /** The value of {@code BPF_DEVCG_DEV_} of linux/bpf.h for a type that is one. */
    static int kernelType(DeviceRuleType type) {
        return switch (type) {
            case BLOCK -> 1;
            case CHARACTER -> 2;
            case ALL -> throw new IllegalArgumentException("not one type");
        };
    }
}
