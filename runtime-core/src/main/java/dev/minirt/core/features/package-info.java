/**
 * What minirt can do (features.md), told truthfully: what is listed works, what does not work is not listed. Asks the kernel through jna, which is
 * therefore loaded by nothing else. Depends on {@code dev.minirt.spec} and on the tables of the packages linux, mount and seccomp.
 */
@NullMarked
package dev.minirt.core.features;

import org.jspecify.annotations.NullMarked;
