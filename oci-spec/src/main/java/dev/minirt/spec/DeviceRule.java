package dev.minirt.spec;

import java.util.OptionalLong;

/**
 * A device access rule (config-linux.md, Allowed Device list).
 *
 * @param allow whether to allow or to deny
 * @param type {@link DeviceRuleType#ALL} if absent
 * @param major major number; absent (or -1 in the document) means any
 * @param minor minor number; absent (or -1 in the document) means any
 * @param access letters of {@code rwm}: read, write, mknod; {@code rwm} if absent
 */
public record DeviceRule(boolean allow, DeviceRuleType type, OptionalLong major, OptionalLong minor, String access) {}
