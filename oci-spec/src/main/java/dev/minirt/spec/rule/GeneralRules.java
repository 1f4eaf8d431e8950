package dev.minirt.spec.rule;

import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.NamespaceType;
import dev.minirt.spec.OciVersion;
import dev.minirt.spec.Quoted;
import dev.minirt.spec.Spec;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Rules of the top level (config.md: Specification version, Root, Hostname, Domainname, Annotations). */
final class GeneralRules {
    private static final JsonPointer OCI_VERSION = JsonPointer.of("/ociVersion");
    private static final JsonPointer ROOT_PATH = JsonPointer.of("/root/path");

    /** What sethostname(2) and setdomainname(2) take at most, in bytes. */
    private static final int LONGEST_NAME = 64;

    private GeneralRules() {}

    /** "MUST be in SemVer v2.0.0 format"; other major versions are incompatible, newer minor ones only have additions. */
    static void versionIsSupported(Spec spec, Findings findings) {
        OciVersion version = OciVersion.parse(spec.ociVersion());
        if (version == null) {
            findings.violation(
                    OCI_VERSION, Quoted.of(spec.ociVersion()) + " is not a version such as " + OciVersion.MAX);
        } else if (version.major() != OciVersion.MAX.major()) {
            findings.violation(
                    OCI_VERSION,
                    "version " + version + " is not supported, only " + OciVersion.MIN + " to " + OciVersion.MAX);
        } else if (version.minor() > OciVersion.MAX.minor()) {
            findings.warning(
                    OCI_VERSION,
                    "version " + version + " is newer than " + OciVersion.MAX + ": what it added is ignored");
        }
    }

    /** The root is REQUIRED on Linux, and so is its path. */
    static void rootPathIsGiven(Spec spec, Findings findings) {
        if (spec.root().path().isEmpty()) {
            findings.violation(ROOT_PATH, "must not be empty");
        }
    }

    /** Without a UTS namespace of its own the container would rename its host. */
    static void namesNeedUtsNamespace(Spec spec, Findings findings) {
        boolean unknown = findings.isUnreadable(Pointers.NAMESPACES);
        if (!unknown && !spec.linux().hasNamespace(NamespaceType.UTS)) {
            needsUtsNamespace(spec.hostname(), JsonPointer.of("/hostname"), findings);
            needsUtsNamespace(spec.domainname(), JsonPointer.of("/domainname"), findings);
        }
    }

    private static void needsUtsNamespace(Optional<String> name, JsonPointer pointer, Findings findings) {
        if (name.isPresent()) {
            findings.violation(pointer, "needs a uts namespace in linux.namespaces");
        }
    }

    /** sethostname(2) and setdomainname(2) refuse more. */
    static void namesAreShort(Spec spec, Findings findings) {
        isShort(spec.hostname(), JsonPointer.of("/hostname"), findings);
        isShort(spec.domainname(), JsonPointer.of("/domainname"), findings);
    }

    private static void isShort(Optional<String> name, JsonPointer pointer, Findings findings) {
        if (name.isPresent() && name.get().getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            findings.violation(pointer, "longer than " + LONGEST_NAME + " bytes");
        }
    }

    /** "Keys MUST NOT be an empty string". */
    static void annotationsHaveKeys(Map<String, String> annotations, Findings findings) {
        if (annotations.containsKey("")) {
            findings.violation(JsonPointer.of("/annotations"), "a key must not be empty");
        }
    }
}
