/**
 * The operations of a program and its encoding. The records and {@link dev.minirt.core.op.Op} itself are generated from
 * {@code native/ops.def}; what stands here is what they are made of. Depends on {@link dev.minirt.core.linux} only.
 */
@NullMarked
package dev.minirt.core.op;

import org.jspecify.annotations.NullMarked;
