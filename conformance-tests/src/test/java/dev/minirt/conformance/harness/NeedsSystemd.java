package dev.minirt.conformance.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * The test, or each test of the class, needs systemd as process 1 of a host whose cgroups are all of version 2. Elsewhere it is
 * skipped, and {@code hack/test} runs it in a virtual machine that systemd boots.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Tag("systemd")
public @interface NeedsSystemd {}
