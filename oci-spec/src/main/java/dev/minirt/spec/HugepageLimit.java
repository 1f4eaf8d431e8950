package dev.minirt.spec;

/**
 * Limit of pages of a size (config-linux.md, Huge page limits).
 *
 * @param pageSize such as {@code 2MB}: digits, K, M or G, B
 * @param limit bytes, unsigned 64 bit
 */
public record HugepageLimit(String pageSize, long limit) {}
