/** Tests of the package of the same name. */
@NullMarked
package dev.minirt.spec.json;

import org.jspecify.annotations.NullMarked;
