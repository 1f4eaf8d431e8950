package dev.minirt.core.systemd;

import dev.minirt.core.cgroup.systemd.SystemdInstance;
import dev.minirt.core.cgroup.systemd.UnitProperty;
import dev.minirt.core.cgroup.systemd.UnitValue;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.types.UInt32;
import org.freedesktop.dbus.types.UInt64;
import org.freedesktop.dbus.types.Variant;
import org.jspecify.annotations.Nullable;

/** The real systemd. */
public final class SystemdOverDBus implements Systemd {
    /** How long a command may wait for systemd, in milliseconds: less than what engines wait for their runtime. */
    public static final long PATIENCE_MILLISECONDS = 25_000;

    private static final String MANAGER_PATH = "/org/freedesktop/systemd1";
    private static final String MANAGER = "org.freedesktop.systemd1.Manager";
    private static final String UNIT = "org.freedesktop.systemd1.Unit";
    private static final String PRIVATE_SOCKET = "/systemd/private";

    private final Bus bus;
    private final String address;
    private final SystemdInstance instance;
    private final Patience patience;

    private SystemdOverDBus(Bus bus, String address, SystemdInstance instance, Patience patience) {
        this.bus = bus;
        this.address = address;
        this.instance = instance;
        this.patience = patience;
    }

    /** Something said to systemd. */
    private interface Words<T> {
        T say() throws IOException, DBusException;
    }

    /**
     * Connects.
     *
     * @param patience of the command; one that is used up allows nothing
     * @throws NoSystemdException if there is none at any of the addresses
     * @throws SilentSystemdException if there is one that does not answer in time
     */
    public static SystemdOverDBus connect(SystemdTarget target, Patience patience) {
        var tried = new StringBuilder();
        for (var address : target.addresses()) {
            var path = SystemdTarget.path(address);
            if (!Files.exists(Path.of(path))) {
                tried.append(tried.isEmpty() ? "" : ", ").append(path).append(": no such file");
                continue;
            }
            if (patience.left() <= 0) {
                throw new SilentSystemdException(patience.words() + " at " + path);
            }
            long begin = System.nanoTime();
            try (var alarm = new Alarm(patience.left())) {
                @Nullable Bus bus = null;
                try {
                    bus = Bus.connect(address, path.endsWith(PRIVATE_SOCKET), target.uid());
                    var instance = describe(bus, target.user());
                    return new SystemdOverDBus(bus, address, instance, patience);
                } catch (ConnectException e) {
                    tried.append(tried.isEmpty() ? "" : ", ")
                            .append(path)
                            .append(": ")
                            .append(reason(e));
                } catch (IOException | DBusException | RuntimeException e) {
                    if (bus != null) {
                        bus.close();
                    }
                    if (alarm.hasRung()) {
                        throw new SilentSystemdException(patience.words() + " at " + path, e);
                    }
                    throw new SystemdException("talk to systemd at " + path + ": " + reason(e), e);
                }
            } finally {
                patience.spendSince(begin);
            }
        }
        throw new NoSystemdException("--systemd-cgroup needs a systemd: " + tried);
    }

    private static SystemdInstance describe(Bus bus, boolean user) throws IOException, DBusException {
        var controlGroup = String.valueOf(bus.property(MANAGER_PATH, MANAGER, "ControlGroup"));
        var version = String.valueOf(bus.property(MANAGER_PATH, MANAGER, "Version"));
        return new SystemdInstance(user, controlGroup.equals("/") ? "" : controlGroup, major(version));
    }

    /** "252.39-1~deb12u1" and "v257-1": the first number. */
    static int major(String version) {
        int major = 0;
        for (int i = 0; i < version.length(); i++) {
            char c = version.charAt(i);
            if (c >= '0' && c <= '9' && major < 100_000) {
                major = major * 10 + (c - '0');
            } else if (major > 0) {
                break;
            }
        }
        return major;
    }

    private static String reason(Exception e) {
        if (e instanceof RefusedException refused) {
            return refused.words();
        }
        if (e instanceof ClosedChannelException || e instanceof EOFException) {
            return "systemd has hung up";
        }
        var message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    @Override
    public SystemdInstance instance() {
        return instance;
    }

    @Override
    public String address() {
        return address;
    }

    private <T> T within(String attempt, Words<T> words) {
        if (patience.left() <= 0) {
            throw new SilentSystemdException(attempt + ": " + patience.words());
        }
        long begin = System.nanoTime();
        try (var alarm = new Alarm(patience.left())) {
            try {
                return words.say();
            } catch (RefusedException e) {
                if (e.is("UnitExists")) {
                    throw new UnitExistsException(attempt + ": " + e.words());
                }
                throw new SystemdException(attempt + ": " + e.words(), e);
            } catch (IOException | DBusException e) {
                if (alarm.hasRung()) {
                    throw new SilentSystemdException(attempt + ": " + patience.words(), e);
                }
                throw new SystemdException(attempt + ": " + reason(e), e);
            }
        } finally {
            patience.spendSince(begin);
        }
    }

    @Override
    public Optional<LoadedUnit> find(String unit) {
        return within("ask systemd for " + unit, () -> {
            try {
                var path = path(unit);
                return Optional.of(new LoadedUnit(
                        String.valueOf(bus.property(path, UNIT, "Description")),
                        String.valueOf(bus.property(path, UNIT, "ActiveState")),
                        String.valueOf(bus.property(path, kind(unit), "ControlGroup"))));
            } catch (RefusedException e) {
                if (e.is("NoSuchUnit")) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    private static String kind(String unit) {
        return unit.endsWith(".slice") ? "org.freedesktop.systemd1.Slice" : "org.freedesktop.systemd1.Scope";
    }

    private String path(String unit) throws IOException, DBusException {
        return first(bus.call(MANAGER_PATH, MANAGER, "GetUnit", "s", unit));
    }

    private static String first(Object[] results) {
        return results.length == 0 ? "" : String.valueOf(results[0]);
    }

    @Override
    public void start(String unit, List<UnitProperty> properties, int pid) {
        var all = new ArrayList<>(properties);
        if (pid != 0) {
            all.add(new UnitProperty("PIDs", new UnitValue.Pids(List.of(pid))));
        }
        within("start " + unit, () -> {
            var job = first(bus.call(
                    MANAGER_PATH,
                    MANAGER,
                    "StartTransientUnit",
                    "ssa(sv)a(sa(sv))",
                    unit,
                    "fail",
                    structures(all),
                    List.of()));
            var result = result(job);
            if (!result.equals("done")) {
                throw new SystemdException("start " + unit + ": the job ended as " + result);
            }
            return unit;
        });
    }

    /** How a job ends: done, failed, canceled, timeout, dependency, skipped. */
    private String result(String job) throws IOException, DBusException {
        while (true) {
            // Number and path of the job, name of the unit, result.
            var removed = bus.awaitSignal("JobRemoved");
            if (removed.length == 4 && job.equals(String.valueOf(removed[1]))) {
                return String.valueOf(removed[3]);
            }
        }
    }

    @Override
    public void set(String unit, List<UnitProperty> properties) {
        if (properties.isEmpty()) {
            return;
        }
        within("change properties of " + unit, () -> {
            bus.call(MANAGER_PATH, MANAGER, "SetUnitProperties", "sba(sv)", unit, true, structures(properties));
            // The answer comes before the effect, but systemd does not read on before that.
            return path(unit);
        });
    }

    @Override
    public void stop(String unit) {
        within("stop " + unit, () -> {
            try {
                result(first(bus.call(MANAGER_PATH, MANAGER, "StopUnit", "ss", unit, "replace")));
            } catch (RefusedException e) {
                if (!e.is("NoSuchUnit")) {
                    throw e;
                }
            }
            return unit;
        });
        resetFailed(unit);
    }

    @Override
    public void resetFailed(String unit) {
        within("have systemd forget " + unit, () -> {
            try {
                bus.call(MANAGER_PATH, MANAGER, "ResetFailedUnit", "s", unit);
            } catch (RefusedException e) {
                if (!e.is("NoSuchUnit")) {
                    throw e;
                }
            }
            return unit;
        });
    }

    /** {@code a(sv)} as the library wants it. */
    private static List<Object[]> structures(List<UnitProperty> properties) {
        var structures = new ArrayList<Object[]>();
        for (var property : properties) {
            var value = property.value();
            structures.add(new Object[] {property.name(), new Variant<Object>(payload(value), value.signature())});
        }
        return structures;
    }

    private static Object payload(UnitValue value) {
        return switch (value) {
            case UnitValue.Text(var text) -> text;
            case UnitValue.Texts(var texts) -> texts;
            case UnitValue.Flag(boolean flag) -> flag;
            case UnitValue.Signed(int number) -> number;
            case UnitValue.Word(int number) -> new UInt32(Integer.toUnsignedLong(number));
            case UnitValue.Amount(long amount) -> unsigned(amount);
            case UnitValue.Pids(var pids) -> {
                var numbers = new ArrayList<UInt32>();
                for (int pid : pids) {
                    numbers.add(new UInt32(pid));
                }
                yield numbers;
            }
            case UnitValue.Mask mask -> mask.bytes();
            case UnitValue.DeviceAmounts(var amounts) -> {
                var structures = new ArrayList<Object[]>();
                for (var device : amounts) {
                    structures.add(new Object[] {device.path(), unsigned(device.amount())});
                }
                yield structures;
            }
        };
    }

    private static UInt64 unsigned(long bits) {
        return new UInt64(bits >>> 32, bits & 0xffff_ffffL);
    }

    @Override
    public void close() {
        bus.close();
    }
}
