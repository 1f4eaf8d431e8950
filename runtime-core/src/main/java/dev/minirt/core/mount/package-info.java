/**
 * The words of {@code mounts[].options}: one table, and the reading of a list of them. Pure; depends only on
 * {@link dev.minirt.core.linux}. See config.md#linux-mount-options and mount(8).
 */
@NullMarked
package dev.minirt.core.mount;

import org.jspecify.annotations.NullMarked;
