package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Deviates;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.Sandbox;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The features document. */
@Conformance
class FeaturesTest {
    private static JsonNode features(Sandbox box) {
        return box.bareRuntime("features").execute().succeeded().json();
    }

    private static List<String> texts(JsonNode array) {
        assertThat(array.isArray()).as("an array: %s", array).isTrue();
        List<String> texts = new ArrayList<>();
        array.forEach(entry -> texts.add(entry.asString()));
        return texts;
    }

    private static String[] words(String text) {
        return text.strip().split("\\s+");
    }

    @Test
    @Covers("F1")
    void namesItsVersions(Sandbox box) {
        JsonNode features = features(box);
        assertThat(features.path("ociVersionMin").asString()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(features.path("ociVersionMax").asString()).matches("\\d+\\.\\d+\\.\\d+.*");
        for (String bound : List.of("ociVersionMin", "ociVersionMax")) {
            assertThat(box.output(box.bundle()
                            .args("echo", "ok")
                            .set("/ociVersion", features.path(bound).asString())))
                    .isEqualTo("ok\n");
        }
    }

    @Test
    @Covers("F2")
    void listsHooks(Sandbox box) {
        assertThat(texts(features(box).path("hooks")))
                .containsExactlyInAnyOrder(
                        words("prestart createRuntime createContainer startContainer poststart poststop"));
    }

    @Test
    @Covers("F2")
    void listsCapabilities(Sandbox box) {
        assertThat(texts(features(box).at("/linux/capabilities")))
                .hasSize(41)
                .allMatch(name -> name.startsWith("CAP_"))
                .contains("CAP_CHOWN", "CAP_SYS_ADMIN", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE");
    }

    @Test
    @Covers("F3")
    void listsTheMountOptionsOfTheSpecification(Sandbox box) {
        assertThat(texts(features(box).path("mountOptions")))
                .doesNotHaveDuplicates()
                .isSorted()
                .contains(words("""
                                async atime bind defaults dev diratime dirsync exec iversion noatime nodev nodiratime noexec
                                noiversion norelatime nostrictatime nosuid private rbind relatime remount ro rprivate rshared
                                rslave runbindable rw shared slave strictatime suid sync unbindable tmpcopyup
                                ratime rdev rdiratime rexec rnoatime rnodiratime rnoexec rnorelatime rnostrictatime rnosuid
                                rrelatime rro rrw rstrictatime rsuid rnodev
                                """))
                .doesNotContain("size", "mode", "uid");
    }

    @Test
    @Covers("F3")
    @Deviates(runtime = Flavour.CRUN, reason = "idmap and ridmap are left out")
    void listsTheMountOptionsOfLaterVersions(Sandbox box) {
        List<String> options = texts(features(box).path("mountOptions"));
        assertThat(options)
                .contains(words("lazytime nolazytime loud silent symfollow nosymfollow rsymfollow rnosymfollow"));
        // Idmapped mounts are announced only when they work.
        assertThat(options.contains("idmap"))
                .isEqualTo(
                        features(box).at("/linux/mountExtensions/idmap/enabled").asBoolean(false));
    }

    @Test
    @Covers("F4")
    void listsNamespaces(Sandbox box) {
        assertThat(texts(features(box).at("/linux/namespaces")))
                .contains(words("cgroup ipc mount network pid user uts"))
                .doesNotHaveDuplicates();
        if (box.runtime().isMinirt()) {
            assertThat(texts(features(box).at("/linux/namespaces")))
                    .contains("time")
                    .hasSize(8);
        }
    }

    @Test
    @Covers("F5")
    void describesCgroups(Sandbox box) {
        JsonNode cgroup = features(box).at("/linux/cgroup");
        assertThat(cgroup.path("v2").asBoolean()).isTrue();
        assertThat(cgroup.path("v1").isBoolean()).isTrue();
        assertThat(cgroup.path("systemd").isBoolean()).isTrue();
        assertThat(cgroup.path("systemdUser").isBoolean()).isTrue();
    }

    @Test
    @Covers("F6")
    void describesSeccomp(Sandbox box) {
        JsonNode seccomp = features(box).at("/linux/seccomp");
        assertThat(seccomp.path("enabled").asBoolean()).isTrue();
        assertThat(texts(seccomp.path("actions")))
                .contains(words("SCMP_ACT_ALLOW SCMP_ACT_ERRNO SCMP_ACT_KILL SCMP_ACT_KILL_PROCESS SCMP_ACT_KILL_THREAD"
                        + " SCMP_ACT_LOG SCMP_ACT_TRACE SCMP_ACT_TRAP"));
        assertThat(texts(seccomp.path("operators")))
                .containsExactlyInAnyOrder(words("SCMP_CMP_EQ SCMP_CMP_GE SCMP_CMP_GT SCMP_CMP_LE SCMP_CMP_LT"
                        + " SCMP_CMP_MASKED_EQ SCMP_CMP_NE"));
        assertThat(texts(seccomp.path("archs")))
                .contains(words("SCMP_ARCH_AARCH64 SCMP_ARCH_ARM SCMP_ARCH_X32 SCMP_ARCH_X86 SCMP_ARCH_X86_64"));
    }

    @Test
    @Covers("F6")
    @Deviates(runtime = Flavour.RUNC, reason = "flags came with 1.1.6")
    @Deviates(runtime = Flavour.CRUN, reason = "flags are not listed")
    void listsSeccompFlagsThatWork(Sandbox box) {
        JsonNode seccomp = features(box).at("/linux/seccomp");
        List<String> known = texts(seccomp.path("knownFlags"));
        List<String> supported = texts(seccomp.path("supportedFlags"));
        assertThat(known)
                .contains("SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG")
                .containsAll(supported);
        for (String flag : supported) {
            if (flag.endsWith("WAIT_KILLABLE_RECV")) {
                continue; // only with a listener
            }
            assertThat(box.output(box.bundle()
                            .args("echo", flag)
                            .setJson(
                                    "/linux/seccomp",
                                    "{'defaultAction': 'SCMP_ACT_ALLOW', 'flags': ['" + flag + "']}")))
                    .isEqualTo(flag + "\n");
        }
    }

    @Test
    @Covers("F7")
    void describesSecurityModules(Sandbox box) {
        JsonNode linux = features(box).path("linux");
        assertThat(linux.at("/apparmor/enabled").isBoolean()).isTrue();
        assertThat(linux.at("/selinux/enabled").isBoolean()).isTrue();
    }

    @Test
    @Covers({"F8", "F9", "F10"})
    @Deviates(runtime = Flavour.RUNC, reason = "came after 1.1.5")
    @Deviates(runtime = Flavour.CRUN, reason = "partly missing")
    void describesWhatLaterVersionsAdded(Sandbox box) {
        JsonNode linux = features(box).path("linux");
        assertThat(linux.at("/intelRdt/enabled").isBoolean()).isTrue();
        assertThat(linux.at("/mountExtensions/idmap/enabled").isBoolean()).isTrue();
        assertThat(linux.at("/netDevices/enabled").isBoolean()).isTrue();
    }

    @Test
    @Covers("F11")
    void annotates(Sandbox box) {
        features(box)
                .path("annotations")
                .properties()
                .forEach(entry -> assertThat(entry.getValue().isString()).isTrue());
    }

    @Test
    @Covers("F12")
    @Deviates(runtime = Flavour.RUNC, reason = "came after 1.1.5")
    @Deviates(runtime = Flavour.CRUN, reason = "came after 1.8")
    void namesUnsafeAnnotations(Sandbox box) {
        assertThat(texts(features(box).path("potentiallyUnsafeConfigAnnotations")))
                .doesNotContain("");
    }
}
