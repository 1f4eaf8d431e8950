/** Tests of the package of the same name. */
@NullMarked
package dev.minirt.spec.rule;

import org.jspecify.annotations.NullMarked;
