/**
 * The kernel's words: enums that carry its tables, errors and numbers. Nothing here does input or output, and nothing
 * depends on another package of minirt.
 */
@NullMarked
package dev.minirt.core.linux;

import org.jspecify.annotations.NullMarked;
