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

    /**
     * Most verdicts of a filter, the implicit ones included. The kernel's verifier gives up at 8192 jumps in a row (BPF_COMPLEXITY_LIMIT_JMP_SEQ), after several seconds in which it
     * heeds no signal, and without a word that anybody would understand.
     */
    static final int MOST_VERDICTS = 6000;

    /** Copies the lists. */
    public DeviceFilter {
        verdicts = List.copyOf(verdicts);
        instructions = List.copyOf(instructions);
    }

    /** The filter for the rules of a config. Throws {@link SpecException} for numbers that no device has, for unknown access and for more rules than can be loaded. */
    public static DeviceFilter of(List<DeviceRule> rules) {
        List<DeviceVerdict> all = new ArrayList<>(rules.size() + ImplicitDeviceRules.RULES.size());
        List<Violation> violations = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            DeviceRule rule = rules.get(i);
            check(rule, i, violations);
            if (violations.isEmpty()) {
                long major = rule.major().orElse(DeviceVerdict.ANY);
                long minor = rule.minor().orElse(DeviceVerdict.ANY);
                all.add(new DeviceVerdict(rule.allow(), rule.type(), major, minor, access(rule.access())));
            }
        }
        if (!violations.isEmpty()) {
            throw new SpecException(violations);
        }
        all.addAll(ImplicitDeviceRules.RULES);
        List<DeviceVerdict> verdicts = DeviceDecisions.of(all);
        if (verdicts.size() > MOST_VERDICTS) {
            throw new SpecException(List.of(new Violation(
                    POINTER,
                    "too many rules: a device filter can have " + MOST_VERDICTS
                            + " that make a difference, those included that every container has")));
        }
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

    private static void check(DeviceRule rule, int index, List<Violation> violations) {
        checkNumber(rule.major(), index, "major", violations);
        checkNumber(rule.minor(), index, "minor", violations);
        int access = access(rule.access());
        if (access <= 0) {
            violations.add(new Violation(
                    POINTER.child(index).child("access"),
                    access < 0
                            ? "must be made of the letters r, w and m"
                            : "must be at least one of the letters r, w and m"));
        }
    }

    private static void checkNumber(OptionalLong number, int index, String name, List<Violation> violations) {
        if (number.isPresent() && (number.getAsLong() < 0 || number.getAsLong() > 0xffffffffL)) {
            violations.add(
                    new Violation(POINTER.child(index).child(name), "no device has the number " + number.getAsLong()));
        }
    }

    /** The bits of {@code BPF_DEVCG_ACC_} for letters, or -1 if one is none of r, w and m. */
    private static int access(String letters) {
        int bits = 0;
        for (int i = 0; i < letters.length(); i++) {
            switch (letters.charAt(i)) {
                case 'r' -> bits |= DeviceVerdict.READ;
                case 'w' -> bits |= DeviceVerdict.WRITE;
                case 'm' -> bits |= DeviceVerdict.MKNOD;
                default -> {
                    return -1;
                }
            }
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
