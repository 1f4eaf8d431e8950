/**
 * From a config to a plan: what will be done, in which order, and which member of {@code config.json} asked for it.
 *
 * <p>Planning is a pure function: nothing here reads a file, makes a system call or looks at the clock. What it must know about
 * the host comes in as {@link dev.minirt.core.plan.HostFacts}. One stage per section of the spec lives in the package
 * {@code stage}; {@link dev.minirt.core.plan.Phase} is the order of a container's birth and the page to read first.
 */
@NullMarked
package dev.minirt.core.plan;

import org.jspecify.annotations.NullMarked;
