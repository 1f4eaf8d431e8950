package dev.minirt.core.plan.stage;

import dev.minirt.core.op.ConnectSocket;
import dev.minirt.core.op.OpenTerminal;
import dev.minirt.core.op.RelayTerminal;
import dev.minirt.core.op.SendTerminal;
import dev.minirt.core.op.Slot;
import dev.minirt.core.op.UseTerminal;
import dev.minirt.core.plan.Phase;
import dev.minirt.core.plan.PlanBuilder;
import dev.minirt.core.plan.TerminalOffer;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.Process;
import java.util.Optional;

/** The steps that give a process its terminal, of a container's first process and of one that joins it. */
final class ProcessTerminal {
    private static final String DEVPTS = "/dev/pts";

    /** What receivers of a console socket are sent beside the descriptor, and use as its name. */
    private static final String MESSAGE = "/dev/ptmx";

    private final Slot slot;
    private final Phase phase;
    private final JsonPointer pointer;
    private final PlanBuilder builder;

    private ProcessTerminal(Slot slot, Phase phase, JsonPointer pointer, PlanBuilder builder) {
        this.slot = slot;
        this.phase = phase;
        this.pointer = pointer;
        this.builder = builder;
    }

    /**
     * Adds the steps up to where the terminal is open and its other side has been handed over; empty if the process is to have none,
     * or cannot have it, which is a violation.
     *
     * @param phase in which the root is open, and the driver there
     */
    static Optional<ProcessTerminal> of(Process process, TerminalOffer offer, Phase phase, PlanBuilder builder) {
        var pointer = Pointers.PROCESS.child("terminal");
        if (!process.terminal()) {
            if (offer.socket().isPresent()) {
                builder.violation(pointer, "is not true, so there is nothing to send to the --console-socket");
            }
            return Optional.empty();
        }
        if (!isPossible(offer, pointer, builder)) {
            return Optional.empty();
        }
        var master = builder.slot("terminal's other side");
        var terminal = new ProcessTerminal(builder.slot("terminal"), phase, pointer, builder);
        terminal.open(process, master);
        if (offer.socket().isPresent()) {
            var socket = builder.slot("console socket");
            builder.add(
                    Phase.OPEN_HOST_HANDLES, new ConnectSocket(offer.socket().get(), socket), pointer);
            builder.add(phase, new SendTerminal(socket, master, MESSAGE), pointer);
        } else {
            builder.add(phase, new RelayTerminal(master), pointer);
        }
        return Optional.of(terminal);
    }

    private static boolean isPossible(TerminalOffer offer, JsonPointer pointer, PlanBuilder builder) {
        if (offer.detached() && offer.socket().isEmpty()) {
            builder.violation(
                    pointer, "what is detached has its terminal sent to a --console-socket, but none is given");
            return false;
        }
        if (!offer.detached() && offer.socket().isPresent()) {
            builder.violation(
                    pointer, "is connected to the caller's in the foreground: --console-socket needs --detach");
            return false;
        }
        if (offer.socket().isEmpty() && !offer.available()) {
            builder.violation(
                    pointer, "is true, but the caller has no terminal to connect, and gives no --console-socket");
            return false;
        }
        return true;
    }

    private void open(Process process, Slot master) {
        int rows = 0;
        int columns = 0;
        if (process.consoleSize().isPresent()) {
            var size = process.consoleSize().get();
            rows = size.height();
            columns = size.width();
        }
        builder.add(
                phase,
                new OpenTerminal(DEVPTS, rows, columns, (int) process.user().uid(), master, slot),
                pointer);
    }

    /** The process's side. */
    Slot slot() {
        return slot;
    }

    /** Adds the step that makes it the process's own. */
    void use() {
        builder.add(phase, new UseTerminal(slot), pointer);
    }
}
