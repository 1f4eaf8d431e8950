/**
 * What the specification demands of a document beyond its shape: one small pure function per rule, named after what it
 * demands, grouped by the section of the document. {@link dev.minirt.spec.rule.SpecRules} applies them all, so an author
 * sees everything that is wrong at once.
 *
 * <p>Only rules that the text of the document decides are here. Whether a directory exists, a kernel knows a flag or a
 * limit can be granted is the concern of whoever plans and applies.
 *
 * <p>Depends on {@code dev.minirt.spec} only.
 */
@NullMarked
package dev.minirt.spec.rule;

import org.jspecify.annotations.NullMarked;
