#!/bin/sh
# Tests of the driver with a fake JVM (fake_jvm.c), which asks for things as Java would. Prints TAP.
# usage: driver_test.sh OUT    where OUT/minirt and OUT/test/lib/jvm/bin/java are
set -u

tests=$(cd "$(dirname "$0")" && pwd)
out=$(cd "$1" && pwd)
home=$out/test
minirt=$home/bin/minirt
scratch=$(mktemp -d) || exit 1
trap 'cd /; rm -rf "$scratch"' EXIT
mkdir -p "$home/bin"
cp -f "$out/minirt" "$minirt"

count=0 failures=0

# result WHAT STATUS: one line of TAP; what was found goes before it with note.
result() {
	count=$((count + 1))
	if [ "$2" = 0 ]; then
		echo "ok $count - $1"
	else
		failures=$((failures + 1))
		echo "not ok $count - $1"
	fi
}

note() {
	sed 's/^/# /'
}

# scenario ARGUMENT...: what the fake JVM is started with
scenario() {
	printf '%s\n' "$@" >"$home/lib/minirt.options"
}

# run [ARGUMENT...]: runs the driver; leaves $code and the files stdout and stderr
run() {
	timeout 120 "$minirt" "$@" >"$scratch/stdout" 2>"$scratch/stderr"
	code=$?
}

# is WHAT CODE STDOUT STDERR: compares with what run has left
is() {
	if [ "$code" = "$2" ] && [ "$(cat "$scratch/stdout")" = "$3" ] && [ "$(cat "$scratch/stderr")" = "$4" ]; then
		result "$1" 0
	else
		{ echo "code $code, expected $2"; echo "stdout:"; cat "$scratch/stdout"; echo "stderr:"; cat "$scratch/stderr"; } | note
		result "$1" 1
	fi
}

# relay: counts the TAP lines of a scenario, which says what it did by itself
relay() {
	while IFS= read -r line; do
		case $line in
		"ok - "*) result "${line#ok - }" 0 ;;
		"not ok - "*) result "${line#not ok - }" 1 ;;
		*) echo "$line" ;;
		esac
	done <"$scratch/stdout"
}

# begin COMMAND...: runs the driver in the background, as $driver
begin() {
	: >"$scratch/stdout" # nothing of the last one's is to be mistaken for this one's
	"$@" >"$scratch/stdout" 2>"$scratch/stderr" &
	driver=$!
}

# listening: waits until the scenario in the background has said so
listening() {
	tries=0
	until grep -q listening "$scratch/stdout" || [ $tries -ge 500 ]; do
		sleep 0.02
		tries=$((tries + 1))
	done
}

# --- what the driver says and starts ---

here=$(cd "$scratch" && pwd -P)
scenario hello "$here" '@HOME@/a:@HOMEx'
cd "$scratch" || exit 1
# Neither descriptors nor the environment nor ignored signals get through to Java; argv does, an empty argument too.
(umask 027; trap '' USR1 PIPE; exec 7</dev/null; exec env -i JAVA_TOOL_OPTIONS=-version A= timeout 60 "$minirt" one '') >"$scratch/stdout" 2>"$scratch/stderr"
code=$?
is 'HELLO, and java gets nothing of the caller' 0 '' ''

mkdir gone && cd gone && rmdir ../gone
scenario no-directory
run
cd "$scratch" || exit 1
is 'HELLO from a directory that is gone' 0 '' ''

scenario closed-streams
for closed in '<&-' '>&-' '2>&-' '<&- >&- 2>&-'; do
	case $closed in
	'<&-') (exec >/dev/null 2>&1; "$minirt" <&-) ;;
	'>&-') (exec </dev/null 2>&1; "$minirt" >&- 2>/dev/null) ;;
	'2>&-') (exec </dev/null >/dev/null; "$minirt" 2>&-) ;;
	*) "$minirt" <&- >&- 2>&- ;;
	esac
	result "standard streams closed by the caller: $closed" $?
done

ln -sf "$minirt" "$scratch/link"
scenario exit 0
"$scratch/link"
result 'home is found through a symbolic link' $?
MINIRT_HOME=/nonexistent HOME=/nonexistent "$minirt"
result 'no environment variable says where home is' $?

# --- which kind of command it is ---

scenario exit @BRIEF@7 @OTHER@8
while read -r wanted words; do
	# shellcheck disable=SC2086 # words
	run $words
	is "a JVM for $([ "$wanted" = 7 ] && echo a brief command || echo others): $words" "$wanted" '' ''
done <<-'END'
	7 state c
	7 start c
	7 kill c KILL
	7 delete --force c
	7 pause c
	7 resume c
	7 --version
	7 -v
	7 --root state --log /nowhere delete --force c
	7 --root=/r --log=/l --log-format=json --systemd-cgroup --debug kill --all c KILL
	7 -root /r --log-format json --criu /c --rootless true state c
	7 -- state c
	8
	8 --help
	8 create state
	8 run -d kill
	8 exec c state
	8 list
	8 serve
	8 statement
	8 stat
	8 --root state list
	8 --root state
	8 --root
	8 --unknown x state
	8 -
END
scenario exit @BRIEF@7 8
run delete c
is 'a line for brief commands only: delete' 7 '' ''
run create c
is 'a line for brief commands only: create' 8 '' ''

# --- WRITE and EXIT ---

scenario write
run
is 'WRITE to stdout and stderr' 0 out err
scenario write much
timeout 60 "$minirt" 2>/dev/null | { sleep 0.3; wc -c; } >"$scratch/size"
[ "$(tr -d ' ' <"$scratch/size")" = 1048580 ]
result 'WRITE of 1 MiB to a slow reader' $?
{ timeout 60 "$minirt" 2>"$scratch/stderr"; } | head -c 1 >/dev/null
[ "$(cat "$scratch/stderr")" = 'errno 32' ]
result 'WRITE to a reader that has gone: EPIPE' $?
timeout 60 "$minirt" >/dev/full 2>"$scratch/stderr"
[ "$(cat "$scratch/stderr")" = 'errno 28' ]
status=$?
[ $status = 0 ] || note <"$scratch/stderr"
result 'WRITE to a full disk: ENOSPC' $status
scenario write
timeout 60 "$minirt" >&- 2>"$scratch/stderr"
[ "$(cat "$scratch/stderr")" = 'errno 9' ]
result 'WRITE to a standard output that the caller has closed: EBADF' $?
timeout 60 "$minirt" >"$scratch/stdout" 2>&-
[ "$(cat "$scratch/stdout")" = out ]
result 'WRITE to a standard error that the caller has closed goes nowhere' $?

# --- READ ---

scenario read
i=0
while [ $i -lt 4000 ]; do
	echo "line $i of a document that takes more than one frame"
	i=$((i + 1))
done >"$scratch/document"
timeout 60 "$minirt" <"$scratch/document" >"$scratch/stdout" 2>"$scratch/stderr"
cmp -s "$scratch/document" "$scratch/stdout" && [ "$(cat "$scratch/stderr")" = 'errno 0' ]
result 'READ of a file' $?
{ read -r line; timeout 60 "$minirt"; } <"$scratch/document" >"$scratch/stdout" 2>"$scratch/stderr"
tail -n +2 "$scratch/document" | cmp -s - "$scratch/stdout"
result 'READ goes on where the caller is in a file' $?
{ head -n 1 "$scratch/document"; sleep 0.2; tail -n +2 "$scratch/document"; } | timeout 60 "$minirt" >"$scratch/stdout" 2>"$scratch/stderr"
cmp -s "$scratch/document" "$scratch/stdout"
result 'READ of a slow pipe' $?
timeout 60 "$minirt" </dev/null >"$scratch/stdout" 2>"$scratch/stderr"
code=$?
is 'READ of nothing' 0 '' 'errno 0'
timeout 60 "$minirt" <&- >"$scratch/stdout" 2>"$scratch/stderr"
code=$?
is 'READ of a standard input that the caller has closed: EBADF' 0 '' 'errno 9'
timeout 60 "$minirt" </ >"$scratch/stdout" 2>"$scratch/stderr"
code=$?
is 'READ of a directory: EISDIR' 0 '' 'errno 21'
scenario read signal
mkfifo "$scratch/silent"
exec 8<>"$scratch/silent"
# Without --foreground, timeout sends what it gets twice: to its child and to their group.
begin sh -c "exec timeout --foreground 60 '$minirt' <'$scratch/silent' 8<&-"
listening
kill -TERM $driver
wait $driver
code=$?
exec 8<&-
is 'READ is interrupted by a signal: EINTR' 0 listening 'errno 4'
scenario read "$scratch/document"
timeout 60 "$minirt" </dev/null >"$scratch/stdout" 2>"$scratch/stderr"
cmp -s "$scratch/document" "$scratch/stdout" && [ "$(cat "$scratch/stderr")" = 'errno 0' ]
result 'READ of a file by its name' $?
timeout 60 "$minirt" <&- >"$scratch/stdout" 2>"$scratch/stderr"
cmp -s "$scratch/document" "$scratch/stdout"
result 'READ of a file by its name, with standard input closed' $?
scenario read "$scratch/missing"
run
is 'READ of a file that is missing: ENOENT' 0 '' 'errno 2'
scenario read "$scratch"
run
is 'READ of a directory by its name: EISDIR' 0 '' 'errno 21'
scenario read "$scratch/silent"
{ sleep 0.2; cat "$scratch/document" >"$scratch/silent"; } &
timeout 60 "$minirt" </dev/null >"$scratch/stdout" 2>"$scratch/stderr"
cmp -s "$scratch/document" "$scratch/stdout"
result 'READ of a FIFO waits for its writer' $?
wait $!
scenario read /dev/fd/7
cat "$scratch/document" | timeout 60 "$minirt" 7<&0 </dev/null >"$scratch/stdout" 2>"$scratch/stderr"
cmp -s "$scratch/document" "$scratch/stdout"
result "READ of a pipe by the caller's name for it, as in <(command)" $?
scenario read signal "$scratch/silent"
begin timeout --foreground 60 "$minirt"
listening
kill -TERM $driver
wait $driver
code=$?
is 'READ of a FIFO without a writer is interrupted by a signal: EINTR' 0 listening 'errno 4'

# --- descriptors ---

scenario write

for limit in 1 3 8 12 23; do
	# A sanitizer's library takes a descriptor to load: there is no driver yet that could say anything.
	if [ $limit -lt 8 ] && grep -qaE '/ld-(linux|musl)' "$minirt"; then
		count=$((count + 1))
		echo "ok $count - RLIMIT_NOFILE $limit # SKIP the driver is not static here"
		continue
	fi
	(ulimit -n $limit; exec "$minirt") >"$scratch/stdout" 2>"$scratch/stderr"
	code=$?
	is "RLIMIT_NOFILE $limit" 1 '' "minirt: too few descriptors: RLIMIT_NOFILE (ulimit -n) is $limit, and at least 24 are needed"
done
(ulimit -n 24; exec "$minirt") >"$scratch/stdout" 2>"$scratch/stderr"
code=$?
is 'RLIMIT_NOFILE 24' 0 out err

for wanted in 0 7 255; do
	scenario exit $wanted
	run
	is "EXIT $wanted" $wanted '' ''
done

# --- protocol errors of Java ---

for kind in kind answer length short text many write continue reap vouch exit; do
	scenario garbage $kind
	run
	is "malformed or misplaced request: $kind" 1 '' 'minirt: protocol error'
done
for kind in half-head payload; do
	scenario garbage $kind
	run
	is "a frame that breaks off: $kind" 1 '' 'minirt: protocol error'
done

# --- the JVM's death ---

scenario die
run
is 'Java dies: one line' 1 '' 'minirt: the Java virtual machine ended unexpectedly (exit status 3): Error occurred during initialization of VM; Could not reserve enough space'
if grep -qaE '/ld-(linux|musl)' "$minirt"; then
	count=$((count + 1))
	echo "ok $count - Java dies: too little address space # SKIP a sanitizer needs more itself"
else
(ulimit -v 2000000; exec "$minirt") >"$scratch/stdout" 2>"$scratch/stderr"
code=$?
is 'Java dies: too little address space' 1 '' 'minirt: the Java virtual machine ended unexpectedly (exit status 3): Error occurred during initialization of VM; Could not reserve enough space; RLIMIT_AS (ulimit -v) is 2000000 KiB, and it needs about 2 GiB of address space'
fi
scenario die 9
run
is 'Java is killed: one line' 1 '' 'minirt: the Java virtual machine ended unexpectedly (signal 9): Error occurred during initialization of VM; Could not reserve enough space'
scenario die
run --debug
grep -q '^and a long trace$' "$scratch/stderr" && [ "$(tail -n 1 "$scratch/stderr" | cut -c 1-32)" = 'minirt: the Java virtual machine' ]
result 'Java dies with --debug: everything' $?
scenario hang
run
is 'Java closes its stream and lives on' 1 '' 'minirt: the Java virtual machine ended unexpectedly (signal 9)'
mv "$home/lib/jvm/bin/java" "$home/lib/jvm/bin/away"
run
mv "$home/lib/jvm/bin/away" "$home/lib/jvm/bin/java"
is 'no java' 1 '' "minirt: no Java virtual machine: cannot execute $home/lib/jvm/bin/java: No such file or directory"
rm "$home/lib/minirt.options"
run
is 'no options' 1 '' "minirt: $home/lib/minirt.options: No such file or directory"
yes x | head -n 1000 >"$home/lib/minirt.options"
run
is 'too many options' 1 '' 'minirt: lib/minirt.options has too many lines, or memory is exhausted'

# --- signals while Java works ---

# Not from a background job of a shell without job control: those ignore SIGINT and SIGQUIT.
for number in 15 1; do
	scenario signalled $number
	begin "$minirt"
	listening
	kill -$number $driver
	wait $driver
	code=$?
	is "SIGNALLED $number" $((128 + number)) listening ''
done
scenario signalled 15
begin sh -c "trap '' HUP; exec '$minirt'"
listening
kill -HUP $driver
sleep 0.1
kill -TERM $driver
wait $driver
code=$?
is 'nohup: an ignored SIGHUP is nobody'"'"'s business' 143 listening ''
scenario deaf
begin "$minirt"
listening
for attempt in 1 2 3; do
	kill -TERM $driver
	sleep 0.1
done
wait $driver
code=$?
is 'the third signal ends it though Java does not answer' 143 listening ''
begin "$minirt"
listening
java=$(cat /proc/$driver/task/$driver/children 2>/dev/null | tr -d ' ')
kill -KILL $driver
wait $driver 2>/dev/null
tries=0
while [ -n "$java" ] && kill -0 "$java" 2>/dev/null && [ $tries -lt 100 ]; do
	sleep 0.02
	tries=$((tries + 1))
done
[ -n "$java" ] && ! kill -0 "$java" 2>/dev/null
result 'Java does not survive the driver' $?

# --- requests ---

scenario hook
run
relay
[ "$code" = 0 ]
result 'all hooks were run' $?
cat "$scratch/stderr"
for name in hook-interrupt signal await; do
	scenario $name
	run
	is "scenario $name" 0 '' ''
done
scenario start "$scratch"
run
is 'scenario start' 0 '' ''

scenario pidfd "$scratch"
run
is 'scenario pidfd' 0 '' ''

. "$tests/run_test.sh"

echo "1..$count"
[ "$failures" = 0 ]
