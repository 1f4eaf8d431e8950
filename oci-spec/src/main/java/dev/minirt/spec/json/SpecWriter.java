package dev.minirt.spec.json;

import dev.minirt.spec.ContainerProcessState;
import dev.minirt.spec.Features;
import dev.minirt.spec.Process;
import dev.minirt.spec.Resources;
import dev.minirt.spec.Spec;
import dev.minirt.spec.State;
import java.util.List;
import java.util.Map;

/**
 * Writes documents, in UTF-8, without a final line break, with members always in the same order. What {@link SpecReader}
 * reads of the result equals what was written.
 */
public final class SpecWriter {
    private SpecWriter() {}

    /** A configuration. */
    public static byte[] spec(Spec spec, JsonStyle style) {
        JsonWriter out = new JsonWriter(style);
        SpecText.write(spec, out);
        return out.toBytes();
    }

    /** A process, as for {@code exec --process}. */
    public static byte[] process(Process process, JsonStyle style) {
        JsonWriter out = new JsonWriter(style).beginObject();
        ProcessText.members(process, out);
        return out.endObject().toBytes();
    }

    /** Limits, as for {@code update --resources}. */
    public static byte[] resources(Resources resources, JsonStyle style) {
        JsonWriter out = new JsonWriter(style).beginObject();
        ResourcesText.members(resources, out);
        return out.endObject().toBytes();
    }

    /** A state, as hooks get it. */
    public static byte[] state(State state, JsonStyle style) {
        return state(state, Map.of(), style);
    }

    /** A state with members of the runtime's own behind those of the spec, which has room for "additional properties". */
    public static byte[] state(State state, Map<String, String> more, JsonStyle style) {
        JsonWriter out = new JsonWriter(style).beginObject();
        stateMembers(state, out);
        more.forEach(out::member);
        return out.endObject().toBytes();
    }

    /** What the listener of a seccomp filter receives. */
    public static byte[] containerProcessState(ContainerProcessState state, JsonStyle style) {
        JsonWriter out = new JsonWriter(style)
                .beginObject()
                .member("ociVersion", state.ociVersion())
                .texts("fds", state.fds())
                .member("pid", state.pid())
                .ifPresent("metadata", state.metadata())
                .beginObject("state");
        stateMembers(state.state(), out);
        return out.endObject().endObject().toBytes();
    }

    private static void stateMembers(State state, JsonWriter out) {
        out.member("ociVersion", state.ociVersion())
                .member("id", state.id())
                .member("status", state.status().specName())
                .ifPresent("pid", state.pid())
                .member("bundle", state.bundle())
                .textsIfAny("annotations", state.annotations());
    }

    /** The features of a runtime. Empty lists are written: they mean "none", while absent ones would mean "not known". */
    public static byte[] features(Features features, JsonStyle style) {
        Features.LinuxFeatures linux = features.linux();
        Features.CgroupFeatures cgroup = linux.cgroup();
        Features.SeccompFeatures seccomp = linux.seccomp();
        Features.IntelRdtFeatures intelRdt = linux.intelRdt();
        JsonWriter out = new JsonWriter(style)
                .beginObject()
                .member("ociVersionMin", features.ociVersionMin())
                .member("ociVersionMax", features.ociVersionMax())
                .texts("hooks", features.hooks())
                .texts("mountOptions", features.mountOptions());
        out.beginObject("linux").texts("namespaces", linux.namespaces()).texts("capabilities", linux.capabilities());
        out.beginObject("cgroup")
                .member("v1", cgroup.v1())
                .member("v2", cgroup.v2())
                .member("systemd", cgroup.systemd())
                .member("systemdUser", cgroup.systemdUser())
                .member("rdma", cgroup.rdma())
                .endObject();
        out.beginObject("seccomp")
                .member("enabled", seccomp.enabled())
                .texts("actions", seccomp.actions())
                .texts("operators", seccomp.operators())
                .texts("archs", seccomp.archs())
                .texts("knownFlags", seccomp.knownFlags())
                .texts("supportedFlags", seccomp.supportedFlags())
                .endObject();
        enabled("apparmor", linux.apparmor(), out);
        enabled("selinux", linux.selinux(), out);
        out.beginObject("intelRdt")
                .member("enabled", intelRdt.enabled())
                .member("schemata", intelRdt.schemata())
                .member("monitoring", intelRdt.monitoring())
                .endObject();
        for (Features.MemoryPolicyFeatures policy :
                linux.memoryPolicy().stream().toList()) {
            out.beginObject("memoryPolicy")
                    .texts("modes", policy.modes())
                    .texts("flags", policy.flags())
                    .endObject();
        }
        enabled("idmap", linux.mountExtensions().idmap(), out.beginObject("mountExtensions"));
        out.endObject();
        enabled("netDevices", linux.netDevices(), out);
        out.endObject().textsIfAny("annotations", features.annotations());
        List<String> unsafe = features.potentiallyUnsafeConfigAnnotations();
        return out.texts("potentiallyUnsafeConfigAnnotations", unsafe)
                .endObject()
                .toBytes();
    }

    private static void enabled(String name, Features.Enabled feature, JsonWriter out) {
        out.beginObject(name).member("enabled", feature.enabled()).endObject();
    }
}
