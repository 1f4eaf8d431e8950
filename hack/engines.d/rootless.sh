# podman of an ordinary user, in its user namespace: scenarios of hack/engines.
# shellcheck shell=bash disable=SC2016,SC2317 # words for other shells; functions that are called by name
set -euo pipefail
PODMAN=user_podman
source "$REPOSITORY/hack/engines.d/lib-podman.sh"

# Who has nothing but identities to give away. Its number is nobody's on most machines.
USER_NAME=ordinary USER_ID=15000
FIRST_ID=300000
HOME_OF_USER=$MEMORY/home-of-user RUN_OF_USER=/run/user/$USER_ID
# What is delegated to the user, as a session of systemd would have it.
DELEGATED=/sys/fs/cgroup/user

engine_packages() {
    need podman podman podman podman
    need conmon conmon conmon conmon
    need newuidmap uidmap shadow-utils shadow-uidmap
    need setpriv util-linux util-linux setpriv
    need slirp4netns slirp4netns slirp4netns slirp4netns
    need fuse-overlayfs fuse-overlayfs fuse-overlayfs fuse-overlayfs
}

engine_files() {
    printf '%s\n' "$(type -P podman)" "$(type -P conmon)" "$(type -P newuidmap)" "$(type -P newgidmap)" "$BUSYBOX"
}

engine_version() {
    echo "$(podman --version 2>/dev/null) of user $USER_ID, $(conmon --version | head -n 1)"
}

# as_user COMMAND...: of the user, in the cgroup that is the user's.
as_user() {
    "$MEMORY/as-user" "$@"
}

user_podman() {
    "$MEMORY/podman" "$@"
}

engine_start() {
    local file
    for file in passwd group subuid subgid; do cp "/etc/$file" "$MEMORY/$file" 2>/dev/null || : >"$MEMORY/$file"; done
    echo "$USER_NAME:x:$USER_ID:$USER_ID::$HOME_OF_USER:/bin/sh" >>"$MEMORY/passwd"
    echo "$USER_NAME:x:$USER_ID:" >>"$MEMORY/group"
    echo "$USER_NAME:$FIRST_ID:65536" | tee "$MEMORY/subuid" >"$MEMORY/subgid"
    for file in passwd group subuid subgid; do
        [ -e "/etc/$file" ] || skip_all "this machine has no /etc/$file"
        mount --bind "$MEMORY/$file" "/etc/$file"
    done
    mkdir -p "$HOME_OF_USER" "$RUN_OF_USER" "$DELEGATED/session"
    chmod 755 "$MEMORY"
    chown "$USER_ID:$USER_ID" "$HOME_OF_USER" "$RUN_OF_USER" "$DELEGATED"/{,session/}{,cgroup.procs,cgroup.threads,cgroup.subtree_control}
    chmod 700 "$RUN_OF_USER"
    # By root, as nobody else may move processes into the user's cgroups from outside of them.
    cat >"$MEMORY/as-user" <<END_OF_FILE
#!/bin/sh
echo \$\$ >"$DELEGATED/session/cgroup.procs" &&
exec setpriv --reuid "$USER_ID" --regid "$USER_ID" --init-groups env -i HOME="$HOME_OF_USER" USER="$USER_NAME" LC_ALL=C.UTF-8 TERM=linux PATH="$PATH" \\
    XDG_RUNTIME_DIR="$RUN_OF_USER" CONTAINERS_CONF="$HOME_OF_USER/containers.conf" CONTAINERS_STORAGE_CONF="$HOME_OF_USER/storage.conf" "\$@"
END_OF_FILE
    printf '#!/bin/sh\nexec "%s" podman "$@"\n' "$MEMORY/as-user" >"$MEMORY/podman"
    chmod 755 "$MEMORY/as-user" "$MEMORY/podman"
    setpriv --reuid "$USER_ID" --regid "$USER_ID" --clear-groups test -x "$RUNTIME" || skip_all "an ordinary user cannot execute $RUNTIME"
    cat >"$HOME_OF_USER/containers.conf" <<END_OF_FILE
[containers]
default_ulimits = []
pids_limit = 0
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "$RUNTIME_NAME"
[engine.runtimes]
$RUNTIME_NAME = ["$RUNTIME"]
END_OF_FILE
    cat >"$HOME_OF_USER/storage.conf" <<END_OF_FILE
[storage]
driver = "overlay"
END_OF_FILE
    # Most machines let everybody use these. Networks need the one, fuse-overlayfs the other.
    mknod "$MEMORY/tun" c 10 200 && chmod 666 "$MEMORY/tun" && mount --bind "$MEMORY/tun" /dev/net/tun || true
    mknod "$MEMORY/fuse" c 10 229 && chmod 666 "$MEMORY/fuse" && mount --bind "$MEMORY/fuse" /dev/fuse || true
    image_archive "$MEMORY/busybox.tar" localhost/bb
    chmod 644 "$MEMORY/busybox.tar"
    user_podman load -q -i "$MEMORY/busybox.tar"
}

# Neither states nor cgroups: what engines and runtimes make for the user is below what is delegated.
nothing_left() {
    is_empty() {
        [ -z "$(compgen -G "$RUN_OF_USER/$RUNTIME_NAME/*")" ] && [ "$(find "$DELEGATED" -mindepth 1 -type d | grep -c -v "^$DELEGATED/session$")" = 0 ]
    }
    eventually is_empty
}

scenario run_prints 'run: output and exit code; root is the user'
run_prints() {
    code 3 run --rm localhost/bb sh -c 'echo hi; echo there >&2; exit 3'
    match '^hi$' "$OUTPUT"
    match '^there$' "$OUTPUT"
    match "^0 $USER_ID 1$" "$(run --rm localhost/bb cat /proc/self/uid_map | tr -s ' ' | sed 's/^ //')"
    match "^1 $FIRST_ID 65536$" "$(run --rm localhost/bb cat /proc/self/gid_map | tr -s ' ' | sed 's/^ //')"
    up
    equal "$USER_ID" "$(stat -c %u "/proc/$(inspect '{{.State.Pid}}')")"
    user_podman rm -f -t 0 c1
    nothing_left
}

scenario exit_codes 'exit codes 125, 126, 127'
exit_codes() {
    code 125 run --rm --pull never localhost/nosuch true
    code 126 run --rm localhost/bb /etc/passwd
    match 'permission denied' "${OUTPUT,,}"
    code 127 run --rm localhost/bb nosuch
    match 'not found' "$OUTPUT"
    code 127 run --rm localhost/bb /nosuch
    nothing_left
}

scenario run_detached 'run -d, wait, logs, ps, inspect'
run_detached() {
    run -d --name c1 localhost/bb sh -c 'echo out; echo err >&2; exit 5'
    equal 5 "$(user_podman wait c1)"
    equal out "$(user_podman logs c1 2>/dev/null)"
    equal err "$(user_podman logs c1 2>&1 >/dev/null)"
    match '^c1 Exited \(5\)' "$(user_podman ps -a --format '{{.Names}} {{.Status}}')"
}

scenario users 'run --user: the ids that the user gives away'
users() {
    match '^uid=1000\(user\)' "$(run --rm --user user localhost/bb id)"
    up --user 1000
    equal "$((FIRST_ID + 999))" "$(stat -c %u "/proc/$(inspect '{{.State.Pid}}')")"
    equal again "$(run --rm --user 1000 localhost/bb sh -c 'echo again >/dev/stdout')"
}

scenario keep_id '--userns=keep-id: the user has its own number'
keep_id() {
    match "^uid=$USER_ID" "$(run --rm --userns keep-id localhost/bb id)"
    mkdir -p "$HOME_OF_USER/volume"
    chown "$USER_ID:$USER_ID" "$HOME_OF_USER/volume"
    run --rm --userns keep-id -v "$HOME_OF_USER/volume:/volume" localhost/bb sh -c "touch /volume/made; [ \$(stat -c %u /volume/made) = $USER_ID ]"
    equal "$USER_ID" "$(stat -c %u "$HOME_OF_USER/volume/made")"
    up --userns keep-id
    match "^uid=$USER_ID" "$(user_podman exec c1 id)"
    match '^uid=0' "$(user_podman exec -u 0 c1 id)"
    code 6 terminal "$MEMORY/podman" exec -it c1 sh -c 'tty; exit 6'
    user_podman stop -t 20 c1
    equal 7 "$(inspect '{{.State.ExitCode}}')"
    user_podman rm c1
    nothing_left
}

scenario executes 'exec: output, codes, user, directory, input, detached'
executes() {
    up
    code 9 user_podman exec c1 sh -c 'echo out; exit 9'
    equal out "$OUTPUT"
    code 127 user_podman exec c1 nosuch
    code 126 user_podman exec c1 /etc/passwd
    equal '2 /var/data' "$(user_podman exec -e ADDED=2 -w /var/data c1 sh -c 'echo $ADDED $PWD')"
    match '^uid=1000\(user\)' "$(user_podman exec -u user c1 id)"
    equal 'a line' "$(echo 'a line' | user_podman exec -i c1 cat)"
    user_podman exec -d c1 touch /tmp/detached
    eventually user_podman exec c1 ls /tmp/detached
    equal 2 "$(user_podman exec c1 awk '/^Seccomp:/ {print $2}' /proc/self/status)"
    equal "$(user_podman exec c1 awk '/^CapEff/ {print $2}' /proc/1/status)" "$(user_podman exec c1 awk '/^CapEff/ {print $2}' /proc/self/status)"
}

scenario terminals 'run -it, exec -it: a terminal, its size and exit codes'
terminals() {
    code 5 terminal "$MEMORY/podman" run --network none --rm -it localhost/bb sh -c 'tty; stty size; exit 5'
    match '^/dev/pts/0' "$OUTPUT"
    match '^33 77' "$OUTPUT"
    up
    code 6 terminal "$MEMORY/podman" exec -it c1 sh -c 'tty; stty size; exit 6'
    match '^/dev/pts/[0-9]' "$OUTPUT"
    match '^33 77' "$OUTPUT"
}

scenario stops 'stop, start, restart, kill, rm -f'
stops() {
    up
    user_podman stop -t 20 c1
    equal 7 "$(inspect '{{.State.ExitCode}}')"
    user_podman start c1
    user_podman restart -t 5 c1
    equal running "$(inspect '{{.State.Status}}')"
    user_podman kill c1
    equal 137 "$(user_podman wait c1)"
    user_podman start c1
    user_podman rm -f -t 0 c1
    nothing_left
}

scenario pauses 'pause, unpause'
pauses() {
    deviates crun 'makes no cgroup for a container whose engine names none'
    local before
    run -d --name c1 localhost/bb sh -c 'while :; do echo x >>/tmp/ticks; sleep 0.1; done'
    ticks() { wc -l <"/proc/$(inspect '{{.State.Pid}}')/root/tmp/ticks"; }
    eventually ticks
    user_podman pause c1
    equal paused "$(inspect '{{.State.Status}}')"
    before=$(ticks)
    sleep 0.5
    equal "$before" "$(ticks)"
    user_podman unpause c1
    goes_on() { [ "$(ticks)" -gt "$before" ]; }
    eventually goes_on
    user_podman pause c1
    user_podman rm -f -t 0 c1
    nothing_left
}

scenario undelegated 'a user to whom no cgroup was delegated'
undelegated() {
    local session=/sys/fs/cgroup/login
    mkdir "$session"
    sed "s|$DELEGATED/session|$session|" "$MEMORY/as-user" >"$MEMORY/as-poor-user"
    chmod 755 "$MEMORY/as-poor-user"
    poor() { "$MEMORY/as-poor-user" podman "$@"; }
    code 3 poor run --rm --network none localhost/bb sh -c 'exit 3'
    poor run -d --name c1 --network none localhost/bb sh -c "$LOOP"
    match "^0::/login$" "$(cat "/proc/$(inspect '{{.State.Pid}}')/cgroup")"
    code 9 poor exec c1 sh -c 'exit 9'
    code 125 poor pause c1
    equal running "$(inspect '{{.State.Status}}')"
    poor stop -t 20 c1
    equal 7 "$(inspect '{{.State.ExitCode}}')"
    poor rm c1
    nothing_left
}

scenario pods 'pods: shared namespaces, stop, start, rm'
pods() {
    user_podman pod create --name p1 --network none --share pid,net,ipc,uts --hostname podded
    user_podman run -d --pod p1 --name c1 localhost/bb sh -c "echo shared >/dev/shm/file; $LOOP"
    user_podman run -d --pod p1 --name c2 localhost/bb sh -c "$LOOP"
    local namespace
    for namespace in net ipc uts pid user; do
        equal "$(readlink "/proc/$(inspect '{{.State.Pid}}' c1)/ns/$namespace")" "$(readlink "/proc/$(inspect '{{.State.Pid}}' c2)/ns/$namespace")" "$namespace"
    done
    equal shared "$(user_podman exec c2 cat /dev/shm/file)"
    equal podded "$(user_podman exec c2 hostname)"
    user_podman pod stop -t 1 p1
    equal exited "$(inspect '{{.State.Status}}' c2)"
    user_podman pod start p1
    equal running "$(inspect '{{.State.Status}}' c2)"
    # Not always at once: podman 4.3 takes it for a failure if the end of the infra container is faster than the signal to another one.
    user_podman pod rm -f -t 0 p1 || user_podman pod rm -f -t 0 p1
    [ "$RUNTIME_NAME" = runc ] || nothing_left # which may give up a cgroup that is still busy
}

scenario volumes 'volumes, --read-only, --tmpfs, --shm-size, cp'
volumes() {
    mkdir -p "$HOME_OF_USER/files"
    echo outside >"$HOME_OF_USER/files/file"
    chown -R "$USER_ID:$USER_ID" "$HOME_OF_USER/files"
    equal $'outside\n0' "$(run --rm -v "$HOME_OF_USER/files:/files" localhost/bb sh -c 'cat /files/file; stat -c %u /files/file')"
    code 1 run --rm -v "$HOME_OF_USER/files:/files:ro" localhost/bb touch /files/new
    match 'Read-only file system' "$OUTPUT"
    run --rm -v named:/var/data localhost/bb sh -c 'cat /var/data/file; echo kept >/var/data/new'
    equal kept "$(run --rm -v named:/elsewhere localhost/bb cat /elsewhere/new)"
    user_podman volume rm named
    code 1 run --rm --read-only localhost/bb touch /new
    match 'Read-only file system' "$OUTPUT"
    match 'size=2048k' "$(run --rm --tmpfs /t:size=2m localhost/bb grep ' /t ' /proc/self/mounts)"
    match 'size=3072k' "$(run --rm --shm-size 3m localhost/bb grep ' /dev/shm ' /proc/self/mounts)"
    up
    user_podman cp "$HOME_OF_USER/files/file" c1:/tmp/copied
    equal outside "$(user_podman exec c1 cat /tmp/copied)"
}

scenario security 'capabilities, seccomp, no-new-privileges, --privileged, devices, sysctls'
security() {
    equal $'0000000000000400\n0000000000000400' "$(run --rm --cap-drop all --cap-add net_bind_service localhost/bb awk '/^Cap(Eff|Bnd)/ {print $2}' /proc/self/status)"
    equal 0 "$(run --rm --security-opt seccomp=unconfined localhost/bb awk '/^Seccomp:/ {print $2}' /proc/self/status)"
    equal 1 "$(run --rm --security-opt no-new-privileges localhost/bb awk '/^NoNewPrivs/ {print $2}' /proc/self/status)"
    code 0 run --rm localhost/bb sh -c 'echo x >/dev/null; head -c 1 /dev/urandom | wc -c; [ ! -e /dev/kmsg ]'
    code 0 run --rm --device /dev/fuse localhost/bb test -c /dev/fuse
    equal 12345 "$(run --rm --sysctl kernel.msgmax=12345 localhost/bb cat /proc/sys/kernel/msgmax)"
    code 0 run --rm --privileged localhost/bb sh -c 'mkdir -p /mnt && mount -t tmpfs t /mnt'
}

scenario health '--init, health checks, top'
health() {
    up --init --health-cmd 'test -e /tmp/healthy' --health-interval disable --health-retries 1
    code 1 user_podman healthcheck run c1
    user_podman exec c1 touch /tmp/healthy
    code 0 user_podman healthcheck run c1
    match '^1 +(catatonit|podman-init)' "$(user_podman top c1 pid comm)"
    user_podman stop -t 20 c1
    equal 7 "$(inspect '{{.State.ExitCode}}')"
}

scenario networks 'slirp4netns: a published port, and the network of another container'
networks() {
    user_podman run -d --name c1 --network slirp4netns -p 127.0.0.1:18082:8000 localhost/bb sh -c 'while :; do echo served | nc -l -p 8000; done' ||
        skip 'slirp4netns cannot run here'
    match '10.0.2.100' "$(user_podman exec c1 ip addr)"
    served() { "$BUSYBOX" nc -w 2 127.0.0.1 18082 </dev/null | grep served; }
    eventually served
    match '10.0.2.100' "$(user_podman run --rm --network container:c1 localhost/bb ip addr)"
}

scenario storages 'vfs and fuse-overlayfs instead of overlay'
storages() {
    local options root=0
    for options in '--storage-driver vfs' '--storage-driver overlay --storage-opt overlay.mount_program=/usr/bin/fuse-overlayfs'; do
        root=$((root + 1))
        # shellcheck disable=SC2206
        local podman=(user_podman --root "$HOME_OF_USER/$root" --runroot "$RUN_OF_USER/$root" $options)
        "${podman[@]}" load -q -i "$MEMORY/busybox.tar"
        code 3 "${podman[@]}" run --rm --network none localhost/bb sh -c 'cat /var/data/file; touch /new; exit 3'
        equal 'a file of the image' "$OUTPUT"
        "${podman[@]}" run -d --network none --name c2 localhost/bb sh -c "$LOOP"
        equal 0 "$("${podman[@]}" exec c2 id -u)"
        "${podman[@]}" rm -f -t 0 c2
    done
}

scenario builds 'build: RUN in a Containerfile'
builds() {
    mkdir -p "$HOME_OF_USER/context"
    printf 'FROM localhost/bb\nRUN id -u >/built\nUSER user\nRUN id -u >/tmp/user\nCMD ["cat", "/built", "/tmp/user"]\n' >"$HOME_OF_USER/context/Containerfile"
    user_podman build --runtime "$RUNTIME" --isolation rootless --network none -q -t localhost/built "$HOME_OF_USER/context"
    equal $'0\n1000' "$(run --rm localhost/built)"
}

scenario together 'many at once'
together() {
    local number pids=() actual
    for number in 1 2 3 4 5 6; do
        run --rm localhost/bb sh -c "exit $number" &
        pids+=($!)
    done
    for number in 1 2 3 4 5 6; do
        actual=0
        wait "${pids[number - 1]}" || actual=$?
        equal "$number" "$actual"
    done
    nothing_left
}
