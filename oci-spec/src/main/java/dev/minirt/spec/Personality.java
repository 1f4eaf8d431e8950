package dev.minirt.spec;

/**
 * Execution domain (config-linux.md, Personality). The spec has a list of flags beside it, for which no value is
 * defined: the reader refuses entries.
 *
 * @param domain the domain
 */
public record Personality(PersonalityDomain domain) {}
