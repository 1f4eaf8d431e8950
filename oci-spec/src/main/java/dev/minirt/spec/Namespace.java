package dev.minirt.spec;

import java.util.Optional;

/**
 * A namespace to create or to join (config-linux.md, Namespaces).
 *
 * @param type the type
 * @param path absolute path of a namespace to join; absent creates one
 */
public record Namespace(NamespaceType type, Optional<String> path) {}
