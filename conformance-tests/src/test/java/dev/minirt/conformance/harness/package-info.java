/**
 * What the conformance tests stand on: bundles made from a busybox, the runtime as a command with a watchdog, and the
 * check for leftovers which follows every test.
 *
 * <p>May depend on the JDK, JUnit, AssertJ and jackson. It is deliberately independent of minirt's own modules: a
 * mistake in how minirt reads a configuration must not be repeated in the test that looks for it.
 */
@NullMarked
package dev.minirt.conformance.harness;

import org.jspecify.annotations.NullMarked;
