package dev.minirt.spec.rule;

import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Mount;
import dev.minirt.spec.NamespaceType;
import dev.minirt.spec.Quoted;
import dev.minirt.spec.Spec;

/** Rules of {@code mounts} (config.md, Mounts). What an option word means is decided by whoever mounts. */
final class MountRules {
    private MountRules() {}

    static void check(Spec spec, Findings findings) {
        JsonPointer mounts = JsonPointer.ROOT.child("mounts");
        for (int i = 0; i < spec.mounts().size(); i++) {
            Mount mount = spec.mounts().get(i);
            JsonPointer pointer = mounts.child(i);
            destinationIsAbsolute(mount, pointer, findings);
            mappingsComeInPairs(mount, pointer, findings);
            idmapHasMappings(spec, mount, pointer, findings);
            MappingRules.check(mount.uidMappings(), pointer.child("uidMappings"), findings);
            MappingRules.check(mount.gidMappings(), pointer.child("gidMappings"), findings);
        }
    }

    /** A relative destination is deprecated but MUST be read as relative to the root of the container. */
    static void destinationIsAbsolute(Mount mount, JsonPointer pointer, Findings findings) {
        String destination = mount.destination();
        if (destination.isEmpty()) {
            findings.violation(pointer.child("destination"), "must not be empty");
        } else if (destination.charAt(0) != '/') {
            findings.warning(
                    pointer.child("destination"), Quoted.of(destination) + " is relative, taken as relative to /");
        }
    }

    /** "If specified, it MUST be specified along with gidMappings", and the other way round. */
    static void mappingsComeInPairs(Mount mount, JsonPointer pointer, Findings findings) {
        if (mount.uidMappings().isEmpty() != mount.gidMappings().isEmpty()) {
            String present = mount.uidMappings().isEmpty() ? "gidMappings" : "uidMappings";
            String absent = mount.uidMappings().isEmpty() ? "uidMappings" : "gidMappings";
            findings.violation(pointer.child(present), "needs " + absent + " beside it");
        }
    }

    /** Without mappings of its own, an id-mapped mount needs those of a user namespace; without either it is an error. */
    static void idmapHasMappings(Spec spec, Mount mount, JsonPointer pointer, Findings findings) {
        boolean unknown = findings.isUnreadable(Pointers.NAMESPACES);
        boolean mapped = !mount.uidMappings().isEmpty()
                || !mount.gidMappings().isEmpty()
                || spec.linux().hasNamespace(NamespaceType.USER);
        if (unknown || mapped) {
            return;
        }
        for (int i = 0; i < mount.options().size(); i++) {
            String option = mount.options().get(i);
            if (option.equals("idmap") || option.equals("ridmap")) {
                findings.violation(
                        pointer.child("options").child(i),
                        option + " needs uidMappings and gidMappings, here or in a user namespace");
            }
        }
    }
}
