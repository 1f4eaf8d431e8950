# podman with conmon: scenarios of hack/engines.
# shellcheck shell=bash
set -euo pipefail
PODMAN=podman
source "$REPOSITORY/hack/engines.d/lib-podman.sh"

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
# Where the cleanup process looks, which is given --root.
static_dir = "$MEMORY/storage/libpod"
volume_path = "$MEMORY/storage/volumes"
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
    # Where --userns=auto takes its ranges from.
    echo 'containers:200000:1000000' >"$MEMORY/subid"
    mount --bind "$MEMORY/subid" /etc/subuid
    mount --bind "$MEMORY/subid" /etc/subgid
    image_archive "$MEMORY/busybox.tar" localhost/bb
    podman load -q -i "$MEMORY/busybox.tar"
}

scenario run_prints 'run: output and exit code'
run_prints() {
    code 3 run --rm localhost/bb sh -c 'echo hi; echo there >&2; exit 3'
    match '^hi$' "$OUTPUT"
    match '^there$' "$OUTPUT"
}

scenario run_input 'run -i: standard input until its end'
run_input() {
    equal 'a line' "$(echo 'a line' | run --rm -i localhost/bb cat)"
    equal 100000 "$(head -c 100000 /dev/zero | run --rm -i localhost/bb wc -c)"
}

scenario run_detached 'run -d, wait, logs, ps'
run_detached() {
    run -d --name c1 localhost/bb sh -c 'echo out; echo err >&2; exit 5'
    equal 5 "$(podman wait c1)"
    equal out "$(podman logs c1 2>/dev/null)"
    equal err "$(podman logs c1 2>&1 >/dev/null)"
    match '^c1 Exited \(5\)' "$(podman ps -a --format '{{.Names}} {{.Status}}')"
}

scenario exit_codes 'exit codes 125, 126, 127, and of signals'
exit_codes() {
    code 125 run --rm --pull never localhost/nosuch true
    code 126 run --rm localhost/bb /etc/passwd
    match 'permission denied' "${OUTPUT,,}"
    code 126 run --rm localhost/bb /etc
    code 127 run --rm localhost/bb nosuch
    match 'not found' "$OUTPUT"
    code 127 run --rm localhost/bb /nosuch
    match 'no such file or directory' "${OUTPUT,,}"
    code 137 run --rm localhost/bb sh -c 'kill -KILL $$; sleep 1; exit 3' || code 3 run --rm localhost/bb sh -c 'kill -KILL $$; sleep 1; exit 3'
    code 143 run --rm --init localhost/bb sh -c 'kill -TERM $$'
    code 255 run --rm localhost/bb sh -c 'exit 255'
}

scenario non_root 'run --user: groups, home, reopened standard output'
non_root() {
    equal 'uid=1000(user) gid=1000(user) groups=1000(user),2000(extra)' "$(run --rm --user user --group-add extra localhost/bb id | sed 's/groups=1000(user),1000(user),/groups=1000(user),/')"
    equal 'uid=1000(user) gid=0(root) groups=0(root)' "$(run --rm --user 1000:0 localhost/bb id)"
    equal 'again' "$(run --rm --user 1000 localhost/bb sh -c 'echo again >/dev/stdout')"
    equal '/home/user' "$(run --rm --user user localhost/bb sh -c 'echo $HOME')"
    equal 0000000000000000 "$(run --rm --user user localhost/bb awk '/^CapEff/ {print $2}' /proc/self/status)"
}

scenario environment 'run -e, -w, --entrypoint, --umask: bytes as they are'
environment() {
    equal 'grüße, 世界' "$(run --rm -e 'GREETING=grüße, 世界' localhost/bb sh -c 'echo "$GREETING"')"
    equal $'two\nlines' "$(run --rm -e $'LINES2=two\nlines' localhost/bb sh -c 'echo "$LINES2"')"
    equal /var/data "$(run --rm -w /var/data localhost/bb pwd)"
    equal 'a b|c' "$(run --rm --entrypoint '["/bin/printf", "%s|%s"]' localhost/bb 'a b' c)"
    equal 0027 "$(run --rm --umask 0027 localhost/bb sh -c umask)"
}

scenario start_created 'create, init, start -a'
start_created() {
    podman create --network none --name c1 localhost/bb sh -c 'echo started; exit 4'
    podman init c1
    equal initialized "$(inspect '{{.State.Status}}')"
    equal created "$("$RUNTIME" state "$(inspect '{{.Id}}')" | sed -n 's/.*"status": *"\([a-z]*\)".*/\1/p')"
    equal '' "$(podman logs c1)"
    code 4 podman start -a c1
    equal started "$OUTPUT"
    code 4 podman start -a c1
}

scenario stops 'stop: the signal, and the kill after its time'
stops() {
    up
    podman stop -t 20 c1
    equal 7 "$(inspect '{{.State.ExitCode}}')"
    equal exited "$(inspect '{{.State.Status}}')"
    podman start c1
    equal running "$(inspect '{{.State.Status}}')"
    podman rm -f -t 0 c1
    run -d --name c1 localhost/bb sh -c 'trap "" TERM; while :; do sleep 0.1; done'
    podman stop -t 1 c1
    equal 137 "$(inspect '{{.State.ExitCode}}')"
}

scenario restarts 'restart: another process, same container'
restarts() {
    local before
    up
    before=$(inspect '{{.State.Pid}}')
    podman restart -t 5 c1
    equal running "$(inspect '{{.State.Status}}')"
    [ "$before" != "$(inspect '{{.State.Pid}}')" ]
}

scenario kills 'kill: signals by name and number'
kills() {
    run -d --name c1 localhost/bb sh -c 'trap "echo usr1" USR1; trap "echo usr2" USR2; echo ready; while :; do sleep 0.1; done'
    eventually sh -c 'podman logs c1 | grep ready'
    podman kill -s USR1 c1
    podman kill -s 12 c1
    eventually sh -c 'podman logs c1 | grep usr1 && podman logs c1 | grep usr2'
    podman kill c1
    equal 137 "$(podman wait c1)"
    code 125 podman kill c1
}

scenario pauses 'pause, unpause'
pauses() {
    local before
    run -d --name c1 -v "$MEMORY:/host" localhost/bb sh -c 'while :; do echo x >>/host/ticks; sleep 0.1; done'
    eventually test -s "$MEMORY/ticks"
    podman pause c1
    equal paused "$(inspect '{{.State.Status}}')"
    before=$(wc -l <"$MEMORY/ticks")
    sleep 0.5
    equal "$before" "$(wc -l <"$MEMORY/ticks")"
    podman unpause c1
    eventually sh -c '[ "$(wc -l <"$1")" -gt "$2" ]' sh "$MEMORY/ticks" "$before"
    podman pause c1
    podman rm -f -t 0 c1
    rm "$MEMORY/ticks"
}

scenario removes 'rm -f: processes, state and cgroup are gone'
removes() {
    local pid cgroup
    up
    pid=$(inspect '{{.State.Pid}}')
    cgroup=/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$pid/cgroup")
    [ -d "$cgroup" ]
    podman rm -f -t 0 c1
    [ ! -d "/proc/$pid" ]
    [ ! -d "$cgroup" ]
    equal '' "$(podman ps -aq)"
    equal '' "$("$RUNTIME" list -q)"
}

scenario tops 'top: of podman, and of the container'
tops() {
    up
    match '^1 +sh$' "$(podman top c1 pid comm)"
    match '^ *1 +0 +sh' "$(podman top c1 -- ps -o pid,user,comm | sed 's/root/0/')"
}

scenario copies 'cp: both ways, into running and stopped containers'
copies() {
    up
    echo 'from outside' >"$MEMORY/copied"
    podman cp "$MEMORY/copied" c1:/tmp/copied
    podman cp c1:/tmp/copied "$MEMORY/back"
    equal 'from outside' "$(cat "$MEMORY/back")"
    podman stop -t 0 c1
    podman cp c1:/var/data/file - | tar -xO | grep 'a file of the image'
    podman cp "$MEMORY/back" c1:/var/data/
    podman cp c1:/var/data/back "$MEMORY/copied2"
    equal 'from outside' "$(cat "$MEMORY/copied2")"
}

scenario volumes '-v: bind, read-only, named, propagation, below one another'
volumes() {
    mkdir -p "$MEMORY/shared/sub"
    echo outside >"$MEMORY/shared/file"
    equal outside "$(run --rm -v "$MEMORY/shared:/shared" localhost/bb cat /shared/file)"
    code 1 run --rm -v "$MEMORY/shared:/shared:ro" localhost/bb touch /shared/new
    match 'Read-only file system' "$OUTPUT"
    run --rm -v "$MEMORY/shared/file:/etc/passwd:ro" localhost/bb cat /etc/passwd | grep '^outside$'
    run --rm -v named:/var/data localhost/bb sh -c 'cat /var/data/file; echo kept >/var/data/new'
    equal kept "$(run --rm -v named:/elsewhere localhost/bb cat /elsewhere/new)"
    podman volume rm named
    match 'noexec' "$(run --rm -v "$MEMORY/shared:/shared:noexec,nosuid,nodev" localhost/bb grep ' /shared ' /proc/self/mountinfo)"
    mount -t tmpfs tmpfs "$MEMORY/shared/sub"
    mount --make-shared "$MEMORY/shared/sub"
    match 'master:' "$(run --rm -v "$MEMORY/shared/sub:/sub:rslave" localhost/bb grep ' /sub ' /proc/self/mountinfo)"
    match 'shared:' "$(run --rm -v "$MEMORY/shared/sub:/sub:rshared" localhost/bb grep ' /sub ' /proc/self/mountinfo)"
    code 0 run --rm -v "$MEMORY/shared/sub:/sub" localhost/bb grep ' /sub ' /proc/self/mountinfo
    ! grep -E 'master:|shared:' <<<"$OUTPUT"
    umount "$MEMORY/shared/sub"
    code 127 run --rm --mount "type=bind,source=$MEMORY/nosuch,destination=/x" localhost/bb true || code 125 run --rm --mount "type=bind,source=$MEMORY/nosuch,destination=/x" localhost/bb true
}

scenario read_only '--read-only, --tmpfs, --shm-size'
read_only() {
    code 1 run --rm --read-only localhost/bb touch /new
    match 'Read-only file system' "$OUTPUT"
    code 0 run --rm --read-only localhost/bb touch /tmp/new /run/new /var/tmp/new /dev/shm/new
    code 1 run --rm --read-only --read-only-tmpfs=false localhost/bb touch /tmp/new
    match 'size=2048k.*mode=1770' "$(run --rm --tmpfs /t:size=2m,mode=1770,noexec localhost/bb grep ' /t ' /proc/self/mounts)" ||
        match 'mode=1770.*size=2048k' "$(run --rm --tmpfs /t:size=2m,mode=1770,noexec localhost/bb grep ' /t ' /proc/self/mounts)"
    equal 'a file of the image' "$(run --rm --tmpfs /var/data localhost/bb cat /var/data/file)"
    match 'size=3072k' "$(run --rm --shm-size 3m localhost/bb grep ' /dev/shm ' /proc/self/mounts)"
}

scenario init_process '--init: reaps and forwards'
init_process() {
    run -d --name c1 --init localhost/bb sh -c "$LOOP"
    eventually sh -c 'podman top c1 pid comm | grep -E "^1 +(catatonit|podman-init)"'
    podman stop -t 20 c1
    equal 7 "$(inspect '{{.State.ExitCode}}')"
}

scenario capabilities '--cap-add, --cap-drop'
capabilities() {
    local status="awk '/^Cap(Eff|Bnd)/ {print \$2}' /proc/self/status"
    equal $'0000000000000400\n0000000000000400' "$(run --rm --cap-drop all --cap-add net_bind_service localhost/bb sh -c "$status")"
    equal $'0000000000000000\n0000000000000000' "$(run --rm --cap-drop all localhost/bb sh -c "$status")"
    code 1 run --rm localhost/bb hostname other
    code 0 run --rm --cap-add sys_admin localhost/bb hostname other
}

scenario privileged '--privileged: all of this machine, its devices, no masks'
privileged() {
    equal "$(awk '/^CapBnd/ {print $2}' /proc/self/status)" "$(run --rm --privileged localhost/bb awk '/^CapEff/ {print $2}' /proc/self/status)"
    equal 0 "$(run --rm --privileged localhost/bb awk '/^Seccomp:/ {print $2}' /proc/self/status)"
    code 0 run --rm --privileged localhost/bb sh -c 'mount -t tmpfs t /mnt 2>/dev/null || { mkdir /mnt && mount -t tmpfs t /mnt; }; test -w /proc/sys/kernel && test -c /dev/loop-control -o -c /dev/kmsg -o -c /dev/fuse'
}

scenario devices '--device, its permissions, --device-cgroup-rule'
devices() {
    code 0 run --rm --device /dev/zero:/dev/other localhost/bb sh -c 'head -c 3 /dev/other | wc -c; echo >/dev/other'
    equal 3 "$OUTPUT"
    code 1 run --rm localhost/bb sh -c 'mknod /tmp/d c 1 5 && mknod /tmp/kmsg c 1 11 && head -c 1 /tmp/kmsg' ||
        match 'not permitted' "$OUTPUT"
    code 0 run --rm --device-cgroup-rule 'c 10:229 rwm' --device /dev/full:/dev/xfull:r localhost/bb head -c 1 /dev/xfull
    code 1 run --rm --device /dev/kmsg:/dev/log0:w localhost/bb head -c 1 /dev/log0
}

scenario masks 'masked and read-only paths, --security-opt unmask'
masks() {
    equal 0 "$(run --rm localhost/bb cat /proc/timer_list /proc/keys | wc -c)"
    code 1 run --rm localhost/bb sh -c 'echo 1 >/proc/sys/kernel/panic'
    code 0 run --rm --security-opt unmask=ALL localhost/bb cat /proc/timer_list
    equal 1 "$(run --rm --security-opt no-new-privileges localhost/bb awk '/^NoNewPrivs/ {print $2}' /proc/self/status)"
}

scenario seccomp '--security-opt seccomp: default, profile, unconfined'
seccomp() {
    equal 2 "$(run --rm localhost/bb awk '/^Seccomp:/ {print $2}' /proc/self/status)"
    equal 0 "$(run --rm --security-opt seccomp=unconfined localhost/bb awk '/^Seccomp:/ {print $2}' /proc/self/status)"
    cat >"$MEMORY/seccomp.json" <<'END'
{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"],
 "syscalls": [{"names": ["mkdir", "mkdirat", "no_such_system_call"], "action": "SCMP_ACT_ERRNO", "errnoRet": 28},
              {"names": ["rmdir", "unlinkat"], "action": "SCMP_ACT_KILL_PROCESS"}]}
END
    code 1 run --rm --security-opt "seccomp=$MEMORY/seccomp.json" localhost/bb mkdir /tmp/new
    match 'No space left on device' "$OUTPUT"
    code 159 run --rm --security-opt "seccomp=$MEMORY/seccomp.json" localhost/bb rmdir /tmp
}

scenario limits_of_process '--ulimit, --oom-score-adj'
limits_of_process() {
    equal '100 200' "$(run --rm --ulimit nofile=100:200 --ulimit nproc=500:500 localhost/bb sh -c 'echo $(ulimit -Sn) $(ulimit -Hn)')"
    equal 0 "$(run --rm --ulimit core=0:0 --ulimit nofile=200:200 --ulimit nproc=500:500 localhost/bb sh -c 'ulimit -c')"
    equal 500 "$(run --rm --oom-score-adj 500 localhost/bb cat /proc/self/oom_score_adj)"
}

scenario sysctls '--sysctl, --hostname'
sysctls() {
    equal 1 "$(run --rm --sysctl net.ipv4.ip_forward=1 localhost/bb cat /proc/sys/net/ipv4/ip_forward)"
    equal 12345 "$(run --rm --sysctl kernel.msgmax=12345 localhost/bb cat /proc/sys/kernel/msgmax)"
    equal named "$(run --rm --hostname named localhost/bb hostname)"
    match named "$(run --rm --hostname named localhost/bb cat /etc/hostname)"
}

scenario host_namespaces '--pid, --ipc, --uts, --network, --cgroupns=host'
host_namespaces() {
    equal "$(readlink /proc/self/ns/pid)" "$(run --rm --pid host localhost/bb readlink /proc/self/ns/pid)"
    equal "$(readlink /proc/self/ns/ipc)" "$(run --rm --ipc host localhost/bb readlink /proc/self/ns/ipc)"
    equal "$(readlink /proc/self/ns/uts)" "$(run --rm --uts host localhost/bb readlink /proc/self/ns/uts)"
    equal "$(readlink /proc/self/ns/cgroup)" "$(run --rm --cgroupns host localhost/bb readlink /proc/self/ns/cgroup)"
    equal "$(readlink /proc/self/ns/net)" "$(podman run --rm --network host localhost/bb readlink /proc/self/ns/net)"
    equal '0::/' "$(run --rm --cgroupns private localhost/bb grep ^0: /proc/self/cgroup)"
    equal lo "$(run --rm localhost/bb ls /sys/class/net)"
}

scenario host_pids '--pid=host: stop and rm reach every process'
host_pids() {
    up --pid host
    podman stop -t 5 c1
    podman rm c1
    run -d --name c1 --pid host localhost/bb sh -c 'sleep 987 & sleep 987'
    eventually sh -c '[ "$(pgrep -fc "^sleep 987")" = 2 ]'
    podman rm -f -t 0 c1
    eventually sh -c '! pgrep -f "^sleep 987"'
}

scenario joins '--pid, --ipc, --network, --uts of another container'
joins() {
    local own
    up --hostname first --ipc shareable
    for own in pid ipc net uts; do
        case $own in
            net) set -- --network container:c1 ;;
            uts) set -- ;; # podman 4 has none
            *) set -- --network none "--$own" container:c1 ;;
        esac
        [ $# = 0 ] || equal "$(readlink "/proc/$(inspect '{{.State.Pid}}')/ns/$own")" "$(podman run --rm "$@" localhost/bb readlink "/proc/self/ns/$own")"
    done
    match "$(printf '%q' "${LOOP:0:10}")|trap" "$(run --rm --pid container:c1 localhost/bb tr '\0' ' ' </dev/null; run --rm --pid container:c1 localhost/bb ps -o args)"
}

scenario pods 'pod: shared namespaces, localhost, stop and rm of all'
pods() {
    podman pod create --name p1 --network none --share-parent=false --share pid,net,ipc,uts --hostname podded
    podman run -d --pod p1 --name c1 localhost/bb sh -c "echo shared >/dev/shm/file; $LOOP"
    podman run -d --pod p1 --name c2 localhost/bb sh -c "$LOOP"
    for namespace in net ipc uts pid; do
        equal "$(readlink "/proc/$(inspect '{{.State.Pid}}' c1)/ns/$namespace")" "$(readlink "/proc/$(inspect '{{.State.Pid}}' c2)/ns/$namespace")" "$namespace"
    done
    equal shared "$(podman exec c2 cat /dev/shm/file)"
    equal podded "$(podman exec c2 hostname)"
    podman pod pause p1
    equal paused "$(inspect '{{.State.Status}}' c2)"
    podman pod unpause p1
    podman pod stop -t 1 p1
    equal exited "$(inspect '{{.State.Status}}' c2)"
    podman pod start p1
    equal running "$(inspect '{{.State.Status}}' c2)"
    # Not always at once: podman 4.3 takes it for a failure if the end of the infra container is faster than the signal to another one.
    podman pod rm -f -t 0 p1 || podman pod rm -f -t 0 p1
    equal '' "$("$RUNTIME" list -q)"
}

scenario mapped '--uidmap: root is somebody else outside'
mapped() {
    match '^ +0 +100000 +65536$' "$(run --rm --uidmap 0:100000:65536 --gidmap 0:100000:65536 localhost/bb cat /proc/self/uid_map)"
    match '^uid=0\(root\)' "$(run --rm --uidmap 0:100000:65536 --gidmap 0:100000:65536 localhost/bb id)"
    match '^uid=1000\(user\)' "$(run --rm --uidmap 0:100000:65536 --gidmap 0:100000:65536 --user user localhost/bb id)"
    up --uidmap 0:100000:65536 --gidmap 0:100000:65536
    equal 100000 "$(stat -c %u "/proc/$(inspect '{{.State.Pid}}')")"
    equal 0 "$(run --rm --uidmap 0:100000:65536 --gidmap 0:100000:65536 localhost/bb stat -c %u /etc/passwd)"
    podman stop -t 20 c1
    equal 7 "$(inspect '{{.State.ExitCode}}')"
}

scenario mapped_auto '--userns=auto: disjoint ranges'
mapped_auto() {
    local first second
    first=$(run --rm --userns auto:size=1000 localhost/bb awk '{print $1, $3}' /proc/self/uid_map)
    equal '0 1000' "$first"
    up --userns auto:size=1000
    first=$(awk '{print $2}' "/proc/$(inspect '{{.State.Pid}}')/uid_map")
    second=$(run --rm --userns auto:size=1000 localhost/bb awk '{print $2}' /proc/self/uid_map)
    [ "$first" != "$second" ]
    [ "$first" -ge 200000 ]
}

scenario health 'health checks'
health() {
    up --health-cmd 'test -e /tmp/healthy' --health-interval disable --health-retries 1
    code 1 podman healthcheck run c1
    podman exec c1 touch /tmp/healthy
    code 0 podman healthcheck run c1
    equal healthy "$(inspect '{{.State.Health.Status}}' || inspect '{{.State.Healthcheck.Status}}')"
}

scenario notifies '--sdnotify=container: what the container tells a service manager'
notifies() {
    type -P systemd-notify perl >/dev/null || skip 'no systemd-notify or no perl'
    # A service manager that writes down what it is told.
    perl -MSocket -e 'socket(S, AF_UNIX, SOCK_DGRAM, 0); bind(S, pack_sockaddr_un($ARGV[0])) or die; $| = 1; while (defined recv(S, $m, 4096, 0)) { print "$m\n" }' \
        "$MEMORY/notify" >"$MEMORY/told" &
    eventually test -S "$MEMORY/notify"
    local binds=(-v /usr:/usr:ro)
    [ ! -L /lib ] || binds+=(-v /usr/lib:/lib:ro)
    [ ! -e /lib64 ] || binds+=(-v "$(realpath /lib64):/lib64:ro")
    NOTIFY_SOCKET=$MEMORY/notify run -d --name c1 --sdnotify container "${binds[@]}" localhost/bb sh -c "/usr/bin/systemd-notify --ready --status='said inside'; $LOOP"
    eventually grep -q '^READY=1' "$MEMORY/told"
    kill %1
}

scenario executes 'exec: output, codes, user, directory, environment, input'
executes() {
    up -e OF_CONTAINER=1
    code 9 podman exec c1 sh -c 'echo out; exit 9'
    equal out "$OUTPUT"
    code 127 podman exec c1 nosuch
    code 126 podman exec c1 /etc/passwd
    equal '1 2 /var/data' "$(podman exec -e ADDED=2 -w /var/data c1 sh -c 'echo $OF_CONTAINER $ADDED $PWD')"
    match '^uid=1000\(user\)' "$(podman exec -u user c1 id)"
    equal 'a line' "$(echo 'a line' | podman exec -i c1 cat)"
    equal "$(inspect '{{.State.Pid}}' | xargs -I P readlink /proc/P/ns/mnt)" "$(podman exec c1 readlink /proc/self/ns/mnt)"
    equal 2 "$(podman exec c1 awk '/^Seccomp:/ {print $2}' /proc/self/status)"
    equal "$(podman exec c1 awk '/^CapBnd/ {print $2}' /proc/1/status)" "$(podman exec c1 awk '/^CapEff/ {print $2}' /proc/self/status)"
    code 137 podman exec c1 sh -c 'kill -9 $$'
    podman exec -d c1 sh -c 'echo detached >/tmp/detached'
    eventually podman exec c1 grep detached /tmp/detached
    podman stop -t 5 c1
    code 255 podman exec c1 true || code 126 podman exec c1 true || code 125 podman exec c1 true
}

scenario executes_mapped 'exec: into a user namespace, a joined PID namespace, a pod'
executes_mapped() {
    up --uidmap 0:100000:65536 --gidmap 0:100000:65536
    match '^uid=0\(root\)' "$(podman exec c1 id)"
    match '^uid=1000\(user\)' "$(podman exec -u user c1 id)"
    podman pod create --name p1 --network none --share-parent=false
    podman run -d --pod p1 --name c2 localhost/bb sh -c "$LOOP"
    equal c2 "$(podman exec c2 sh -c 'echo c2')"
}

scenario terminals 'run -t and -it: a terminal, its size, its exit code'
terminals() {
    match '^/dev/(pts/0|console)' "$(run --rm -t localhost/bb tty)"
    code 5 terminal podman run --network none --rm -it localhost/bb sh -c 'tty; stty size; exit 5'
    match '^/dev/pts/0' "$OUTPUT"
    match '^33 77' "$OUTPUT"
    run -dt --name c1 localhost/bb sh -c 'echo at a terminal; tty'
    podman wait c1
    match 'at a terminal' "$(podman logs c1)"
    equal crw "$(run --rm -t localhost/bb stat -c %A /dev/console | cut -c 1-3)"
    code 0 run --rm -t --uidmap 0:100000:65536 --gidmap 0:100000:65536 localhost/bb tty
}

scenario terminals_exec 'exec -t and -it'
terminals_exec() {
    up
    match '^/dev/pts/[0-9]' "$(podman exec -t c1 tty | tr -d '\r')"
    code 6 terminal podman exec -it c1 sh -c 'tty; stty size; exit 6'
    match '^/dev/pts/[0-9]' "$OUTPUT"
    match '^33 77' "$OUTPUT"
}

scenario attaches 'attach: input and output of a running container'
attaches() {
    run -d -i --name c1 localhost/bb sh -c 'while read line; do echo "got $line"; done; exit 3'
    # Its end of input ends the container.
    code 3 sh -c '{ printf "one\ntwo\n"; sleep 1; } | podman attach c1' || equal 3 "$(podman wait c1)"
    match '^got one$' "$(podman logs c1)"
    match '^got two$' "$(podman logs c1)"
}

scenario checkpoints 'checkpoint: refused with a clear message'
checkpoints() {
    deviates runc 'has checkpoints'
    up
    code 125 podman container checkpoint c1
    match 'checkpoint' "$OUTPUT"
    equal running "$(inspect '{{.State.Status}}')"
}

scenario hooks '--hooks-dir: each kind is called with the state'
hooks() {
    local stage
    mkdir -p "$MEMORY/hooks" "$MEMORY/called"
    printf '#!/bin/sh\ncat >"%s/called/$1"\n' "$MEMORY" >"$MEMORY/hook"
    chmod +x "$MEMORY/hook"
    for stage in prestart createRuntime createContainer poststart poststop; do
        printf '{"version":"1.0.0","hook":{"path":"%s","args":["hook","%s"]},"when":{"always":true},"stages":["%s"]}' "$MEMORY/hook" "$stage" "$stage" >"$MEMORY/hooks/$stage.json"
    done
    podman --hooks-dir "$MEMORY/hooks" run --network none --name c1 localhost/bb true
    podman rm c1
    for stage in prestart createRuntime createContainer poststart poststop; do
        match '"(ociVersion|id)"' "$(cat "$MEMORY/called/$stage")" "$stage"
    done
    match '"status": *"stopped"' "$(cat "$MEMORY/called/poststop")"
}

scenario systemd_mode '--systemd=always: what systemd wants as process 1'
systemd_mode() {
    run --rm --systemd always localhost/bb cat /proc/self/mounts >"$MEMORY/mounts"
    grep -q '^tmpfs /run ' "$MEMORY/mounts"
    grep -q '^tmpfs /tmp ' "$MEMORY/mounts"
    grep -qE ' /sys/fs/cgroup cgroup2? rw' "$MEMORY/mounts"
    code 0 run --rm --systemd always localhost/bb sh -c 'mkdir /sys/fs/cgroup/own && rmdir /sys/fs/cgroup/own && echo $container'
    match podman "$OUTPUT"
}

scenario preserved '--preserve-fds: these descriptors and no others'
preserved() {
    echo 'through descriptor 3' >"$MEMORY/third"
    equal 'through descriptor 3' "$(run --rm --preserve-fds 1 localhost/bb sh -c 'cat <&3' 3<"$MEMORY/third")"
    # 3 is the directory that is listed.
    equal '0 1 2 3' "$(run --rm localhost/bb sh -c 'cd /proc/self/fd && echo [0-9]' 5</dev/null)"
}

scenario root_directory '--rootfs: a directory'
root_directory() {
    rootfs "$MEMORY/rootfs"
    equal 'a file of the image' "$(run --rm --rootfs "$MEMORY/rootfs" cat /var/data/file)"
    code 0 run --rm --rootfs "$MEMORY/rootfs:O" touch /new
    [ ! -e "$MEMORY/rootfs/new" ]
}

scenario together 'many at once'
together() {
    local number pids=()
    for number in 1 2 3 4 5 6; do
        run --rm localhost/bb sh -c "exit $number" &
        pids+=($!)
    done
    for number in 1 2 3 4 5 6; do
        local actual=0
        wait "${pids[number - 1]}" || actual=$?
        equal "$number" "$actual"
    done
    equal '' "$("$RUNTIME" list -q)"
}

# --- limits ---

scenario limits 'limits: what is asked for is in the files'
limits() {
    needs_controllers memory pids cpu
    code 0 run --rm --memory 64m --memory-reservation 32m --cpus 0.5 --pids-limit 50 localhost/bb sh -c 'cd /sys/fs/cgroup && cat memory.max memory.low cpu.max pids.max'
    equal $'67108864\n33554432\n50000 100000\n50' "$OUTPUT"
}

scenario limits_hold 'limits hold: memory, pids, cpu'
limits_hold() {
    needs_controllers memory pids cpu
    code 137 run --name c1 --memory 24m --memory-swap 24m localhost/bb sh -c 'x=xxxxxxxx; while :; do x=$x$x; done'
    podman rm -f c1
    run --rm --pids-limit 8 localhost/bb sh -c 'for i in 1 2 3 4 5 6 7 8 9 10; do sleep 5 & done; wait' >"$MEMORY/forks" 2>&1 || true
    match "can't fork" "$(cat "$MEMORY/forks")"
    match '^nr_throttled [1-9]' "$(run --rm --cpus 0.05 localhost/bb sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done; cat /sys/fs/cgroup/cpu.stat')"
}

scenario updates 'update: of a running container'
updates() {
    needs_controllers memory cpu
    up --memory 64m
    podman update --memory 128m --cpus 0.25 c1
    equal $'134217728\n25000 100000' "$(podman exec c1 cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/cpu.max)"
}

scenario statistics 'stats: what the container uses'
statistics() {
    needs_controllers memory cpu pids
    up
    # Of the container, though it has no limit.
    match '^c1 [1-9][0-9]* [1-9]' "$(podman stats --no-stream --format '{{.Name}} {{.PIDs}} {{.MemUsage}}' c1)"
}

# --- networks ---

bridged() {
    iptables -t nat -L -n >/dev/null 2>&1 || skip 'this kernel has no tables for NAT'
    podman network create --subnet 10.253.0.0/24 n1 || skip 'no network can be made'
    podman network exists n1
}

scenario bridges 'a bridge: two containers reach each other, and the host a published port'
bridges() {
    bridged
    trap 'engine_after; podman network rm -f n1' EXIT
    # Without a program for the container's name, by addresses.
    podman run -d --name c1 --network n1 --ip 10.253.0.10 -p 18080:8000 localhost/bb sh -c 'while :; do echo served | nc -l -p 8000; done' || skip "podman cannot connect a container to a bridge here"
    eventually podman run --rm --network n1 localhost/bb sh -c 'nc -w 2 10.253.0.10 8000 </dev/null | grep served'
    eventually sh -c "\"$BUSYBOX\" nc -w 2 10.253.0.10 8000 </dev/null | grep served"
    eventually sh -c "\"$BUSYBOX\" nc -w 2 10.253.0.1 18080 </dev/null | grep served"
    match '10.253.0.10' "$(podman exec c1 ip addr)"
}

scenario ports_of_pods 'a pod on a bridge: its published port reaches a container'
ports_of_pods() {
    bridged
    trap 'engine_after; podman network rm -f n1' EXIT
    podman pod create --name p1 --network n1 --share-parent=false -p 18081:8000
    podman run -d --pod p1 --name c1 localhost/bb sh -c 'while :; do echo served | nc -l -p 8000; done' || skip "podman cannot connect a pod to a bridge here"
    eventually sh -c "\"$BUSYBOX\" nc -w 2 10.253.0.1 18081 </dev/null | grep served"
}

scenario builds 'build: RUN in a Containerfile'
builds() {
    mkdir -p "$MEMORY/context"
    printf 'FROM localhost/bb\nENV A=1\nRUN echo built-$A >/built && id -u >>/built\nUSER user\nRUN id -u >/tmp/user\nCMD ["cat", "/built", "/tmp/user"]\n' >"$MEMORY/context/Containerfile"
    podman build --runtime "$RUNTIME" --isolation oci --network none -q -t localhost/built "$MEMORY/context"
    equal $'built-1\n0\n1000' "$(run --rm localhost/built)"
}
