package dev.minirt.spec.json;

import dev.minirt.spec.Hooks;
import dev.minirt.spec.Process;
import dev.minirt.spec.ReadResult;
import dev.minirt.spec.Resources;
import dev.minirt.spec.Spec;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.State;
import dev.minirt.spec.rule.SpecRules;
import java.nio.file.Path;

/**
 * Reads documents and applies the rules of {@link SpecRules}. A result is a usable document; otherwise a
 * {@link SpecException} has everything that is wrong with it, each with its JSON pointer, and nothing else is ever thrown.
 *
 * @see DocumentReader what is JSON here
 */
public final class SpecReader {
    private SpecReader() {}

    /** Reads a configuration from a file; its name without directories stands in messages about the whole document. */
    public static ReadResult<Spec> read(Path file) {
        return read(DocumentText.load(file), nameOf(file));
    }

    /** Reads a configuration that messages call {@code config.json}. */
    public static ReadResult<Spec> read(byte[] bytes) {
        return read(bytes, "config.json");
    }

    /** Reads a configuration that messages call by this name. */
    public static ReadResult<Spec> read(byte[] bytes, String name) {
        return DocumentReader.read(bytes, name, in -> new SpecBinding(in, true).spec(), SpecRules::check);
    }

    /** Reads a configuration that was read before, and whose {@code linux.seccomp} does not matter now: it is passed, and absent from the result. */
    public static ReadResult<Spec> readWithoutSeccomp(byte[] bytes) {
        return DocumentReader.read(bytes, "config.json", in -> new SpecBinding(in, false).spec(), SpecRules::check);
    }

    /** Reads the hooks of a configuration that was read before, and nothing else of it. */
    public static ReadResult<Hooks> readHooks(byte[] bytes) {
        return DocumentReader.read(bytes, "config.json", HooksBinding::ofSpec, SpecRules::checkHooks);
    }

    /** Reads a process, as for {@code exec --process}. */
    public static ReadResult<Process> readProcess(byte[] bytes, String name) {
        return DocumentReader.read(bytes, name, in -> new ProcessBinding(in).process(), SpecRules::checkProcess);
    }

    /** Reads limits, as for {@code update --resources}. */
    public static ReadResult<Resources> readResources(byte[] bytes, String name) {
        return DocumentReader.read(bytes, name, in -> new ResourcesBinding(in).resources(), SpecRules::checkResources);
    }

    /** Reads a state. */
    public static ReadResult<State> readState(byte[] bytes, String name) {
        return DocumentReader.read(bytes, name, in -> new StateBinding(in).state(), SpecRules::checkState);
    }

    private static String nameOf(Path file) {
        Path name = file.getFileName();
        return name == null ? file.toString() : name.toString();
    }
}
