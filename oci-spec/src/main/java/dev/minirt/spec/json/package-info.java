/**
 * Reads and writes the documents of {@code dev.minirt.spec} with the streaming parser and generator of Jackson, without data
 * binding, reflection or regular expressions: this is on the path of every command of a cold JVM.
 *
 * <p>Depends on {@code dev.minirt.spec}, {@code dev.minirt.spec.rule} and jackson-core. JSON is RFC 8259 as UTF-8.
 */
@NullMarked
package dev.minirt.spec.json;

import org.jspecify.annotations.NullMarked;
