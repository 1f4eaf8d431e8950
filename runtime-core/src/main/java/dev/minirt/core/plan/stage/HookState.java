package dev.minirt.core.plan.stage;

import dev.minirt.core.op.Bytes;
import dev.minirt.spec.ContainerStatus;
import dev.minirt.spec.Spec;
import dev.minirt.spec.State;
import dev.minirt.spec.json.JsonStyle;
import dev.minirt.spec.json.SpecWriter;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The state that a hook inside the container reads. The pid is the one that init has inside (H12), which nobody knows before
 * init is there: so the document comes in two parts, and init writes its pid between them.
 *
 * @param before the document up to the pid
 * @param after the rest
 */
record HookState(Bytes before, Bytes after) {
    /** Stands in for the pid while the document is written. */
    private static final int PLACEHOLDER = Integer.MAX_VALUE;

    /** What comes before the pid; a string could not hold this without escaping its quotes. */
    private static final byte[] MARK = {'"', 'p', 'i', 'd', '"', ':'};

    static HookState of(Spec spec, String id, String bundle, ContainerStatus status) {
        var state = new State(spec.ociVersion(), id, status, OptionalInt.of(PLACEHOLDER), bundle, spec.annotations());
        var document = SpecWriter.state(state, JsonStyle.COMPACT);
        int start = indexOfMark(document) + MARK.length;
        int end = start + Integer.toString(PLACEHOLDER).length();
        return new HookState(
                Bytes.of(Arrays.copyOf(document, start)), Bytes.of(Arrays.copyOfRange(document, end, document.length)));
    }

    private static int indexOfMark(byte[] document) {
        for (int i = 0; i <= document.length - MARK.length; i++) {
            if (Arrays.equals(document, i, i + MARK.length, MARK, 0, MARK.length)) {
                return i;
            }
        }
        throw new IllegalStateException("a state with a pid was written without it");
    }
}
