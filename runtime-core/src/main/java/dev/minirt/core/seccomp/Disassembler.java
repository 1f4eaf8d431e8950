package dev.minirt.core.seccomp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a filter in words, an instruction a line, with the names of architectures, system calls and actions. */
public final class Disassembler {
    private static final int NUMBER = 0;
    private static final int ARCHITECTURE = 4;
    private static final int ARGUMENTS = 16;

    /** What is known at an instruction, whatever the way to it; null where ways differ. */
    private record State(@Nullable SyscallAbi abi, String loaded, int offset) {
        static final State START = new State(null, "?", -1);

        State merge(State other) {
            return new State(
                    abi == other.abi ? abi : null,
                    loaded.equals(other.loaded) ? loaded : "?",
                    offset == other.offset ? offset : -1);
        }
    }

    private final SeccompFilter filter;
    private final Map<SyscallAbi, Map<Integer, String>> names = new HashMap<>();

    private Disassembler(SeccompFilter filter) {
        this.filter = filter;
    }

    /** The lines of a filter: index, instruction, and for a test the indices where it goes on. */
    public static List<String> disassemble(SeccompFilter filter) {
        return new Disassembler(filter).lines();
    }

    private List<String> lines() {
        List<SockFilter> program = filter.program().instructions();
        State[] states = new State[program.size()];
        states[0] = State.START;
        List<String> lines = new ArrayList<>(program.size());
        for (int at = 0; at < program.size(); at++) {
            // The assembler leaves out what cannot be reached; a program from elsewhere may hold such.
            State state = states[at] == null ? State.START : states[at];
            lines.add(String.format("%4d  %s", at, text(program.get(at), at, state)));
            propagate(program.get(at), at, state, states);
        }
        return lines;
    }

    private void propagate(SockFilter instruction, int at, State state, State[] states) {
        switch (instruction.code()) {
            case SockFilter.RETURN -> {}
            case SockFilter.LOAD ->
                reach(states, at + 1, new State(state.abi(), word(instruction.k()), instruction.k()));
            case SockFilter.AND ->
                reach(states, at + 1, new State(state.abi(), state.loaded() + " & " + hex(instruction.k()), -1));
            case SockFilter.JUMP -> reach(states, at + 1 + instruction.k(), state);
            default -> {
                State equal = state.offset() == ARCHITECTURE && instruction.code() == SockFilter.JUMP_EQUAL
                        ? new State(abi(instruction.k()), state.loaded(), state.offset())
                        : state;
                reach(states, at + 1 + instruction.jt(), equal);
                reach(states, at + 1 + instruction.jf(), state);
            }
        }
    }

    private static void reach(State[] states, int at, State state) {
        states[at] = states[at] == null ? state : states[at].merge(state);
    }

    private String text(SockFilter instruction, int at, State state) {
        return switch (instruction.code()) {
            case SockFilter.LOAD -> "load " + word(instruction.k());
            case SockFilter.AND -> "and " + hex(instruction.k());
            case SockFilter.JUMP -> "go to " + (at + 1 + instruction.k());
            case SockFilter.RETURN -> "return " + ReturnValue.toText(instruction.k());
            case SockFilter.JUMP_EQUAL -> test(instruction, at, state, "==");
            case SockFilter.JUMP_GREATER -> test(instruction, at, state, ">");
            case SockFilter.JUMP_GREATER_OR_EQUAL -> test(instruction, at, state, ">=");
            default -> throw new IllegalStateException("operation " + instruction.code());
        };
    }

    private String test(SockFilter instruction, int at, State state, String operator) {
        return "if " + state.loaded() + " " + operator + " " + operand(instruction.k(), state) + " then "
                + (at + 1 + instruction.jt()) + " else " + (at + 1 + instruction.jf());
    }

    private String operand(int value, State state) {
        return switch (state.offset()) {
            case NUMBER -> number(value, state.abi());
            case ARCHITECTURE -> {
                SyscallAbi abi = abi(value);
                yield abi == null ? hex(value) : abi.label();
            }
            default -> hex(value);
        };
    }

    private String number(int value, @Nullable SyscallAbi abi) {
        SyscallAbi own = abi == SyscallAbi.X86_64 && value >= SyscallAbi.X32_BIT ? SyscallAbi.X32 : abi;
        String text = own == SyscallAbi.X32 ? "x32:" + (value - SyscallAbi.X32_BIT) : Integer.toUnsignedString(value);
        if (own == null || !filter.abis().contains(own)) {
            return text;
        }
        String name =
                names.computeIfAbsent(own, key -> SyscallTable.of(key).names()).get(value);
        return name == null ? text : text + " (" + name + ")";
    }

    private String word(int offset) {
        return switch (offset) {
            case NUMBER -> "number";
            case ARCHITECTURE -> "architecture";
            default -> {
                if (offset < ARGUMENTS) {
                    yield "word at " + offset;
                }
                int argument = (offset - ARGUMENTS) / 8;
                // All interfaces of one machine have the same byte order.
                boolean low = offset == filter.abis().getFirst().lowerHalf(argument);
                yield "argument " + argument + (low ? " low" : " high");
            }
        };
    }

    /** The covered interface with this architecture; of x86_64 and x32 the former. */
    private @Nullable SyscallAbi abi(int auditArch) {
        SyscallAbi found = null;
        for (SyscallAbi abi : filter.abis()) {
            if (abi.auditArch() == auditArch && (found == null || abi == SyscallAbi.X86_64)) {
                found = abi;
            }
        }
        return found;
    }

    private static String hex(int value) {
        return "0x" + Integer.toHexString(value);
    }
}
