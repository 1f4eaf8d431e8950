package dev.minirt.spec;

/**
 * Size of a terminal in characters (config.md, consoleSize).
 *
 * @param height rows, 0 to 65535
 * @param width columns, 0 to 65535
 */
public record ConsoleSize(int height, int width) {}
