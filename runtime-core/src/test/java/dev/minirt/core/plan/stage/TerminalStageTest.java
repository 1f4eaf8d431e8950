package dev.minirt.core.plan.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minirt.core.op.AttachConsole;
import dev.minirt.core.op.ConnectSocket;
import dev.minirt.core.op.OpenTerminal;
import dev.minirt.core.op.RelayTerminal;
import dev.minirt.core.op.SendTerminal;
import dev.minirt.core.op.UseTerminal;
import dev.minirt.core.plan.Action;
import dev.minirt.core.plan.Connections;
import dev.minirt.core.plan.HostFacts;
import dev.minirt.core.plan.Plan;
import dev.minirt.core.plan.PlanOptions;
import dev.minirt.core.plan.TerminalOffer;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.json.SpecReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The terminal of a process (P2, P3, D8), and who may have one. */
class TerminalStageTest {
    private static final TerminalOffer SOCKET = new TerminalOffer(Optional.of("/run/console.sock"), true, false);

    private static Plan plan(String process, TerminalOffer offer) {
        var document =
                ("{'ociVersion':'1.2.0','root':{'path':'rootfs'},'linux':{'namespaces':[{'type':'mount'},{'type':'pid'}]}"
                                + process + "}")
                        .replace('\'', '"');
        var spec = SpecReader.read(document.getBytes(StandardCharsets.UTF_8), "config.json")
                .document();
        var options = new PlanOptions(
                "c",
                "/b",
                "/run/minirt/c",
                Optional.empty(),
                false,
                false,
                0,
                022,
                new Connections(offer, Optional.empty(), false));
        return ContainerStages.planner().plan(spec, options, HostFacts.typical());
    }

    private static String process(String members) {
        return ",'process':{'user':{'uid':7,'gid':0},'args':['sh'],'cwd':'/'%s}".formatted(members);
    }

    private static List<String> terminalSteps(Plan plan) {
        var names = new ArrayList<String>();
        for (var step : plan.program()) {
            if (step.action() instanceof Action.Interpreted(var context, var op)
                    && (op instanceof ConnectSocket
                            || op instanceof OpenTerminal
                            || op instanceof AttachConsole
                            || op instanceof SendTerminal
                            || op instanceof RelayTerminal
                            || op instanceof UseTerminal)) {
                names.add(op.getClass().getSimpleName() + " " + step.pointer().field());
            }
        }
        return names;
    }

    private static void refused(String process, TerminalOffer offer, String message) {
        assertThatThrownBy(() -> plan(process, offer))
                .isInstanceOf(SpecException.class)
                .hasMessage(message);
    }

    /** P2: the other side goes where the console socket leads. */
    @Test
    void sendsTheTerminalOfWhatIsDetached() {
        assertThat(terminalSteps(plan(process(",'terminal':true"), SOCKET)))
                .containsExactly(
                        "ConnectSocket process.terminal",
                        "OpenTerminal process.terminal",
                        "SendTerminal process.terminal",
                        "AttachConsole process.terminal",
                        "UseTerminal process.terminal");
    }

    /** P2: in the foreground the driver holds it. */
    @Test
    void relaysTheTerminalOfTheForeground() {
        assertThat(terminalSteps(plan(process(",'terminal':true"), TerminalOffer.AT_TERMINAL)))
                .containsExactly(
                        "OpenTerminal process.terminal",
                        "RelayTerminal process.terminal",
                        "AttachConsole process.terminal",
                        "UseTerminal process.terminal");
    }

    /** P3, D8: consoleSize MUST be ignored without a terminal, and there is no console. */
    @Test
    void doesNothingWithoutATerminal() {
        var members = ",'consoleSize':{'height':5,'width':6}";
        assertThat(terminalSteps(plan(process(members), TerminalOffer.AT_TERMINAL)))
                .isEmpty();
    }

    /** P2, P3. */
    @Test
    void givesTheSizeAndTheOwner() {
        var plan = plan(process(",'terminal':true,'consoleSize':{'height':40,'width':65535}"), SOCKET);
        var open = plan.program().stream()
                .map(step -> step.action() instanceof Action.Interpreted(var context, var op) ? op : null)
                .filter(OpenTerminal.class::isInstance)
                .map(OpenTerminal.class::cast)
                .toList();
        assertThat(open).singleElement().satisfies(op -> {
            assertThat(op.rows()).isEqualTo(40);
            assertThat(op.columns()).isEqualTo(65535);
            assertThat(op.uid()).isEqualTo(7);
        });
    }

    @Test
    void refusesWhatCannotBeConnected() {
        var detached = new TerminalOffer(Optional.empty(), true, true);
        var nowhere = new TerminalOffer(Optional.empty(), false, false);
        var staying = new TerminalOffer(Optional.of("/s"), false, true);
        refused(
                process(",'terminal':true"),
                detached,
                "process.terminal: what is detached has its terminal sent to a --console-socket, but none is given");
        refused(
                process(",'terminal':true"),
                nowhere,
                "process.terminal: is true, but the caller has no terminal to connect, and gives no --console-socket");
        refused(
                process(",'terminal':true"),
                staying,
                "process.terminal: is connected to the caller's in the foreground: --console-socket needs --detach");
        refused(
                process(""),
                SOCKET,
                "process.terminal: is not true, so there is nothing to send to the --console-socket");
        refused("", SOCKET, "process: is missing, so there is no terminal for the --console-socket");
    }
}
