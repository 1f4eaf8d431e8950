/**
 * The command line: one class per command, the flags, the wiring, and the only place that prints, writes the log file and decides exit codes.
 * Output goes through the driver, which has the caller's standard streams. Depends on everything below {@code dev.minirt}.
 */
@NullMarked
package dev.minirt.cli;

import org.jspecify.annotations.NullMarked;
