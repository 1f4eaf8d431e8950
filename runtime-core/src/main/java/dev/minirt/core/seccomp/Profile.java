package dev.minirt.core.seccomp;

import dev.minirt.core.seccomp.Decision.Condition;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Seccomp;
import dev.minirt.spec.SeccompAction;
import dev.minirt.spec.SeccompArg;
import dev.minirt.spec.SeccompFlag;
import dev.minirt.spec.SeccompOperator;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.SyscallRule;
import dev.minirt.spec.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A profile found sound, its actions turned into return values.
 *
 * @param otherwise return value for calls without a rule
 * @param rules in the order of the document
 */
record Profile(int otherwise, List<Rule> rules) {
    /**
     * A rule: calls of any of these names for which all conditions of any of these lists hold.
     *
     * @param index place in the document
     * @param alternatives empty if the arguments do not matter
     */
    record Rule(int index, List<String> names, int value, List<List<Condition>> alternatives) {}

    static final JsonPointer POINTER = JsonPointer.of("/linux/seccomp");

    private static final int MAXIMUM_ERRNO = 4095;
    private static final int MAXIMUM_MESSAGE = 65535;

    /** Reads a profile; {@link SpecException} has everything that is wrong with it. */
    static Profile of(Seccomp seccomp) {
        Reader reader = new Reader();
        int otherwise = reader.value(POINTER, "default", seccomp.defaultAction(), seccomp.defaultErrnoRet());
        List<Rule> rules = new ArrayList<>(seccomp.syscalls().size());
        for (int i = 0; i < seccomp.syscalls().size(); i++) {
            rules.add(reader.rule(i, seccomp.syscalls().get(i)));
        }
        reader.listener(seccomp);
        if (!reader.violations.isEmpty()) {
            throw new SpecException(reader.violations);
        }
        return new Profile(otherwise, rules);
    }

    private static final class Reader {
        final List<Violation> violations = new ArrayList<>();

        Rule rule(int index, SyscallRule rule) {
            JsonPointer pointer = POINTER.child("syscalls").child(index);
            if (rule.names().isEmpty()) {
                violations.add(new Violation(pointer.child("names"), "at least one name is needed"));
            }
            for (int i = 0; i < rule.names().size(); i++) {
                if (rule.names().get(i).isEmpty()) {
                    violations.add(new Violation(pointer.child("names").child(i), "no name"));
                }
            }
            List<Condition> conditions = new ArrayList<>(rule.args().size());
            for (int i = 0; i < rule.args().size(); i++) {
                conditions.add(
                        condition(pointer.child("args").child(i), rule.args().get(i)));
            }
            return new Rule(
                    index, rule.names(), value(pointer, "", rule.action(), rule.errnoRet()), alternatives(conditions));
        }

        private Condition condition(JsonPointer pointer, SeccompArg arg) {
            if (arg.index() < 0 || arg.index() > 5) {
                violations.add(new Violation(
                        pointer.child("index"), "a system call has arguments 0 to 5, not " + arg.index()));
            }
            return arg.op() == SeccompOperator.MASKED_EQ
                    ? new Condition(arg.index(), arg.op(), arg.valueTwo() & arg.value(), arg.value())
                    : new Condition(arg.index(), arg.op(), arg.value(), -1L);
        }

        /** The conditions of a rule hold together, unless two are about the same argument: then each stands alone. */
        private static List<List<Condition>> alternatives(List<Condition> conditions) {
            if (conditions.isEmpty()) {
                return List.of();
            }
            long arguments =
                    conditions.stream().mapToInt(Condition::argument).distinct().count();
            return arguments == conditions.size()
                    ? List.of(List.copyOf(conditions))
                    : conditions.stream().map(List::of).toList();
        }

        int value(JsonPointer pointer, String prefix, SeccompAction action, OptionalInt errno) {
            if (errno.isEmpty()) {
                return ReturnValue.of(action, ReturnValue.EPERM);
            }
            JsonPointer place = pointer.child(prefix.isEmpty() ? "errnoRet" : "defaultErrnoRet");
            if (action != SeccompAction.ERRNO && action != SeccompAction.TRACE) {
                violations.add(new Violation(
                        place, "is only for SCMP_ACT_ERRNO and SCMP_ACT_TRACE, and the action is " + action));
                return 0;
            }
            int maximum = action == SeccompAction.ERRNO ? MAXIMUM_ERRNO : MAXIMUM_MESSAGE;
            int data = errno.getAsInt();
            if (data < 0 || data > maximum) {
                violations.add(
                        new Violation(place, "for " + action + " must be between 0 and " + maximum + ", not " + data));
                return 0;
            }
            return ReturnValue.of(action, data);
        }

        void listener(Seccomp seccomp) {
            if (seccomp.defaultAction() == SeccompAction.NOTIFY) {
                violations.add(
                        new Violation(
                                POINTER.child("defaultAction"),
                                "SCMP_ACT_NOTIFY cannot be the default: the calls that hand over the listener would wait for it"));
            } else if (seccomp.syscalls().stream().anyMatch(rule -> rule.action() == SeccompAction.NOTIFY)) {
                violations.add(new Violation(
                        POINTER.child("listenerPath"),
                        seccomp.listenerPath().isPresent()
                                ? "listeners (SCMP_ACT_NOTIFY) are not supported yet"
                                : "is needed for SCMP_ACT_NOTIFY"));
            }
            int flag = seccomp.flags().indexOf(SeccompFlag.WAIT_KILLABLE_RECV);
            if (flag >= 0 && violations.isEmpty()) {
                violations.add(new Violation(
                        POINTER.child("flags").child(flag),
                        SeccompFlag.WAIT_KILLABLE_RECV
                                + " is of no use without SCMP_ACT_NOTIFY, and the kernel refuses it"));
            }
        }
    }
}
