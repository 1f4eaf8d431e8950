package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Container;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Deviates;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.Json;
import dev.minirt.conformance.harness.Outcome;
import dev.minirt.conformance.harness.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bundle and the root of the configuration. */
@Conformance
class GeneralTest {
    @Test
    @Covers({"G1", "G7"})
    void runsABundle(Sandbox box) {
        assertThat(box.output(box.bundle().args("echo", "hello"))).isEqualTo("hello\n");
    }

    @Test
    @Covers("G1")
    void takesTheWorkingDirectoryAsBundle(Sandbox box) {
        Bundle bundle = box.bundle().args("echo", "here").write();
        Outcome outcome =
                box.runtime("run", box.newId()).from(bundle.directory()).execute();
        assertThat(outcome.succeeded().stdout()).isEqualTo("here\n");
    }

    @Test
    @Covers("G1")
    void takesARelativeBundle(Sandbox box) {
        Bundle bundle = box.bundle().args("echo", "here").write();
        Outcome outcome = box.runtime(
                        "run", "--bundle", bundle.directory().getFileName().toString(), box.newId())
                .execute();
        assertThat(outcome.succeeded().stdout()).isEqualTo("here\n");
    }

    @Test
    @Covers("G1")
    void refusesABundleWithoutConfig(Sandbox box) throws IOException {
        Bundle bundle = box.bundle().write();
        Files.delete(bundle.directory().resolve("config.json"));
        box.runtime("create", "--bundle", bundle.directory().toString(), box.newId())
                .execute()
                .failed("config.json");
        box.nothingLeft();
    }

    @Test
    @Covers("G1")
    void refusesABundleThatDoesNotExist(Sandbox box) {
        box.runtime("create", "--bundle", box.directory() + "/none", box.newId())
                .execute()
                .failed("no such file or directory");
        box.nothingLeft();
    }

    @Test
    @Covers("G2")
    void ignoresUnknownProperties(Sandbox box) {
        Bundle bundle = box.bundle().args("echo", "ok");
        for (String pointer : new String[] {"", "/process", "/root", "/linux", "/linux/resources", "/mounts/0"}) {
            bundle.setJson(pointer + "/x-unknown", "{'a': [1, null, {'b': 2.5}]}");
        }
        assertThat(box.output(bundle)).isEqualTo("ok\n");
    }

    @ParameterizedTest
    @Covers("G3")
    @ValueSource(
            strings = {
                "/process/rlimits/0/type=RLIMIT_NONSENSE",
                "/linux/namespaces/0/type=nonsense",
                "/linux/rootfsPropagation=nonsense",
                "/linux/personality/domain=NONSENSE",
            })
    @Deviates(runtime = Flavour.RUNC, cases = "personality", reason = "personality is unknown before 1.2")
    void refusesAKnownPropertyWithAnInvalidValue(String mutation, Sandbox box) {
        String[] parts = mutation.split("=", 2);
        box.createFails(box.bundle().set(parts[0], parts[1]));
    }

    @ParameterizedTest
    @Covers({"G4", "F1"})
    @ValueSource(strings = {"1.0.0", "1.0.2", "1.0.2-dev", "1.1.0", "1.1.0+build.5", "1.2.0", "1.2.1"})
    void acceptsVersions(String version, Sandbox box) {
        assertThat(box.output(box.bundle().args("echo", "ok").set("/ociVersion", version)))
                .isEqualTo("ok\n");
    }

    @ParameterizedTest
    @Covers("G4")
    @ValueSource(strings = {"2.0.0", "0.9.0", "one", "1.0", "", "01.0.0"})
    @Deviates(runtime = Flavour.RUNC, reason = "ociVersion is not looked at")
    @Deviates(runtime = Flavour.CRUN, reason = "ociVersion is not looked at")
    void refusesForeignVersions(String version, Sandbox box) {
        box.createFails(box.bundle().set("/ociVersion", version), "ociVersion");
    }

    @Test
    @Covers("G4")
    @Deviates(runtime = Flavour.RUNC, reason = "ociVersion is not looked at")
    @Deviates(runtime = Flavour.CRUN, reason = "ociVersion is not looked at")
    void refusesAMissingVersion(Sandbox box) {
        box.createFails(box.bundle().remove("/ociVersion"), "ociVersion");
    }

    @Test
    @Covers({"G5", "H13"})
    void leavesNothingWhenCreateFailsLate(Sandbox box) {
        // The hook fails when namespaces, cgroup and mounts are there: all must go again.
        box.createFails(box.bundle()
                .set("/linux/cgroupsPath", "/" + box.name() + "/late")
                .hook("createContainer", "/bin/false"));
    }

    @Test
    @Covers("G6")
    void refusesAMissingRoot(Sandbox box) {
        box.createFails(box.bundle().remove("/root"), "root");
    }

    @Test
    @Covers("G7")
    void takesAnAbsoluteRootPath(Sandbox box) {
        Bundle bundle = box.bundle().args("echo", "absolute");
        assertThat(box.output(bundle.set("/root/path", bundle.rootfs().toString())))
                .isEqualTo("absolute\n");
    }

    @Test
    @Covers("G7")
    void refusesARootThatDoesNotExist(Sandbox box) {
        box.createFails(box.bundle().set("/root/path", "nowhere"), "no such file or directory");
    }

    @Test
    @Covers("G7")
    void refusesARootThatIsAFile(Sandbox box) {
        Bundle bundle = box.bundle().set("/root/path", "file");
        Sandbox.write(bundle.directory().resolve("file"), "");
        box.createFails(bundle, "not a directory");
    }

    @Test
    @Covers("G8")
    void makesTheRootReadOnly(Sandbox box) {
        Outcome outcome =
                box.run(box.bundle().shell("echo mount ok > /dev/shm/x && cat /dev/shm/x; echo root > /tmp/x"));
        assertThat(outcome.stdout()).isEqualTo("mount ok\n");
        assertThat(outcome.stderr()).contains("Read-only file system");
        assertThat(outcome.code()).isNotZero();
    }

    @Test
    @Covers("G8")
    void leavesTheRootWritableByDefault(Sandbox box) {
        Bundle bundle = box.bundle().shell("echo written > /tmp/x").remove("/root/readonly");
        box.output(bundle);
        assertThat(Sandbox.read(bundle.rootfs("tmp", "x"))).isEqualTo("written\n");
    }

    @Test
    @Covers({"G9", "L5"})
    void passesAnnotationsThrough(Sandbox box) {
        Container container = box.create(box.bundle()
                .idle()
                .setJson(
                        "/annotations",
                        "{'com.example.key': 'value', 'org.opencontainers.image.os': 'plan9', 'empty': ''}"));
        var annotations = container.state().path("annotations");
        assertThat(annotations.path("com.example.key").asString()).isEqualTo("value");
        assertThat(annotations.path("org.opencontainers.image.os").asString()).isEqualTo("plan9");
        assertThat(annotations.path("empty").asString()).isEmpty();
    }

    @Test
    @Covers("G9")
    @Deviates(runtime = Flavour.RUNC, reason = "annotation keys are not looked at")
    @Deviates(runtime = Flavour.CRUN, reason = "annotation keys are not looked at")
    void refusesAnEmptyAnnotationKey(Sandbox box) {
        box.createFails(box.bundle().setJson("/annotations", "{'': 'x'}"), "annotations");
    }

    @Test
    @Covers("G10")
    void keepsItsOwnCopyOfTheConfiguration(Sandbox box) {
        Bundle bundle = box.bundle()
                .shell("echo original")
                .hookScript("poststop", "echo original > " + box.directory() + "/hook");
        Container container = box.create(bundle);
        String changed = Json.read(bundle.config().toString()).toString().replace("original", "changed");
        Sandbox.write(bundle.directory().resolve("config.json"), changed);
        container.start().awaitExit().delete().succeeded();
        assertThat(container.stdout()).isEqualTo("original\n");
        assertThat(Sandbox.read(box.directory().resolve("hook"))).isEqualTo("original\n");
    }

    @Test
    @Covers("G10")
    void worksWithoutTheBundleAfterCreate(Sandbox box) throws IOException {
        Bundle bundle = box.bundle().shell("echo still here");
        Container container = box.create(bundle);
        Path moved = box.directory().resolve("moved");
        Files.move(bundle.directory(), moved);
        container.start().awaitExit().delete().succeeded();
        assertThat(container.stdout()).isEqualTo("still here\n");
    }

    @Test
    @Covers({"G11", "G12"})
    void setsHostAndDomainName(Sandbox box) {
        box.needs(box.runtime().flavour() != Flavour.RUNC, "domainname, which runc knows since 1.2");
        Bundle bundle = box.bundle()
                .shell("hostname; cat /proc/sys/kernel/domainname")
                .set("/hostname", "some-host.example")
                .set("/domainname", "some-domain");
        assertThat(box.output(bundle)).isEqualTo("some-host.example\nsome-domain\n");
    }

    @Test
    @Covers("G11")
    void setsTheHostName(Sandbox box) {
        String host = Sandbox.read(Path.of("/proc/sys/kernel/hostname"));
        assertThat(box.output(box.bundle().args("hostname").set("/hostname", "inner")))
                .isEqualTo("inner\n");
        assertThat(Sandbox.read(Path.of("/proc/sys/kernel/hostname"))).isEqualTo(host);
    }

    @Test
    @Covers("G11")
    void refusesAHostNameWithoutUtsNamespace(Sandbox box) {
        box.createFails(box.bundle().withoutNamespace("uts"), "hostname");
    }

    @Test
    @Covers("G12")
    @Deviates(runtime = Flavour.RUNC, reason = "domainname is unknown before 1.2")
    void refusesADomainNameWithoutUtsNamespace(Sandbox box) {
        box.createFails(box.bundle().withoutNamespace("uts").remove("/hostname").set("/domainname", "x"), "domainname");
    }
}
