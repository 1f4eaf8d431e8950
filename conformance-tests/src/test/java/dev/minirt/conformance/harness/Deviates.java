package dev.minirt.conformance.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A peer is known not to do what the test demands. On that runtime the test must fail, so that the list of differences
 * is itself verified; it is then reported as skipped, with the reason. The list was made with one version of the
 * peer ({@link Flavour#listedVersion()}); of another version a test may also pass.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Repeatable(Deviates.List.class)
public @interface Deviates {
    /** Which runtime; never {@link Flavour#MINIRT}: what minirt gets wrong is a bug, not a deviation. */
    Flavour runtime();

    /** What the peer does instead. */
    String reason();

    /** Of a parameterized test, the invocations meant: a regular expression found in their display name. */
    String cases() default "";

    /** Whether the test is not even started, because the peer would hang or the outcome is a matter of chance. */
    boolean skip() default false;

    /** Container of repeated annotations. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface List {
        /** The single annotations. */
        Deviates[] value();
    }
}
