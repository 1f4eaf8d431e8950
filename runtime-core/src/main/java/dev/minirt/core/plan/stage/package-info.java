/**
 * The stages of a container's plan: one class per section of config.json. Each is pure and says what its section asks for and
 * when; {@link dev.minirt.core.plan.stage.ContainerStages} lists them.
 *
 * <p>Depends on {@code plan}, {@code op}, {@code linux}, {@code mount}, {@code seccomp} and {@code cgroup.device}.
 */
@NullMarked
package dev.minirt.core.plan.stage;

import org.jspecify.annotations.NullMarked;
