package dev.minirt.core.seccomp;

import dev.minirt.core.seccomp.Decision.Alternative;
import dev.minirt.core.seccomp.Decision.Condition;
import dev.minirt.core.seccomp.Profile.Rule;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The rules for one number, as they come; {@link AbiPolicy} says what they mean together. */
final class NumberRules {
    /** The first rule without conditions; from then on no other counts. */
    private @Nullable Rule unconditional;

    // Almost no call has the following, so they are made when needed.
    private @Nullable Set<Alternative> alternatives;
    private @Nullable SortedMap<Multiplexer.Call, NumberRules> calls;

    void add(Rule rule, SyscallAbi abi) {
        if (unconditional != null) {
            return;
        }
        if (rule.alternatives().isEmpty()) {
            unconditional = rule;
            return;
        }
        for (List<Condition> conditions : rule.alternatives()) {
            List<Condition> needed = needed(conditions, abi);
            if (needed.isEmpty()) {
                unconditional = rule;
                return;
            }
            if (alternatives == null) {
                alternatives = new LinkedHashSet<>();
            }
            alternatives.add(new Alternative(needed, rule.value()));
        }
    }

    /** The rules for a call that goes through this one. */
    NumberRules through(Multiplexer.Call call) {
        if (calls == null) {
            calls = new TreeMap<>();
        }
        NumberRules rules = calls.get(call);
        if (rules == null) {
            rules = new NumberRules();
            calls.put(call, rules);
        }
        return rules;
    }

    Decision decide(int otherwise) {
        if (unconditional != null) {
            return unconditional.decision();
        }
        List<Alternative> all = alternatives == null ? new ArrayList<>() : new ArrayList<>(alternatives);
        if (calls != null) {
            for (Map.Entry<Multiplexer.Call, NumberRules> call : calls.entrySet()) {
                int value = call.getValue().withoutArguments(otherwise);
                if (value != otherwise) {
                    all.add(new Alternative(List.of(call.getKey().condition()), value));
                }
            }
        }
        return new Decision(List.copyOf(all), otherwise);
    }

    private int withoutArguments(int otherwise) {
        if (unconditional != null) {
            return unconditional.value();
        }
        int value = otherwise;
        if (alternatives != null) {
            for (Alternative alternative : alternatives) {
                value = ReturnValue.stricter(value, alternative.value());
            }
        }
        return value;
    }

    private static List<Condition> needed(List<Condition> conditions, SyscallAbi abi) {
        List<Condition> needed = new ArrayList<>(conditions.size());
        for (Condition condition : conditions) {
            Condition effective = abi.argumentBits() == 32 ? condition.lowerHalf() : condition;
            if (!effective.always()) {
                needed.add(effective);
            }
        }
        return List.copyOf(needed);
    }
}
