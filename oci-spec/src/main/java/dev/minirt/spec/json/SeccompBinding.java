package dev.minirt.spec.json;

import dev.minirt.spec.Seccomp;
import dev.minirt.spec.SeccompAction;
import dev.minirt.spec.SeccompArchitecture;
import dev.minirt.spec.SeccompArg;
import dev.minirt.spec.SeccompFlag;
import dev.minirt.spec.SeccompOperator;
import dev.minirt.spec.SyscallRule;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads {@code linux.seccomp} (config-linux.md, Seccomp). */
final class SeccompBinding {
    private static final List<SeccompFlag> DEFAULT_FLAGS = List.of(SeccompFlag.SPEC_ALLOW);

    private final JsonCursor in;

    SeccompBinding(JsonCursor in) {
        this.in = in;
    }

    Seccomp seccomp() {
        SeccompAction defaultAction = null;
        OptionalInt defaultErrnoRet = OptionalInt.empty();
        List<SeccompArchitecture> architectures = List.of();
        List<SeccompFlag> flags = DEFAULT_FLAGS;
        String listenerPath = null;
        String listenerMetadata = null;
        List<SyscallRule> syscalls = List.of();
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "defaultAction" -> defaultAction = action();
                    case "defaultErrnoRet" -> defaultErrnoRet = errnoRet();
                    case "architectures" -> architectures = in.list(this::architecture);
                    case "flags" -> flags = in.list(this::flag);
                    case "listenerPath" -> listenerPath = in.nonEmptyString();
                    case "listenerMetadata" -> listenerMetadata = in.nonEmptyString();
                    case "syscalls" -> syscalls = in.list(this::syscallRule);
                    default -> in.unknownMember();
                }
            }
        }
        return new Seccomp(
                in.required(defaultAction, "defaultAction", SeccompAction.ALLOW),
                defaultErrnoRet,
                architectures,
                flags,
                Optional.ofNullable(listenerPath),
                Optional.ofNullable(listenerMetadata),
                syscalls);
    }

    private @Nullable SeccompAction action() {
        return in.word(SeccompAction::named, "seccomp action");
    }

    private @Nullable SeccompArchitecture architecture() {
        return in.word(SeccompArchitecture::named, "seccomp architecture");
    }

    private @Nullable SeccompFlag flag() {
        return in.word(SeccompFlag::named, "seccomp flag");
    }

    private OptionalInt errnoRet() {
        return OptionalInt.of(in.integer(0, 0xFFFF));
    }

    private SyscallRule syscallRule() {
        List<String> names = null;
        SeccompAction action = null;
        OptionalInt errnoRet = OptionalInt.empty();
        List<SeccompArg> args = List.of();
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "names" -> names = in.strings();
                    case "action" -> action = action();
                    case "errnoRet" -> errnoRet = errnoRet();
                    case "args" -> args = in.list(this::arg);
                    default -> in.unknownMember();
                }
            }
        }
        List<String> theNames = in.required(names, "names", List.of());
        return new SyscallRule(theNames, in.required(action, "action", SeccompAction.ALLOW), errnoRet, args);
    }

    private SeccompArg arg() {
        OptionalLong index = OptionalLong.empty();
        OptionalLong value = OptionalLong.empty();
        long valueTwo = 0;
        SeccompOperator op = null;
        if (in.enterObject()) {
            for (String name = in.nextMember(); name != null; name = in.nextMember()) {
                switch (name) {
                    case "index" -> index = OptionalLong.of(in.integer(0, 5));
                    case "value" -> value = OptionalLong.of(in.uint64());
                    case "valueTwo" -> valueTwo = in.uint64();
                    case "op" -> op = in.word(SeccompOperator::named, "seccomp operator");
                    default -> in.unknownMember();
                }
            }
        }
        int theIndex = (int) in.required(index, "index");
        long theValue = in.required(value, "value");
        return new SeccompArg(theIndex, theValue, valueTwo, in.required(op, "op", SeccompOperator.EQ));
    }
}
