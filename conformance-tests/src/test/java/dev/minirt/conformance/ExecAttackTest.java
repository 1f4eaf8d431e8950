package dev.minirt.conformance;

import static dev.minirt.conformance.harness.Exec.exec;
import static dev.minirt.conformance.harness.Exec.running;
import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Cgroups;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Container;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Deviates;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.Processes;
import dev.minirt.conformance.harness.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a container may try with a process that joins it, and with the runtime behind that. */
@Conformance
class ExecAttackTest {
    /**
     * Whoever has CAP_SYS_PTRACE in the container may walk through the descriptors of a process that joins it, for as long as they are
     * open: no directory of the host may be among them. Each process is held before it first closes one.
     */
    @Test
    @Covers({"exec", "CVE-2024-21626"})
    @Deviates(runtime = Flavour.RUNC, reason = "joins in other steps", skip = true)
    @Deviates(runtime = Flavour.CRUN, reason = "joins in other steps", skip = true)
    void showsNoDirectoryOfTheHost(Sandbox box) throws IOException {
        var container = running(box, box.bundle());
        var cgroup = Cgroups.directory(container.pid());
        var before = Set.copyOf(Files.readAllLines(cgroup.resolve("cgroup.procs")));
        var started = box.spawn(box.runtime("exec", container.id(), "true")
                .within("strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=close:delay_enter=400000:when=1"));
        var seen = new TreeSet<String>();
        Processes.await(Duration.ofSeconds(20), () -> {
            for (var pid : Sandbox.read(cgroup.resolve("cgroup.procs")).lines().toList()) {
                if (!before.contains(pid) && !pid.isBlank()) {
                    seen.addAll(descriptors(pid));
                }
            }
            return !started.process().isAlive();
        });
        started.await().succeeded();
        assertThat(seen).as("descriptors of the joining process").isNotEmpty();
        assertThat(seen)
                .noneMatch(target -> target.startsWith("/sys/") || target.startsWith(box.directory() + "/root"));
    }

    private static List<String> descriptors(String pid) {
        var targets = new ArrayList<String>();
        try (var links = Files.newDirectoryStream(Path.of("/proc", pid, "fd"))) {
            for (var link : links) {
                targets.add(Files.readSymbolicLink(link).toString());
            }
        } catch (IOException e) {
            // It has ended, or closed what was just listed.
        }
        return targets;
    }

    @Test
    @Covers({"exec", "P22", "CVE-2024-21626"})
    void leaksNoDescriptor(Sandbox box) {
        box.needsProbe();
        var container = running(box, box.bundle());
        var outcome = exec(box, container, List.of(), "probe", "fds")
                .within("sh", "-c", "exec 3</etc/passwd 7</ 8</proc; exec \"$@\"", "sh")
                .execute();
        assertThat(outcome.succeeded().stdout().lines().map(line -> line.split("[ :]", 2)[0]))
                .containsExactly("0", "1", "2");
    }

    @Test
    @Covers({"exec", "P22"})
    void preservesWhatIsAskedFor(Sandbox box) {
        box.needsProbe();
        var container = running(box, box.bundle());
        var outcome = exec(box, container, List.of("--preserve-fds", "1"), "probe", "fds")
                .within("sh", "-c", "exec 3</dev/null 4</dev/null; exec \"$@\"", "sh")
                .execute();
        assertThat(outcome.succeeded().stdout().lines().map(line -> line.split("[ :]", 2)[0]))
                .containsExactly("0", "1", "2", "3");
    }

    @Test
    @Covers({"exec", "CVE-2024-21626"})
    void refusesToStartInADescriptorOfOurs(Sandbox box) {
        var container = running(box, box.bundle());
        var answers = new ArrayList<String>();
        for (int number = 3; number < 20; number++) {
            var outcome = exec(box, container, List.of("--cwd", "/proc/self/fd/" + number), "sh", "-c", "ls /; pwd")
                    .execute();
            // A descriptor of the container's own root leads nowhere else.
            if (outcome.code() != 255 && !outcome.stdout().endsWith("\n/\n")) {
                answers.add(outcome.toString());
            }
        }
        assertThat(answers).isEmpty();
    }

    @Test
    @Covers({"exec", "CVE-2019-5736"})
    void theRuntimeCannotBeOverwritten(Sandbox box) throws Exception {
        box.needsProbe();
        var container = running(box, box.bundle().writable().capabilities("CAP_SYS_PTRACE", "CAP_DAC_OVERRIDE"));
        var before = Files.size(box.runtime().binary());
        // Runs the runtime's own program, then tries to open it for writing through /proc.
        var outcome = exec(box, container, List.of(), "/proc/self/exe").execute();
        assertThat(outcome.code()).isNotZero();
        neverWhileOthersJoin(box, container, "(echo x >> $p/exe) 2>/dev/null && echo written");
        assertThat(Files.size(box.runtime().binary())).isEqualTo(before);
    }

    /** A process of the container tries something with every process of the runtime, at {@code $p}, that it sees; it prints what succeeds. */
    private static void neverWhileOthersJoin(Sandbox box, Container container, String deed) {
        var attack = "i=0; while [ $i -lt 300 ]; do for p in /proc/[0-9]*; do n=$(cat $p/comm 2>/dev/null);"
                + " case $n in minirt*|runc*) " + deed + ";; esac; done; i=$((i+1)); done; echo end";
        var attacker = box.spawn(exec(box, container, List.of(), "sh", "-c", attack));
        for (int i = 0; i < 5; i++) {
            exec(box, container, List.of(), "true").execute().succeeded();
        }
        assertThat(attacker.await().succeeded().stdout()).isEqualTo("end\n");
    }

    /** Nobody in a user namespace may look at a process that is about to join, whatever capabilities he has there. */
    @Test
    @Covers({"exec", "CVE-2016-9962"})
    void theJoiningProcessCannotBeLookedAt(Sandbox box) {
        var container = running(
                box,
                box.bundle().userNamespace().capabilities("CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH", "CAP_DAC_OVERRIDE"));
        neverWhileOthersJoin(box, container, "ls $p/fd/ 2>/dev/null && readlink $p/root && echo seen");
    }

    @Test
    @Covers({"exec", "X6"})
    void manyAtOnce(Sandbox box) {
        var container = running(box, box.bundle());
        var started = new ArrayList<Sandbox.Started>();
        for (int i = 0; i < 12; i++) {
            started.add(box.spawn(exec(box, container, List.of(), "echo", "n" + i)));
        }
        for (int i = 0; i < started.size(); i++) {
            assertThat(started.get(i).await().succeeded().stdout()).isEqualTo("n" + i + "\n");
        }
    }
}
