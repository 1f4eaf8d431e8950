# podman with conmon: scenarios of hack/engines.
# shellcheck shell=bash
set -euo pipefail

# Nothing of the machine's configuration: neither registries nor limits nor another runtime.
export CONTAINERS_CONF=$MEMORY/containers.conf CONTAINERS_STORAGE_CONF=$MEMORY/storage.conf

engine_packages() {
    need podman podman podman podman
    need conmon conmon conmon conmon
}

engine_files() {
    printf '%s\n' "$(type -P podman)" "$(type -P conmon)" "$BUSYBOX"
}

engine_version() {
    echo "$(podman --version 2>/dev/null), $(conmon --version | head -n 1)"
}

engine_start() {
    mkdir -p "$MEMORY/networks"
    local pids=2048
    grep -qw pids /sys/fs/cgroup/cgroup.controllers || pids=0
    cat >"$CONTAINERS_CONF" <<END
[containers]
default_ulimits = []
pids_limit = $pids
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "$RUNTIME_NAME"
static_dir = "$MEMORY/libpod"
volume_path = "$MEMORY/volumes"
[engine.runtimes]
$RUNTIME_NAME = ["$RUNTIME"]
[network]
network_config_dir = "$MEMORY/networks"
END
    cat >"$CONTAINERS_STORAGE_CONF" <<END
[storage]
driver = "overlay"
graphroot = "$MEMORY/storage"
runroot = "/run/containers/storage"
END
    image_archive "$MEMORY/busybox.tar" localhost/bb
    podman load -q -i "$MEMORY/busybox.tar"
}

engine_after() {
    podman pod rm -fa -t 0 >/dev/null 2>&1
    podman rm -fa -t 0 >/dev/null 2>&1
}

run() {
    podman run --network none "$@"
}

scenario run_prints 'run: output and exit code'
run_prints() {
    code 3 run --rm localhost/bb sh -c 'echo hi; echo there >&2; exit 3'
    match '^hi$' "$OUTPUT"
    match '^there$' "$OUTPUT"
}
