# What scenarios share that call podman, as whoever: sourced by their engines, with the command in PODMAN.
# shellcheck shell=bash

# Runs until it is told to stop, and then exits with 7.
LOOP='trap "exit 7" TERM; while :; do sleep 0.1; done'

engine_after() {
    "$PODMAN" pod rm -fa -t 0 >/dev/null 2>&1
    "$PODMAN" rm -fa -t 0 >/dev/null 2>&1
}

run() {
    "$PODMAN" run --network none "$@"
}

# up ARGUMENT...: a container c1 that lives
up() {
    run -d --name c1 "$@" localhost/bb sh -c "$LOOP"
}

inspect() {
    "$PODMAN" inspect --format "$1" "${2:-c1}"
}
