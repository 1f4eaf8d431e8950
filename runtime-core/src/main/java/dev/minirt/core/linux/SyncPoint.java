package dev.minirt.core.linux;

/** Moments at which init waits for the runtime. */
public enum SyncPoint implements KernelConstant {
    /** The environment is made, the root not yet changed: prestart and createRuntime hooks run now. */
    CREATE_RUNTIME(1);

    private final int value;

    SyncPoint(int value) {
        this.value = value;
    }

    @Override
    public int value() {
        return value;
    }

    @Override
    public String symbol() {
        return name();
    }
}
