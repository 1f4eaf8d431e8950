package dev.minirt.core.mount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minirt.core.linux.MountAttribute;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows M4 to M11 and section B of the option table; F3 for the list. */
class MountOptionsTest {
    private static String names(Set<MountAttribute> attributes) {
        return attributes.stream().map(MountAttribute::name).collect(Collectors.joining("+"));
    }

    private static String describe(AttributeChange change) {
        return names(change.set()) + "/" + names(change.clear());
    }

    /** Each word alone: what it sets and clears, of the mount and of all below. */
    @ParameterizedTest
    @CsvSource({
        "ro, RDONLY/, /",
        "rw, /RDONLY, /",
        "nosuid, NOSUID/, /",
        "suid, /NOSUID, /",
        "nodev, NODEV/, /",
        "dev, /NODEV, /",
        "noexec, NOEXEC/, /",
        "exec, /NOEXEC, /",
        "nodiratime, NODIRATIME/, /",
        "diratime, /NODIRATIME, /",
        "nosymfollow, NOSYMFOLLOW/, /",
        "symfollow, /NOSYMFOLLOW, /",
        "noatime, NOATIME/_ATIME, /",
        "atime, RELATIME/_ATIME, /",
        "relatime, RELATIME/_ATIME, /",
        "norelatime, RELATIME/_ATIME, /",
        "strictatime, STRICTATIME/_ATIME, /",
        "nostrictatime, RELATIME/_ATIME, /",
        "rro, /, RDONLY/",
        "rrw, /, /RDONLY",
        "rnosuid, /, NOSUID/",
        "rsuid, /, /NOSUID",
        "rnodev, /, NODEV/",
        "rdev, /, /NODEV",
        "rnoexec, /, NOEXEC/",
        "rexec, /, /NOEXEC",
        "rnodiratime, /, NODIRATIME/",
        "rdiratime, /, /NODIRATIME",
        "rnosymfollow, /, NOSYMFOLLOW/",
        "rsymfollow, /, /NOSYMFOLLOW",
        "rnoatime, /, NOATIME/_ATIME",
        "ratime, /, RELATIME/_ATIME",
        "rrelatime, /, RELATIME/_ATIME",
        "rnorelatime, /, RELATIME/_ATIME",
        "rstrictatime, /, STRICTATIME/_ATIME",
        "rnostrictatime, /, RELATIME/_ATIME",
        "defaults, /, /",
        "silent, /, /",
        "loud, /, /",
    })
    void setsAndClears(String word, String attributes, String recursive) {
        var read = MountOptions.of(List.of(word));
        assertThat(describe(read.attributes())).isEqualTo(attributes);
        assertThat(describe(read.recursiveAttributes())).isEqualTo(recursive);
        assertThat(read.options()).isEmpty();
        assertThat(read.bind()).isFalse();
    }

    /** Later words win over earlier opposite ones. */
    @ParameterizedTest
    @CsvSource({
        "ro rw, /RDONLY",
        "rw ro, RDONLY/",
        "nosuid suid nosuid, NOSUID/",
        "noatime relatime, RELATIME/_ATIME",
        "relatime noatime, NOATIME/_ATIME",
        "noatime strictatime, STRICTATIME/_ATIME",
        "strictatime nostrictatime, RELATIME/_ATIME",
        // Taking back what is not there changes nothing.
        "noatime norelatime, NOATIME/_ATIME",
        "strictatime atime, STRICTATIME/_ATIME",
        "ro defaults, RDONLY/",
    })
    void laterWordsWin(String words, String attributes) {
        assertThat(describe(MountOptions.of(List.of(words.split(" "))).attributes()))
                .isEqualTo(attributes);
    }

    @Test
    void recursiveWordsLeaveTheOthersAlone() {
        var read = MountOptions.of(List.of("ro", "rrw", "rnoexec"));
        assertThat(describe(read.attributes())).isEqualTo("RDONLY/");
        assertThat(describe(read.recursiveAttributes())).isEqualTo("NOEXEC/RDONLY");
    }

    @Test
    void onlyTheOptionMakesABind() {
        assertThat(MountOptions.of(List.of("bind")).bind()).isTrue();
        assertThat(MountOptions.of(List.of("bind")).recursive()).isFalse();
        assertThat(MountOptions.of(List.of("rbind")).bind()).isTrue();
        assertThat(MountOptions.of(List.of("rbind", "bind")).recursive()).isTrue();
        assertThat(MountOptions.of(List.of("remount")).remount()).isTrue();
        assertThat(MountOptions.of(List.of("tmpcopyup")).copyUp()).isTrue();
        assertThat(MountOptions.of(List.of("ridmap")).idMap()).isTrue();
    }

    @Test
    void propagationsKeepTheirOrder() {
        var words = List.of("rprivate", "shared", "slave", "runbindable", "unbindable", "rshared", "rslave", "private");
        int recursive = 1 << 14;
        assertThat(MountOptions.of(words).propagations())
                .containsExactly(
                        1 << 18 | recursive,
                        1 << 20,
                        1 << 19,
                        1 << 17 | recursive,
                        1 << 17,
                        1 << 20 | recursive,
                        1 << 19 | recursive,
                        1 << 18);
    }

    @Test
    void flagsOfTheFileSystem() {
        var read = MountOptions.of(List.of("sync", "dirsync", "lazytime", "iversion", "mand"));
        assertThat(read.flags()).containsExactly("sync", "dirsync", "lazytime");
        assertThat(read.toleratedFlags()).containsExactly("i_version", "mand");
        assertThat(read.clearedFlags()).isEmpty();
        read = MountOptions.of(
                List.of("sync", "async", "lazytime", "nolazytime", "mand", "nomand", "iversion", "noiversion"));
        assertThat(read.flags()).isEmpty();
        assertThat(read.toleratedFlags()).isEmpty();
        assertThat(read.clearedFlags()).containsExactly("async", "nolazytime");
    }

    @Test
    void otherWordsAreForTheFileSystem() {
        var read = MountOptions.of(List.of("mode=755", "ro", "", "noload", "size=65536k", "RO"));
        assertThat(read.options())
                .containsExactly(
                        new MountOptions.FilesystemOption(0, "mode=755"),
                        new MountOptions.FilesystemOption(3, "noload"),
                        new MountOptions.FilesystemOption(4, "size=65536k"),
                        new MountOptions.FilesystemOption(5, "RO"));
        assertThat(read.hasOption("mode")).isTrue();
        assertThat(read.hasOption("755")).isFalse();
        assertThat(read.readOnly()).isTrue();
    }

    /** Every MUST of config.md and every SHOULD but the ids, which are refused. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "async atime bind defaults dev diratime dirsync exec iversion lazytime loud noatime nodev nodiratime noexec noiversion nolazytime",
                "norelatime nostrictatime nosuid rbind relatime remount ro rw silent strictatime suid sync private shared slave unbindable",
                "rprivate rshared rslave runbindable symfollow nosymfollow ratime rdev rdiratime rexec rnoatime rnodev rnodiratime rnoexec",
                "rnorelatime rnostrictatime rnosuid rnosymfollow rrelatime rro rrw rstrictatime rsuid rsymfollow mand nomand tmpcopyup"
            })
    void everyNameIsListed(String names) {
        assertThat(MountOption.supportedWords()).contains(names.split(" "));
    }

    @Test
    void theListIsSortedAndTruthful() {
        assertThat(MountOption.supportedWords())
                .isSorted()
                .doesNotContain("idmap", "ridmap")
                .hasSize(60);
    }
}
