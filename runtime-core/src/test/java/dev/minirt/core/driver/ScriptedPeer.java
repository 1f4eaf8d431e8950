package dev.minirt.core.driver;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ByteChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The other end of a {@link DriverChannel}: hands each request to a script, which says what is answered. */
public final class ScriptedPeer implements ByteChannel {
    /** What a driver would do. */
    public interface Script {
        /** Answers a request with {@link ScriptedPeer#say}. */
        void answer(int kind, Frame request, ScriptedPeer peer);
    }

    private final Script script;
    private final Deque<ByteBuffer> answers = new ArrayDeque<>();
    private final List<Integer> kinds = new ArrayList<>();
    private ByteBuffer pending = ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);

    public ScriptedPeer(Script script) {
        this.script = script;
    }

    /** Queues a frame for the reader. */
    public void say(Frame.Builder frame) {
        answers.add(frame.build());
    }

    /** The kinds of all frames that have arrived. */
    public List<Integer> kinds() {
        return kinds;
    }

    @Override
    public int read(ByteBuffer target) {
        while (!answers.isEmpty() && !answers.peek().hasRemaining()) {
            answers.remove();
        }
        if (answers.isEmpty()) {
            return -1;
        }
        // A byte less than there could be: a reader must not count on whole frames.
        var next = answers.peek();
        int count = Math.min(target.remaining(), Math.max(1, next.remaining() - 1));
        for (int i = 0; i < count; i++) {
            target.put(next.get());
        }
        return count;
    }

    @Override
    public int write(ByteBuffer source) {
        int count = source.remaining();
        var joined = ByteBuffer.allocate(pending.remaining() + count).order(ByteOrder.LITTLE_ENDIAN);
        pending = joined.put(pending).put(source).flip();
        while (pending.remaining() >= Frame.HEADER
                && pending.remaining() >= Frame.HEADER + pending.getInt(pending.position())) {
            var payload = new byte[pending.getInt()];
            int kind = pending.getInt();
            pending.get(payload);
            kinds.add(kind);
            script.answer(kind, new Frame(kind, ByteBuffer.wrap(payload)), this);
        }
        return count;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {
        // There is nothing to close.
    }
}
