package dev.minirt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.conformance.harness.Bundle;
import dev.minirt.conformance.harness.Conformance;
import dev.minirt.conformance.harness.Covers;
import dev.minirt.conformance.harness.Deviates;
import dev.minirt.conformance.harness.Flavour;
import dev.minirt.conformance.harness.Invocation;
import dev.minirt.conformance.harness.Processes;
import dev.minirt.conformance.harness.Sandbox;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A container as a service of a manager such as systemd: sd_listen_fds(3), sd_notify(3). */
@Conformance
class ServiceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** A caller with two sockets (here: files) from descriptor 3 on, that were meant for its own pid, or for another's. */
    private static Invocation activated(Sandbox box, Invocation invocation, String pid) {
        Path first = Sandbox.write(box.directory().resolve("first"), "one");
        Path second = Sandbox.write(box.directory().resolve("second"), "two");
        return invocation
                .with("LISTEN_FDS", "2")
                .with("LISTEN_FDNAMES", "a:b")
                .within("sh", "-c", "export LISTEN_PID=" + pid + "; exec \"$@\" 3<" + first + " 4<" + second, "sh");
    }

    private static final String SHOW = "echo $LISTEN_FDS $LISTEN_PID $$; cat <&3; cat <&4";

    @Test
    @Covers("P22")
    void passesSocketsOn(Sandbox box) {
        var run = activated(box, box.running(box.bundle().shell(SHOW), box.newId()), "$$");
        assertThat(run.execute().succeeded().stdout()).isEqualTo("2 1 1\nonetwo");
    }

    @Test
    @Covers("P22")
    @Deviates(runtime = Flavour.RUNC, reason = "does not pass LISTEN_FDNAMES on")
    @Deviates(runtime = Flavour.CRUN, reason = "not run")
    void passesTheirNamesOn(Sandbox box) {
        var bundle = box.bundle().env("LISTEN_FDNAMES=config's").shell("echo $LISTEN_FDNAMES");
        var run = activated(box, box.running(bundle, box.newId()), "$$");
        assertThat(run.execute().succeeded().stdout()).isEqualTo("a:b\n");
    }

    /** Engines let through what was meant for themselves. */
    @Test
    @Covers("P22")
    void passesNoSocketsOfOthersOn(Sandbox box) {
        var bundle = box.bundle().shell("echo \"<$LISTEN_FDS$LISTEN_PID>\"; ls /proc/self/fd | tr '\\n' ' '");
        var run = activated(box, box.running(bundle, box.newId()), "1");
        assertThat(run.execute().succeeded().stdout()).isEqualTo("<>\n0 1 2 3 ");
    }

    /** The pid is the one that the process itself sees. */
    @Test
    @Covers("P22")
    @Deviates(runtime = Flavour.RUNC, reason = "always says 1")
    void namesThePidThatTheProcessSees(Sandbox box) {
        var bundle = box.bundle().withoutNamespace("pid").shell("test $LISTEN_PID = $$ && echo same");
        var run = activated(box, box.running(bundle, box.newId()), "$$");
        assertThat(run.execute().succeeded().stdout()).isEqualTo("same\n");
    }

    /** Those of --preserve-fds follow behind them. */
    @Test
    @Covers("P22")
    void preservesDescriptorsBehindSockets(Sandbox box) {
        Path third = Sandbox.write(box.directory().resolve("third"), "three");
        var bundle = box.bundle().shell(SHOW + "; cat <&5");
        var run = activated(
                box,
                box.running(bundle, box.newId(), "--preserve-fds", "1")
                        .within("sh", "-c", "exec \"$@\" 5<" + third, "sh"),
                "$$");
        assertThat(run.execute().succeeded().stdout()).isEqualTo("2 1 1\nonetwothree");
    }

    /** A service manager; what it was told is its output. */
    private static Invocation manager(Sandbox box, Bundle bundle, Path socket) {
        box.needsProbe();
        var manager = box.host(bundle.rootfs("bin/probe").toString(), "manager", socket.toString());
        box.helper(manager);
        assertThat(Processes.await(PATIENCE, () -> manager.stdout().startsWith("listening\n")))
                .isTrue();
        return manager;
    }

    private static String told(Invocation manager) {
        return manager.stdout().substring("listening\n".length());
    }

    private static final String NOTIFY = "/bin/probe notify $NOTIFY_SOCKET";

    @Test
    @Covers("P6")
    void notifiesTheManagerFromTheForeground(Sandbox box) {
        var socket = box.directory().resolve("manager.sock");
        var bundle = box.bundle()
                .set("/process/user/uid", 1000)
                .shell("echo $NOTIFY_SOCKET; " + NOTIFY + " READY=1; sleep 0.5");
        var manager = manager(box, bundle, socket);
        var run = box.running(bundle, box.newId()).with("NOTIFY_SOCKET", socket.toString());
        assertThat(run.execute().succeeded().stdout()).isEqualTo("/run/notify/notify.sock\nok\n");
        assertThat(told(manager)).startsWith("READY=1|").containsPattern("MAINPID=\\d+");
    }

    /** What a container says about processes and descriptors is not the manager's to believe. */
    @Test
    @Covers("P6")
    @Deviates(runtime = Flavour.RUNC, reason = "passes READY on only", skip = true)
    void passesOnWhatIsAboutTheService(Sandbox box) {
        var socket = box.directory().resolve("manager.sock");
        var bundle = box.bundle()
                .shell(NOTIFY + " STATUS=busy MAINPID=1 FDSTORE=1; " + NOTIFY + " BARRIER=1; " + NOTIFY
                        + " STOPPING=1");
        var manager = manager(box, bundle, socket);
        box.running(bundle, box.newId())
                .with("NOTIFY_SOCKET", socket.toString())
                .execute()
                .succeeded();
        assertThat(Processes.await(PATIENCE, () -> told(manager).contains("STOPPING")))
                .isTrue();
        assertThat(told(manager)).isEqualTo("STATUS=busy|\nSTOPPING=1|\n");
    }

    @Test
    @Covers("P6")
    void startReturnsWhenTheServiceIsReady(Sandbox box) {
        var socket = box.directory().resolve("manager.sock");
        var bundle = box.bundle()
                .shell("sleep 0.3; " + NOTIFY + " READY=1; trap 'exit 0' TERM; while :; do sleep 0.05; done");
        var manager = manager(box, bundle, socket);
        var id = box.newId();
        var create = box.creating(bundle, id).with("NOTIFY_SOCKET", socket.toString());
        var container = box.created(id, create);
        box.runtime("start", id)
                .with("NOTIFY_SOCKET", socket.toString())
                .execute()
                .succeeded();
        var told = told(manager).replace("BARRIER=1", "").strip();
        assertThat(told.replace('\n', '|').replace("||", "|")).startsWith("READY=1|MAINPID=" + container.pid());
    }

    @Test
    @Covers("P6")
    @Deviates(
            runtime = Flavour.RUNC,
            reason = "waits until the container's process is reaped, which its parent does later",
            skip = true)
    void startReturnsWhenTheServiceEndsUnready(Sandbox box) {
        var socket = box.directory().resolve("manager.sock");
        var bundle = box.bundle().args("true");
        var manager = manager(box, bundle, socket);
        var run = box.running(bundle, box.newId(), "--detach").with("NOTIFY_SOCKET", socket.toString());
        run.execute().succeeded();
        assertThat(told(manager)).isEmpty();
    }

    /** A config that brings its own socket, as podman's do, knows better. */
    @Test
    @Covers("P6")
    @Deviates(runtime = Flavour.RUNC, reason = "mounts /run/notify all the same", skip = true)
    void leavesASocketOfTheConfigAlone(Sandbox box) {
        var bundle = box.bundle().env("NOTIFY_SOCKET=/own").shell("echo $NOTIFY_SOCKET; ls /run");
        var run = box.running(bundle, box.newId()).with("NOTIFY_SOCKET", "/nowhere");
        assertThat(run.execute().succeeded().stdout()).isEqualTo("/own\n");
    }
}
