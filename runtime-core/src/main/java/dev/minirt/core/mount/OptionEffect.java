package dev.minirt.core.mount;

import dev.minirt.core.linux.MountAttribute;
import dev.minirt.core.linux.Propagation;

/** What a word among mount options does. A method rather than a switch over the types: a cold JVM pays dearly for those. */
sealed interface OptionEffect {
    /** Tells the reader. */
    void apply(MountOptionReader reader);

    /** Accepted for mount(8)'s sake: there is nothing to do, or the kernel has no way to be told. */
    record Nothing() implements OptionEffect {
        @Override
        public void apply(MountOptionReader reader) {
            // Nothing it is.
        }
    }

    /** Takes the source from the host's tree instead of making a file system. */
    record Bind(boolean recursive) implements OptionEffect {
        @Override
        public void apply(MountOptionReader reader) {
            reader.bind(recursive);
        }
    }

    /** Changes a mount that exists. */
    record Remount() implements OptionEffect {
        @Override
        public void apply(MountOptionReader reader) {
            reader.remount();
        }
    }

    /** Fills a fresh tmpfs with what it covers. */
    record CopyUp() implements OptionEffect {
        @Override
        public void apply(MountOptionReader reader) {
            reader.copyUp();
        }
    }

    /** Sets or clears an attribute of the mount, or of it and all below. */
    record Attribute(MountAttribute attribute, boolean set, boolean recursive) implements OptionEffect {
        @Override
        public void apply(MountOptionReader reader) {
            reader.attribute(attribute, set, recursive);
        }
    }

    /**
     * Chooses an access time mode, or with {@code set} false leaves it, for the kernel's default. Modes exclude each other,
     * and mount_setattr(2) wants the whole mask cleared to change one.
     */
    record AccessTime(MountAttribute mode, boolean set, boolean recursive) implements OptionEffect {
        @Override
        public void apply(MountOptionReader reader) {
            reader.accessTime(mode, set, recursive);
        }
    }

    /** Sets the propagation type in a call of its own, after the mount exists. */
    record Propagate(Propagation type, boolean recursive) implements OptionEffect {
        @Override
        public void apply(MountOptionReader reader) {
            reader.propagation(type, recursive);
        }
    }

    /**
     * A flag of the file system rather than of the mount.
     *
     * @param flag the flag, by the word that sets it
     * @param word what fsconfig(2) is told; empty if there is no word for this direction
     * @param set whether this sets the flag
     * @param tolerated leave it out for file systems that do not know it
     */
    record FilesystemFlag(String flag, String word, boolean set, boolean tolerated) implements OptionEffect {
        @Override
        public void apply(MountOptionReader reader) {
            reader.flag(this);
        }
    }

    /** Maps ids. */
    record IdMap(boolean recursive) implements OptionEffect {
        @Override
        public void apply(MountOptionReader reader) {
            reader.idMap();
        }
    }
}
