/**
 * Black-box conformance tests of an installed OCI runtime, one class for each part of the specification.
 *
 * <p>The tests know a runtime only through its command line, so that the same tests judge minirt, runc and crun: a
 * wrong test is found by running it against a peer before it blames minirt. Every test names the rows of the feature
 * checklist which it proves ({@link dev.minirt.conformance.harness.Covers}), and where a peer is known to differ, it
 * says so ({@link dev.minirt.conformance.harness.Deviates}) and is then required to fail there.
 *
 * <p>May depend on {@code harness}, JUnit, AssertJ and jackson; never on another module of minirt.
 *
 * @see <a href="https://github.com/opencontainers/runtime-spec">OCI runtime specification</a>
 */
@NullMarked
package dev.minirt.conformance;

import org.jspecify.annotations.NullMarked;
