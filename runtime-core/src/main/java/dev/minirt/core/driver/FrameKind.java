package dev.minirt.core.driver;

/** Numbers of the frames of docs/protocol.md. */
public final class FrameKind {
    public static final int HELLO = 1;
    public static final int SIGNALLED = 2;
    public static final int DONE = 3;
    public static final int SPAWNED = 4;
    public static final int REACHED = 5;
    public static final int READY = 6;
    public static final int FAILED = 7;
    public static final int BRANCHED = 8;
    public static final int DIED = 9;
    public static final int HOOK_DONE = 10;
    public static final int STARTED = 11;
    public static final int EXITED = 12;
    public static final int PLACE_HELD = 13;
    public static final int INPUT = 14;
    public static final int TIMES = 15;
    public static final int WELCOME = 32;
    public static final int SERVE = 33;
    public static final int WRITE = 64;
    public static final int RUN = 65;
    public static final int CONTINUE = 66;
    public static final int ABORT = 67;
    public static final int HOOK = 68;
    public static final int SIGNAL = 69;
    public static final int START = 70;
    public static final int UNMOUNT = 71;
    public static final int SUPERVISE = 72;
    public static final int EXIT = 73;
    public static final int KILL_AND_REAP = 74;
    public static final int AWAIT_EXIT = 75;
    public static final int HOLD_PLACE = 76;
    public static final int NOTIFY = 80;
    public static final int AWAIT_NOTIFIED = 81;
    public static final int READ = 82;
    public static final int SEND_PIDFD = 83;
    public static final int FILTER_DEVICES = 84;

    private FrameKind() {}
}
