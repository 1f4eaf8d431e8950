# Sourced by the scripts beside it: what a machine must have, found or installed from its distribution.
# Everything that is said goes to stderr.
# shellcheck shell=bash
set -euo pipefail

readonly REPOSITORY=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly JAVA_AT_LEAST=25
readonly SCRIPT=hack/$(basename "$0")

QUIET=${QUIET:-}
# Debian keeps ip, runc and others where only root looks.
PATH=$PATH:/usr/sbin:/sbin
[ -n "${CI:-}" ] || [ ! -t 2 ] || COLOUR=1

say() {
    [ -n "$QUIET" ] || echo "${COLOUR:+$'\e[1m'}$*${COLOUR:+$'\e[0m'}" >&2
}

die() {
    echo "$SCRIPT: $*" >&2
    exit 1
}

# The comment at the head of the calling script.
usage() {
    sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$0"
}

is_root() {
    [ "$(id -u)" = 0 ]
}

# as_root COMMAND...: through sudo if need be.
as_root() {
    if is_root; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "this needs root, and there is no sudo: $*"
    fi
}

readonly CAP_SYS_RESOURCE=24

# has_capability NUMBER
has_capability() {
    (($(sed -n 's/^CapEff:\t*/16#/p' /proc/self/status) >> $1 & 1))
}

# preload_for_crun FILE: makes what lets crun run without CAP_SYS_RESOURCE, to be preloaded; false if it needs none.
preload_for_crun() {
    ! has_capability "$CAP_SYS_RESOURCE" || return 1
    gcc -O2 -shared -fPIC -o "$1" "$REPOSITORY/hack/benchmark/raise_memlock.c" || die "cannot compile raise_memlock.c"
}

# with_cgroup2 COMMAND...: becomes the command in a mount namespace of its own, in which the cgroup2 hierarchy is where most programs
# look for it. The mount that the machine has, if it has one: a new one would change the options that all of them share.
with_cgroup2() {
    local mount
    mount=$(findmnt -n -f -o TARGET -t cgroup2 || true)
    # shellcheck disable=SC2016
    exec unshare --mount --propagation private sh -c \
        'if [ -n "$1" ]; then mount --bind "$1" /sys/fs/cgroup; else mount -t cgroup2 none /sys/fs/cgroup; fi && shift && exec "$@"' \
        sh "$mount" "$@"
}

# with_own_server COMMAND...: becomes the command in a mount namespace of its own, in which no server of minirt listens. One that is started
# there is seen there only, and the machine's, if it has one, is not disturbed.
with_own_server() {
    # shellcheck disable=SC2016
    exec unshare --mount --propagation private \
        sh -c 'mkdir -p -m 700 /run/minirt-serve && mount -t tmpfs -o mode=700 minirt-serve /run/minirt-serve && exec "$@"' sh "$@"
}

# await_server PID: until it listens, or dies after ten seconds.
await_server() {
    local tries
    for tries in {1..100}; do
        kill -0 "$1" 2>/dev/null || die "the server ended before it listened"
        [ ! -S /run/minirt-serve/socket ] || return 0
        sleep 0.1
    done
    die "the server does not listen at /run/minirt-serve/socket after ten seconds"
}

# --- packages ---

# The package manager's own word for something: package DEBIAN FEDORA ALPINE prints one of them.
package() {
    case $(package_manager) in
        apt-get) echo "$1" ;;
        dnf) echo "$2" ;;
        apk) echo "$3" ;;
        *) die "install these by hand, for this is neither apt-get, dnf nor apk: $1" ;;
    esac
}

package_manager() {
    local manager
    for manager in apt-get dnf apk; do
        if command -v "$manager" >/dev/null; then
            echo "$manager"
            return
        fi
    done
    echo none
}

# Does the distribution offer it? Its lists may never have been fetched.
offered() {
    case $(package_manager) in
        apt-get)
            apt-cache show "$1" >/dev/null 2>&1 && return
            update_lists
            apt-cache show "$1" >/dev/null 2>&1
            ;;
        dnf) dnf -q list --available "$1" >/dev/null 2>&1 ;;
        apk) [ -n "$(apk search -x "$1" 2>/dev/null)" ] ;;
        *) false ;;
    esac
}

LISTS_UPDATED=
update_lists() {
    [ -z "$LISTS_UPDATED" ] || return 0
    LISTS_UPDATED=1
    as_root apt-get update -qq >/dev/null 2>&1 || say "the package lists could not be updated"
}

install_packages() {
    [ $# -gt 0 ] || return 0
    say "installing $*"
    local log
    log=$(mktemp)
    case $(package_manager) in
        # Lists may be missing or old: update them only if the installation fails.
        apt-get) apt_install "$@" >"$log" 2>&1 || { update_lists && apt_install "$@" >"$log" 2>&1; } ;;
        dnf) as_root dnf install -y -q "$@" >"$log" 2>&1 ;;
        apk) as_root apk add -q "$@" >"$log" 2>&1 ;;
        *) die "install these by hand: $*" ;;
    esac || {
        tail -n 20 "$log" >&2
        rm -f "$log"
        die "cannot install $*"
    }
    rm -f "$log"
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
}

# --- what is needed ---

MISSING=()

# need COMMAND DEBIAN FEDORA ALPINE: remembers the package that has the command, unless the command is there.
need() {
    type -P "$1" >/dev/null || MISSING+=("$(package "$2" "$3" "$4")")
}

# need_file PATH DEBIAN FEDORA ALPINE: the same for what is no command.
need_file() {
    [ -e "$1" ] || MISSING+=("$(package "$2" "$3" "$4")")
}

install_missing() {
    install_packages ${MISSING[@]+"${MISSING[@]}"}
    MISSING=()
    hash -r
}

# A busybox that runs in an empty root file system.
static_busybox() {
    local busybox
    for busybox in /bin/busybox /usr/bin/busybox /usr/local/bin/busybox /bin/busybox.static /sbin/busybox; do
        if [ -x "$busybox" ] && ! grep -qaE '/ld-[a-z]' "$busybox"; then
            echo "$busybox"
            return
        fi
    done
    return 1
}

need_static_busybox() {
    static_busybox >/dev/null || MISSING+=("$(package busybox-static busybox busybox-static)")
}

# --- the JDK and Maven ---

# jdk_version DIRECTORY: 25 for a JDK 25; nothing if it is none, or one without compiler or jlink.
jdk_version() {
    [ -x "$1/bin/javac" ] && [ -x "$1/bin/jlink" ] && [ -r "$1/release" ] || return 0
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# The JDK of JAVA_HOME if it will do, else the oldest that does (the one that the build is tested with).
find_jdk() {
    local directory version best='' best_version=
    for directory in "${JAVA_HOME:-}" /usr/lib/jvm/* /usr/java/* /opt/java/*; do
        version=$(jdk_version "$directory")
        [ -n "$version" ] && [ "$version" -ge "$JAVA_AT_LEAST" ] || continue
        if [ "$directory" = "${JAVA_HOME:-}" ]; then
            best=$directory
            break
        fi
        if [ -z "$best" ] || [ "$version" -lt "$best_version" ]; then
            best=$directory best_version=$version
        fi
    done
    [ -n "$best" ] && (cd "$best" && pwd -P)
}

need_jdk() {
    local jdk package_name
    jdk=$(find_jdk) || {
        package_name=$(package openjdk-25-jdk-headless java-25-openjdk-devel openjdk25-jdk)
        offered "$package_name" || die "JDK $JAVA_AT_LEAST or newer is needed, and this distribution has none.
Install Eclipse Temurin $JAVA_AT_LEAST or another build of OpenJDK,
below /usr/lib/jvm or with JAVA_HOME set, and call $SCRIPT again."
        install_packages "$package_name"
        # Fedora keeps what jlink links from in a package of its own.
        [ "$(package_manager)" != dnf ] || install_packages java-25-openjdk-jmods
        jdk=$(find_jdk) || die "$package_name was installed, but no JDK $JAVA_AT_LEAST is in /usr/lib/jvm: set JAVA_HOME"
    }
    export JAVA_HOME=$jdk
}

# What a build needs; then maven() works.
need_build_tools() {
    need_jdk
    need mvn maven maven maven
    need make make make make
    need musl-gcc musl-tools musl-gcc musl-dev
    need gcc gcc gcc gcc
    need strip binutils binutils binutils
    install_missing
}

# Maven from the top of the repository, with the JDK that was found. Maven 3.8 uses what new JDKs warn about, and resets the
# terminal's colours even when there is none; the compiler plugin wonders about modules that have nothing but tests.
maven() {
    local commit
    commit=$(git -C "$REPOSITORY" describe --always --dirty --abbrev=12 --match 'v*' 2>/dev/null || true)
    (cd "$REPOSITORY" && MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED" \
        command mvn -B -ntp -Dstyle.color=never ${commit:+-Dminirt.commit="$commit"} "$@" </dev/null 2>&1 | sed -u -e $'s/\e\\[0m//g' -e '/I.O error reading dependency state/d')
}

readonly BUILT=$REPOSITORY/runtime-cli/target/minirt/bin/minirt
