package dev.minirt.core.cgroup.systemd;

/**
 * A property that a unit is to have.
 *
 * @param name as in org.freedesktop.systemd1(5)
 * @param value its value
 */
public record UnitProperty(String name, UnitValue value) {
    static UnitProperty text(String name, String text) {
        return new UnitProperty(name, new UnitValue.Text(text));
    }

    static UnitProperty flag(String name, boolean value) {
        return new UnitProperty(name, new UnitValue.Flag(value));
    }

    static UnitProperty amount(String name, long value) {
        return new UnitProperty(name, new UnitValue.Amount(value));
    }

    /** The value for people. */
    public String valueWords() {
        return words(value);
    }

    private static String words(UnitValue value) {
        return switch (value) {
            case UnitValue.Text(var text) -> text;
            case UnitValue.Texts(var texts) -> joined(texts);
            case UnitValue.Flag(boolean flag) -> flag ? "yes" : "no";
            case UnitValue.Signed(int number) -> Integer.toString(number);
            case UnitValue.Word(int number) -> Integer.toUnsignedString(number);
            case UnitValue.Amount(long amount) -> amount(amount);
            case UnitValue.Pids(var pids) -> joined(pids);
            case UnitValue.Mask(var numbers) -> joined(numbers);
            case UnitValue.DeviceAmounts(var amounts) -> {
                var words = new StringBuilder();
                for (var device : amounts) {
                    words.append(words.isEmpty() ? "" : " ")
                            .append(device.path())
                            .append(' ')
                            .append(amount(device.amount()));
                }
                yield words.toString();
            }
        };
    }

    private static String amount(long amount) {
        return amount == -1 ? "infinity" : Long.toUnsignedString(amount);
    }

    private static String joined(Iterable<?> parts) {
        var words = new StringBuilder();
        for (var part : parts) {
            words.append(words.isEmpty() ? "" : " ").append(part);
        }
        return words.toString();
    }
}
