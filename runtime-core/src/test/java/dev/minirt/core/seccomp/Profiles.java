package dev.minirt.core.seccomp;

import dev.minirt.spec.Seccomp;
import dev.minirt.spec.SeccompAction;
import dev.minirt.spec.SeccompArchitecture;
import dev.minirt.spec.SeccompArg;
import dev.minirt.spec.SeccompFlag;
import dev.minirt.spec.SeccompOperator;
import dev.minirt.spec.SyscallRule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Profiles to test with: those that engines write, and short ones made by hand. */
final class Profiles {
    private Profiles() {}

    /** The profile of an engine, as it stands in the config.json that the engine wrote: {@code docker20}, {@code podman43}, {@code podman54}. */
    static Seccomp engine(String name) {
        try (InputStream in = Objects.requireNonNull(Profiles.class.getResourceAsStream(name + ".json"), name)) {
            return read(JsonMapper.shared().readTree(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Seccomp profile(SeccompAction defaultAction, SyscallRule... rules) {
        return profile(defaultAction, OptionalInt.empty(), List.of(), rules);
    }

    static Seccomp profile(
            SeccompAction defaultAction,
            OptionalInt errno,
            List<SeccompArchitecture> architectures,
            SyscallRule... rules) {
        return new Seccomp(
                defaultAction,
                errno,
                architectures,
                List.of(SeccompFlag.SPEC_ALLOW),
                Optional.empty(),
                Optional.empty(),
                Arrays.asList(rules));
    }

    static SyscallRule rule(SeccompAction action, String name, SeccompArg... args) {
        return new SyscallRule(List.of(name), action, OptionalInt.empty(), Arrays.asList(args));
    }

    static SyscallRule errno(int errno, String name, SeccompArg... args) {
        return new SyscallRule(List.of(name), SeccompAction.ERRNO, OptionalInt.of(errno), Arrays.asList(args));
    }

    static SeccompArg arg(int index, SeccompOperator operator, long value) {
        return new SeccompArg(index, value, 0, operator);
    }

    static SeccompArg masked(int index, long mask, long value) {
        return new SeccompArg(index, mask, value, SeccompOperator.MASKED_EQ);
    }

    private static Seccomp read(JsonNode node) {
        List<SeccompArchitecture> architectures = new ArrayList<>();
        for (JsonNode name : node.path("architectures")) {
            architectures.add(Objects.requireNonNull(SeccompArchitecture.named(name.asString())));
        }
        List<SyscallRule> rules = new ArrayList<>();
        for (JsonNode rule : node.path("syscalls")) {
            rules.add(readRule(rule));
        }
        return new Seccomp(
                action(node.path("defaultAction")),
                errno(node.path("defaultErrnoRet")),
                architectures,
                List.of(SeccompFlag.SPEC_ALLOW),
                Optional.empty(),
                Optional.empty(),
                rules);
    }

    private static SyscallRule readRule(JsonNode node) {
        List<String> names = new ArrayList<>();
        for (JsonNode name : node.path("names")) {
            names.add(name.asString());
        }
        List<SeccompArg> args = new ArrayList<>();
        for (JsonNode arg : node.path("args")) {
            args.add(new SeccompArg(
                    arg.path("index").asInt(),
                    arg.path("value").bigIntegerValue().longValue(),
                    arg.has("valueTwo") ? arg.path("valueTwo").bigIntegerValue().longValue() : 0,
                    Objects.requireNonNull(SeccompOperator.named(arg.path("op").asString()))));
        }
        return new SyscallRule(names, action(node.path("action")), errno(node.path("errnoRet")), args);
    }

    private static SeccompAction action(JsonNode node) {
        return Objects.requireNonNull(SeccompAction.named(node.asString()));
    }

    private static OptionalInt errno(JsonNode node) {
        return node.isMissingNode() ? OptionalInt.empty() : OptionalInt.of(node.asInt());
    }
}
