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
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

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
     * @param decision what then happens, whatever the rest of the arguments
     * @param alternatives empty if the arguments do not matter
     */
    record Rule(List<String> names, Decision decision, List<List<Condition>> alternatives) {
        int value() {
            return decision.otherwise();
        }
    }

    static final JsonPointer POINTER = JsonPointer.of("/linux/seccomp");

    private static final int MAXIMUM_ERRNO = 4095;
    private static final int MAXIMUM_MESSAGE = 65535;

    /** Reads a profile; {@link SpecException} has everything that is wrong with it. */
    static Profile of(Seccomp seccomp) {
        Reader reader = new Reader();
        String problem = Reader.problem(seccomp.defaultAction(), seccomp.defaultErrnoRet());
        if (problem != null) {
            reader.violations.add(new Violation(POINTER.child("defaultErrnoRet"), problem));
        }
        List<Rule> rules = new ArrayList<>(seccomp.syscalls().size());
        for (int i = 0; i < seccomp.syscalls().size(); i++) {
            rules.add(reader.rule(i, seccomp.syscalls().get(i)));
        }
        reader.listener(seccomp);
        if (!reader.violations.isEmpty()) {
            throw new SpecException(reader.violations);
        }
        return new Profile(Reader.value(seccomp.defaultAction(), seccomp.defaultErrnoRet()), rules);
    }

    private static final class Reader {
        final List<Violation> violations = new ArrayList<>();

        Rule rule(int index, SyscallRule rule) {
            if (rule.names().isEmpty()) {
                violations.add(new Violation(pointer(index).child("names"), "at least one name is needed"));
            }
            int nameless = rule.names().indexOf("");
            if (nameless >= 0) {
                violations.add(new Violation(pointer(index).child("names").child(nameless), "no name"));
            }
            List<Condition> conditions = new ArrayList<>(rule.args().size());
            for (int i = 0; i < rule.args().size(); i++) {
                SeccompArg arg = rule.args().get(i);
                if (arg.index() < 0 || arg.index() > 5) {
                    violations.add(new Violation(
                            pointer(index).child("args").child(i).child("index"),
                            "a system call has arguments 0 to 5, not " + arg.index()));
                }
                conditions.add(condition(arg));
            }
            String problem = problem(rule.action(), rule.errnoRet());
            if (problem != null) {
                violations.add(new Violation(pointer(index).child("errnoRet"), problem));
            }
            Decision decision = Decision.always(value(rule.action(), rule.errnoRet()));
            return new Rule(rule.names(), decision, alternatives(conditions));
        }

        /** Pointers are made for violations only: they are texts, and there are hundreds of rules. */
        private static JsonPointer pointer(int rule) {
            return POINTER.child("syscalls").child(rule);
        }

        private static Condition condition(SeccompArg arg) {
            return arg.op() == SeccompOperator.MASKED_EQ
                    ? new Condition(arg.index(), arg.op(), arg.valueTwo() & arg.value(), arg.value())
                    : new Condition(arg.index(), arg.op(), arg.value(), -1L);
        }

        /** The conditions of a rule hold together, unless two are about the same argument: then each stands alone. */
        private static List<List<Condition>> alternatives(List<Condition> conditions) {
            if (conditions.isEmpty()) {
                return List.of();
            }
            BitSet arguments = new BitSet();
            List<List<Condition>> alone = new ArrayList<>(conditions.size());
            for (Condition condition : conditions) {
                // One bit more for indices that are none; those have been complained about.
                arguments.set(Math.clamp(condition.argument(), 0, 6));
                alone.add(List.of(condition));
            }
            return arguments.cardinality() == conditions.size() ? List.of(List.copyOf(conditions)) : List.copyOf(alone);
        }

        static int value(SeccompAction action, OptionalInt errno) {
            return ReturnValue.of(action, errno.orElse(ReturnValue.EPERM));
        }

        /** What is wrong with the number that comes with an action, or null (S2). */
        static @Nullable String problem(SeccompAction action, OptionalInt errno) {
            if (errno.isEmpty()) {
                return null;
            }
            if (action != SeccompAction.ERRNO && action != SeccompAction.TRACE) {
                return "is only for SCMP_ACT_ERRNO and SCMP_ACT_TRACE, and the action is " + action;
            }
            int maximum = action == SeccompAction.ERRNO ? MAXIMUM_ERRNO : MAXIMUM_MESSAGE;
            int data = errno.getAsInt();
            return data < 0 || data > maximum
                    ? "for " + action + " must be between 0 and " + maximum + ", not " + data
                    : null;
        }

        private static boolean notifies(List<SyscallRule> rules) {
            for (SyscallRule rule : rules) {
                if (rule.action() == SeccompAction.NOTIFY) {
                    return true;
                }
            }
            return false;
        }

        void listener(Seccomp seccomp) {
            if (seccomp.defaultAction() == SeccompAction.NOTIFY) {
                violations.add(
                        new Violation(
                                POINTER.child("defaultAction"),
                                "SCMP_ACT_NOTIFY cannot be the default: the calls that hand over the listener would wait for it"));
            } else if (notifies(seccomp.syscalls())) {
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
