/** Tests of the package of the same name. */
@NullMarked
package dev.minirt.spec.schema;

import org.jspecify.annotations.NullMarked;
