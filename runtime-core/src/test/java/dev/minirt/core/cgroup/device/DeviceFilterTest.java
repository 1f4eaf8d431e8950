package dev.minirt.core.cgroup.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minirt.spec.DeviceRule;
import dev.minirt.spec.DeviceRuleType;
import dev.minirt.spec.SpecException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** C7, C8 and GHSA-g54h-m393-cpwq: a device filter says about every access what the rules say, read one by one. */
class DeviceFilterTest {
    private static final long SEED = 20260731;
    private static final int BLOCK = 1;
    private static final int CHARACTER = 2;

    static final DeviceRule DENY_ALL = rule(false, "a", -1, -1, "rwm");

    static DeviceRule rule(boolean allow, String type, long major, long minor, String access) {
        return new DeviceRule(
                allow,
                switch (type) {
                    case "c" -> DeviceRuleType.CHARACTER;
                    case "b" -> DeviceRuleType.BLOCK;
                    default -> DeviceRuleType.ALL;
                },
                major < 0 ? OptionalLong.empty() : OptionalLong.of(major),
                minor < 0 ? OptionalLong.empty() : OptionalLong.of(minor),
                access);
    }

    /** The list that docker writes. */
    static List<DeviceRule> docker() {
        return List.of(
                DENY_ALL,
                rule(true, "c", 1, 5, "rwm"),
                rule(true, "c", 1, 3, "rwm"),
                rule(true, "c", 1, 9, "rwm"),
                rule(true, "c", 1, 8, "rwm"),
                rule(true, "c", 5, 0, "rwm"),
                rule(true, "c", 5, 1, "rwm"),
                rule(false, "c", 10, 229, "rwm"));
    }

    @Test
    void deniedUnlessAllowed() {
        for (List<DeviceRule> rules : List.of(List.<DeviceRule>of(), List.of(DENY_ALL), docker())) {
            assertAccess(rules, CHARACTER, 1, 1, "r", false);
            assertAccess(rules, CHARACTER, 1, 1, "w", false);
            assertAccess(rules, BLOCK, 8, 0, "r", false);
            assertAccess(rules, BLOCK, 8, 0, "rw", false);
            assertAccess(rules, BLOCK, 8, 0, "rm", false);
            assertEquivalent(rules);
        }
        assertAccess(docker(), CHARACTER, 5, 1, "rw", true);
        assertAccess(docker(), CHARACTER, 10, 229, "r", false);
    }

    @Test
    void implicitRulesWinOverTheConfig() {
        List<DeviceRule> rules = List.of(DENY_ALL, rule(false, "c", 1, 3, "w"), rule(false, "c", -1, -1, "m"));
        for (int minor : new int[] {3, 5, 7, 8, 9}) {
            assertAccess(rules, CHARACTER, 1, minor, "rwm", true);
        }
        assertAccess(rules, CHARACTER, 5, 0, "rw", true);
        assertAccess(rules, CHARACTER, 5, 2, "rw", true);
        assertAccess(rules, CHARACTER, 136, 77, "rw", true);
        assertAccess(rules, CHARACTER, 10, 200, "rw", true);
        assertAccess(rules, CHARACTER, 200, 300, "m", true);
        assertAccess(rules, BLOCK, 8, 0, "m", true);
        assertAccess(rules, CHARACTER, 5, 1, "r", false);
        assertEquivalent(rules);
    }

    @Test
    void privilegedNeedsNoFilter() {
        DeviceFilter filter = DeviceFilter.of(List.of(rule(true, "a", -1, -1, "rwm")));
        assertThat(filter.allowsEverything()).isTrue();
        assertThat(filter.verdicts()).hasToString("[allow a *:* rwm]");
        assertEquivalent(List.of(rule(true, "a", -1, -1, "rwm")));
        assertThat(DeviceFilter.of(docker()).allowsEverything()).isFalse();
        assertThat(DeviceFilter.of(List.of(rule(true, "a", -1, -1, "rw"))).allowsEverything())
                .isFalse();
        assertThat(DeviceFilter.of(List.of(rule(true, "a", -1, -1, "rwm"), rule(false, "b", 8, -1, "w")))
                        .allowsEverything())
                .isFalse();
    }

    @Test
    void eachWayOfAccessForItself() {
        List<DeviceRule> onlyRead = List.of(rule(true, "c", 10, 1, "r"));
        assertAccess(onlyRead, CHARACTER, 10, 1, "r", true);
        assertAccess(onlyRead, CHARACTER, 10, 1, "w", false);
        assertAccess(onlyRead, CHARACTER, 10, 1, "rw", false);
        List<DeviceRule> writeTakenAway = List.of(rule(true, "c", 10, 1, "rwm"), rule(false, "c", 10, 1, "w"));
        assertAccess(writeTakenAway, CHARACTER, 10, 1, "r", true);
        assertAccess(writeTakenAway, CHARACTER, 10, 1, "w", false);
        assertAccess(writeTakenAway, CHARACTER, 10, 1, "rw", false);
        List<DeviceRule> inParts = List.of(rule(true, "c", 10, 1, "r"), rule(true, "c", 10, -1, "w"));
        assertAccess(inParts, CHARACTER, 10, 1, "rw", true);
        assertAccess(inParts, CHARACTER, 10, 2, "rw", false);
        List<DeviceRule> hole = List.of(rule(true, "b", 8, -1, "rwm"), rule(false, "b", 8, 1, "rw"));
        assertAccess(hole, BLOCK, 8, 0, "rw", true);
        assertAccess(hole, BLOCK, 8, 1, "r", false);
        for (List<DeviceRule> rules : List.of(onlyRead, writeTakenAway, inParts, hole)) {
            assertEquivalent(rules);
        }
    }

    @Test
    void laterRuleWins() {
        assertAccess(List.of(rule(true, "b", 8, 0, "r"), DENY_ALL), BLOCK, 8, 0, "r", false);
        assertAccess(List.of(DENY_ALL, rule(true, "b", 8, 0, "r")), BLOCK, 8, 0, "r", true);
        assertAccess(List.of(rule(false, "b", 8, 0, "r"), rule(true, "a", 8, -1, "r")), BLOCK, 8, 0, "r", true);
    }

    @Test
    void numbersOfThirtyTwoBits() {
        List<DeviceRule> rules = List.of(rule(true, "c", 0xffffffffL, 0x80000000L, "r"), rule(true, "b", 0, 0, "r"));
        assertAccess(rules, CHARACTER, 0xffffffff, 0x80000000, "r", true);
        assertAccess(rules, CHARACTER, 0xffffffff, 0x7fffffff, "r", false);
        assertAccess(rules, BLOCK, 0, 0, "r", true);
        assertEquivalent(rules);
    }

    /** access(2) with F_OK. */
    @Test
    void wantingNothingIsAllowed() {
        assertAccess(List.of(DENY_ALL), BLOCK, 8, 0, "", true);
    }

    /** C10. */
    @Test
    void wrongRulesAreRefused() {
        assertThatThrownBy(() -> DeviceFilter.of(List.of(
                        DENY_ALL,
                        rule(true, "c", 0x1_0000_0000L, 5, "rwm"),
                        new DeviceRule(true, DeviceRuleType.CHARACTER, OptionalLong.of(1), OptionalLong.of(-2), "rx"),
                        rule(true, "c", 1, 5, ""))))
                .isInstanceOf(SpecException.class)
                .hasMessage("linux.resources.devices[1].major: no device has the number 4294967296; "
                        + "linux.resources.devices[2].minor: no device has the number -2; "
                        + "linux.resources.devices[2].access: must be made of the letters r, w and m; "
                        + "linux.resources.devices[3].access: must be at least one of the letters r, w and m");
    }

    /** C8. Attack: the kernel's verifier would take seconds, and then give up. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void moreRulesThanTheKernelTakesAreRefused(boolean allow) {
        List<DeviceRule> rules = new ArrayList<>(List.of(rule(!allow, "a", -1, -1, "rwm")));
        for (int i = 0; i < 100_000; i++) {
            rules.add(rule(allow, "c", 300 + i / 200, i % 200, i % 3 == 0 ? "r" : i % 3 == 1 ? "w" : "rwm"));
        }
        assertThatThrownBy(() -> DeviceFilter.of(rules))
                .isInstanceOf(SpecException.class)
                .hasMessage(
                        "linux.resources.devices: too many rules: a device filter can have 6000 that make a difference,"
                                + " those included that every container has");
        assertThat(DeviceFilter.of(rules.subList(0, 5900)).verdicts()).hasSizeBetween(5900, 6000);
    }

    @Test
    void repetitionsCostNothing() {
        List<DeviceRule> rules = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            rules.addAll(docker());
        }
        assertThat(DeviceFilter.of(rules).instructions())
                .isEqualTo(DeviceFilter.of(docker()).instructions());
        assertThat(DeviceFilter.of(docker()).verdicts())
                .extracting(DeviceVerdict::toString)
                .containsOnlyOnce("allow c 1:3 rwm", "allow c 5:1 rwm", "allow c *:* m", "allow b *:* m")
                .noneMatch(line -> line.startsWith("deny"));
    }

    @Test
    void randomLists() {
        Random random = new Random(SEED);
        for (int i = 0; i < 1000; i++) {
            assertEquivalent(random(random, random.nextInt(12)));
        }
        for (int i = 0; i < 6; i++) {
            assertEquivalent(random(random, 200));
        }
    }

    static List<DeviceRule> random(Random random, int count) {
        String[] types = {"a", "b", "c"};
        String[] accesses = {"r", "w", "m", "rw", "wm", "mr", "rwm"};
        long[] numbers = {-1, 0, 1, 3, 5, 8, 10, 136, 200};
        List<DeviceRule> rules = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rules.add(rule(
                    random.nextBoolean(),
                    types[random.nextInt(3)],
                    numbers[random.nextInt(numbers.length)],
                    numbers[random.nextInt(numbers.length)],
                    accesses[random.nextInt(accesses.length)]));
        }
        return rules;
    }

    @Test
    void bytesOfBothOrders() {
        DeviceFilter filter = DeviceFilter.of(List.of());
        assertThat(filter.toBytes(ByteOrder.LITTLE_ENDIAN)).startsWith(0x61, 0x12, 0, 0, 0, 0, 0, 0, 0xbc, 0x23);
        assertThat(filter.toBytes(ByteOrder.BIG_ENDIAN)).startsWith(0x61, 0x21, 0, 0, 0, 0, 0, 0, 0xbc, 0x32);
    }

    private static void assertAccess(
            List<DeviceRule> rules, int type, int major, int minor, String access, boolean allowed) {
        int bits = bits(access);
        assertThat(DeviceProgramSimulator.run(DeviceFilter.of(rules).instructions(), type, bits, major, minor))
                .as("%s on %s", access, rules)
                .isEqualTo(allowed ? 1 : 0);
        assertThat(reference(rules, type, bits, major, minor)).isEqualTo(allowed);
    }

    private static void assertEquivalent(List<DeviceRule> rules) {
        DeviceFilter filter = DeviceFilter.of(rules);
        Set<Long> majors = new TreeSet<>(Set.of(0L, 1L, 5L, 10L, 136L, 0xffffffffL));
        Set<Long> minors = new TreeSet<>(Set.of(0L, 2L, 3L, 200L, 0xffffffffL));
        for (DeviceRule rule : rules) {
            rule.major().ifPresent(number -> majors.addAll(List.of(number, (number + 1) & 0xffffffffL)));
            rule.minor().ifPresent(number -> minors.addAll(List.of(number, (number + 1) & 0xffffffffL)));
        }
        for (long major : majors) {
            for (long minor : minors) {
                for (int type = BLOCK; type <= CHARACTER; type++) {
                    for (int access = 0; access <= 7; access++) {
                        int actual = DeviceProgramSimulator.run(
                                filter.instructions(), type, access, (int) major, (int) minor);
                        boolean expected = reference(rules, type, access, (int) major, (int) minor);
                        if (actual != (expected ? 1 : 0)) {
                            throw new AssertionError("type " + type + " " + major + ":" + minor + " access " + access
                                    + " should be " + expected + ": " + rules + " " + filter.verdicts());
                        }
                    }
                }
            }
        }
    }

    /** The rules, then the implicit ones, one by one, for each way of access. */
    static boolean reference(List<DeviceRule> rules, int type, int access, int major, int minor) {
        List<DeviceRule> all = new ArrayList<>(rules);
        all.addAll(List.of(
                rule(true, "c", -1, -1, "m"),
                rule(true, "b", -1, -1, "m"),
                rule(true, "c", 1, 3, "rwm"),
                rule(true, "c", 1, 5, "rwm"),
                rule(true, "c", 1, 7, "rwm"),
                rule(true, "c", 1, 8, "rwm"),
                rule(true, "c", 1, 9, "rwm"),
                rule(true, "c", 5, 0, "rwm"),
                rule(true, "c", 5, 2, "rwm"),
                rule(true, "c", 136, -1, "rwm"),
                rule(true, "c", 10, 200, "rwm")));
        for (int bit : new int[] {1, 2, 4}) {
            boolean allowed = false;
            for (DeviceRule rule : all) {
                if ((bits(rule.access()) & bit) != 0
                        && (rule.type() == DeviceRuleType.ALL
                                || (rule.type() == DeviceRuleType.BLOCK) == (type == BLOCK))
                        && (rule.major().isEmpty() || (int) rule.major().getAsLong() == major)
                        && (rule.minor().isEmpty() || (int) rule.minor().getAsLong() == minor)) {
                    allowed = rule.allow();
                }
            }
            if ((access & bit) != 0 && !allowed) {
                return false;
            }
        }
        return true;
    }

    static int bits(String access) {
        return (access.contains("m") ? 1 : 0) | (access.contains("r") ? 2 : 0) | (access.contains("w") ? 4 : 0);
    }
}
