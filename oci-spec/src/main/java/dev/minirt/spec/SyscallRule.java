package dev.minirt.spec;

import java.util.List;
import java.util.OptionalInt;

/**
 * A rule of a filter: what happens to calls of these names whose arguments fulfil all of {@code args}.
 *
 * @param names names of system calls, at least one; unknown ones are no error
 * @param action what happens
 * @param errnoRet errno (0 to 4095) or trace message (0 to 65535); absent means EPERM
 * @param args conditions
 */
public record SyscallRule(List<String> names, SeccompAction action, OptionalInt errnoRet, List<SeccompArg> args) {
    /** Copies what is mutable. */
    public SyscallRule {
        names = List.copyOf(names);
        args = List.copyOf(args);
    }
}
