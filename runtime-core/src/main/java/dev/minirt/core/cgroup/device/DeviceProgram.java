package dev.minirt.core.cgroup.device;

import dev.minirt.spec.DeviceRuleType;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes verdicts as a program that gets a {@code struct bpf_cgroup_dev_ctx} (linux/bpf.h) and returns 1 to allow and 0 to deny.
 *
 * <p>The ways of access that are wanted and not yet allowed are kept in a register; each verdict that fits takes away what it allows, or ends the program. All jumps go to the next
 * verdict, so that there can be any number of them.
 */
final class DeviceProgram {
    private static final int RESULT = 0;
    private static final int CONTEXT = 1;
    private static final int TYPE = 2;
    private static final int WANTED = 3;
    private static final int MAJOR = 4;
    private static final int MINOR = 5;
    private static final int DIFFERENCE = 6;
    private static final int SCRATCH = 7;

    private final List<BpfInstruction> instructions = new ArrayList<>();

    DeviceProgram(List<DeviceVerdict> verdicts) {
        // access_type: the type in the lower half, the access in the upper one.
        add(BpfInstruction.LOAD_WORD, TYPE, CONTEXT, 0, 0);
        add(BpfInstruction.MOVE_REGISTER, WANTED, TYPE, 0, 0);
        add(BpfInstruction.AND, TYPE, 0, 0, 0xffff);
        add(BpfInstruction.SHIFT_RIGHT, WANTED, 0, 0, 16);
        add(BpfInstruction.LOAD_WORD, MAJOR, CONTEXT, 4, 0);
        add(BpfInstruction.LOAD_WORD, MINOR, CONTEXT, 8, 0);
        // access(2) with F_OK wants nothing.
        add(BpfInstruction.JUMP_NOT_EQUAL, WANTED, 0, 2, 0);
        exit(true);
        for (DeviceVerdict verdict : verdicts) {
            add(verdict);
        }
        // The kernel refuses instructions that cannot be reached.
        if (verdicts.isEmpty() || !isFinal(verdicts.getLast())) {
            exit(false);
        }
    }

    List<BpfInstruction> instructions() {
        return instructions;
    }

    private void add(DeviceVerdict verdict) {
        List<BpfInstruction> body = body(verdict);
        boolean first = true;
        if (verdict.type() != DeviceRuleType.ALL) {
            addDifference(TYPE, DeviceFilter.kernelType(verdict.type()), first);
            first = false;
        }
        if (verdict.major() != DeviceVerdict.ANY) {
            addDifference(MAJOR, (int) verdict.major(), first);
            first = false;
        }
        if (verdict.minor() != DeviceVerdict.ANY) {
            addDifference(MINOR, (int) verdict.minor(), first);
            first = false;
        }
        if (!first) {
            add(BpfInstruction.JUMP_NOT_EQUAL, DIFFERENCE, 0, body.size(), 0);
        }
        instructions.addAll(body);
    }

    /**
     * Puts what a register differs in from a number into the difference, or adds it there.
     *
     * <p>A plain comparison would be shorter, but from it the verifier learns the register's value, and then follows the rest of the program once for each number of any rule: a few
     * hundred rules, and it gives up.
     */
    private void addDifference(int register, int number, boolean first) {
        int scratch = first ? DIFFERENCE : SCRATCH;
        add(BpfInstruction.MOVE_REGISTER, scratch, register, 0, 0);
        add(BpfInstruction.EXCLUSIVE_OR, scratch, 0, 0, number);
        if (!first) {
            add(BpfInstruction.OR_REGISTER, DIFFERENCE, SCRATCH, 0, 0);
        }
    }

    private static List<BpfInstruction> body(DeviceVerdict verdict) {
        List<BpfInstruction> body = new ArrayList<>(4);
        if (verdict.access() != DeviceVerdict.ALL) {
            if (verdict.allow()) {
                body.add(new BpfInstruction(BpfInstruction.AND, WANTED, 0, 0, ~verdict.access()));
                body.add(new BpfInstruction(BpfInstruction.JUMP_NOT_EQUAL, WANTED, 0, 2, 0));
            } else {
                body.add(new BpfInstruction(BpfInstruction.JUMP_ANY_SET, WANTED, 0, 1, verdict.access()));
                body.add(new BpfInstruction(BpfInstruction.JUMP, 0, 0, 2, 0));
            }
        }
        body.add(new BpfInstruction(BpfInstruction.MOVE, RESULT, 0, 0, verdict.allow() ? 1 : 0));
        body.add(new BpfInstruction(BpfInstruction.EXIT, 0, 0, 0, 0));
        return body;
    }

    private static boolean isFinal(DeviceVerdict verdict) {
        return verdict.isUniversal() && verdict.access() == DeviceVerdict.ALL;
    }

    private void exit(boolean allow) {
        add(BpfInstruction.MOVE, RESULT, 0, 0, allow ? 1 : 0);
        add(BpfInstruction.EXIT, 0, 0, 0, 0);
    }

    private void add(int code, int destination, int source, int offset, int immediate) {
        instructions.add(new BpfInstruction(code, destination, source, offset, immediate));
    }
}
