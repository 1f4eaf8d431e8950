# Docker's daemon with the containerd that it starts: scenarios of hack/engines.
# shellcheck shell=bash disable=SC2016,SC2317 # words for other shells; functions that are called by name
set -euo pipefail

export DOCKER_HOST=unix://$MEMORY/docker.sock DOCKER_CONFIG=$MEMORY/docker-config DOCKER_BUILDKIT=0

engine_packages() {
    need dockerd docker.io moby-engine docker
    need docker docker.io moby-engine docker
    need ip iproute2 iproute iproute2
    need iptables iptables iptables iptables
}

engine_files() {
    printf '%s\n' "$(type -P dockerd)" "$(type -P docker)" "$(type -P containerd)" "$(type -P containerd-shim-runc-v2)" "$BUSYBOX"
}

engine_version() {
    docker version --format 'Docker {{.Server.Version}}, client {{.Client.Version}}'
}

daemon() {
    dockerd --config-file "$MEMORY/daemon.json" "$@" >>"$SCRATCH/logs/dockerd.log" 2>&1 &
    echo $! >"$MEMORY/dockerd.pid"
}

engine_start() {
    # Docker always writes limits that are none, which crun applies all the same.
    [ "$RUNTIME_NAME" != crun ] || needs_controllers io memory cpu pids
    cat >"$MEMORY/daemon.json" <<END
{
    "runtimes": {"tested": {"path": "$RUNTIME"}},
    "default-runtime": "tested",
    "data-root": "$MEMORY/docker",
    "exec-root": "/run/docker-exec",
    "pidfile": "/run/docker.pid",
    "hosts": ["$DOCKER_HOST"],
    "storage-driver": "overlay2",
    "exec-opts": ["native.cgroupdriver=cgroupfs"],
    "live-restore": true,
    "userland-proxy": true
}
END
    # The daemon keeps a key in /etc/docker.
    mkdir -p "$MEMORY/etc/new" "$MEMORY/etc/work"
    mount -t overlay -o "lowerdir=/etc,upperdir=$MEMORY/etc/new,workdir=$MEMORY/etc/work" overlay /etc
    # Or --mount bind-propagation=rslave would find nothing to be slave of.
    mount --make-shared "$MEMORY"
    daemon
    if ! eventually docker version; then
        # No netfilter that Docker could use: everything but its bridge.
        echo "see $SCRATCH/logs/dockerd.log"
        cat "$SCRATCH/logs/dockerd.log"
        touch "$MEMORY/no-bridge"
        rm -f /run/docker.pid
        daemon --bridge=none --iptables=false --ip6tables=false
        eventually docker version
    fi
    image_archive "$MEMORY/busybox.tar" localhost/bb
    docker load -i "$MEMORY/busybox.tar"
}

engine_stop() {
    kill "$(cat "$MEMORY/dockerd.pid")"
}

engine_after() {
    local ids
    ids=$(docker ps -aq)
    # shellcheck disable=SC2086
    [ -z "$ids" ] || docker rm -f $ids >/dev/null
}

run() {
    docker run --network none "$@"
}

field() {
    docker inspect -f "{{$2}}" "$1"
}

is_field() {
    [ "$(field "$1" "$2")" = "$3" ]
}

nothing_left() {
    is_empty() { ! compgen -G '/run/docker-exec/runtime-*/moby/*' && ! compgen -G '/sys/fs/cgroup/docker/*/'; }
    eventually is_empty
}

has_bridge() {
    [ ! -e "$MEMORY/no-bridge" ] || skip 'the kernel has not what a bridge of Docker needs'
}

scenario info 'info: the runtime and its version'
info() {
    equal tested "$(docker info --format '{{.DefaultRuntime}}' 2>/dev/null)"
    docker version | grep -A 3 tested | grep -F "$("$RUNTIME" --version | sed -n '1s/.* version //p')"
}

scenario run_prints 'run: output, error output and exit code'
run_prints() {
    local actual=0
    run --rm localhost/bb sh -c 'echo hi; echo there >&2; exit 3' >out 2>err || actual=$?
    equal 3 "$actual"
    equal hi "$(cat out)"
    equal there "$(cat err)"
    nothing_left
}

scenario exit_codes 'run: exit codes 125, 126, 127, and 128 with a signal'
exit_codes() {
    deviates crun 'tells otherwise why a command cannot be executed: everything is 125'
    code 125 run --rm --no-such-flag localhost/bb true
    code 127 run --rm localhost/bb nosuch
    match 'executable file not found in \$PATH' "$OUTPUT"
    code 127 run --rm localhost/bb /nosuch
    code 126 run --rm localhost/bb /etc/passwd
    code 126 run --rm localhost/bb /etc
    code 137 run --rm --init localhost/bb sh -c 'kill -9 $$'
    code 0 run --rm localhost/bb true
    nothing_left
}

scenario no_source 'run: a mount that fails'
no_source() {
    code 125 run --rm --mount "type=bind,src=/etc/passwd,dst=/var/data" localhost/bb true
    match 'not a directory' "$OUTPUT"
    # Docker's own words, if it has understood what the runtime says.
    match 'Are you trying to mount a directory onto a file' "$OUTPUT"
    code 125 run --rm --mount "type=bind,src=/etc,dst=/var/data/file" localhost/bb true
    match 'Are you trying to mount a directory onto a file' "$OUTPUT"
    code 125 run --rm --mount 'type=bind,src=/nosuch,dst=/mnt' localhost/bb true
    nothing_left
}

scenario run_terminal 'run -it: a terminal of the size of the caller'"'"'s'
run_terminal() {
    code 5 terminal docker run --rm -it --network none localhost/bb sh -c 'tty; '"$AWAIT_SIZE"'; stty size; exit 5'
    match '/dev/pts/0' "$OUTPUT"
    match '33 77' "$OUTPUT"
}

scenario run_input 'run -i: standard input to its end'
run_input() {
    equal '3 lines' "$(printf '1\n2\n3\n' | run --rm -i localhost/bb sh -c 'echo "$(wc -l) lines"')"
}

scenario detached 'run -d, ps, logs, top, kill, wait, rm'
detached() {
    run -d --name c1 localhost/bb sh -c 'echo said; echo complained >&2; sleep 1000 & exec sleep 1001'
    match 'Up .*c1' "$(docker ps)"
    eventually docker exec c1 pidof sleep
    equal said "$(docker logs c1 2>/dev/null)"
    equal complained "$(docker logs c1 2>&1 >/dev/null)"
    both() { [ "$(docker top c1 | grep -c 'sleep 100[01]')" = 2 ]; }
    eventually both
    match 'sleep 1001' "$(docker top c1 -o pid,args)"
    code 1 docker rm c1
    docker kill c1
    equal 137 "$(docker wait c1)"
    docker rm c1
    nothing_left
}

scenario stopping 'stop: TERM, and KILL after the time is up'
stopping() {
    run -d --name c1 localhost/bb sh -c 'trap "exit 7" TERM; echo ready; while :; do sleep .1; done'
    run -d --name c2 localhost/bb sh -c 'trap "" TERM; echo ready; while :; do sleep .1; done'
    ready() { docker logs "$1" | grep -q ready; }
    eventually ready c1
    eventually ready c2
    docker stop -t 30 c1
    equal 7 "$(field c1 .State.ExitCode)"
    docker stop -t 1 c2
    equal 137 "$(field c2 .State.ExitCode)"
    docker start c1
    eventually is_field c1 .State.Running true
    docker restart -t 0 c1
    eventually is_field c1 .State.Running true
    docker kill --signal USR1 c1
    docker rm -f c1 c2
    nothing_left
}

scenario exec_prints 'exec: output, exit codes, user, directory, environment, detached'
exec_prints() {
    run -d --name c1 localhost/bb sleep 1000
    code 9 docker exec c1 sh -c 'echo in; exit 9'
    equal in "$OUTPUT"
    equal '1000 1000 2000' "$(docker exec -u user c1 sh -c 'echo $(id -u) $(id -G)')"
    equal '/var/data b' "$(docker exec -w /var/data -e A=b c1 sh -c 'echo $PWD $A')"
    equal typed "$(echo typed | docker exec -i c1 cat)"
    code 126 docker exec c1 nosuch
    match 'executable file not found' "$OUTPUT"
    match 'CapEff:.*00000000a80425fb' "$(docker exec c1 grep CapEff /proc/self/status)"
    docker exec -d c1 touch /tmp/detached
    eventually docker exec c1 ls /tmp/detached
    is_field c1 .State.Running true
}

scenario exec_terminal 'exec -it: a terminal, its size and the exit code'
exec_terminal() {
    run -d --name c1 localhost/bb sleep 1000
    code 8 terminal docker exec -it c1 sh -c 'tty; '"$AWAIT_SIZE"'; stty size; exit 8'
    match '/dev/pts/0' "$OUTPUT"
    match '33 77' "$OUTPUT"
}

scenario pausing 'pause, unpause; what is paused can be killed'
pausing() {
    run -d --name c1 localhost/bb sleep 1000
    docker pause c1
    equal paused "$(field c1 .State.Status)"
    code 1 docker exec c1 true
    match 'paused' "$OUTPUT"
    docker unpause c1
    code 0 docker exec c1 true
    docker pause c1
    docker rm -f c1
    nothing_left
}

scenario copying 'cp: into and out of a container, running and stopped'
copying() {
    run -d --name c1 localhost/bb sleep 1000
    echo 'of the host' >"$MEMORY/file"
    docker cp "$MEMORY/file" c1:/var/data/copied
    equal 'of the host' "$(docker exec c1 cat /var/data/copied)"
    docker cp c1:/var/data "$MEMORY/copied"
    equal 'a file of the image' "$(cat "$MEMORY/copied/file")"
    docker kill c1
    docker cp c1:/var/data/copied - | tar -x -O | grep 'of the host'
    match '^A /var/data/copied$' "$(docker diff c1)"
    docker commit c1 localhost/committed
    equal 'of the host' "$(run --rm localhost/committed cat /var/data/copied)"
}

scenario volumes 'volumes, --read-only, --tmpfs, --shm-size, -w, -e, --hostname'
volumes() {
    mkdir -p "$MEMORY/volume"
    echo 'of the host' >"$MEMORY/volume/file"
    code 0 run --rm --read-only --tmpfs /scratch:size=1m --shm-size 2m -v "$MEMORY/volume:/volume:ro" -v named:/named \
        -w /var/data -e A=b --hostname box localhost/bb sh -c '
            cat /volume/file file; touch /volume/no 2>&1; touch /no 2>&1
            touch /scratch/yes /named/kept; df -m /scratch | tail -n 1; df -m /dev/shm | tail -n 1; echo "$A $(hostname)"'
    match '^of the host$' "$OUTPUT"
    match '^a file of the image$' "$OUTPUT"
    match '/volume/no: Read-only' "$OUTPUT"
    match ' /no: Read-only' "$OUTPUT"
    match ' 1 .*/scratch' "$OUTPUT"
    match ' 2 .*/dev/shm' "$OUTPUT"
    match '^b box$' "$OUTPUT"
    equal kept "$(run --rm -v named:/named localhost/bb ls /named)"
    code 0 run --rm --mount "type=bind,src=$MEMORY/volume,dst=/volume,bind-propagation=rslave" --volume /anonymous localhost/bb \
        sh -c 'grep -c " /volume .*master:\| /anonymous " /proc/self/mountinfo'
    equal 2 "$OUTPUT"
    docker volume rm named
}

scenario init_process '--init: another process 1 takes signals and orphans'
init_process() {
    run -d --name c1 --init localhost/bb sh -c 'sleep 1000 & wait'
    eventually docker exec c1 pidof sleep
    match 'init' "$(docker exec c1 cat /proc/1/comm)"
    docker stop -t 30 c1
    equal 143 "$(field c1 .State.ExitCode)"
}

scenario security '--security-opt, --cap-add, --cap-drop, --privileged, --user'
security() {
    code 0 run --rm localhost/bb cat /proc/self/status
    match 'Seccomp:.*2' "$OUTPUT"
    match 'CapEff:.*00000000a80425fb' "$OUTPUT"
    code 0 run --rm --security-opt seccomp=unconfined --security-opt no-new-privileges --cap-drop ALL --cap-add CHOWN --user 1000:1000 --group-add 2000 \
        localhost/bb sh -c 'cat /proc/self/status; id'
    match 'Seccomp:.*0' "$OUTPUT"
    match 'NoNewPrivs:.*1' "$OUTPUT"
    match 'CapBnd:.*0000000000000001' "$OUTPUT"
    match 'CapEff:.*0000000000000000' "$OUTPUT"
    match 'uid=1000.*gid=1000.*2000' "$OUTPUT"
    echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 95}]}' >"$MEMORY/seccomp.json"
    code 1 run --rm --security-opt "seccomp=$MEMORY/seccomp.json" localhost/bb mkdir /x
    match 'not supported' "$OUTPUT"
    code 1 run --rm localhost/bb mount -t tmpfs none /mnt
    code 0 run --rm --user 1000 localhost/bb sh -c 'echo out >/dev/stdout; echo err >/dev/stderr'
    equal $'err\nout' "$(sort <<<"$OUTPUT")"
}

scenario privileged '--privileged: capabilities, devices, a writable cgroup'
privileged() {
    grep -qE 'CapEff:.*(1f|3)f{9}' /proc/self/status || skip 'root has not all capabilities here'
    code 0 run --rm --privileged localhost/bb sh -c 'grep CapEff /proc/self/status; ls /dev/kmsg && mount -t tmpfs none /tmp && echo mounted'
    # All that this Docker knows.
    match 'CapEff:.*(1f|3)f{9}' "$OUTPUT"
    match '^mounted$' "$OUTPUT"
    run -d --name c1 localhost/bb sleep 1000
    match 'CapEff:.*(1f|3)f{9}' "$(docker exec --privileged c1 grep CapEff /proc/self/status)"
}

scenario devices '--device, --sysctl, --ulimit, --oom-score-adj, --ipc, --pid, --uts'
devices() {
    # Of a driver that is not there: whoever may open it is told so.
    mknod "$MEMORY/device" c 120 9
    code 1 run --rm --device "$MEMORY/device:/dev/mine:r" --sysctl net.ipv4.ip_forward=1 --ulimit nofile=99:100 --oom-score-adj 500 localhost/bb \
        sh -c 'cat /proc/sys/net/ipv4/ip_forward /proc/self/oom_score_adj; ulimit -n; cat /dev/mine; echo x >/dev/mine'
    match '^1$' "$OUTPUT"
    match '^500$' "$OUTPUT"
    match '^99$' "$OUTPUT"
    match 'open.*/dev/mine.: No such device' "$OUTPUT"
    match 'create /dev/mine: Operation not permitted' "$OUTPUT"
}

scenario joined '--network container, --pid container, --ipc container, --uts host'
joined() {
    run -d --name c1 --ipc shareable localhost/bb sleep 1000
    local pid kind
    pid=$(field c1 .State.Pid)
    for kind in net pid ipc; do
        equal "$(readlink "/proc/$pid/ns/$kind")" \
            "$(docker run --rm --network container:c1 --pid container:c1 --ipc container:c1 localhost/bb readlink "/proc/self/ns/$kind")"
    done
    equal "$(readlink /proc/self/ns/uts)" "$(run --rm --uts host localhost/bb readlink /proc/self/ns/uts)"
    equal "$(readlink /proc/self/ns/net)" "$(docker run --rm --network host localhost/bb readlink /proc/self/ns/net)"
}

scenario healthy 'health checks: starting, healthy, unhealthy'
healthy() {
    run -d --name c1 --health-cmd 'test -e /tmp/well' --health-interval 1s --health-retries 1 localhost/bb sleep 1000
    eventually is_field c1 .State.Health.Status unhealthy
    docker exec c1 touch /tmp/well
    eventually is_field c1 .State.Health.Status healthy
}

scenario updating 'update: a restart policy, and limits'
updating() {
    run -d --name c1 localhost/bb sleep 1000
    deviates crun 'cannot set kernel memory, which Docker writes into every update'
    docker update --restart always c1
    equal always "$(field c1 .HostConfig.RestartPolicy.Name)"
    docker update --restart no c1
    needs_controllers memory pids cpu
    docker update --memory 64m --memory-swap 64m --pids-limit 33 --cpus 0.5 c1
    local cgroup
    cgroup=/sys/fs/cgroup/docker/$(field c1 .Id)
    equal 67108864 "$(cat "$cgroup/memory.max")"
    equal 33 "$(cat "$cgroup/pids.max")"
    equal '50000 100000' "$(cat "$cgroup/cpu.max")"
}

scenario limits '--memory, --cpus, --pids-limit, --cpuset-cpus: they are there and hold; stats'
limits() {
    needs_controllers memory pids cpu cpuset
    run -d --name c1 --memory 64m --memory-swap 64m --memory-reservation 32m --cpus 0.5 --cpu-shares 512 --pids-limit 20 --cpuset-cpus 0 --blkio-weight 300 \
        localhost/bb sleep 1000
    local cgroup
    cgroup=/sys/fs/cgroup/docker/$(field c1 .Id)
    equal 67108864 "$(cat "$cgroup/memory.max")"
    equal 33554432 "$(cat "$cgroup/memory.low")"
    equal 0 "$(cat "$cgroup/memory.swap.max")"
    equal 20 "$(cat "$cgroup/pids.max")"
    equal '50000 100000' "$(cat "$cgroup/cpu.max")"
    equal 0 "$(cat "$cgroup/cpuset.cpus")"
    match '^67108864$' "$(docker exec c1 cat /sys/fs/cgroup/memory.max)"
    match '64MiB' "$(docker stats --no-stream c1)"
    code 2 docker exec c1 sh -c 'i=0; while [ $i -lt 40 ]; do sleep 30 & i=$((i + 1)); done'
    match 'an.t fork' "$OUTPUT"
    docker exec c1 sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done'
    [ "$(awk '/^nr_throttled/ {print $2}' "$cgroup/cpu.stat")" -gt 0 ]
    code 137 run --name c2 --memory 16m --memory-swap 16m localhost/bb sh -c 'exec tail /dev/zero'
    equal true "$(field c2 .State.OOMKilled)"
}

scenario statistics 'stats: without limits'
statistics() {
    run -d --name c1 localhost/bb sleep 1000
    match 'c1 .*%' "$(docker stats --no-stream c1)"
    needs_controllers memory pids
    match '^[1-9][0-9.]*[KM]iB / .* [1-9]$' "$(docker stats --no-stream --format '{{.MemUsage}} {{.PIDs}}' c1)"
}

scenario restarting '--restart: a container that fails is started again'
restarting() {
    run -d --name c1 --restart on-failure:2 localhost/bb sh -c 'echo again; exit 3'
    thrice() { [ "$(docker logs c1 | grep -c again)" = 3 ]; }
    eventually thrice
    eventually is_field c1 .State.Running false
    equal 3 "$(field c1 .State.ExitCode)"
}

scenario bridge 'bridge: containers reach each other by address and by name, and a published port is served'
bridge() {
    has_bridge
    docker network create net1
    docker run -d --name c1 --network net1 -p 127.0.0.1:8099:80 localhost/bb \
        sh -c 'mkdir /www; echo served >/www/index.html; exec httpd -f -p 80 -h /www'
    local address
    address=$(field c1 '(index .NetworkSettings.Networks "net1").IPAddress')
    reached() { [ "$(docker run --rm --network net1 localhost/bb wget -q -O - "http://$1/")" = served ]; }
    eventually reached "$address"
    eventually reached c1
    published() { "$BUSYBOX" wget -q -O - http://127.0.0.1:8099/ | grep -q served; }
    eventually published
    match 'eth0' "$(docker run --rm localhost/bb ip address)"
    docker rm -f c1
    docker network rm net1
}

scenario build_image 'build: from nothing and busybox'
build_image() {
    mkdir -p "$MEMORY/build"
    cp "$BUSYBOX" "$MEMORY/build/busybox"
    cat >"$MEMORY/build/Dockerfile" <<'END'
FROM scratch
COPY busybox /bin/
RUN ["/bin/busybox", "--install", "-s", "/bin"]
RUN echo built >/file && mkdir /home && chown 1000 /home
USER 1000
WORKDIR /home
RUN id -u >user
ENTRYPOINT ["cat"]
CMD ["/file", "user"]
END
    # The older builder: newer clients have BuildKit apart.
    docker build --network none -t localhost/built "$MEMORY/build"
    equal $'built\n1000' "$(run --rm localhost/built)"
    printf 'FROM localhost/built\nRUN exit 3\n' >"$MEMORY/build/Dockerfile"
    code 3 docker build --network none "$MEMORY/build"
    match 'non-zero code: 3' "$OUTPUT"
}

scenario buildkit 'build by BuildKit: the runtime in the foreground'
buildkit() {
    docker buildx version >/dev/null 2>&1 || skip 'the client has no BuildKit'
    DOCKER_BUILDKIT=1 docker build --network none -t localhost/kit - <<<$'FROM localhost/bb\nRUN echo built >/file'
    equal built "$(run --rm localhost/kit cat /file)"
}

scenario many_runs 'run: twelve, four at a time'
many_runs() {
    local number pids actual
    for _ in 1 2 3; do
        pids=()
        for number in 1 2 3 4; do
            run --rm localhost/bb sh -c "exit $number" &
            pids+=($!)
        done
        for number in 1 2 3 4; do
            actual=0
            wait "${pids[number - 1]}" || actual=$?
            equal "$number" "$actual"
        done
    done
    nothing_left
}

scenario checkpoint 'checkpoint: refused with a reason, and the container goes on'
checkpoint() {
    deviates runc 'can, with CRIU'
    run -d --name c1 localhost/bb sleep 1000
    code 1 docker checkpoint create c1 p1
    is_field c1 .State.Running true
    code 0 docker exec c1 true
}

scenario live_restore 'the daemon ends and comes back: containers go on'
live_restore() {
    run -d --name c1 localhost/bb sleep 1000
    kill "$(cat "$MEMORY/dockerd.pid")"
    gone() { ! [ -d "/proc/$(cat "$MEMORY/dockerd.pid")" ]; }
    eventually gone
    if [ -e "$MEMORY/no-bridge" ]; then daemon --bridge=none --iptables=false --ip6tables=false; else daemon; fi
    eventually docker version
    equal true "$(field c1 .State.Running)"
    code 4 docker exec c1 sh -c 'exit 4'
    docker rm -f c1
    nothing_left
}
