package dev.minirt.conformance.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * The test, or each test of the class, needs controllers of cgroup version 2. Where the host does not offer them all, it is
 * skipped, and {@code hack/test} runs it in a virtual machine that does.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Tag("cgroup")
public @interface NeedsControllers {
    /** Names as in {@code cgroup.controllers}: {@code memory}, {@code pids}, ... */
    String[] value();
}
