/**
 * The Java end of the frames between the driver and Java (docs/protocol.md): bytes in and out, typed requests and answers.
 * Knows nothing of containers. Depends on {@code dev.minirt.core.op} for the hash of the
 * table of operations and for immutable and exact bytes only.
 */
@NullMarked
package dev.minirt.core.driver;

import org.jspecify.annotations.NullMarked;
