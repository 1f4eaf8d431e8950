/**
 * The shape of the documents as JSON Schema (draft 2020-12), for other programs and for a second opinion: the
 * {@code validate} command and tests hold documents against it. No command on the way to a container loads this package,
 * which costs a cold JVM more than all the rest.
 *
 * <p>Depends on {@code dev.minirt.spec}, json-schema-validator and jackson-databind.
 */
@NullMarked
package dev.minirt.spec.schema;

import org.jspecify.annotations.NullMarked;
