package dev.minirt.core.mount;

import dev.minirt.core.linux.MountAttribute;
import dev.minirt.core.linux.Propagation;
import dev.minirt.core.mount.MountOptions.FilesystemOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** Gathers what the words of a list do, from left to right. */
final class MountOptionReader {
    private boolean bind;
    private boolean recursive;
    private boolean remount;
    private boolean copyUp;
    private boolean idMap;
    private final AttributeChange.Reader attributes = new AttributeChange.Reader();
    private final AttributeChange.Reader recursiveAttributes = new AttributeChange.Reader();
    private final List<Integer> propagations = new ArrayList<>();
    private final LinkedHashMap<String, OptionEffect.FilesystemFlag> flags = new LinkedHashMap<>();
    private final List<FilesystemOption> options = new ArrayList<>();

    void read(int index, String word) {
        // Some engines leave an empty word when they join and split lists; mount(8) ignores it too.
        if (word.isEmpty()) {
            return;
        }
        var option = MountOption.named(word);
        if (option == null) {
            options.add(new FilesystemOption(index, word));
        } else {
            option.effect().apply(this);
        }
    }

    void bind(boolean all) {
        bind = true;
        recursive |= all;
    }

    void remount() {
        remount = true;
    }

    void copyUp() {
        copyUp = true;
    }

    void idMap() {
        idMap = true;
    }

    void attribute(MountAttribute attribute, boolean set, boolean all) {
        (all ? recursiveAttributes : attributes).attribute(attribute, set);
    }

    void accessTime(MountAttribute mode, boolean set, boolean all) {
        (all ? recursiveAttributes : attributes).accessTime(mode, set);
    }

    void propagation(Propagation type, boolean all) {
        propagations.add(type.value() | (all ? Propagation.RECURSIVE : 0));
    }

    void flag(OptionEffect.FilesystemFlag flag) {
        flags.remove(flag.flag());
        flags.put(flag.flag(), flag);
    }

    MountOptions result() {
        var set = new ArrayList<String>();
        var cleared = new ArrayList<String>();
        var tolerated = new ArrayList<String>();
        for (var flag : flags.values()) {
            if (flag.tolerated()) {
                if (flag.set()) {
                    tolerated.add(flag.word());
                }
            } else {
                (flag.set() ? set : cleared).add(flag.word());
            }
        }
        return new MountOptions(
                bind,
                recursive,
                remount,
                copyUp,
                idMap,
                attributes.change(),
                recursiveAttributes.change(),
                propagations,
                set,
                cleared,
                tolerated,
                options);
    }
}
