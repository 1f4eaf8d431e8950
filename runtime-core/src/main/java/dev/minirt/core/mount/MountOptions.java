package dev.minirt.core.mount;

import dev.minirt.core.linux.MountAttribute;
import java.util.List;

/**
 * A list of mount options, read from left to right: a later word undoes an earlier opposite one.
 *
 * @param bind the option of that name, or its recursive form: the only sign of a bind mount, whatever the type says (M4)
 * @param recursive whether it is the recursive form
 * @param remount {@code remount}
 * @param copyUp {@code tmpcopyup}
 * @param idMap whether ids are to be mapped
 * @param attributes for the mount itself
 * @param recursiveAttributes for it and all below
 * @param propagations MS_* bits, possibly with MS_REC, in the order in which they are to be applied
 * @param flags flags of the file system to set, as fsconfig(2) calls them
 * @param clearedFlags flags of the file system to clear, of interest for a remount only
 * @param toleratedFlags like {@code flags}, for those that many file systems do not know
 * @param options the rest, for the file system
 */
public record MountOptions(
        boolean bind,
        boolean recursive,
        boolean remount,
        boolean copyUp,
        boolean idMap,
        AttributeChange attributes,
        AttributeChange recursiveAttributes,
        List<Integer> propagations,
        List<String> flags,
        List<String> clearedFlags,
        List<String> toleratedFlags,
        List<FilesystemOption> options) {
    /**
     * An option that is none of ours.
     *
     * @param index where it stands in the list
     * @param text {@code key} or {@code key=value}
     */
    public record FilesystemOption(int index, String text) {
        /** The part before the equals sign. */
        public String key() {
            int equals = text.indexOf('=');
            return equals < 0 ? text : text.substring(0, equals);
        }
    }

    public MountOptions {
        propagations = List.copyOf(propagations);
        flags = List.copyOf(flags);
        clearedFlags = List.copyOf(clearedFlags);
        toleratedFlags = List.copyOf(toleratedFlags);
        options = List.copyOf(options);
    }

    /** Whether {@code ro} was the last word on it. */
    public boolean readOnly() {
        return attributes.set().contains(MountAttribute.RDONLY);
    }

    /** Whether a file system option of that key is there. */
    public boolean hasOption(String key) {
        for (var option : options) {
            if (option.key().equals(key)) {
                return true;
            }
        }
        return false;
    }

    /** Reads a list. */
    public static MountOptions of(List<String> words) {
        var reader = new MountOptionReader();
        for (int i = 0; i < words.size(); i++) {
            reader.read(i, words.get(i));
        }
        return reader.result();
    }
}
