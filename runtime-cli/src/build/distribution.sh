#!/usr/bin/env bash
# Completes the distribution that Maven began with lib/minirt.jar:
#
#   bin/minirt            the driver, the only thing that a user calls
#   lib/jvm               a JVM with the modules that minirt needs
#   lib/minirt.jar        (there already)
#   lib/minirt.options    how the driver starts the JVM
#   lib/minirt.aot        the AOT cache: classes as they are after loading, made by training
#   lib/brief.aot         another for the commands that need few of them: state, start, kill, delete and the like
#   lib/native            jna's native library
#   lib/resources         files of the jar that commands read, unpacked: opening the jar costs more than all of a command's own work
#   licenses, NOTICE      of everything in it
#
# The directory may be moved as a whole, with its times (cp -a, tar): a JVM from 25.0.4 on knows the jar by its size and time of modification, not
# by its place. Older ones do not look at it. So the jar must not be exchanged alone (docs/adr/0006-distribution.md).
#
# usage: distribution.sh DISTRIBUTION DRIVER BUNDLED TIMESTAMP
#   DRIVER     the static binary made by the module native
#   BUNDLED    what Maven unpacked: native/ from jna, licenses/ from every jar
#   TIMESTAMP  the time that the jar bears, so that the same sources make the same jar
# JAVA_HOME is the JDK that builds. Work that would have the same result as last time is not repeated.
set -euo pipefail

readonly distribution=$1 driver=$2 bundled=$3 timestamp=$4
readonly sources=$(cd "$(dirname "$0")/.." && pwd)
readonly stamps=$bundled/stamps

# jdeps says java.base, java.logging (jna), java.xml (jackson-databind, used by validate) and jdk.security.auth (dbus-java asks it for our user id);
# its java.desktop and java.sql are optional parts of jna and jackson that minirt never reaches. jdk.net has SO_PEERCRED, for serve.
readonly modules=java.base,java.logging,java.xml,jdk.net,jdk.security.auth

fail() {
    echo "distribution: $*" >&2
    exit 1
}

# unchanged NAME TEXT: is TEXT what produced NAME last time? Otherwise NAME counts as not made until made() is called.
unchanged() {
    [ -e "$stamps/$1" ] && [ "$(cat "$stamps/$1")" = "$2" ] && return 0
    rm -f "$stamps/$1"
    return 1
}

made() {
    printf '%s' "$2" >"$stamps/$1"
}

# jna's names of platforms.
jna_platform() {
    case $(uname -m) in
        x86_64) echo linux-x86-64 ;;
        aarch64) echo linux-aarch64 ;;
        riscv64) echo linux-riscv64 ;;
        ppc64le) echo linux-ppc64le ;;
        s390x) echo linux-s390x ;;
        loongarch64) echo linux-loongarch64 ;;
        *) fail "jna has no library for $(uname -m) that this script knows" ;;
    esac
}

copy_parts() {
    install -D -m 755 "$driver" "$distribution/bin/minirt"
    install -D -m 755 "$bundled/native/com/sun/jna/$(jna_platform)/libjnidispatch.so" "$distribution/lib/native/libjnidispatch.so"
    rm -rf "$distribution/licenses"
    mkdir -p "$distribution/licenses"
    local part
    for part in "$bundled"/licenses/*; do
        # useSubDirectoryPerArtifact names a directory after artifact and type: jackson-core-3.1.0-jar
        [ ! -d "$part/META-INF" ] || cp -r "$part/META-INF" "$distribution/licenses/$(basename "${part%-jar}")"
    done
    install -m 644 "$sources/dist/NOTICE" "$distribution/NOTICE"
    # The time is part of what a JVM from 25.0.4 on knows the jar by.
    touch -d "$timestamp" "$distribution/lib/minirt.jar"
}

unpack_resources() {
    local jar=$distribution/lib/minirt.jar resources=$distribution/lib/resources
    local made_of
    made_of=$(sha256sum <"$jar")
    unchanged resources "$made_of" && [ -d "$resources" ] && return
    rm -rf "$resources"
    mkdir -p "$resources"
    (cd "$resources" && "$JAVA_HOME/bin/jar" --extract --file "$jar" dev/minirt/cli/version.txt dev/minirt/cli/rehearsal dev/minirt/core/seccomp)
    find "$resources" -name '*.class' -delete
    made resources "$made_of"
}

write_options() {
    grep -Ev '^(#|$)' "$sources/dist/minirt.options" >"$distribution/lib/minirt.options"
}

link_jvm() {
    local made_of="$modules $(cat "$JAVA_HOME/release")"
    unchanged jvm "$made_of" && [ -x "$distribution/lib/jvm/bin/java" ] && return
    rm -rf "$distribution/lib/jvm"
    "$JAVA_HOME/bin/jlink" --add-modules "$modules" --output "$distribution/lib/jvm" \
        --strip-java-debug-attributes --no-header-files --no-man-pages --compress zip-0 >&2
    # Nothing of the image is called by hand.
    find "$distribution/lib/jvm/bin" -type f ! -name java -delete
    made jvm "$made_of"
}

# Commands are of two kinds, each with a cache of its own: "brief" and "other", which mark lines of minirt.options.
cache_of() {
    case $1 in
        brief) echo "$distribution/lib/brief.aot" ;;
        other) echo "$distribution/lib/minirt.aot" ;;
    esac
}

# training_jvm KIND ARGUMENT...: the JVM as the driver starts it for such commands, but for the cache and the main class (the last option).
training_jvm() {
    local kind=$1 mark other
    local -a options
    shift
    mark=@${kind^^}@
    other=$([ "$kind" = brief ] && echo @OTHER@ || echo @BRIEF@)
    mapfile -t options < <(sed -e "/^$other/d" -e "s/^$mark//" -e '/^-XX:AOTCache=/d' -e '$d' -e "s|@HOME@|$distribution|g" \
        "$distribution/lib/minirt.options")
    (cd "$bundled/training" && env -i LC_ALL=C.UTF-8 "$distribution/lib/jvm/bin/java" "${options[@]}" "$@")
}

# begin_training KIND [ARGUMENT...]: an empty directory, for brief commands with containers that another JVM has made.
begin_training() {
    local kind=$1
    shift
    rm -rf "$bundled/training"
    mkdir -p "$bundled/training"
    [ "$kind" = other ] || training_jvm other "$@" dev.minirt.cli.Training prepare
}

# What methods do most is not recorded: nothing asks for it (-AOTReplayTraining).
train() {
    local kind=$1 cache made_of log=$bundled/training.log
    cache=$(cache_of "$kind")
    made_of=$(cd "$distribution/lib" && sha256sum minirt.jar minirt.options jvm/lib/modules jvm/lib/server/libjvm.so "$sources/build/distribution.sh")
    unchanged "cache-$kind" "$made_of" && [ -e "$cache" ] && return
    rm -rf "$cache" "$cache.config"
    { begin_training "$kind" && training_jvm "$kind" -XX:-AOTRecordTraining -XX:AOTCacheOutput="$cache" dev.minirt.cli.Training "$kind"; } \
        >"$log" 2>&1 </dev/null || { cat "$log" >&2; fail "the training of an AOT cache failed"; }
    [ -s "$cache" ] || { cat "$log" >&2; fail "the training left no AOT cache"; }
    rm -rf "$bundled/training"
    made "cache-$kind" "$made_of"
}

# A machine where the training goes a step another way is no reason to fail. Code that is made at run time, as for comparing records, is twice as many.
readonly strangers_allowed=4

# The training once more, with the cache: what it still loads from elsewhere the commands of a user would too, and each of these classes costs a hundred times as much.
check_completeness() {
    local kind=$1 log=$bundled/trained
    rm -rf "$log"
    begin_training "$kind" >&2 </dev/null
    training_jvm "$kind" -XX:AOTCache="$(cache_of "$kind")" -Xlog:disable "-Xlog:class+load:file=$log" dev.minirt.cli.Training "$kind" \
        >&2 </dev/null || fail "the training fails with the AOT cache"
    rm -rf "$bundled/training"
    local strangers
    strangers=$(grep ' source: ' "$log" | grep -v 'source: shared objects file' | sed 's/^\(\[[^]]*\]\)* *//' || true)
    [ "$(printf '%s' "$strangers" | grep -c .)" -le "$strangers_allowed" ] || fail "commands that engines call load classes from elsewhere than the AOT cache:
$strangers"
}

# check_use COPY ARGUMENT...: does a command find its classes in a cache?
check_use() {
    local copy=$1 log=$bundled/loaded said
    shift
    rm -f "$log"
    said=$("$copy/bin/minirt" "$@" 2>&1 </dev/null) || fail "the built minirt fails at $*: $said"
    grep -q 'dev\.minirt\.cli\.Main source: shared objects file' "$log" \
        || fail "$* does not use its AOT cache: $(grep 'dev\.minirt\.cli\.Main source' "$log" || echo 'Main was not loaded at all')"
}

# A cache that is silently refused is the only way for a build to make minirt slow without anybody noticing: run a copy at
# another place and look where its classes come from.
check() {
    local copy=$bundled/moved
    local made_of
    made_of=$(cd "$distribution" && sha256sum bin/minirt lib/*.aot lib/minirt.options "$sources/build/distribution.sh")
    unchanged check "$made_of" && return
    rm -rf "$copy"
    cp -a --reflink=auto "$distribution" "$copy"
    # -Xlog:disable comes first, or it would disable this too.
    sed -i -e "1i -Xlog:disable\n-Xlog:class+load:file=$bundled/loaded" -e '/^-Xlog:disable$/d' "$copy/lib/minirt.options"
    export MINIRT_COLD=1
    check_use "$copy" --version
    check_use "$copy" --root "$bundled/none" list
    # Each has its own, or what follows would prove nothing.
    grep -q 'dev\.minirt\.cli\.CreateCommand ' "$bundled/loaded" || fail "other commands do not use the cache for them"
    check_use "$copy" --root "$bundled/none" delete --force none
    ! grep -q 'dev\.minirt\.cli\.CreateCommand ' "$bundled/loaded" || fail "brief commands do not use the cache for them"
    rm -rf "$copy" "$bundled/none"
    check_completeness other
    check_completeness brief
    made check "$made_of"
}

# Without the driver nobody takes a distribution for one (hack/install, hack/demo): it stays only if everything was made and checked.
trap 'rm -f "$distribution/bin/minirt"' EXIT
mkdir -p "$stamps"
copy_parts
unpack_resources
write_options
link_jvm
train other
train brief
check
trap - EXIT
