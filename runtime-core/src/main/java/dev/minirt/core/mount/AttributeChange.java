package dev.minirt.core.mount;

import dev.minirt.core.linux.MountAttribute;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Attributes to set and to clear, as mount_setattr(2) takes them: whoever chooses an access time mode clears the mask.
 *
 * @param set attributes to set
 * @param clear attributes to clear first
 */
public record AttributeChange(Set<MountAttribute> set, Set<MountAttribute> clear) {
    public AttributeChange {
        set = inOrder(set);
        clear = inOrder(clear);
    }

    private static Set<MountAttribute> inOrder(Set<MountAttribute> attributes) {
        var copy = EnumSet.noneOf(MountAttribute.class);
        copy.addAll(attributes);
        return Collections.unmodifiableSet(copy);
    }

    /** Whether nothing changes. */
    public boolean isEmpty() {
        return set.isEmpty() && clear.isEmpty();
    }

    /** Reads attribute words from left to right; later ones win. */
    static final class Reader {
        private final Set<MountAttribute> set = EnumSet.noneOf(MountAttribute.class);
        private final Set<MountAttribute> clear = EnumSet.noneOf(MountAttribute.class);

        void attribute(MountAttribute attribute, boolean on) {
            (on ? set : clear).add(attribute);
            (on ? clear : set).remove(attribute);
        }

        /** Leaving a mode that another word has meanwhile replaced changes nothing: {@code noatime,norelatime} is noatime. */
        void accessTime(MountAttribute mode, boolean on) {
            if (!on && clear.contains(MountAttribute._ATIME) && !set.contains(mode)) {
                return;
            }
            set.remove(MountAttribute.RELATIME);
            set.remove(MountAttribute.NOATIME);
            set.remove(MountAttribute.STRICTATIME);
            set.add(on ? mode : MountAttribute.RELATIME);
            clear.add(MountAttribute._ATIME);
        }

        AttributeChange change() {
            return new AttributeChange(set, clear);
        }
    }
}
