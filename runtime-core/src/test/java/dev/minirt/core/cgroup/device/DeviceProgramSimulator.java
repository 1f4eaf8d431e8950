package dev.minirt.core.cgroup.device;

import java.util.List;

/** Runs a device program: the part of eBPF that such programs use, with the checks of the verifier that a simulator can make. */
final class DeviceProgramSimulator {
    private static final long LOWER = 0xffffffffL;

    private DeviceProgramSimulator() {}

    /** What the program returns for a {@code struct bpf_cgroup_dev_ctx}. */
    static int run(List<BpfInstruction> program, int type, int access, int major, int minor) {
        int[] context = {access << 16 | type, major, minor};
        long[] registers = new long[11];
        boolean[] set = new boolean[11];
        int at = 0;
        while (true) {
            BpfInstruction instruction = program.get(at++);
            int destination = instruction.destination();
            boolean reads = instruction.code() != 0x61 && instruction.code() != 0xb7 && instruction.code() != 0xbc;
            boolean hasOperand = instruction.code() != 0x05 && instruction.code() != 0x95;
            if (reads && hasOperand && !set[destination]) {
                throw new IllegalStateException(
                        "register " + destination + " is read before it is set, at " + (at - 1));
            }
            switch (instruction.code()) {
                case 0x61 -> {
                    if (instruction.source() != 1 || instruction.offset() % 4 != 0) {
                        throw new IllegalStateException("not a load from the context: " + instruction);
                    }
                    registers[destination] = context[instruction.offset() / 4] & LOWER;
                    set[destination] = true;
                }
                case 0xb7 -> {
                    registers[destination] = instruction.immediate();
                    set[destination] = true;
                }
                case 0xbc -> {
                    registers[destination] = registers[instruction.source()] & LOWER;
                    set[destination] = set[instruction.source()];
                }
                case 0x54 -> registers[destination] &= instruction.immediate() & LOWER;
                case 0xa4 -> registers[destination] ^= instruction.immediate() & LOWER;
                case 0x4c -> registers[destination] |= registers[instruction.source()];
                case 0x74 -> registers[destination] = (registers[destination] & LOWER) >>> instruction.immediate();
                case 0x05 -> at += instruction.offset();
                case 0x56 -> at += (int) registers[destination] != instruction.immediate() ? instruction.offset() : 0;
                case 0x46 ->
                    at += ((int) registers[destination] & instruction.immediate()) != 0 ? instruction.offset() : 0;
                case 0x95 -> {
                    if (!set[0]) {
                        throw new IllegalStateException("no result");
                    }
                    return (int) registers[0];
                }
                default -> throw new IllegalStateException("unknown: " + instruction);
            }
        }
    }
}
