package dev.minirt.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.core.linux.KernelConstant;
import dev.minirt.core.linux.KernelFlag;
import dev.minirt.core.op.Bytes;
import dev.minirt.core.op.Op;
import dev.minirt.core.op.Slot;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads programs back as docs/protocol.md says, by a decoder that knows the operations only by their components' types. */
class ProgramEncoderTest {
    private static final Map<Integer, Class<?>> BY_OPCODE = new HashMap<>();

    static {
        for (var type : Op.class.getPermittedSubclasses()) {
            try {
                BY_OPCODE.put(type.getField("OPCODE").getInt(null), type);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(e.getMessage(), e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "runc-default",
                "everything-else",
                "every-namespace",
                "joins-everything",
                "hooks",
                "seccomp",
                "no-mount-namespace",
                "docker"
            })
    void isReadBackAsItWasWritten(String name) throws Exception {
        var plan = GoldenPlanTest.plan(name);
        var program = buffer(ProgramEncoder.encode(plan, false));
        var magic = new byte[4];
        program.get(magic);
        assertThat(new String(magic, StandardCharsets.US_ASCII)).isEqualTo("MRT1");
        assertThat(program.getLong()).isEqualTo(Op.TABLE_HASH);
        assertThat(program.getInt()).isEqualTo(program.limit());
        assertThat(program.getInt()).isEqualTo(plan.program().size());
        int slots = program.getInt();
        assertThat(program.getInt()).isEqualTo(plan.preservedDescriptors());
        assertThat(program.getInt()).isZero();
        var opened = new HashSet<Integer>();
        for (var step : plan.program()) {
            var interpreted = (Action.Interpreted) step.action();
            int opcode = program.getInt();
            assertThat(BY_OPCODE.get(opcode)).isEqualTo(interpreted.op().getClass());
            assertThat(program.getInt()).isEqualTo(interpreted.context().code());
            int end = program.getInt() + program.position();
            for (var component : interpreted.op().getClass().getRecordComponents()) {
                var written = component.getAccessor().invoke(interpreted.op());
                assertThat(read(component, program))
                        .as("%s.%s", interpreted.op().getClass().getSimpleName(), component.getName())
                        .isEqualTo(plain(written));
            }
            assertThat(program.position()).isEqualTo(end);
            interpreted.op().opened().forEach(slot -> opened.add(slot.number()));
        }
        assertThat(program.hasRemaining()).isFalse();
        assertThat(opened).hasSize(slots).allMatch(number -> number < slots);
    }

    @Test
    void keepsWhatTheHeadSays() throws IOException {
        var plan = GoldenPlanTest.plan("runc-default");
        var program = buffer(ProgramEncoder.encode(new Plan(plan.steps(), List.of(), 7), true));
        assertThat(program.getInt(24)).isEqualTo(7);
        assertThat(program.getInt(28)).isOne();
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static Object read(RecordComponent component, ByteBuffer in) {
        var type = component.getType();
        if (type == int.class
                || KernelConstant.class.isAssignableFrom(type)
                || type == Slot.class
                || type == Optional.class) {
            return in.getInt();
        }
        if (type == boolean.class) {
            return in.getInt() == 1;
        }
        if (type == long.class || type == Set.class) {
            return in.getLong();
        }
        if (type == String.class) {
            return text(in);
        }
        if (type == Bytes.class) {
            var bytes = new byte[in.getInt()];
            in.get(bytes);
            return Bytes.of(bytes);
        }
        assertThat(type).isEqualTo(List.class);
        boolean texts = component.getGenericType().toString().contains("String");
        var list = new ArrayList<Object>();
        for (int count = in.getInt(); count > 0; count--) {
            list.add(texts ? text(in) : (Object) in.getInt());
        }
        return list;
    }

    private static String text(ByteBuffer in) {
        var bytes = new byte[in.getInt()];
        in.get(bytes);
        assertThat(in.get()).isZero();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A written value as the bytes of a program show it. */
    private static Object plain(Object written) {
        return switch (written) {
            case KernelConstant constant -> constant.value();
            case Slot slot -> slot.number();
            case Optional<?> slot -> slot.isPresent() ? ((Slot) slot.get()).number() : -1;
            case Set<?> flags -> {
                long bits = 0;
                for (var flag : flags) {
                    bits |= ((KernelFlag) flag).bits();
                }
                yield bits;
            }
            default -> written;
        };
    }
}
