# containerd with its own client ctr: scenarios of hack/engines.
# shellcheck shell=bash disable=SC2016,SC2317 # words for other shells; functions that are called by name
set -euo pipefail

export CONTAINERD_ADDRESS=$MEMORY/containerd.sock
IMAGE=localhost/bb:latest
FLAGS=(--runc-binary "${RUNTIME:-}" --runc-root "$MEMORY/runtime-root")

engine_packages() {
    need containerd containerd containerd containerd
    need ctr containerd containerd containerd-ctr
    need jq jq jq jq
}

engine_files() {
    printf '%s\n' "$(type -P containerd)" "$(type -P ctr)" "$(type -P containerd-shim-runc-v2)" "$BUSYBOX"
}

engine_version() {
    containerd --version | cut -d ' ' -f 1-3
}

daemon() {
    # Where ctr wants to say more than --runc-binary, it forgets to say that: what is called is runc then.
    mkdir -p "$MEMORY/bin"
    ln -sfn "$RUNTIME" "$MEMORY/bin/runc"
    PATH=$MEMORY/bin:$PATH containerd -c "$MEMORY/containerd.toml" >>"$SCRATCH/logs/containerd.log" 2>&1 &
    echo $! >"$MEMORY/containerd.pid"
    eventually ctr version
}

engine_start() {
    # ctr always writes cpu.shares, if only to say the default.
    case $RUNTIME_NAME in runc | crun) needs_controllers cpu ;; esac
    cat >"$MEMORY/containerd.toml" <<END
version = 2
root = "$MEMORY/containerd"
state = "/run/containerd-state"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
[grpc]
  address = "$CONTAINERD_ADDRESS"
[ttrpc]
  address = "$MEMORY/containerd.ttrpc"
END
    daemon
    image_archive "$MEMORY/busybox.tar" localhost/bb
    ctr image import "$MEMORY/busybox.tar"
    rootfs "$MEMORY/rootfs"
}

engine_stop() {
    kill "$(cat "$MEMORY/containerd.pid")"
}

engine_after() {
    local id
    for id in $(ctr task ls -q); do ctr task rm -f "$id"; done
    for id in $(ctr container ls -q); do ctr container rm "$id"; done
}

# run FLAG... NAME [COMMAND...]: of the image, removed afterwards.
run() {
    local flags=()
    while [[ $1 == -* ]]; do flags+=("$1"); shift; done
    ctr run --rm "${FLAGS[@]}" ${flags[@]+"${flags[@]}"} "$IMAGE" "$@"
}

# begin FLAG... NAME [COMMAND...]: the same, detached.
begin() {
    local flags=()
    while [[ $1 == -* ]]; do flags+=("$1"); shift; done
    ctr run -d "${FLAGS[@]}" ${flags[@]+"${flags[@]}"} "$IMAGE" "$@"
}

status() {
    ctr task ls | awk -v id="$1" '$1 == id {print $3}'
}

is_status() {
    [ "$(status "$1")" = "$2" ]
}

# Neither states nor cgroups remain; processes would keep a cgroup.
nothing_left() {
    is_empty() { ! compgen -G "$MEMORY/runtime-root/default/*" && ! compgen -G '/sys/fs/cgroup/default/*/'; }
    eventually is_empty
}

# ends CODE PID: of a child of the shell.
ends() {
    local actual=0
    wait "$2" || actual=$?
    equal "$1" "$actual"
}

scenario run_prints 'run: output, error output and exit code'
run_prints() {
    local actual=0
    run c1 sh -c 'echo hi; echo there >&2; exit 3' >out 2>err || actual=$?
    equal 3 "$actual"
    equal hi "$(cat out)"
    equal there "$(cat err)"
    nothing_left
}

scenario run_rootfs 'run --rootfs: a directory instead of an image'
run_rootfs() {
    code 3 ctr run --rm "${FLAGS[@]}" --env PATH=/bin --rootfs "$MEMORY/rootfs" c1 sh -c 'cat /var/data/file; exit 3'
    equal 'a file of the image' "$OUTPUT"
    nothing_left
}

scenario run_not_found 'run: commands that cannot be executed are found when the container is made'
run_not_found() {
    code 1 run c1 nosuch
    match 'exec: "nosuch": executable file not found in \$PATH' "$OUTPUT"
    code 1 run c2 /nosuch
    match 'no such file or directory' "$OUTPUT"
    code 1 run c3 /etc/passwd
    match 'permission denied' "$OUTPUT"
    nothing_left
    code 0 run c1 true
}

scenario run_null_io 'run --null-io'
run_null_io() {
    code 4 run --null-io c1 sh -c 'echo nothing; readlink /proc/self/fd/0; exit 4'
    equal '' "$OUTPUT"
}

scenario run_log 'run --log-uri: output into a file'
run_log() {
    # Not both streams: the shim opens the file for each, and one may overwrite the other.
    begin --log-uri="file://$MEMORY/log" c1 sh -c 'echo to the file'
    eventually is_status c1 STOPPED
    eventually grep -q 'to the file' "$MEMORY/log"
}

scenario run_terminal 'run -t: a terminal of the size of the caller'"'"'s'
run_terminal() {
    code 5 terminal ctr run --rm -t "${FLAGS[@]}" "$IMAGE" c1 sh -c 'tty; '"$AWAIT_SIZE"'; stty size; exit 5'
    match '/dev/pts/0' "$OUTPUT"
    match '33 77' "$OUTPUT"
    nothing_left
}

scenario run_input 'run: standard input'
run_input() {
    equal 'was typed' "$(echo typed | run c1 sh -c 'read word; echo "was $word"')"
}

scenario detached 'run -d: list, ps, kill, delete'
detached() {
    begin --pid-file="$MEMORY/pid" c1 sh -c 'sleep 1000 & exec sleep 1001'
    is_status c1 RUNNING
    local pid
    pid=$(ctr task ls | awk '$1 == "c1" {print $2}')
    equal "$pid" "$(cat "$MEMORY/pid")"
    match "^$pid " "$(ctr task ps c1)"
    two_processes() { [ "$(ctr task ps c1 | tail -n +2 | wc -l)" = 2 ]; }
    eventually two_processes
    code 1 ctr task rm c1
    match 'must be stopped before deletion|not stopped' "$OUTPUT"
    ctr task kill -s KILL c1
    eventually is_status c1 STOPPED
    code 0 ctr task rm c1
    match '137' "$OUTPUT"
    ctr container rm c1
    nothing_left
}

scenario signals 'task kill: signals that are handled, names and numbers'
signals() {
    begin c1 sh -c 'trap "exit 7" TERM; trap "touch /tmp/usr1" USR1; while :; do sleep .1; done'
    sleep 1
    ctr task kill -s USR1 c1
    eventually ctr task exec --exec-id e1 c1 ls /tmp/usr1
    ctr task kill -s 15 c1
    eventually is_status c1 STOPPED
    code 0 ctr task rm c1
    match 'exit code 7' "$OUTPUT"
    code 1 ctr task kill c1
    match 'not found' "$OUTPUT"
}

scenario kill_all 'task kill --all: every process'
kill_all() {
    begin --with-ns=pid:/proc/1/ns/pid c1 sh -c 'sleep 2001 & exec sleep 2002'
    has_two() { [ "$(cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' ' ' | grep -o 'sleep 200[12]' | wc -l)" -ge 2 ]; }
    has_none() { ! grep -qsa 'sleep.200[12]' /proc/[0-9]*/cmdline; }
    eventually grep -qsa 'sleep.2001' /proc/[0-9]*/cmdline
    ctr task kill --all -s KILL c1
    eventually is_status c1 STOPPED
    eventually has_none
    ctr task rm c1 || true
}

scenario forced 'task rm -f of what runs'
forced() {
    begin c1 sleep 1000
    code 0 ctr task rm -f c1
    ctr container rm c1
    nothing_left
}

scenario exec_prints 'task exec: output, exit codes, user, directory'
exec_prints() {
    begin c1 sleep 1000
    code 9 ctr task exec --exec-id e1 c1 sh -c 'echo in; exit 9'
    equal in "$OUTPUT"
    equal 1000 "$(ctr task exec --exec-id e2 --user 1000:1000 c1 id -u)"
    equal /var/data "$(ctr task exec --exec-id e3 --cwd /var/data c1 pwd)"
    code 1 ctr task exec --exec-id e4 c1 nosuch
    match 'executable file not found in \$PATH' "$OUTPUT"
    is_status c1 RUNNING
    ctr task exec -d --exec-id e5 c1 sleep 1002
    eventually grep -qsa 'sleep.1002' /proc/[0-9]*/cmdline
    ctr task kill --exec-id e5 -s KILL c1
    gone() { ! grep -qsa 'sleep.1002' /proc/[0-9]*/cmdline; }
    eventually gone
    is_status c1 RUNNING
}

scenario exec_terminal 'task exec -t: a terminal, its size and the exit code'
exec_terminal() {
    begin c1 sleep 1000
    code 8 terminal ctr task exec -t --exec-id e1 c1 sh -c 'tty; '"$AWAIT_SIZE"'; stty size; exit 8'
    match '/dev/pts/0' "$OUTPUT"
    match '33 77' "$OUTPUT"
}

scenario many_execs 'task exec: ten at once'
many_execs() {
    begin c1 sleep 1000
    local number pids=()
    for number in {1..10}; do
        ctr task exec --exec-id "e$number" c1 sh -c "exit $number" &
        pids+=($!)
    done
    for number in {1..10}; do
        ends "$number" "${pids[number - 1]}"
    done
}

scenario pausing 'task pause, resume; what is paused can be killed'
pausing() {
    begin c1 sh -c 'while :; do date +%s%N >/tmp/now; usleep 10000; done'
    eventually ctr task exec --exec-id e0 c1 cat /tmp/now
    ctr task pause c1
    is_status c1 PAUSED
    code 1 ctr task exec --exec-id e1 c1 true
    match 'paused' "$OUTPUT"
    local pid first
    pid=$(ctr task ls | awk '$1 == "c1" {print $2}')
    first=$(cat "/proc/$pid/root/tmp/now")
    sleep 0.5
    equal "$first" "$(cat "/proc/$pid/root/tmp/now")"
    ctr task resume c1
    is_status c1 RUNNING
    goes_on() { [ "$(cat "/proc/$pid/root/tmp/now")" != "$first" ]; }
    eventually goes_on
    ctr task pause c1
    ctr task kill -s KILL c1
    eventually is_status c1 STOPPED
}

scenario metrics 'task metrics: of the cgroup'
metrics() {
    needs_controllers pids memory cpu
    begin c1 sh -c 'sleep 1000 & exec sleep 1001'
    # As soon as init has started what it starts, and pages are counted.
    counted() {
        ctr task metrics --format json c1 >counters
        [ "$(jq '.pids.current == 2 and .memory.usage > 0 and .cpu.usage_usec > 0' counters)" = true ]
    }
    eventually counted || { cat counters; return 1; }
}

scenario limits 'run --memory-limit, --cpus, --cpu-shares: they are there, and the memory limit holds'
limits() {
    needs_controllers memory cpu pids
    begin --memory-limit=33554432 --cpus=0.5 --cpu-shares=512 c1 sleep 1000
    local cgroup
    cgroup=/sys/fs/cgroup$(ctr task exec --exec-id e1 c1 sed -n 's/^0:://p' /proc/1/cgroup)
    equal 33554432 "$(cat "$cgroup/memory.max")"
    equal '50000 100000' "$(cat "$cgroup/cpu.max")"
    [ "$(cat "$cgroup/cpu.weight")" -lt 100 ]
    ctr task exec --exec-id e2 c1 sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done'
    [ "$(awk '/^nr_throttled/ {print $2}' "$cgroup/cpu.stat")" -gt 0 ]
    code 137 run --memory-limit=16777216 c2 dd if=/dev/zero of=/dev/shm/file bs=1M count=64
}

scenario mounts 'run --mount, --read-only, --cwd, --env, --env-file'
mounts() {
    mkdir -p "$MEMORY/volume"
    echo 'of the host' >"$MEMORY/volume/file"
    echo 'FROM_FILE=3' >"$MEMORY/env"
    code 0 run --read-only --cwd=/var/data --env=A='b c' --env-file="$MEMORY/env" \
        --mount="type=bind,src=$MEMORY/volume,dst=/volume,options=rbind:ro" --mount='type=tmpfs,dst=/scratch,options=size=1m' \
        c1 sh -c 'cat /volume/file file; echo "$A $FROM_FILE"; touch /volume/no 2>&1; touch /no 2>&1; touch /scratch/yes; df -m /scratch | tail -n 1'
    match '^of the host$' "$OUTPUT"
    match '^a file of the image$' "$OUTPUT"
    match '^b c 3$' "$OUTPUT"
    match '/volume/no: Read-only' "$OUTPUT"
    match ' /no: Read-only' "$OUTPUT"
    match ' 1 .*/scratch' "$OUTPUT"
    code 1 run --mount="type=bind,src=$MEMORY/nowhere,dst=/volume,options=rbind" c2 true
    match 'no such file or directory' "$OUTPUT"
    nothing_left
}

scenario namespaces 'run --net-host, --with-ns: namespaces that are there'
namespaces() {
    equal "$(readlink /proc/self/ns/net)" "$(run --net-host c1 readlink /proc/self/ns/net)"
    [ "$(readlink /proc/self/ns/net)" != "$(run c1 readlink /proc/self/ns/net)" ]
    begin c2 sleep 1000
    local pid
    pid=$(ctr task ls | awk '$1 == "c2" {print $2}')
    equal "$(readlink "/proc/$pid/ns/net")" "$(run --with-ns="network:/proc/$pid/ns/net" c3 readlink /proc/self/ns/net)"
    equal "$(readlink "/proc/$pid/ns/pid")" "$(run --with-ns="pid:/proc/$pid/ns/pid" c4 readlink /proc/self/ns/pid)"
}

scenario security 'run --seccomp, --cap-add, --cap-drop, --privileged, no new privileges'
security() {
    code 0 run --seccomp c1 grep -E 'Seccomp:|NoNewPrivs:|CapEff' /proc/self/status
    match 'Seccomp:.*2' "$OUTPUT"
    match 'NoNewPrivs:.*1' "$OUTPUT"
    match 'CapEff:.*00000000a80425fb' "$OUTPUT"
    code 0 run --allow-new-privs --cap-add=CAP_SYS_PTRACE --cap-drop=CAP_CHOWN c2 grep -E 'Seccomp:|NoNewPrivs:|CapEff' /proc/self/status
    match 'Seccomp:.*0' "$OUTPUT"
    match 'NoNewPrivs:.*0' "$OUTPUT"
    match 'CapEff:.*00000000a80c25fa' "$OUTPUT"
    code 1 run c3 sh -c 'cat /proc/kcore /proc/keys /proc/timer_list; echo x >/proc/sys/kernel/domainname'
    match 'Read-only file system' "$OUTPUT"
}

scenario no_pivot 'run --no-pivot'
no_pivot() {
    ctr run --help | grep -q -- --no-pivot || skip 'this ctr has no --no-pivot'
    code 3 run --no-pivot c1 sh -c 'cat /var/data/file; exit 3'
    equal 'a file of the image' "$OUTPUT"
}

scenario user_namespace 'run --uidmap, --gidmap: a user namespace'
user_namespace() {
    code 0 run --uidmap=0:100000:65536 --gidmap=0:200000:65536 c1 sh -c 'cat /proc/self/uid_map /proc/self/gid_map; id -u; stat -c "%u:%g" /var/data'
    match '^ +0 +100000 +65536$' "$OUTPUT"
    match '^ +0 +200000 +65536$' "$OUTPUT"
    match '^0:0$' "$OUTPUT"
}

scenario checkpoint 'task checkpoint: refused with a reason, and the container goes on'
checkpoint() {
    deviates runc 'can, with CRIU'
    begin c1 sleep 1000
    code 1 ctr task checkpoint c1
    match 'checkpoint' "$OUTPUT"
    is_status c1 RUNNING
    code 0 ctr task exec --exec-id e1 c1 true
}

scenario many_runs 'run: twenty, five at a time'
many_runs() {
    local round number pids
    for round in 1 2 3 4; do
        pids=()
        for number in 1 2 3 4 5; do
            run "c$round$number" sh -c "exit $number" &
            pids+=($!)
        done
        for number in 1 2 3 4 5; do ends "$number" "${pids[number - 1]}"; done
    done
    nothing_left
}

scenario daemon_restart 'containerd ends and comes back: tasks go on'
daemon_restart() {
    begin c1 sleep 1000
    kill "$(cat "$MEMORY/containerd.pid")"
    gone() { ! [ -d "/proc/$(cat "$MEMORY/containerd.pid")" ]; }
    eventually gone
    daemon
    is_status c1 RUNNING
    code 4 ctr task exec --exec-id e1 c1 sh -c 'exit 4'
    ctr task rm -f c1
    ctr container rm c1
    nothing_left
}

scenario shim_killed 'the shim is killed: containerd removes the container'
shim_killed() {
    begin c1 sleep 1007
    local shim
    shim=$(pgrep -f 'containerd-shim-runc-v2 .*-id c1')
    kill -KILL "$shim"
    gone() { ! grep -qsa 'sleep.1007' /proc/[0-9]*/cmdline; }
    eventually gone
    ctr task rm -f c1 >/dev/null 2>&1 || true
    nothing_left
}
