package dev.minirt.conformance.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The rows of the feature checklist (such as {@code P11}) which a test proves; they make up {@code coverage.md}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Covers {
    /** Row names, for instance {@code "P4"}, or names of engine traps, for instance {@code "trap 2"}. */
    String[] value();
}
