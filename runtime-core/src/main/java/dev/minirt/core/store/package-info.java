/**
 * Containers as the file system remembers them: one directory per container below the state root, with
 *
 * <ul>
 *   <li>{@code state.json}: the record and the journal of what was made; replaced by rename, never written in place,
 *   <li>{@code config.json}: the configuration as create read it, byte by byte (runtime.md: later edits have no effect),
 *   <li>{@code seccomp}: the system call filter that create has compiled, for exec; may be missing,
 *   <li>{@code resources.json}: the limits as updates have made them, once there was one,
 *   <li>{@code lock}: held by the command that changes the container; the kernel drops it if that command dies,
 *   <li>what init puts there: the file that it keeps locked until its program is executed, the socket on which it waits for start.
 * </ul>
 *
 * <p>The order that all commands keep: record first, then the side effect; remove the side effect, then the record. Whoever is killed
 * in between leaves something that delete finds. Reading never waits for a lock.
 *
 * <p>Depends on {@code dev.minirt.spec}, {@code dev.minirt.core.host}, a name of {@code dev.minirt.core.plan} and jackson-core.
 */
@NullMarked
package dev.minirt.core.store;

import org.jspecify.annotations.NullMarked;
