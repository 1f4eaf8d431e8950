package dev.minirt.core.plan;

import dev.minirt.core.op.Op;
import dev.minirt.core.op.ProgramWriter;

/** Encodes the interpreted part of a plan as docs/protocol.md defines a program. */
public final class ProgramEncoder {
    /** {@code MRT1} in the order of its bytes. */
    private static final int MAGIC = 'M' | 'R' << 8 | 'T' << 16 | '1' << 24;

    /** Most operations of a program. */
    static final int OPERATIONS = 65_536;

    private ProgramEncoder() {}

    /**
     * The program of a plan.
     *
     * @throws IllegalArgumentException if it exceeds what the interpreter accepts: 65,536 operations or 32 MiB
     */
    public static byte[] encode(Plan plan) {
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
        int count = 0;
        int slots = 0;
        for (var step : plan.steps()) {
            if (step.action() instanceof Action.Interpreted(var context, var op)) {
                writer.u32(op.opcode());
                writer.u32(context.code());
                int payloadAt = writer.position();
                writer.u32(0);
                op.encode(writer);
                writer.patch(payloadAt, writer.position() - payloadAt - 4);
                for (var slot : op.opened()) {
                    slots = Math.max(slots, slot.number() + 1);
                }
                count++;
            }
        }
        if (count > OPERATIONS) {
            throw new IllegalArgumentException("the program has " + count + " operations, more than " + OPERATIONS);
        }
        writer.patch(lengthAt, writer.position());
        writer.patch(countAt, count);
        writer.patch(slotsAt, slots);
        return writer.toByteArray();
    }
}
