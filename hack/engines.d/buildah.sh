# buildah: scenarios of hack/engines.
# shellcheck shell=bash
set -euo pipefail

# Nothing of the machine's configuration. Isolation oci is the one that calls a runtime.
export CONTAINERS_CONF=$MEMORY/containers.conf CONTAINERS_STORAGE_CONF=$MEMORY/storage.conf BUILDAH_ISOLATION=oci BUILDAH_RUNTIME=$RUNTIME

engine_packages() {
    need buildah buildah buildah buildah
}

engine_files() {
    printf '%s\n' "$(type -P buildah)" "$BUSYBOX"
}

engine_version() {
    buildah --version
}

engine_start() {
    printf '[containers]\ndefault_ulimits = []\npids_limit = 0\n[engine]\ncgroup_manager = "cgroupfs"\n' >"$CONTAINERS_CONF"
    printf '[storage]\ndriver = "overlay"\ngraphroot = "%s/storage"\nrunroot = "/run/containers/storage"\n' "$MEMORY" >"$CONTAINERS_STORAGE_CONF"
    image_archive "$MEMORY/busybox.tar" localhost/bb
    buildah pull -q "docker-archive:$MEMORY/busybox.tar"
}

engine_after() {
    buildah rm -a >/dev/null 2>&1
}

# from: a working container, whose name is in CONTAINER
from() {
    CONTAINER=$(buildah from --pull-never localhost/bb)
}

in_it() {
    buildah run --network none "$@"
}

scenario runs 'from, run: output, exit codes, input'
runs() {
    from
    code 3 in_it "$CONTAINER" -- sh -c 'echo out; exit 3'
    match '^out$' "$OUTPUT"
    equal 'a line' "$(echo 'a line' | in_it "$CONTAINER" -- cat)"
    code 127 in_it "$CONTAINER" -- nosuch || code 125 in_it "$CONTAINER" -- nosuch || code 1 in_it "$CONTAINER" -- nosuch
    match 'not found' "$OUTPUT"
    in_it "$CONTAINER" -- sh -c 'echo kept >/kept'
    equal kept "$(in_it "$CONTAINER" -- cat /kept)"
}

scenario options 'run: user, directory, environment, capabilities, volumes, host name'
options() {
    from
    match '^uid=1000' "$(in_it --user user "$CONTAINER" -- id)"
    equal /var/data "$(in_it --workingdir /var/data "$CONTAINER" -- pwd)"
    equal 'grüße' "$(in_it --env 'X=grüße' "$CONTAINER" -- sh -c 'echo $X')"
    equal 0 "$(in_it --cap-drop all --user 0 "$CONTAINER" -- id -u)"
    match '^0+$' "$(in_it --cap-drop all "$CONTAINER" -- awk '/^CapEff/ {print $2}' /proc/self/status)"
    mkdir -p "$MEMORY/volume"
    in_it -v "$MEMORY/volume:/volume" "$CONTAINER" -- sh -c 'echo inside >/volume/file'
    equal inside "$(cat "$MEMORY/volume/file")"
    code 1 in_it -v "$MEMORY/volume:/volume:ro" "$CONTAINER" -- touch /volume/new
    equal named "$(in_it --hostname named "$CONTAINER" -- hostname)"
}

scenario terminals 'run --terminal'
terminals() {
    from
    code 6 terminal buildah run --network none --terminal "$CONTAINER" -- sh -c 'tty; exit 6'
    match '^/dev/pts/0' "$OUTPUT"
}

scenario descriptors 'run: none of buildah'\''s descriptors'
descriptors() {
    from
    # 3 is the directory that is listed.
    equal '0 1 2 3' "$(in_it "$CONTAINER" -- sh -c 'cd /proc/self/fd && echo [0-9]')"
}

scenario commits 'commit: another image'
commits() {
    from
    in_it "$CONTAINER" -- sh -c 'echo committed >/committed'
    buildah config --cmd 'cat /committed' "$CONTAINER"
    buildah commit -q "$CONTAINER" localhost/committed
    CONTAINER=$(buildah from --pull-never localhost/committed)
    equal committed "$(in_it "$CONTAINER" -- cat /committed)"
    buildah rmi -f localhost/committed || true
}

scenario builds 'bud: a Containerfile with stages, mounts and a user'
builds() {
    mkdir -p "$MEMORY/context"
    echo 'from the context' >"$MEMORY/context/file"
    cat >"$MEMORY/context/Containerfile" <<'END'
FROM localhost/bb AS first
COPY file /file
RUN cat /file >/first && echo first >>/first
FROM localhost/bb
ARG ARGUMENT=default
COPY --from=first /first /first
RUN --mount=type=tmpfs,target=/t touch /t/x && echo $ARGUMENT >>/first
RUN --mount=type=bind,from=first,source=/file,target=/bound cat /bound >>/first
USER user
WORKDIR /home/user
RUN id -u >id && [ "$(pwd)" = /home/user ]
END
    buildah bud -q --network none --build-arg ARGUMENT=given -t localhost/built "$MEMORY/context"
    CONTAINER=$(buildah from --pull-never localhost/built)
    equal $'from the context\nfirst\ngiven\nfrom the context\n1000' "$(in_it "$CONTAINER" -- cat /first /home/user/id)"
}

scenario failing_builds 'bud: a failing command stops it'
failing_builds() {
    mkdir -p "$MEMORY/failing"
    printf 'FROM localhost/bb\nRUN exit 9\nRUN touch /never\n' >"$MEMORY/failing/Containerfile"
    code 9 buildah bud -q --network none "$MEMORY/failing"
    match 'exit status 9' "$OUTPUT"
}

scenario leaves_nothing 'nothing is left in the runtime'
leaves_nothing() {
    equal '' "$("$RUNTIME" list -q)"
}
