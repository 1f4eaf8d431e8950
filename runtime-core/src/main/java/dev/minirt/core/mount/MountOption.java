package dev.minirt.core.mount;

import dev.minirt.core.linux.MountAttribute;
import dev.minirt.core.linux.Propagation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The words of the table in config.md#linux-mount-options, one line each, and those that peers know beside. Any other word
 * is a matter of the file system.
 */
public enum MountOption {
    ASYNC("async", new OptionEffect.FilesystemFlag("sync", "async", false, false)),
    ATIME("atime", new OptionEffect.AccessTime(MountAttribute.NOATIME, false, false)),
    BIND("bind", new OptionEffect.Bind(false)),
    DEFAULTS("defaults", new OptionEffect.Nothing()),
    DEV("dev", new OptionEffect.Attribute(MountAttribute.NODEV, false, false)),
    DIRATIME("diratime", new OptionEffect.Attribute(MountAttribute.NODIRATIME, false, false)),
    DIRSYNC("dirsync", new OptionEffect.FilesystemFlag("dirsync", "dirsync", true, false)),
    EXEC("exec", new OptionEffect.Attribute(MountAttribute.NOEXEC, false, false)),
    IDMAP("idmap", new OptionEffect.IdMap(false)),
    IVERSION("iversion", new OptionEffect.FilesystemFlag("iversion", "i_version", true, true)),
    LAZYTIME("lazytime", new OptionEffect.FilesystemFlag("lazytime", "lazytime", true, false)),
    LOUD("loud", new OptionEffect.Nothing()),
    MAND("mand", new OptionEffect.FilesystemFlag("mand", "mand", true, true)),
    NOATIME("noatime", new OptionEffect.AccessTime(MountAttribute.NOATIME, true, false)),
    NODEV("nodev", new OptionEffect.Attribute(MountAttribute.NODEV, true, false)),
    NODIRATIME("nodiratime", new OptionEffect.Attribute(MountAttribute.NODIRATIME, true, false)),
    NOEXEC("noexec", new OptionEffect.Attribute(MountAttribute.NOEXEC, true, false)),
    NOIVERSION("noiversion", new OptionEffect.FilesystemFlag("iversion", "noi_version", false, true)),
    NOLAZYTIME("nolazytime", new OptionEffect.FilesystemFlag("lazytime", "nolazytime", false, false)),
    NOMAND("nomand", new OptionEffect.FilesystemFlag("mand", "nomand", false, true)),
    NORELATIME("norelatime", new OptionEffect.AccessTime(MountAttribute.RELATIME, false, false)),
    NOSTRICTATIME("nostrictatime", new OptionEffect.AccessTime(MountAttribute.STRICTATIME, false, false)),
    NOSUID("nosuid", new OptionEffect.Attribute(MountAttribute.NOSUID, true, false)),
    NOSYMFOLLOW("nosymfollow", new OptionEffect.Attribute(MountAttribute.NOSYMFOLLOW, true, false)),
    PRIVATE("private", new OptionEffect.Propagate(Propagation.PRIVATE, false)),
    RATIME("ratime", new OptionEffect.AccessTime(MountAttribute.NOATIME, false, true)),
    RBIND("rbind", new OptionEffect.Bind(true)),
    RDEV("rdev", new OptionEffect.Attribute(MountAttribute.NODEV, false, true)),
    RDIRATIME("rdiratime", new OptionEffect.Attribute(MountAttribute.NODIRATIME, false, true)),
    RELATIME("relatime", new OptionEffect.AccessTime(MountAttribute.RELATIME, true, false)),
    REMOUNT("remount", new OptionEffect.Remount()),
    REXEC("rexec", new OptionEffect.Attribute(MountAttribute.NOEXEC, false, true)),
    RIDMAP("ridmap", new OptionEffect.IdMap(true)),
    RNOATIME("rnoatime", new OptionEffect.AccessTime(MountAttribute.NOATIME, true, true)),
    RNODEV("rnodev", new OptionEffect.Attribute(MountAttribute.NODEV, true, true)),
    RNODIRATIME("rnodiratime", new OptionEffect.Attribute(MountAttribute.NODIRATIME, true, true)),
    RNOEXEC("rnoexec", new OptionEffect.Attribute(MountAttribute.NOEXEC, true, true)),
    RNORELATIME("rnorelatime", new OptionEffect.AccessTime(MountAttribute.RELATIME, false, true)),
    RNOSTRICTATIME("rnostrictatime", new OptionEffect.AccessTime(MountAttribute.STRICTATIME, false, true)),
    RNOSUID("rnosuid", new OptionEffect.Attribute(MountAttribute.NOSUID, true, true)),
    RNOSYMFOLLOW("rnosymfollow", new OptionEffect.Attribute(MountAttribute.NOSYMFOLLOW, true, true)),
    RO("ro", new OptionEffect.Attribute(MountAttribute.RDONLY, true, false)),
    RPRIVATE("rprivate", new OptionEffect.Propagate(Propagation.PRIVATE, true)),
    RRELATIME("rrelatime", new OptionEffect.AccessTime(MountAttribute.RELATIME, true, true)),
    RRO("rro", new OptionEffect.Attribute(MountAttribute.RDONLY, true, true)),
    RRW("rrw", new OptionEffect.Attribute(MountAttribute.RDONLY, false, true)),
    RSHARED("rshared", new OptionEffect.Propagate(Propagation.SHARED, true)),
    RSLAVE("rslave", new OptionEffect.Propagate(Propagation.SLAVE, true)),
    RSTRICTATIME("rstrictatime", new OptionEffect.AccessTime(MountAttribute.STRICTATIME, true, true)),
    RSUID("rsuid", new OptionEffect.Attribute(MountAttribute.NOSUID, false, true)),
    RSYMFOLLOW("rsymfollow", new OptionEffect.Attribute(MountAttribute.NOSYMFOLLOW, false, true)),
    RUNBINDABLE("runbindable", new OptionEffect.Propagate(Propagation.UNBINDABLE, true)),
    RW("rw", new OptionEffect.Attribute(MountAttribute.RDONLY, false, false)),
    SHARED("shared", new OptionEffect.Propagate(Propagation.SHARED, false)),
    SILENT("silent", new OptionEffect.Nothing()),
    SLAVE("slave", new OptionEffect.Propagate(Propagation.SLAVE, false)),
    STRICTATIME("strictatime", new OptionEffect.AccessTime(MountAttribute.STRICTATIME, true, false)),
    SUID("suid", new OptionEffect.Attribute(MountAttribute.NOSUID, false, false)),
    SYMFOLLOW("symfollow", new OptionEffect.Attribute(MountAttribute.NOSYMFOLLOW, false, false)),
    SYNC("sync", new OptionEffect.FilesystemFlag("sync", "sync", true, false)),
    TMPCOPYUP("tmpcopyup", new OptionEffect.CopyUp()),
    UNBINDABLE("unbindable", new OptionEffect.Propagate(Propagation.UNBINDABLE, false));

    private static final Map<String, MountOption> BY_WORD = new HashMap<>();

    static {
        for (var option : values()) {
            BY_WORD.put(option.word, option);
        }
    }

    private final String word;

    @SuppressWarnings("ImmutableEnumChecker") // records of enums, booleans and words
    private final OptionEffect effect;

    MountOption(String word, OptionEffect effect) {
        this.word = word;
        this.effect = effect;
    }

    /** The word in a config. */
    public String word() {
        return word;
    }

    OptionEffect effect() {
        return effect;
    }

    /** Whether it works; what does not is an error in a config, never ignored. */
    public boolean supported() {
        return !(effect instanceof OptionEffect.IdMap);
    }

    /** The option of a word, or null if the word is for the file system. */
    static @Nullable MountOption named(String word) {
        return BY_WORD.get(word);
    }

    /** The words that work, sorted: {@code mountOptions} of the features document (row F3). */
    public static List<String> supportedWords() {
        var words = new ArrayList<String>();
        for (var option : values()) {
            if (option.supported()) {
                words.add(option.word);
            }
        }
        Collections.sort(words);
        return words;
    }
}
