/** Tests of the values. */
@NullMarked
package dev.minirt.spec;

import org.jspecify.annotations.NullMarked;
