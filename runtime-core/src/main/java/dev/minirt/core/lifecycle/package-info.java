/**
 * The operations of runtime.md: create, start, kill, delete, and the truth about a container's status. Plans are made elsewhere; here they
 * are carried out, in the order that makes every moment recoverable: the record first, then what it announces; after a failure
 * everything is undone, last thing first.
 *
 * <p>No switches over types and no records in hash sets on the way of a command: the JVM makes the code for them at run time, the AOT cache does not
 * keep it, and a cold JVM takes longer for one of them than for reading a configuration.
 *
 * <p>Depends on the packages plan, driver, store, cgroup, systemd, host, bundle and error of {@code dev.minirt.core}. Prints nothing and never exits.
 */
@NullMarked
package dev.minirt.core.lifecycle;

import org.jspecify.annotations.NullMarked;
