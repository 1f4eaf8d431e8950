package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Deviates;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.Outcome;
import dev.minirt.conformance.harness.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Root file systems made by an attacker. Whatever the image contains, no file of the host may change (the canary files
 * are compared after every test), nothing may hang, and what the configuration demands holds or the command fails.
 */
@Conformance
class HostileRootfsTest {
    /** What runtimes and this configuration touch in a root file system with a mount on /dev. */
    private static final List<String> PLACES = List.of(
            "proc",
            "sys",
            "dev",
            "etc",
            "etc/passwd",
            "work",
            "var/masked",
            "var/readonly",
            "opt",
            "opt/mounted",
            "opt/device");

    /** What they touch when nothing is mounted on /dev. */
    private static final List<String> PLACES_IN_DEV =
            List.of("dev", "dev/null", "dev/pts", "dev/ptmx", "dev/console", "dev/fd", "dev/tty");

    private static final List<String> THINGS = List.of(
            "absolute link to canary",
            "relative link to canary",
            "link over two hops",
            "link to itself",
            "dangling link",
            "fifo",
            "file",
            "socket-like device");

    static Stream<String> attacksOnDev() {
        return PLACES_IN_DEV.stream().flatMap(place -> THINGS.stream().map(thing -> place + ": " + thing));
    }

    static Stream<String> attacks() {
        return PLACES.stream().flatMap(place -> THINGS.stream().map(thing -> place + ": " + thing));
    }

    /** A bundle whose every feature touches one of the places. */
    private static Bundle bundle(Sandbox box, boolean mountsDev) {
        Bundle bundle = box.bundle()
                .writable()
                .set("/process/cwd", "/work")
                .set("/linux/maskedPaths", List.of("/var/masked", "/proc/kcore"))
                .set("/linux/readonlyPaths", List.of("/var/readonly", "/proc/sys"))
                .bind(box.directoryWith("file", "mounted\n"), "/opt/mounted/here", "bind")
                .setJson(
                        "/linux/devices/-",
                        "{'path': '/opt/device/null', 'type': 'c', 'major': 1, 'minor': 3, 'fileMode': 438}")
                .shell("cat /opt/mounted/here/file");
        if (!mountsDev) {
            for (String target : List.of("/dev/mqueue", "/dev/shm", "/dev/pts", "/dev")) {
                bundle.withoutMount(target);
            }
        }
        for (String directory : List.of("work", "opt", "var/masked", "var/readonly")) {
            Sandbox.write(bundle.rootfs().resolve(directory).resolve("keep"), "");
        }
        return bundle;
    }

    private static void attack(Sandbox box, Bundle bundle, String attack) throws IOException {
        String[] words = attack.split(": ", 2);
        Path place = bundle.rootfs().resolve(words[0]);
        box.host("rm", "-rf", place.toString()).execute().succeeded();
        Sandbox.write(place.resolveSibling(".keep"), "");
        String canary = box.canary().toString();
        switch (words[1]) {
            case "absolute link to canary" -> Files.createSymbolicLink(place, Path.of(canary));
            case "relative link to canary" ->
                Files.createSymbolicLink(place, Path.of("../../../../../../../../../.." + canary));
            case "link over two hops" -> {
                Files.createSymbolicLink(bundle.rootfs("hop"), Path.of("../../../../../../../../../.." + canary));
                Files.createSymbolicLink(place, Path.of("/hop/directory/.."));
            }
            case "link to itself" -> Files.createSymbolicLink(place, place.getFileName());
            case "dangling link" -> Files.createSymbolicLink(place, Path.of("/nowhere/at/all"));
            case "fifo" -> box.host("mkfifo", place.toString()).execute().succeeded();
            case "file" -> Sandbox.write(place, "a file");
            case "socket-like device" ->
                box.host("mknod", place.toString(), "c", "1", "99").execute().succeeded();
            default -> throw new IllegalArgumentException(attack);
        }
    }

    @ParameterizedTest
    @Covers({"S6", "CVE-2019-19921", "CVE-2019-18837", "CVE-2025-54867"})
    @MethodSource("attacks")
    @Deviates(runtime = Flavour.RUNC, cases = "passwd: fifo", reason = "hangs", skip = true)
    @Deviates(
            runtime = Flavour.RUNC,
            cases = "dev: (absolute|relative) link",
            reason = "CVE-2026-41579: makes devices where the link leads to, although the mount stays inside")
    void staysInsideTheRoot(String attack, Sandbox box) throws IOException {
        Bundle bundle = bundle(box, true);
        attack(box, bundle, attack);
        judge(box, bundle);
    }

    @ParameterizedTest
    @Covers({"S6", "CVE-2026-41579", "CVE-2026-88264", "CVE-2026-88265"})
    @MethodSource("attacksOnDev")
    @Deviates(
            runtime = Flavour.RUNC,
            cases = "dev: (absolute|relative) link",
            reason = "CVE-2026-41579: unlinks and makes files where the link leads to")
    @Deviates(runtime = Flavour.RUNC, cases = "dev/null: (fifo|file)", reason = "runs, but without its output")
    void staysInsideTheRootWithoutAMountOnDev(String attack, Sandbox box) throws IOException {
        Bundle bundle = bundle(box, false);
        attack(box, bundle, attack);
        judge(box, bundle);
    }

    /** Either it runs as configured, or it fails with an explanation; in any case soon, and the host is untouched. */
    private static void judge(Sandbox box, Bundle bundle) {
        long before = System.nanoTime();
        Outcome outcome = box.run(bundle);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
        if (outcome.code() == 0) {
            assertThat(outcome.stdout()).isEqualTo("mounted\n");
        } else {
            assertThat(outcome.stderr()).isNotBlank();
            if (box.runtime().isMinirt()) {
                assertThat(outcome.stderr().lines()).as(outcome.toString()).hasSize(1);
            }
        }
        box.nothingLeft();
    }

    @ParameterizedTest
    @Covers({"CVE-2019-19921", "CVE-2023-27561", "CVE-2023-28642"})
    @ValueSource(strings = {"/tmp", "tmp", "/nowhere", "../../../../../.."})
    void refusesALinkAsProc(String target, Sandbox box) throws IOException {
        for (String name : List.of("proc", "sys")) {
            Bundle bundle = box.bundle();
            Files.delete(bundle.rootfs(name));
            Files.createSymbolicLink(bundle.rootfs(name), Path.of(target));
            box.createFails(bundle, "/" + name);
        }
    }

    @ParameterizedTest
    @Covers({"CVE-2025-31133"})
    @ValueSource(strings = {"link", "file", "missing", "other device"})
    @Deviates(
            runtime = Flavour.RUNC,
            cases = "link|file|other",
            reason = "CVE-2025-31133: whatever /dev/null is gets bound over masked files",
            skip = true)
    void masksOnlyWithTheRealNull(String kind, Sandbox box) throws IOException {
        // The configuration binds a directory over /dev in which null is what the attacker wants it to be.
        Path dev = box.directoryWith("keep", "");
        Path nothing = dev.resolve("null");
        switch (kind) {
            case "link" -> Files.createSymbolicLink(nothing, Path.of("/etc/weapon"));
            case "file" -> Sandbox.write(nothing, "a weapon\n");
            case "other device" ->
                box.host("mknod", "-m", "666", nothing.toString(), "c", "1", "5")
                        .execute()
                        .succeeded();
            default -> assertThat(nothing).doesNotExist();
        }
        Bundle bundle = box.bundle()
                .withoutMount("/dev/mqueue")
                .withoutMount("/dev/shm")
                .withoutMount("/dev/pts")
                .withoutMount("/dev")
                .bind(dev, "/dev", "bind")
                .writable()
                .set("/linux/maskedPaths", List.of("/etc/secret"))
                .shell("wc -c < /etc/secret");
        Sandbox.write(bundle.rootfs("etc", "secret"), "secret");
        Sandbox.write(bundle.rootfs("etc", "weapon"), "a weapon\n");
        Outcome outcome = box.run(bundle);
        if (outcome.code() == 0) {
            assertThat(outcome.stdout()).isEqualTo("0\n");
        } else {
            assertThat(outcome.stderr()).isNotBlank();
        }
        assertThat(Sandbox.read(bundle.rootfs("etc", "secret"))).isEqualTo("secret");
    }

    @Test
    @Covers("CVE-2026-115521")
    void staysReadOnlyWithAForgedProc(Sandbox box) throws IOException {
        Bundle bundle = box.bundle()
                .withoutMount("/proc")
                .set("/linux/maskedPaths", List.of())
                .set("/linux/readonlyPaths", List.of())
                .shell("echo x > /etc/written 2> /dev/null || echo read-only");
        for (int fd = 0; fd < 32; fd++) {
            Path link = bundle.rootfs("proc", "self", "fd", "" + fd);
            Sandbox.write(link.resolveSibling(".keep"), "");
            Files.createSymbolicLink(link, Path.of("/tmp"));
        }
        Files.createSymbolicLink(bundle.rootfs("proc", "thread-self"), Path.of("self"));
        Outcome outcome = box.run(bundle);
        if (outcome.code() == 0) {
            assertThat(outcome.stdout()).isEqualTo("read-only\n");
        }
        assertThat(bundle.rootfs("etc", "written")).doesNotExist();
    }

    @ParameterizedTest
    @Covers("CVE-2016-3697")
    @ValueSource(strings = {"fifo", "link to zero", "directory", "huge", "garbage", "long line"})
    void copesWithAnyPasswd(String kind, Sandbox box) throws IOException {
        Bundle bundle = box.bundle().shell("echo fine").set("/process/user/uid", 1000);
        Path passwd = bundle.rootfs("etc", "passwd");
        Files.delete(passwd);
        switch (kind) {
            case "fifo" -> box.host("mkfifo", passwd.toString()).execute().succeeded();
            case "link to zero" -> Files.createSymbolicLink(passwd, Path.of("/dev/zero"));
            case "directory" -> Files.createDirectory(passwd);
            case "huge" ->
                box.host("truncate", "-s", "1G", passwd.toString()).execute().succeeded();
            case "garbage" -> Sandbox.write(passwd, "::::\n1000\n:x:1000\nuser:x:99999999999999:0:::\n\0\n");
            default -> Sandbox.write(passwd, "user:x:1000:1000::/home/" + "x".repeat(100_000) + ":/bin/sh\n");
        }
        box.needs(
                box.runtime().isMinirt()
                        || !List.of("fifo", "link to zero", "huge").contains(kind),
                "a runtime that does not read passwd without bounds");
        Outcome outcome = box.run(bundle);
        if (outcome.code() == 0) {
            assertThat(outcome.stdout()).isEqualTo("fine\n");
        } else {
            assertThat(outcome.stderr()).isNotBlank();
        }
    }

    @Test
    @Covers({"CVE-2019-5736", "S1"})
    @Deviates(runtime = Flavour.CRUN, reason = "depends on the version", skip = true)
    void doesNotLetItsBinaryBeReplaced(Sandbox box) throws IOException {
        Path binary = box.runtime().binary();
        byte[] before = Files.readAllBytes(binary);
        Bundle bundle = box.bundle()
                .capabilities("CAP_SYS_PTRACE", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH")
                .args("/proc/self/exe", "x");
        box.run(bundle);
        Bundle interpreter = box.bundle().args("/opt/program");
        Path script = Sandbox.write(interpreter.rootfs("opt", "program"), "#!/proc/self/exe\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        box.run(interpreter);
        assertThat(Files.readAllBytes(binary)).isEqualTo(before);
    }

    @Test
    @Covers("X4")
    void sharesARootWithMissingMountpoints(Sandbox box) {
        Bundle first = box.bundle().shell("echo ok").mount("/new/mount/point", "tmpfs", "tmpfs");
        List<Sandbox.Started> started = Stream.generate(() -> {
                    Bundle bundle = box.bundle().shell("echo ok").mount("/new/mount/point", "tmpfs", "tmpfs");
                    bundle.set("/root/path", first.rootfs().toString());
                    return box.spawn(box.running(bundle, box.newId()));
                })
                .limit(6)
                .toList();
        for (Sandbox.Started run : started) {
            assertThat(run.await().succeeded().stdout()).isEqualTo("ok\n");
        }
    }
}
