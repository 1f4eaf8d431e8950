package dev.minirt.core.cgroup.systemd;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Annotations {@code org.systemd.property.NAME} that become properties of the container's unit. Whoever may write annotations must
 * not thereby reach anything but that unit (CVE-2024-3154): only properties that say how it ends, and what it may use beyond {@code linux.resources}.
 */
public final class AnnotationProperties {
    /** What the keys of such annotations begin with. */
    public static final String PREFIX = "org.systemd.property.";

    /** Names ending so may be given in seconds, under the name that ends in the key: TimeoutStopSec for TimeoutStopUSec. */
    private static final String SECONDS = "Sec";

    private static final String MICROSECONDS = "USec";
    private static final BigDecimal SECOND = BigDecimal.valueOf(1_000_000);
    private static final BigInteger LARGEST = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    /** Properties and the signatures of their types. */
    private static final Map<String, String> ALLOWED = Map.ofEntries(
            Map.entry("After", "as"),
            Map.entry("Before", "as"),
            Map.entry("CollectMode", "s"),
            Map.entry("DefaultDependencies", "b"),
            Map.entry("Documentation", "as"),
            Map.entry("FinalKillSignal", "i"),
            Map.entry("IPAccounting", "b"),
            Map.entry("KillMode", "s"),
            Map.entry("KillSignal", "i"),
            Map.entry("ManagedOOMMemoryPressure", "s"),
            Map.entry("ManagedOOMMemoryPressureLimit", "u"),
            Map.entry("ManagedOOMPreference", "s"),
            Map.entry("ManagedOOMSwap", "s"),
            Map.entry("MemoryHigh", "t"),
            Map.entry("MemoryMin", "t"),
            Map.entry("OOMPolicy", "s"),
            Map.entry("RestartKillSignal", "i"),
            Map.entry("RuntimeMaxUSec", "t"),
            Map.entry("RuntimeRandomizedExtraUSec", "t"),
            Map.entry("SendSIGHUP", "b"),
            Map.entry("SendSIGKILL", "b"),
            Map.entry("StartupCPUWeight", "t"),
            Map.entry("StartupIOWeight", "t"),
            Map.entry("TimeoutStopUSec", "t"));

    private AnnotationProperties() {}

    /**
     * Whether this is an annotation that asks for a property.
     *
     * @param key key of the annotation
     */
    public static boolean isProperty(String key) {
        return key.startsWith(PREFIX);
    }

    /**
     * The property that an annotation asks for; null if it asks for one that annotations may not set.
     *
     * @param key key of the annotation
     * @param text its value
     * @throws IllegalArgumentException saying what is wrong with the value
     */
    public static @Nullable UnitProperty read(String key, String text) {
        var name = key.substring(PREFIX.length());
        boolean seconds = name.endsWith(SECONDS) && !name.endsWith(MICROSECONDS);
        if (seconds) {
            name = name.substring(0, name.length() - SECONDS.length()) + MICROSECONDS;
        }
        var signature = ALLOWED.get(name);
        if (signature == null) {
            return null;
        }
        var value = GVariantText.read(text);
        return new UnitProperty(name, seconds ? microseconds(value) : converted(value, signature));
    }

    private static UnitValue microseconds(GVariantText.Value value) {
        if (value instanceof GVariantText.Value.Numeric(var _, var number)) {
            return amount(number.multiply(SECOND).setScale(0, java.math.RoundingMode.HALF_UP));
        }
        throw new IllegalArgumentException("is not a number of seconds");
    }

    private static UnitValue converted(GVariantText.Value value, String signature) {
        return switch (value) {
            case GVariantText.Value.Text(var text) when signature.equals("s") -> new UnitValue.Text(text);
            case GVariantText.Value.Truth(boolean truth) when signature.equals("b") -> new UnitValue.Flag(truth);
            case GVariantText.Value.Numeric(var type, var number)
            when type == null || type.equals(signature) -> number(number, signature);
            case GVariantText.Value.Array(var elements) when signature.equals("as") -> texts(elements);
            case GVariantText.Value.Text _,
                    GVariantText.Value.Truth _,
                    GVariantText.Value.Numeric _,
                    GVariantText.Value.Array _ -> throw mismatch(signature);
        };
    }

    private static UnitValue number(BigDecimal number, String signature) {
        try {
            return switch (signature) {
                case "i" -> new UnitValue.Signed(number.intValueExact());
                case "u" -> {
                    long word = number.longValueExact();
                    if (word < 0 || word > 0xffff_ffffL) {
                        throw mismatch(signature);
                    }
                    yield new UnitValue.Word((int) word);
                }
                case "t" -> amount(number);
                default -> throw mismatch(signature);
            };
        } catch (ArithmeticException e) {
            throw mismatch(signature);
        }
    }

    private static UnitValue amount(BigDecimal number) {
        BigInteger integer;
        try {
            integer = number.toBigIntegerExact();
        } catch (ArithmeticException e) {
            throw mismatch("t");
        }
        if (integer.signum() < 0 || integer.compareTo(LARGEST) > 0) {
            throw mismatch("t");
        }
        return new UnitValue.Amount(integer.longValue());
    }

    private static UnitValue texts(List<GVariantText.Value> elements) {
        var texts = new ArrayList<String>();
        for (var element : elements) {
            if (element instanceof GVariantText.Value.Text(var text)) {
                texts.add(text);
            } else {
                throw mismatch("as");
            }
        }
        return new UnitValue.Texts(texts);
    }

    private static IllegalArgumentException mismatch(String signature) {
        return new IllegalArgumentException("is not "
                + switch (signature) {
                    case "s" -> "a text in quotes";
                    case "as" -> "an array of texts in quotes";
                    case "b" -> "true or false";
                    case "i" -> "an int32";
                    case "u" -> "a uint32";
                    default -> "a uint64";
                });
    }
}
