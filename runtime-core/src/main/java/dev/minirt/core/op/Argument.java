package dev.minirt.core.op;

import dev.minirt.core.linux.KernelConstant;
import dev.minirt.core.linux.KernelFlag;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A field of an operation with its value.
 *
 * @param name the field's name in ops.def
 * @param kind what the interpreter does with it
 * @param value in words: flags by their names, lists with their elements
 * @param slot the slot, for the kinds that name one
 */
public record Argument(String name, Kind kind, String value, Optional<Slot> slot) {
    /** Whether a field names a slot, and how. */
    public enum Kind {
        VALUE,
        OPENS,
        USES
    }

    private static Argument value(String name, Object value) {
        return new Argument(name, Kind.VALUE, String.valueOf(value), Optional.empty());
    }

    static Argument bool(String name, boolean value) {
        return value(name, value);
    }

    static Argument u32(String name, int value) {
        return value(name, Integer.toUnsignedString(value));
    }

    static Argument u64(String name, long value) {
        return value(name, value == -1 ? "unlimited" : Long.toUnsignedString(value));
    }

    static Argument i64(String name, long value) {
        return value(name, value);
    }

    static Argument text(String name, String value) {
        return value(name, value);
    }

    static Argument texts(String name, List<String> value) {
        return value(name, value);
    }

    static Argument numbers(String name, List<Integer> value) {
        return value(name, value.stream().map(Integer::toUnsignedString).collect(Collectors.joining(", ", "[", "]")));
    }

    static Argument bytes(String name, Bytes value) {
        return value(name, value);
    }

    static Argument flags(String name, Set<? extends KernelFlag> value) {
        return value(name, value.stream().map(KernelFlag::symbol).collect(Collectors.joining("|")));
    }

    static Argument constant(String name, KernelConstant value) {
        return value(name, value.symbol());
    }

    static Argument opens(String name, Slot value) {
        return new Argument(name, Kind.OPENS, "$" + value.name(), Optional.of(value));
    }

    static Argument slot(String name, Slot value) {
        return new Argument(name, Kind.USES, "$" + value.name(), Optional.of(value));
    }

    static Argument optionalSlot(String name, Optional<Slot> value) {
        return value.map(slot -> slot(name, slot)).orElseGet(() -> value(name, "none"));
    }
}
