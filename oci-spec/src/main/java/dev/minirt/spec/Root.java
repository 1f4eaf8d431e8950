package dev.minirt.spec;

/**
 * The root file system of the container (config.md, Root).
 *
 * @param path path on the host, absolute or relative to the bundle
 * @param readonly whether the root file system is read-only inside
 */
public record Root(String path, boolean readonly) {}
