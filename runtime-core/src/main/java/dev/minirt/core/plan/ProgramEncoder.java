package dev.minirt.core.plan;

import dev.minirt.core.op.Op;
import dev.minirt.core.op.ProgramTooLargeException;
import dev.minirt.core.op.ProgramWriter;
import dev.minirt.spec.JsonPointer;
import dev.minirt.spec.SpecException;
import dev.minirt.spec.Violation;
import java.util.List;

/** Encodes the interpreted part of a plan as docs/protocol.md defines a program. */
public final class ProgramEncoder {
    /** {@code MRT1} in the order of its bytes. */
    private static final int MAGIC = 'M' | 'R' << 8 | 'T' << 16 | '1' << 24;

    private ProgramEncoder() {}

    /**
     * The program of a plan.
     *
     * @param timed whether the interpreter is to tell how long operations take
     * @throws SpecException if it exceeds the 32 MiB that the interpreter accepts
     */
    public static byte[] encode(Plan plan, boolean timed) {
        var writer = new ProgramWriter();
        writer.u32(MAGIC);
        writer.u64(Op.TABLE_HASH);
        int lengthAt = writer.position();
        writer.u32(0);
        int countAt = writer.position();
        writer.u32(0);
        int slotsAt = writer.position();
        writer.u32(0);
        writer.u32(plan.preservedDescriptors());
        writer.u32(timed ? 1 : 0);
        int count = 0;
        int slots = 0;
        for (var step : plan.steps()) {
            if (step.action() instanceof Action.Interpreted(var context, var op)) {
                writer.u32(op.opcode());
                writer.u32(context.code());
                int payloadAt = writer.position();
                writer.u32(0);
                encode(op, writer, step.pointer());
                writer.patch(payloadAt, writer.position() - payloadAt - 4);
                for (var slot : op.opened()) {
                    slots = Math.max(slots, slot.number() + 1);
                }
                count++;
            }
        }
        writer.patch(lengthAt, writer.position());
        writer.patch(countAt, count);
        writer.patch(slotsAt, slots);
        return writer.toByteArray();
    }

    private static void encode(Op op, ProgramWriter writer, JsonPointer pointer) {
        try {
            op.encode(writer);
        } catch (ProgramTooLargeException e) {
            throw new SpecException(List.of(new Violation(
                    pointer,
                    "too large: what the container's init is told would exceed " + (ProgramWriter.LIMIT >> 20)
                            + " MiB")));
        }
    }
}
