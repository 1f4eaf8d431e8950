/**
 * From what went wrong to what people read: one line that names what was attempted, the member of config.json, the errno in
 * words, and a remedy where one is known. Engines recognise some of these words (exit codes 126 and 127 of podman and docker).
 *
 * <p>Pure; depends on {@code plan}, {@code op} and {@code linux}.
 */
@NullMarked
package dev.minirt.core.error;

import org.jspecify.annotations.NullMarked;
