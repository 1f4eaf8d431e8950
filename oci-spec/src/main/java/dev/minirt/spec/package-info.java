/**
 * The documents of the OCI runtime specification as immutable values: the configuration ({@link dev.minirt.spec.Spec}), the
 * state ({@link dev.minirt.spec.State}) and the features ({@link dev.minirt.spec.Features}).
 *
 * <p>Names of record components are the member names of the documents. Lists and maps are never absent, keep the order of
 * the document and cannot be changed. {@code Optional} stands only where absence means something; where the spec gives a
 * default, the default is here. An empty string is read as absent wherever an empty value could mean nothing else.
 *
 * <p>Depends on nothing but the JDK.
 *
 * @see <a href="https://github.com/opencontainers/runtime-spec">the specification</a>
 */
@NullMarked
package dev.minirt.spec;

import org.jspecify.annotations.NullMarked;
