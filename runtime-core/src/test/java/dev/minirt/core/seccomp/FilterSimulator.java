package dev.minirt.core.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Runs a filter as the kernel would: bpf(4), on a {@code struct seccomp_data} (linux/seccomp.h) laid out byte by byte. */
final class FilterSimulator {
    private FilterSimulator() {}

    /** A system call as a filter sees it. */
    @SuppressWarnings("ArrayRecordComponent") // only ever read
    record Call(int arch, int number, long instructionPointer, long... args) {
        private ByteBuffer data(ByteOrder order) {
            ByteBuffer data = ByteBuffer.allocate(64).order(order);
            data.putInt(number).putInt(arch).putLong(instructionPointer);
            for (int i = 0; i < 6; i++) {
                data.putLong(i < args.length ? args[i] : 0);
            }
            return data;
        }
    }

    /** What a filter said, and after how many instructions. */
    record Outcome(int value, int steps) {}

    static Outcome run(List<SockFilter> program, Call call, ByteOrder order) {
        ByteBuffer data = call.data(order);
        int accumulator = 0;
        int at = 0;
        for (int steps = 1; ; steps++) {
            SockFilter instruction = program.get(at++);
            int k = instruction.k();
            boolean test;
            switch (instruction.code()) {
                case 0x20 -> {
                    accumulator = data.getInt(k);
                    continue;
                }
                case 0x54 -> {
                    accumulator &= k;
                    continue;
                }
                case 0x05 -> {
                    at += k;
                    continue;
                }
                case 0x06 -> {
                    return new Outcome(k, steps);
                }
                case 0x15 -> test = accumulator == k;
                case 0x25 -> test = Integer.compareUnsigned(accumulator, k) > 0;
                case 0x35 -> test = Integer.compareUnsigned(accumulator, k) >= 0;
                default -> throw new IllegalStateException("operation " + instruction.code());
            }
            at += test ? instruction.jt() : instruction.jf();
        }
    }
}
