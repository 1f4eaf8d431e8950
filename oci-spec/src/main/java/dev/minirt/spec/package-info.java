/**
 * The documents of the OCI runtime specification as immutable values: the configuration ({@link dev.minirt.spec.Spec}), the
 * state ({@link dev.minirt.spec.State}) and the features ({@link dev.minirt.spec.Features}).
 *
 * <p>Names of record components are the member names of the documents. Where such a name is no Java name, a word is added
 * ({@code class} is {@code ioClass}, {@code final} is {@code finalCpus}). Lists and maps are never absent, keep the order of
 * the document and cannot be changed. {@code Optional} stands only where absence means something; where the spec gives a
 * default, the default is here. An empty string is read as absent wherever an empty value could mean nothing else. A word of
 * a closed list is a constant, whose {@code specName()} is the word and which {@code named(word)} finds. Unsigned 64 bit
 * numbers are the same 64 bits in a {@code long}.
 *
 * <p>Numbers are as written. Engines write 0 for "not set" in the limits of {@link dev.minirt.spec.Resources}: whoever
 * applies them decides.
 *
 * <p>The packages around this one:
 *
 * <pre>
 * dev.minirt.spec.json
 *   SpecReader.read(path | bytes[, name])          ReadResult(Spec, warnings), or SpecException with all violations
 *   SpecReader.readProcess(bytes, name)            the same for exec's process,
 *   SpecReader.readResources(bytes, name)              update's limits,
 *   SpecReader.readState(bytes, name)                  and states
 *   SpecWriter.spec / process / resources / state / containerProcessState / features(value, JsonStyle)
 *   DocumentReader, JsonCursor, JsonWriter         the same machinery for documents of one's own
 * dev.minirt.spec.rule
 *   SpecRules                                      what the text alone must fulfil; applied by the reader
 * dev.minirt.spec.schema
 *   SchemaValidation.ofConfig().validate(bytes)    a second opinion by JSON Schema; slow to load
 * </pre>
 *
 * <p>A {@link dev.minirt.spec.Violation} and a {@link dev.minirt.spec.Warning} name their place as a
 * {@link dev.minirt.spec.JsonPointer} and print as {@code process.rlimits[0].soft: what is wrong}; text of the document in
 * messages goes through {@link dev.minirt.spec.Quoted}.
 *
 * <p>Depends on nothing but the JDK.
 *
 * @see <a href="https://github.com/opencontainers/runtime-spec">the specification</a>
 */
@NullMarked
package dev.minirt.spec;

import org.jspecify.annotations.NullMarked;
