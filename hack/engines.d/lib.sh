# Sourced by hack/engines and, through it, by the scenarios of each engine.
# shellcheck shell=bash
#
# A file ENGINE.sh of this directory has:
#   engine_packages       calls need COMMAND DEBIAN FEDORA ALPINE for what must be installed
#   engine_in_machine     optional: this engine has no namespaces; ends the script if the machine is not one to be used up
#   engine_files          optional: prints files that are used often, for machines whose disk is slow
#   engine_start          once, before the scenarios: storage, images, daemons (in the background); 'skip_all REASON' if it cannot be
#   engine_stop           optional: once, after them
#   engine_version        prints one line
#   engine_after          optional: after each scenario, in its process: removes what it may have left
#   scenario FUNCTION NAME... and the function of each scenario
# and at its top level variables alone: it is read again for each scenario, which runs in a process of its own with errexit,
# a time limit, and its output in a log. What there is:
#   $RUNTIME, $RUNTIME_NAME   the path of what is tested, and minirt, runc, crun or another name
#   $MEMORY                   a directory in memory, for storage and anything else; it vanishes
#   $BUSYBOX                  a static busybox
#   rootfs DIRECTORY, image_archive FILE NAME
#   needs_controllers NAME..., skip REASON, deviates RUNTIME REASON, equal, match, code, eventually, terminal
set -euo pipefail

BUSYBOX=$(static_busybox || true)
MEMORY=${SCRATCH:-}/memory
RUNTIME=${RUNTIME:-} RUNTIME_NAME=${RUNTIME_NAME:-} COMMAND=${COMMAND:-} PATTERN=${PATTERN:-}
SCENARIO_LIMIT=${SCENARIO_LIMIT:-120}
SCENARIO_FUNCTIONS=() SCENARIO_NAMES=()
readonly SKIPPED=77

scenario() {
    SCENARIO_FUNCTIONS+=("$1")
    shift
    SCENARIO_NAMES+=("$*")
}

# load ENGINE: its functions and scenarios instead of those of another.
load() {
    SCENARIO_FUNCTIONS=() SCENARIO_NAMES=()
    unset -f engine_in_machine engine_packages engine_files engine_start engine_stop engine_version engine_after
    # shellcheck disable=SC1090
    source "$REPOSITORY/hack/engines.d/$1.sh"
}

defined() {
    declare -F "$1" >/dev/null
}

# --- before the namespaces ---

# crun raises RLIMIT_MEMLOCK, which takes a capability that containers lack, and which no kernel that minirt runs on asks for.
runnable() {
    if [ "$RUNTIME_NAME" = crun ] && preload_for_crun "$SCRATCH/raise_memlock.so"; then
        printf '#!/bin/sh\nLD_PRELOAD=%s exec %s "$@"\n' "$SCRATCH/raise_memlock.so" "$1" >"$SCRATCH/crun"
        chmod +x "$SCRATCH/crun"
        echo "$SCRATCH/crun"
    else
        echo "$1"
    fi
}

# delegate CGROUP: its children get all the controllers that it has.
delegate() {
    local controller
    for controller in $(<"$1/cgroup.controllers"); do
        echo "+$controller" >"$1/cgroup.subtree_control" || true
    done 2>/dev/null
}

# The options that hack/vm wants for a machine in which these engines are fast.
fast_files() {
    local engine
    if [ "$RUNTIME" = "$BUILT" ]; then dirname "$(dirname "$BUILT")"; else echo "$RUNTIME"; fi
    for engine; do
        load "$engine"
        ! defined engine_files || engine_files
    done | sort -u
}

# --- in the namespaces: process 1 ---

# What engines want of a machine, in its namespaces.
furnish() {
    # The network namespace's own sysfs; version 2 alone, with the namespace's root.
    mount -t sysfs sysfs /sys
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    delegate /sys/fs/cgroup
    # Fresh where engines, their networks and the runtime keep state that is not the caller's to place.
    mount -t tmpfs -o mode=755 tmpfs /run
    mount -t tmpfs -o mode=1777 tmpfs /dev/shm
    mount -t tmpfs -o mode=1777 tmpfs /var/tmp
    mount -t tmpfs -o mode=755 tmpfs "$MEMORY"
    mkdir -p /run/lock "$MEMORY/home"
    [ ! -d /var/lib/cni ] || mount -t tmpfs tmpfs /var/lib/cni
    ip link set lo up
}

# inside ENGINE
inside() {
    local engine=$1 index start variable name
    # The machine itself has what is furnished elsewhere.
    if [ -z "${IN_MACHINE:-}" ]; then
        furnish
    else
        mount -t tmpfs -o mode=755 tmpfs "$MEMORY"
        mkdir -p "$MEMORY/home"
    fi
    while IFS= read -r variable; do
        case $variable in
            PATH | RUNTIME | RUNTIME_NAME | PATTERN | COMMAND | SCRATCH | SCENARIO_LIMIT) ;;
            *) unset "$variable" 2>/dev/null || true ;;
        esac
    done < <(compgen -e)
    export HOME=$MEMORY/home LC_ALL=C.UTF-8 TERM=linux PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    cd "$HOME"

    [ -x "$RUNTIME" ] || die "$RUNTIME cannot be seen from the namespaces of engines; copy it to /opt, for example"
    load "$engine"
    local log=$SCRATCH/logs/$engine
    mkdir -p "$log"
    start=0
    (set -eE; trap_errors; engine_start) >"$log/start" 2>&1 </dev/null || start=$?
    if [ "$start" = "$SKIPPED" ]; then
        result "ok" "$engine" "# SKIP $(cat "$MEMORY/skip")"
        return
    elif [ "$start" != 0 ]; then
        result "not ok" "$engine starts"
        sed 's/^/# /' "$log/start"
        return
    fi
    echo "# $engine: $(engine_version); runtime: $("$RUNTIME" --version | head -n 1), $RUNTIME"
    if [ -n "$COMMAND" ]; then
        "$REPOSITORY/hack/engines" --one "$engine" "$COMMAND"
        return
    fi
    for index in "${!SCENARIO_FUNCTIONS[@]}"; do
        name="$engine: ${SCENARIO_NAMES[index]}"
        if grep -qEi -- "$PATTERN" <<<"$name"; then
            run_scenario "$engine" "${SCENARIO_FUNCTIONS[index]}" "$name"
        fi
    done
    ! defined engine_stop || engine_stop >"$log/stop" 2>&1 </dev/null || { result "not ok" "$engine stops"; sed 's/^/# /' "$log/stop"; }
}

# result "ok"|"not ok" NAME [DIRECTIVE]
result() {
    echo x >>"$SCRATCH/logs/count"
    local line
    line="$1 $(wc -l <"$SCRATCH/logs/count") - $2${3:+ $3}"
    echo "$line" >>"$SCRATCH/logs/results"
    echo "$line"
}

# run_scenario ENGINE FUNCTION NAME
run_scenario() {
    local log=$SCRATCH/logs/$1/$2 code=0 began=$SECONDS
    rm -f "$MEMORY/skip"
    timeout --kill-after=10 "$SCENARIO_LIMIT" "$REPOSITORY/hack/engines" --one "$1" "$2" >"$log" 2>&1 </dev/null || code=$?
    echo "exit code $code after $((SECONDS - began)) seconds" >>"$log"
    case $code in
        0) result "ok" "$3" ;;
        "$SKIPPED") result "ok" "$3" "# SKIP $(cat "$MEMORY/skip")" ;;
        *)
            result "not ok" "$3"
            tail -n 40 "$log" | sed 's/^/# /'
            [ "$code" != 124 ] || tail -n 3 "$log.trace" | sed 's/^/# too long: /'
            ;;
    esac
}

# one ENGINE FUNCTION: the process of one scenario.
one() {
    load "$1"
    set -eE
    trap_errors
    if [ -n "$COMMAND" ]; then
        eval "$COMMAND"
        return
    fi
    ! defined engine_after || trap 'after=$?; set +eE; trap - ERR; echo "--- after"; engine_after; exit "$after"' EXIT
    # What it did last, if it takes too long; not in its output, which belongs to those who fail.
    exec {BASH_XTRACEFD}>"$SCRATCH/logs/$1/$2.trace"
    PS4='line $LINENO: '
    set -x
    "$2"
}

trap_errors() {
    trap 'echo "line $LINENO of ${BASH_SOURCE[0]##*/}: exit code $?: $BASH_COMMAND"' ERR
}

# After everything: the plan and the counts; fails if a scenario did.
summary() {
    local results=$SCRATCH/logs/results ok failed skipped
    [ -s "$results" ] || die "no such scenario"
    skipped=$(grep -c '^ok .* # SKIP ' "$results" || true)
    failed=$(grep -c '^not ok ' "$results" || true)
    ok=$(($(grep -c '^ok ' "$results" || true) - skipped))
    echo "1..$(wc -l <"$results")"
    echo "# $RUNTIME_NAME: $ok passed, $failed failed, $skipped skipped"
    [ "$failed" = 0 ]
}

# --- for scenarios ---

skip() {
    echo "$*" >"$MEMORY/skip"
    exit "$SKIPPED"
}

skip_all() {
    skip "$@"
}

# deviates RUNTIME REASON: what follows is known not to work there.
deviates() {
    [ "$RUNTIME_NAME" != "$1" ] || skip "$1: $2"
}

needs_controllers() {
    local controller
    for controller; do
        grep -qw "$controller" /sys/fs/cgroup/cgroup.controllers || skip "cgroup v2 has no controller $controller here"
    done
}

# equal EXPECTED ACTUAL [WHAT]
equal() {
    [ "$1" = "$2" ] || { printf '%s: expected <%s>, but was <%s>\n' "${3:-line ${BASH_LINENO[0]}}" "$1" "$2"; return 1; }
}

# match REGEX ACTUAL [WHAT]: an extended regular expression that some line matches
match() {
    grep -qE -- "$1" <<<"$2" || { printf '%s: expected a match of <%s>, but was <%s>\n' "${3:-line ${BASH_LINENO[0]}}" "$1" "$2"; return 1; }
}

# code EXPECTED COMMAND...: the command's exit code; what it says is in OUTPUT, standard error with it.
code() {
    local expected=$1 actual=0
    shift
    OUTPUT=$("$@" 2>&1) || actual=$?
    [ "$expected" = "$actual" ] || { printf '%s: expected exit code %s, but was %s; output <%s>\n' "$*" "$expected" "$actual" "$OUTPUT"; return 1; }
}

# eventually COMMAND...: waits until it succeeds, for half a minute.
eventually() {
    local end=$((SECONDS + 30))
    while [ "$SECONDS" -lt "$end" ]; do
        # An errexit that the caller has would not hold in here anyway.
        if "$@" >/dev/null 2>&1; then return 0; fi
        sleep 0.2
    done
    echo "never succeeded: $*"
    "$@"
}

# terminal COMMAND...: runs it at a terminal, prints what appears there without carriage returns, and exits with its code.
terminal() {
    local quoted
    printf -v quoted '%q ' "$@"
    # Without an input that stays open script would hang up first: a pipe that this shell has both ends of.
    local input=$MEMORY/terminal.$BASHPID
    mkfifo "$input"
    SHELL=/bin/bash script --quiet --return --flush --command "stty rows 33 cols 77; $quoted" /dev/null <>"$input" | tr -d '\r'
    return "${PIPESTATUS[0]}"
}

# For shells in containers: engines tell a terminal its size only after the start.
AWAIT_SIZE='i=0; while [ $i -lt 200 ] && [ "$(stty size 2>/dev/null)" != "33 77" ]; do sleep .1; i=$((i + 1)); done'

# rootfs DIRECTORY: a root file system with busybox and its commands.
rootfs() {
    local applet
    mkdir -p "$1"/{bin,etc,proc,sys,dev,tmp,var/data,home/user}
    chmod 1777 "$1/tmp"
    cp "$BUSYBOX" "$1/bin/busybox"
    for applet in $("$BUSYBOX" --list); do
        [ "$applet" = busybox ] || ln -sf busybox "$1/bin/$applet"
    done
    printf 'root:x:0:0:root:/:/bin/sh\nuser:x:1000:1000::/home/user:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n' >"$1/etc/passwd"
    printf 'root:x:0:\nuser:x:1000:\nextra:x:2000:user\nnobody:x:65534:\n' >"$1/etc/group"
    echo 'a file of the image' >"$1/var/data/file"
    chown 1000:1000 "$1/home/user"
}

# image_archive FILE NAME: an image NAME:latest as 'docker save' writes it, of a root file system with busybox.
image_archive() {
    local work layer config
    work=$(mktemp -d -p "$MEMORY")
    rootfs "$work/rootfs"
    tar -C "$work/rootfs" --numeric-owner -cf "$work/layer.tar" .
    layer=$(sha256sum "$work/layer.tar" | cut -d ' ' -f 1)
    printf '{"architecture":"%s","os":"linux","created":"2024-01-01T00:00:00Z","config":{"Env":["PATH=/bin"],"Cmd":["sh"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"history":[{"created":"2024-01-01T00:00:00Z"}]}' \
        "$(go_architecture)" "$layer" >"$work/config.json"
    config=$(sha256sum "$work/config.json" | cut -d ' ' -f 1)
    mv "$work/config.json" "$work/$config.json"
    printf '[{"Config":"%s.json","RepoTags":["%s:latest"],"Layers":["layer.tar"]}]' "$config" "$2" >"$work/manifest.json"
    tar -C "$work" -cf "$1" manifest.json "$config.json" layer.tar
    rm -rf "$work"
}

go_architecture() {
    case $(uname -m) in
        x86_64) echo amd64 ;;
        aarch64) echo arm64 ;;
        *) uname -m ;;
    esac
}
