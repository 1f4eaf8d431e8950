package dev.minirt.core.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minirt.core.op.Bytes;
import dev.minirt.core.op.Op;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The Java end of docs/protocol.md. */
class DriverChannelTest {
    private final List<Object> seen = new ArrayList<>();

    private static Frame.Builder hello(int version, long hash) {
        return new Frame.Builder(FrameKind.HELLO)
                .u32(version)
                .u64(hash)
                .u32(100)
                .u64(12345678901L)
                .u32(-2)
                .u32(7)
                .u32(0027)
                .text("/home/ü")
                .text("/opt/minirt")
                .texts(List.of("minirt", "--root", "", "state"))
                .texts(List.of("XDG_RUNTIME_DIR=/run/user/1", "EMPTY=", "A=b=c"))
                .u64(99)
                .u64(101)
                .u32(1);
    }

    private static DriverChannel saying(Frame.Builder... frames) {
        var peer = new ScriptedPeer((kind, request, self) -> {});
        for (var frame : frames) {
            peer.say(frame);
        }
        return new DriverChannel(peer);
    }

    @Test
    void helloTellsOfTheCaller() {
        var caller = saying(hello(1, Op.TABLE_HASH)).hello();
        assertThat(caller.driverPid()).isEqualTo(100);
        assertThat(caller.driverStartTime()).isEqualTo(12345678901L);
        assertThat(caller.uid()).isEqualTo(4294967294L);
        assertThat(caller.gid()).isEqualTo(7);
        assertThat(caller.umask()).isEqualTo(0027);
        assertThat(caller.cwd()).contains("/home/ü");
        assertThat(caller.home()).isEqualTo("/opt/minirt");
        assertThat(caller.argv()).containsExactly("minirt", "--root", "", "state");
        assertThat(caller.variable("XDG_RUNTIME_DIR")).isEqualTo("/run/user/1");
        assertThat(caller.variable("A")).isEqualTo("b=c");
        assertThat(caller.variable("EMPTY")).isNull();
        assertThat(caller.variable("XDG")).isNull();
        assertThat(caller.startedAt()).isEqualTo(99);
        assertThat(caller.connectedAt()).isEqualTo(101);
    }

    @Test
    void anotherVersionOrTableIsRefused() {
        assertThatThrownBy(() -> saying(hello(2, Op.TABLE_HASH)).hello())
                .isInstanceOf(ProtocolException.class)
                .hasMessage("protocol error: the driver speaks version 2, not 1");
        assertThatThrownBy(() -> saying(hello(1, Op.TABLE_HASH + 1)).hello())
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("different tables of operations");
    }

    @Test
    void everyRequestIsWrittenAsTheProtocolSays() {
        var peer = new ScriptedPeer((kind, request, self) -> {
            switch (kind) {
                case FrameKind.SIGNAL, FrameKind.AWAIT_EXIT -> {
                    seen.add(List.of(request.u32(), request.u64(), request.u32()));
                    self.say(new Frame.Builder(FrameKind.DONE).u32(3).text("gone"));
                }
                case FrameKind.HOOK -> {
                    seen.add(List.of(
                            request.text(),
                            request.texts(),
                            request.texts(),
                            request.u32(),
                            request.text(),
                            new String(request.bytes(), StandardCharsets.UTF_8)));
                    self.say(
                            new Frame.Builder(FrameKind.HOOK_DONE).u32(1).u32(9).text("out"));
                }
                case FrameKind.START -> {
                    seen.add(List.of(request.text(), request.text(), request.u32(), request.u64()));
                    self.say(new Frame.Builder(FrameKind.STARTED)
                            .u32(1)
                            .u32(40)
                            .u32(2)
                            .u32(13)
                            .text("/bin/x"));
                }
                case FrameKind.UNMOUNT -> {
                    seen.add(request.text());
                    self.say(new Frame.Builder(FrameKind.DONE).u32(0).text(""));
                }
                case FrameKind.KILL_AND_REAP -> self.say(new Frame.Builder(FrameKind.EXITED).u32(9));
                case FrameKind.WRITE -> {
                    int descriptor = request.u32();
                    seen.add(List.of(descriptor, request.bytes().length));
                    if (descriptor == 1) {
                        self.say(new Frame.Builder(FrameKind.DONE).u32(0).text(""));
                    }
                }
                case FrameKind.SUPERVISE -> seen.add(List.of(request.u32(), request.u32(), request.texts()));
                case FrameKind.EXIT -> seen.add(request.u32());
                default -> throw new AssertionError("frame " + kind);
            }
            request.end();
        });
        var channel = new DriverChannel(peer);
        assertThat(channel.signal(5, 6, 15)).isEqualTo(3);
        assertThat(channel.awaitExit(5, 6, 1000)).isEqualTo(3);
        assertThat(channel.hook(new HookRequest(
                        "/h", List.of("h"), List.of("K=v"), 3, "/b", Bytes.of("{}".getBytes(StandardCharsets.UTF_8)))))
                .isEqualTo(new HookOutcome(HookOutcome.Ending.SIGNALLED, 9, "out"));
        assertThat(channel.start("/run/c", "start", 5, 6))
                .isEqualTo(new StartOutcome.Failed(new Failure(40, 2, 13, "/bin/x")));
        assertThat(channel.unmount("/m")).isZero();
        assertThat(channel.killAndReap()).isEqualTo(9);
        assertThat(channel.write(1, new byte[(1 << 20) + 1])).isZero();
        assertThat(channel.write(2, new byte[3])).isZero();
        channel.supervise(5, true, List.of("minirt", "delete"));
        channel.exit(255);
        assertThat(seen)
                .containsExactly(
                        List.of(5, 6L, 15),
                        List.of(5, 6L, 1000),
                        List.of("/h", List.of("h"), List.of("K=v"), 3, "/b", "{}"),
                        List.of("/run/c", "start", 5, 6L),
                        "/m",
                        List.of(1, 1 << 20),
                        List.of(1, 1),
                        List.of(2, 3),
                        List.of(5, 1, List.of("minirt", "delete")),
                        255);
    }

    @Test
    void inputComesInChunks() {
        var peer = new ScriptedPeer((kind, request, self) -> {
            assertThat(kind).isEqualTo(FrameKind.READ);
            seen.add(request.text());
            request.end();
            if (seen.size() == 1) {
                self.say(new Frame.Builder(FrameKind.INPUT).u32(0).u32(0).bytes(new byte[] {1, 2}));
            } else {
                self.say(new Frame.Builder(FrameKind.SIGNALLED).u32(15));
                self.say(new Frame.Builder(FrameKind.INPUT).u32(4).u32(1).bytes(new byte[0]));
            }
        });
        var channel = new DriverChannel(peer);
        var chunk = channel.read("/dev/fd/63");
        assertThat(chunk.errno()).isZero();
        assertThat(chunk.last()).isFalse();
        assertThat(chunk.bytes()).containsExactly(1, 2);
        var interrupted = channel.read("");
        assertThat(interrupted.errno()).isEqualTo(4);
        assertThat(interrupted.last()).isTrue();
        assertThat(seen).containsExactly("/dev/fd/63", "");
        assertThatThrownBy(channel::checkSignal).isInstanceOf(SignalledException.class);
    }

    /** Nothing is written behind what was not: a reader would take it for the whole. */
    @Test
    void writingStopsAtTheFirstFailure() {
        var peer = new ScriptedPeer((kind, request, self) -> {
            self.say(new Frame.Builder(FrameKind.SIGNALLED).u32(15));
            self.say(new Frame.Builder(FrameKind.DONE).u32(28).text(""));
        });
        var channel = new DriverChannel(peer);
        assertThat(channel.write(1, new byte[3 << 20])).isEqualTo(28);
        assertThat(peer.kinds()).containsExactly(FrameKind.WRITE);
        assertThatThrownBy(channel::checkSignal).isInstanceOf(SignalledException.class);
    }

    @Test
    void aProgramIsFollowedEventByEvent() {
        var peer = new ScriptedPeer((kind, request, self) -> {
            if (kind == FrameKind.RUN) {
                assertThat(request.bytes()).containsExactly(1, 2, 3);
                self.say(new Frame.Builder(FrameKind.BRANCHED)
                        .u32(2)
                        .u32(7)
                        .u32(1)
                        .u32(9)
                        .u32(2));
                self.say(new Frame.Builder(FrameKind.SPAWNED).u32(42).u64(77));
                self.say(new Frame.Builder(FrameKind.REACHED).u32(1));
            } else {
                assertThat(kind).isEqualTo(FrameKind.CONTINUE);
                self.say(new Frame.Builder(FrameKind.TIMES)
                        .u64(3)
                        .u64(2)
                        .u32(5)
                        .u32(2)
                        .u64(1L << 40)
                        .u64(0));
                self.say(new Frame.Builder(FrameKind.READY));
            }
        });
        var channel = new DriverChannel(peer);
        channel.run(new byte[] {1, 2, 3});
        assertThat(channel.nextEvent())
                .isEqualTo(new RunEvent.Branched(List.of(new RunEvent.Branch(7, 1), new RunEvent.Branch(9, 2))));
        assertThat(channel.nextEvent()).isEqualTo(new RunEvent.Spawned(42, 77));
        assertThat(channel.nextEvent()).isEqualTo(new RunEvent.Reached(1));
        channel.proceed();
        assertThat(channel.nextEvent()).isEqualTo(new RunEvent.Timed(3, 2, 5, List.of(1L << 40, 0L)));
        assertThat(channel.nextEvent()).isEqualTo(new RunEvent.Ready());
    }

    @Test
    void deathAndFailureOfAProgramAreTold() {
        assertThat(saying(new Frame.Builder(FrameKind.DIED).u32(3).u32(139)).nextEvent())
                .isEqualTo(new RunEvent.Died(3, 139));
        assertThat(saying(new Frame.Builder(FrameKind.FAILED)
                                .u32(3)
                                .u32(1)
                                .u32(2)
                                .text("/x"))
                        .nextEvent())
                .isEqualTo(new RunEvent.Failed(new Failure(3, 1, 2, "/x")));
    }

    @Test
    void aSignalIsThrownOnceAndTheDialogueGoesOn() {
        var peer = new ScriptedPeer((kind, request, self) -> {
            if (kind == FrameKind.ABORT) {
                // What was under way.
                self.say(new Frame.Builder(FrameKind.SPAWNED).u32(42).u64(77));
                self.say(new Frame.Builder(FrameKind.SIGNALLED).u32(2));
                self.say(new Frame.Builder(FrameKind.DONE).u32(0).text(""));
            }
        });
        peer.say(new Frame.Builder(FrameKind.SIGNALLED).u32(15));
        var channel = new DriverChannel(peer);
        assertThatThrownBy(channel::nextEvent)
                .isInstanceOfSatisfying(
                        SignalledException.class, e -> assertThat(e.signal()).isEqualTo(15));
        channel.abort();
        channel.checkSignal();
    }

    @Test
    void aSignalDuringARequestDoesNotTakeTheAnswersPlace() {
        var channel = saying(new Frame.Builder(FrameKind.SIGNALLED).u32(1), new Frame.Builder(FrameKind.EXITED).u32(0));
        assertThat(channel.killAndReap()).isZero();
        assertThatThrownBy(channel::checkSignal).isInstanceOf(SignalledException.class);
    }

    @Test
    void theEndOfTheStreamMeansThatTheDriverIsGone() {
        assertThatThrownBy(() -> saying().hello()).isInstanceOf(DriverGoneException.class);
        assertThatThrownBy(() -> saying(new Frame.Builder(FrameKind.READY)).killAndReap())
                .isInstanceOf(ProtocolException.class)
                .hasMessage("protocol error: frame 6 instead of 12");
    }

    @Test
    void malformedFramesAreProtocolErrors() {
        assertThatThrownBy(() -> saying(new Frame.Builder(FrameKind.EXITED)).killAndReap())
                .hasMessage("protocol error: frame 12 is too short");
        assertThatThrownBy(
                        () -> saying(new Frame.Builder(FrameKind.EXITED).u32(1).u32(2))
                                .killAndReap())
                .hasMessage("protocol error: 4 bytes too many in frame 12");
        assertThatThrownBy(() -> saying(new Frame.Builder(FrameKind.DONE).u32(0).u32(Integer.MAX_VALUE))
                        .unmount("/"))
                .isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() ->
                        saying(new Frame.Builder(FrameKind.DONE).u32(0).u32(-1)).unmount("/"))
                .isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> saying(new Frame.Builder(FrameKind.HOOK_DONE)
                                .u32(4)
                                .u32(0)
                                .text(""))
                        .hook(new HookRequest("/h", List.of(), List.of(), 0, "/", Bytes.of(new byte[0]))))
                .hasMessage("protocol error: outcome 4 of a hook");
    }

    @Test
    void aFrameBeyondTheLimitIsRefusedBeforeItIsRead() {
        var header = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(Frame.LIMIT + 1).putInt(FrameKind.READY).flip();
        var frame = new Frame(FrameKind.READY, header);
        assertThat(frame.u32()).isEqualTo(Frame.LIMIT + 1);
        var channel = new DriverChannel(new OneBuffer(header.rewind()));
        assertThatThrownBy(channel::nextEvent).hasMessageContaining("a frame of 67108865 bytes");
    }

    @Test
    void textsWithoutTerminatorOrTooManyOfThemAreRefused() {
        var unterminated = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN).putInt(1);
        unterminated.put((byte) 'a').put((byte) 'b').flip();
        assertThatThrownBy(() -> new Frame(1, unterminated).text()).hasMessageContaining("without its terminator");
        var many = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(1 << 30)
                .flip();
        assertThatThrownBy(() -> new Frame(1, many).texts()).hasMessageContaining("1073741824 texts");
        assertThatThrownBy(() -> new Frame.Builder(1).text("a\0b")).hasMessageContaining("NUL");
    }

    /** A stream that has these bytes and no more. */
    private record OneBuffer(ByteBuffer bytes) implements java.nio.channels.ByteChannel {
        @Override
        public int read(ByteBuffer target) {
            int count = Math.min(target.remaining(), bytes.remaining());
            for (int i = 0; i < count; i++) {
                target.put(bytes.get());
            }
            return count == 0 ? -1 : count;
        }

        @Override
        public int write(ByteBuffer source) {
            throw new UnsupportedOperationException();
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
}
