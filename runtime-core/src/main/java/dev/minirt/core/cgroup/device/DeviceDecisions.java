package dev.minirt.core.cgroup.device;

import dev.minirt.spec.DeviceRuleType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns rules of which the last wins into verdicts of which the first wins, without those that can make no difference. */
final class DeviceDecisions {
    /** The devices that a rule is about. */
    private record Scope(DeviceRuleType type, long major, long minor) {
        // By hand, because the first use of what the compiler would make costs more than all the rest of a filter.
        @Override
        public boolean equals(Object other) {
            return other instanceof Scope scope && type == scope.type && major == scope.major && minor == scope.minor;
        }

        @Override
        public int hashCode() {
            return (type.ordinal() * 31 + Long.hashCode(major)) * 31 + Long.hashCode(minor);
        }
    }

    /** The ways of access that the verdicts so far decide, by their devices. */
    private final Map<Scope, Integer> decided = new HashMap<>();

    private final List<DeviceVerdict> verdicts = new ArrayList<>();

    private DeviceDecisions() {}

    /** The verdicts on a list of rules, or too many of them; what none is about is denied. */
    static List<DeviceVerdict> of(List<DeviceVerdict> rules) {
        DeviceDecisions decisions = new DeviceDecisions();
        for (DeviceVerdict rule : rules.reversed()) {
            decisions.add(rule);
        }
        return decisions.useful();
    }

    private void add(DeviceVerdict rule) {
        if ((rule.access() & ~decidedFor(rule)) == 0) {
            return;
        }
        Scope scope = new Scope(rule.type(), rule.major(), rule.minor());
        decided.put(scope, decided.getOrDefault(scope, 0) | rule.access());
        if (!verdicts.isEmpty() && verdicts.getLast().isAboutSameAs(rule)) {
            verdicts.add(rule.withAccess(rule.access() | verdicts.removeLast().access()));
        } else {
            verdicts.add(rule);
        }
    }

    /** The ways of access that are decided for all devices of a rule, by verdicts about the same devices or more. */
    private int decidedFor(DeviceVerdict rule) {
        int bits = 0;
        for (DeviceRuleType type : rule.type() == DeviceRuleType.ALL
                ? new DeviceRuleType[] {rule.type()}
                : new DeviceRuleType[] {rule.type(), DeviceRuleType.ALL}) {
            bits |= decided.getOrDefault(new Scope(type, rule.major(), rule.minor()), 0);
            bits |= decided.getOrDefault(new Scope(type, DeviceVerdict.ANY, rule.minor()), 0);
            bits |= decided.getOrDefault(new Scope(type, rule.major(), DeviceVerdict.ANY), 0);
            bits |= decided.getOrDefault(new Scope(type, DeviceVerdict.ANY, DeviceVerdict.ANY), 0);
        }
        return bits;
    }

    /** Denying is of use only if an allowing verdict comes after it about some of the same; and allowing not just before a verdict that allows all. */
    private List<DeviceVerdict> useful() {
        List<DeviceVerdict> backwards = new ArrayList<>(verdicts.size());
        for (DeviceVerdict verdict : verdicts.reversed()) {
            if (verdict.allow() ? !onlyAllowsAll(backwards) : denies(verdict, backwards)) {
                backwards.add(verdict);
            }
            if (backwards.size() > DeviceFilter.MOST_VERDICTS) {
                break; // refused anyway: no need to compare all of them with each other
            }
        }
        return List.copyOf(backwards.reversed());
    }

    private static boolean onlyAllowsAll(List<DeviceVerdict> rest) {
        return rest.size() == 1
                && rest.getFirst().isUniversal()
                && rest.getFirst().access() == DeviceVerdict.ALL;
    }

    private static boolean denies(DeviceVerdict verdict, List<DeviceVerdict> rest) {
        for (DeviceVerdict other : rest) {
            if (other.allow() && other.overlaps(verdict)) {
                return true;
            }
        }
        return false;
    }
}
