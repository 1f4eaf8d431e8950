package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Cgroups;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Container;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Deviates;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.Outcome;
import dev.minirt.conformance.harness.Processes;
import dev.minirt.conformance.harness.Sandbox;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code linux.devices}, the default devices, and who may open what. */
@Conformance
class DevicesTest {
    /** Prints type, numbers, mode and owner of a file. */
    private static final String STAT = "stat -c '%F %t:%T %a %u:%g' ";

    @ParameterizedTest
    @Covers({"D1", "D5", "D6"})
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'type': 'c', 'major': 1, 'minor': 3 | character special file 1:3",
                "'type': 'u', 'major': 1, 'minor': 5 | character special file 1:5",
                "'type': 'b', 'major': 7, 'minor': 300 | block special file 7:12c",
                "'type': 'c', 'major': 300, 'minor': 70000 | character special file 12c:11170",
                "'type': 'p' | fifo 0:0",
                "'type': 'c', 'major': 0, 'minor': 0 | character special file 0:0",
            })
    void makesEachType(String fields, String expected, Sandbox box) {
        Bundle bundle = box.bundle()
                .setJson(
                        "/linux/devices/-",
                        "{'path': '/dev/made', " + fields + ", 'fileMode': 416, 'uid': 7, 'gid': 8}")
                .shell(STAT + "/dev/made");
        assertThat(box.output(bundle)).isEqualTo(expected + " 640 7:8\n");
    }

    @Test
    @Covers("D5")
    void givesADeviceItsModeWhateverTheUmask(Sandbox box) {
        Bundle bundle = box.bundle()
                .setJson(
                        "/linux/devices/-",
                        "{'path': '/dev/made', 'type': 'c', 'major': 1, 'minor': 3, 'fileMode': 438}")
                .shell(STAT + "/dev/made /dev/null");
        Outcome outcome = box.running(bundle, box.newId())
                .within("sh", "-c", "umask 0077; exec \"$@\"", "sh")
                .execute();
        assertThat(outcome.succeeded().stdout())
                .isEqualTo("character special file 1:3 666 0:0\ncharacter special file 1:3 666 0:0\n");
    }

    @Test
    @Covers({"D5", "trap 12"})
    void takesAModeWithTypeBits(Sandbox box) {
        // podman passes st_mode as it is: 8630 is S_IFCHR|0666.
        Bundle bundle = box.bundle()
                .setJson(
                        "/linux/devices/-",
                        "{'path': '/dev/made', 'type': 'c', 'major': 1, 'minor': 3, 'fileMode': 8630}")
                .shell(STAT + "/dev/made");
        assertThat(box.output(bundle)).isEqualTo("character special file 1:3 666 0:0\n");
    }

    @Test
    @Covers("D2")
    void makesDevicesAnywhere(Sandbox box) {
        Bundle bundle = box.bundle()
                .setJson(
                        "/linux/devices/-",
                        "{'path': '/opt/deep/er/zero', 'type': 'c', 'major': 1, 'minor': 5, 'fileMode': 438}")
                .shell("head -c 4 /opt/deep/er/zero | wc -c");
        assertThat(box.output(bundle)).isEqualTo("4\n");
    }

    @Test
    @Covers("D3")
    @Deviates(runtime = Flavour.RUNC, reason = "whatever exists is taken for the device")
    @Deviates(runtime = Flavour.CRUN, reason = "whatever exists is taken for the device")
    void refusesAPathThatIsSomethingElse(Sandbox box) {
        Bundle bundle = box.bundle()
                .setJson(
                        "/linux/devices/-",
                        "{'path': '/opt/null', 'type': 'c', 'major': 1, 'minor': 3, 'fileMode': 438}");
        Sandbox.write(bundle.rootfs("opt", "null"), "not a device");
        box.createFails(bundle, "/linux/devices/0", "/opt/null");
    }

    @Test
    @Covers("D3")
    void acceptsAPathThatIsTheDevice(Sandbox box) {
        Bundle bundle = box.bundle()
                .setJson(
                        "/linux/devices/-",
                        "{'path': '/opt/null', 'type': 'c', 'major': 1, 'minor': 3, 'fileMode': 438}")
                .shell("echo x > /opt/null && echo ok");
        Sandbox.write(bundle.rootfs("opt", ".keep"), "");
        box.host("mknod", "-m", "666", bundle.rootfs("opt", "null").toString(), "c", "1", "3")
                .execute()
                .succeeded();
        assertThat(box.output(bundle)).isEqualTo("ok\n");
    }

    @Test
    @Covers("D4")
    void toleratesTheSameNumbersTwice(Sandbox box) {
        Bundle bundle = box.bundle().shell("ls /dev/a /dev/b");
        for (String name : new String[] {"a", "b"}) {
            bundle.setJson(
                    "/linux/devices/-",
                    "{'path': '/dev/" + name + "', 'type': 'c', 'major': 1, 'minor': 3, 'fileMode': 438}");
        }
        Outcome outcome = box.run(bundle).succeededPerhapsWithWarnings();
        assertThat(outcome.stdout()).isEqualTo("/dev/a\n/dev/b\n");
    }

    @ParameterizedTest
    @Covers("D1")
    @ValueSource(
            strings = {
                "{'path': '/dev/x', 'type': 'x', 'major': 1, 'minor': 3}",
                "{'path': '/dev/x', 'type': '', 'major': 1, 'minor': 3}",
                "{'path': 'dev/x', 'type': 'c', 'major': 1, 'minor': 3}",
                "{'type': 'c', 'major': 1, 'minor': 3}",
                "{'path': '/dev/x', 'type': 'c', 'major': -1, 'minor': 3}",
                "{'path': '/dev/x', 'type': 'c', 'major': 1}",
            })
    @Deviates(runtime = Flavour.RUNC, cases = "^.[346]]", reason = "not validated")
    void refusesWhatIsNoDevice(String device, Sandbox box) {
        box.createFails(box.bundle().setJson("/linux/devices/-", device), "/linux/devices/0");
    }

    @ParameterizedTest
    @Covers("D7")
    @CsvSource({"null, 1:3", "zero, 1:5", "full, 1:7", "random, 1:8", "urandom, 1:9", "tty, 5:0"})
    void suppliesTheDefaultDevices(String name, String numbers, Sandbox box) {
        assertThat(box.output(box.bundle().shell(STAT + "/dev/" + name)))
                .isEqualTo("character special file " + numbers + " 666 0:0\n");
    }

    @Test
    @Covers("D7")
    void suppliesPtmx(Sandbox box) {
        box.needsProbe();
        Bundle bundle = box.bundle().shell("stat -L -c '%F %t:%T %a' /dev/ptmx; probe open /dev/ptmx rw; ls /dev/pts");
        assertThat(box.output(bundle)).isEqualTo("character special file 5:2 666\nok\nptmx\n");
    }

    @Test
    @Covers("D7")
    void prefersTheConfiguredDeviceToTheDefaultOne(Sandbox box) {
        Bundle bundle = box.bundle()
                .setJson(
                        "/linux/devices/-",
                        "{'path': '/dev/full', 'type': 'c', 'major': 1, 'minor': 3, 'fileMode': 384, 'uid': 5, 'gid': 6}")
                .shell(STAT + "/dev/full");
        assertThat(box.output(bundle)).isEqualTo("character special file 1:3 600 5:6\n");
    }

    @Test
    @Covers("D8")
    void makesNoConsoleWithoutATerminal(Sandbox box) {
        assertThat(box.output(box.bundle().shell("[ -e /dev/console ] || echo none")))
                .isEqualTo("none\n");
    }

    @Test
    @Covers("D9")
    void leavesABindMountedDevAlone(Sandbox box) {
        var source = box.directoryWith("keep", "");
        box.host("mknod", source + "/null", "c", "1", "3").execute().succeeded();
        Bundle bundle = box.bundle()
                .withoutMount("/dev/mqueue")
                .withoutMount("/dev/shm")
                .withoutMount("/dev/pts")
                .withoutMount("/dev")
                .bind(source, "/dev", "rbind")
                .shell("ls /dev");
        assertThat(box.output(bundle)).isEqualTo("keep\nnull\n");
        assertThat(Sandbox.list(source)).containsExactly("keep", "null");
    }

    @Test
    @Covers({"C7", "C8", "GHSA-g54h-m393-cpwq"})
    void deniesWhatIsNotAllowed(Sandbox box) {
        box.needsProbe();
        // mknod is allowed for any node, but 1:99 must not be opened: EPERM comes before the driver's ENXIO.
        Bundle bundle = box.bundle()
                .writable()
                .capabilities("CAP_MKNOD")
                .shell("cd /tmp; mknod a c 1 99 && probe open a; mknod b b 7 0 && probe open b;"
                        + " for d in null zero full random urandom; do probe open /dev/$d; done");
        assertThat(box.output(bundle)).isEqualTo("errno=1\nerrno=1\nok\nok\nok\nok\nok\n");
    }

    @Test
    @Covers({"C7", "GHSA-g54h-m393-cpwq"})
    void deniesByDefaultWithoutAnyRule(Sandbox box) {
        box.needsProbe();
        Bundle bundle = box.bundle()
                .writable()
                .remove("/linux/resources")
                .capabilities("CAP_MKNOD")
                .shell("cd /tmp; mknod a c 1 99 && probe open a; probe open /dev/null rw");
        assertThat(box.output(bundle)).isEqualTo("errno=1\nok\n");
    }

    @ParameterizedTest
    @Covers("C7")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'allow': true, 'access': 'rwm'} | 6 6",
                "{'allow': true, 'type': 'a', 'access': 'rwm'} | 6 6",
                "{'allow': true, 'type': 'c', 'access': 'rwm'} | 6 6",
                "{'allow': true, 'type': 'b', 'access': 'rwm'} | 1 1",
                "{'allow': true, 'type': 'c', 'major': 1, 'access': 'rwm'} | 6 6",
                "{'allow': true, 'type': 'c', 'major': 1, 'minor': 99, 'access': 'rwm'} | 6 6",
                "{'allow': true, 'type': 'c', 'major': 1, 'minor': 98, 'access': 'rwm'} | 1 1",
                "{'allow': true, 'type': 'c', 'major': 2, 'access': 'rwm'} | 1 1",
                "{'allow': true, 'type': 'c', 'major': 1, 'minor': 99, 'access': 'r'} | 6 1",
                "{'allow': true, 'type': 'c', 'major': 1, 'minor': 99, 'access': 'rw'} | 6 6",
                "{'allow': true, 'type': 'c', 'major': 1, 'minor': 99, 'access': 'm'} | 1 1",
            })
    void appliesRules(String rule, String expected, Sandbox box) {
        assertAccess(box, expected, rule);
    }

    @Test
    @Covers("C7")
    void letsLaterRulesWin(Sandbox box) {
        String allow = "{'allow': true, 'type': 'c', 'major': 1, 'minor': 99, 'access': 'rwm'}";
        String deny = "{'allow': false, 'type': 'c', 'major': 1, 'minor': 99, 'access': 'rwm'}";
        assertAccess(box, "1 1", allow, deny);
        assertAccess(box, "6 6", deny, allow);
        assertAccess(box, "6 6", allow, deny, allow);
        assertAccess(box, "6 1", allow, deny.replace("rwm", "w"));
    }

    /** Expects the error numbers of opening 1:99 read-only and read-write: 6 (ENXIO) if allowed, 1 (EPERM) if not. */
    private static void assertAccess(Sandbox box, String expected, String... rules) {
        box.needsProbe();
        Bundle bundle = box.bundle()
                .writable()
                .capabilities("CAP_MKNOD")
                .shell("cd /tmp; mknod a c 1 99 && echo $(probe open a) $(probe open a rw)");
        for (String rule : rules) {
            bundle.setJson("/linux/resources/devices/-", rule);
        }
        assertThat(box.output(bundle).strip().replace("errno=", "")).isEqualTo(expected);
    }

    @ParameterizedTest
    @Covers("C7")
    @ValueSource(
            strings = {
                "{'allow': true, 'type': 'x', 'access': 'r'}",
                "{'allow': true, 'type': 'c', 'access': 'rx'}",
            })
    @Deviates(runtime = Flavour.RUNC, cases = "^.2", reason = "unknown access letters are ignored")
    void refusesWhatIsNoRule(String rule, Sandbox box) {
        box.createFails(box.bundle().setJson("/linux/resources/devices/-", rule), "/linux/resources/devices/1");
    }

    /** Each update takes effect, in the place of the rules before, and leaves one program; one of something else touches nothing. */
    @Test
    @Covers({"C7", "S10"})
    void leavesOneFilterAfterAHundredUpdates(Sandbox box) {
        box.needs(box.runtime().isMinirt(), "a runtime whose update takes device rules");
        box.needsProbe();
        Bundle bundle = box.bundle()
                .setJson(
                        "/linux/devices/-",
                        "{'path': '/dev/log', 'type': 'c', 'major': 1, 'minor': 11, 'fileMode': 438}")
                .shell(
                        "echo ready; while :; do { true >>/dev/log; } 2>/dev/null && echo allowed || echo denied; sleep 0.1; done");
        Container container = box.start(bundle);
        container.awaitOutput("denied");
        for (int i = 0; i < 100; i++) {
            String access = i % 2 == 0 ? "rw" : "r";
            update(
                    box,
                    container,
                    "{'devices': [{'allow': false}, {'allow': true, 'type': 'c', 'major': 1, 'minor': 11, 'access': '"
                            + access + "'}]}");
            if (i == 0) {
                container.awaitOutput("allowed");
            }
        }
        update(box, container, "{'pids': {'limit': -1}}");
        String cgroup = Cgroups.directory(container.pid()).toString();
        assertThat(box.host(bundle.rootfs("bin", "probe").toString(), "filters", cgroup)
                        .execute()
                        .succeeded()
                        .stdout())
                .isEqualTo("1\n");
        int printed = container.stdout().length();
        assertThat(Processes.await(
                        Duration.ofSeconds(10), () -> container.stdout().length() > printed + "allowed".length() * 3))
                .isTrue();
        assertThat(container.stdout()).endsWith("denied\n");
    }

    private static void update(Sandbox box, Container container, String resources) {
        box.runtime("update", "--resources", "-", container.id())
                .reading(resources.replace('\'', '"'))
                .execute()
                .succeeded();
    }

    @Test
    @Covers("D7")
    void leavesTheHostsNullAlone(Sandbox box) {
        // runc once gave the host's /dev/null away to the process's user (#3674).
        box.output(box.bundle().args("true").setJson("/process/user", "{'uid': 1000, 'gid': 1000}"));
        assertThat(Files.exists(java.nio.file.Path.of("/dev/null"))).isTrue();
        box.nothingLeft();
    }

    @Test
    @Covers({"D5", "D6"})
    @Deviates(runtime = Flavour.RUNC, reason = "binds the host's device whatever its permissions", skip = true)
    void refusesPermissionsThatABoundDeviceDoesNotHave(Sandbox box) {
        String device = "{'path': '/dev/null', 'type': 'c', 'major': 1, 'minor': 3, 'uid': 7, 'fileMode': %d}";
        Bundle bundle = box.bundle().userNamespace().shell(STAT + "/dev/null");
        assertThat(box.output(bundle.setJson("/linux/devices/-", device.formatted(8630))))
                .as("the host's owner, which is nobody inside")
                .isEqualTo("character special file 1:3 666 65534:65534\n");
        Bundle other = box.bundle().userNamespace().setJson("/linux/devices/-", device.formatted(384));
        box.createFails(other, "/linux/devices/0/fileMode", "0600");
    }
}
