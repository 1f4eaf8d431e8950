/**
 * The bundle on disk (bundle.md): finds and reads its configuration, and looks at what only the file system knows of it. Depends on
 * {@code dev.minirt.spec} and {@code dev.minirt.core.host}.
 */
@NullMarked
package dev.minirt.core.bundle;

import org.jspecify.annotations.NullMarked;
