# podman with systemd as cgroup manager: scenarios of hack/engines, in the machine itself instead of namespaces.
# shellcheck shell=bash disable=SC2016,SC2317 # words for other shells; functions that are called by name
set -euo pipefail
PODMAN=podman
source "$REPOSITORY/hack/engines.d/lib-podman.sh"

# Where podman looks by itself too, when a timer of systemd starts it. The machine is thrown away.
export CONTAINERS_CONF=/etc/containers/containers.conf CONTAINERS_STORAGE_CONF=/etc/containers/storage.conf

# systemd hears of processes by their pids, and of cgroups by their paths: both must be its own.
engine_in_machine() {
    [ -d /run/systemd/system ] && [ -e /run/job/systemd ] || die 'podman with systemd runs in a virtual machine only: hack/vm --systemd ...'
}

engine_packages() {
    need podman podman podman podman
    need conmon conmon conmon conmon
}

engine_files() {
    printf '%s\n' "$(type -P podman)" "$(type -P conmon)" "$(type -P systemd-notify)" "$(type -P catatonit)" "$BUSYBOX"
}

engine_version() {
    echo "$(podman --version 2>/dev/null), $(systemctl --version | head -n 1), $(conmon --version | head -n 1)"
}

engine_start() {
    mkdir -p /etc/containers
    cat >"$CONTAINERS_CONF" <<END_OF_FILE
[containers]
default_ulimits = []
[engine]
cgroup_manager = "systemd"
events_logger = "file"
runtime = "$RUNTIME_NAME"
static_dir = "$MEMORY/storage/libpod"
volume_path = "$MEMORY/storage/volumes"
[engine.runtimes]
$RUNTIME_NAME = ["$RUNTIME"]
END_OF_FILE
    printf '[storage]\ndriver = "overlay"\ngraphroot = "%s/storage"\nrunroot = "/run/containers/storage"\n' "$MEMORY" >"$CONTAINERS_STORAGE_CONF"
    image_archive "$MEMORY/busybox.tar" localhost/bb
    podman load -q -i "$MEMORY/busybox.tar"
}

# The unit of a container.
unit() {
    echo "libpod-$(inspect '{{.Id}}' "${1:-c1}").scope"
}

property() {
    systemctl show --value -p "$2" "$1"
}

scenario scopes 'run: a scope in machine.slice, gone with the container'
scopes() {
    code 3 run --rm localhost/bb sh -c 'echo hi; exit 3'
    equal hi "$OUTPUT"
    up
    equal active "$(property "$(unit)" ActiveState)"
    equal "/machine.slice/$(unit)" "$(property "$(unit)" ControlGroup)"
    match "/machine.slice/$(unit)" "$(cat "/proc/$(inspect '{{.State.Pid}}')/cgroup")"
    local unit
    unit=$(unit)
    code 9 podman exec c1 sh -c 'exit 9'
    podman stop -t 20 c1
    equal 7 "$(inspect '{{.State.ExitCode}}')"
    podman rm c1
    equal inactive "$(property "$unit" ActiveState)"
    [ ! -d "/sys/fs/cgroup/machine.slice/$unit" ]
}

scenario limits 'limits are in the unit and in the files, update changes both, stats'
limits() {
    up --memory 64m --pids-limit 50 --cpus 0.5
    local cgroup
    cgroup=/sys/fs/cgroup/machine.slice/$(unit)
    equal '67108864 50 50000 100000' "$(echo $(cat "$cgroup/memory.max" "$cgroup/pids.max" "$cgroup/cpu.max" || cat "$cgroup"/container/{memory.max,pids.max,cpu.max}))"
    equal '67108864 50 500ms' "$(property "$(unit)" MemoryMax) $(property "$(unit)" TasksMax) $(property "$(unit)" CPUQuotaPerSecUSec)"
    podman update --memory 128m c1
    equal 134217728 "$(podman exec c1 cat /sys/fs/cgroup/memory.max)"
    match '^c1 [1-9][0-9]* [1-9]' "$(podman stats --no-stream --format '{{.Name}} {{.PIDs}} {{.MemUsage}}' c1)"
    code 137 run --rm --memory 24m --memory-swap 24m localhost/bb sh -c 'x=xxxxxxxx; while :; do x=$x$x; done'
}

scenario pods 'a pod: its own slice'
pods() {
    podman pod create --name p1 --network none
    podman run -d --pod p1 --name c1 localhost/bb sh -c "$LOOP"
    match '^0::/machine.slice/machine-libpod_pod_[0-9a-f]*.slice/libpod-[0-9a-f]*.scope' "$(cat "/proc/$(inspect '{{.State.Pid}}')/cgroup")"
    podman pod rm -f -t 0 p1
}

scenario pauses 'pause, unpause, rm -f of what is paused'
pauses() {
    up
    podman pause c1
    equal paused "$(inspect '{{.State.Status}}')"
    podman unpause c1
    podman pause c1
    podman rm -f -t 0 c1
    equal '' "$("$RUNTIME" list -q)"
}

scenario notifies '--sdnotify=container: the service is ready when the container says so'
notifies() {
    local binds=(-v /usr:/usr:ro)
    [ ! -L /lib ] || binds+=(-v /usr/lib:/lib:ro)
    [ ! -e /lib64 ] || binds+=(-v "$(realpath /lib64):/lib64:ro")
    systemd-run --unit says-ready -p Type=notify -p NotifyAccess=all -p TimeoutStartSec=100 "$(type -P podman)" run -d --name c1 --network none --cgroups no-conmon --sdnotify container "${binds[@]}" localhost/bb \
        sh -c 'while [ ! -e /tmp/go ]; do sleep 0.1; done; /usr/bin/systemd-notify --ready; sleep 1000' &
    eventually podman exec c1 true
    equal activating "$(property says-ready ActiveState)"
    podman exec c1 touch /tmp/go
    wait $!
    equal active "$(property says-ready ActiveState)"
    systemctl stop says-ready
}

scenario health 'health checks by a timer, --init'
health() {
    up --init --health-cmd 'test -e /tmp/healthy' --health-interval 2s --health-retries 1
    is_health() { [ "$(inspect '{{.State.Health.Status}}')" = "$1" ]; }
    eventually is_health unhealthy || eventually is_health unhealthy
    podman exec c1 touch /tmp/healthy
    eventually is_health healthy || eventually is_health healthy
    match '^1 +(catatonit|podman-init)' "$(podman top c1 pid comm)"
    podman stop -t 20 c1
    equal 7 "$(inspect '{{.State.ExitCode}}')"
}

scenario systemd_inside '--systemd=always: the container may make cgroups'
systemd_inside() {
    code 0 run --rm --systemd always localhost/bb sh -c 'mkdir /sys/fs/cgroup/own && rmdir /sys/fs/cgroup/own'
}
