# RUN, what goes wrong with it, and SUPERVISE. Part of driver_test.sh.

scenario run end 'echo out; echo err >&2; exit 7'
run
is 'RUN to the end: SUPERVISE gives the exit code' 7 out err
scenario run end 'kill -TERM $$'
run
is 'SUPERVISE of a process that a signal kills' 143 '' ''
scenario run end 'read line; echo "got $line"'
echo input | timeout 60 "$minirt" >"$scratch/stdout" 2>"$scratch/stderr"
code=$?
is 'the caller'"'"'s stdin is the process'"'"'s' 0 'got input' ''

scenario run end 'for n in 0 1 2 3 4 5 6 7 8 9 10 11 12; do [ ! -e /proc/$$/fd/$n ] || printf "$n "; done; cat <&3' 1
(exec 3<"$tests/fake.h" 4</dev/null 9</dev/null; timeout 60 "$minirt" >"$scratch/stdout" 2>"$scratch/stderr" 3<<EOF
kept
EOF
)
code=$?
is 'a preserved descriptor stays, others do not' 0 '0 1 2 3 kept' ''
scenario run end 'grep -E "Sig(Blk|Ign)" /proc/$$/status | tr -d "\t\n"'
(trap '' USR1 INT; timeout 60 "$minirt") >"$scratch/stdout" 2>"$scratch/stderr"
code=$?
is 'the process has default signals' 0 'SigBlk:0000000000000000SigIgn:0000000000000000' ''

for what in ready execute; do
	scenario run timed $what
	run
	is "TIMES: of every operation before the end of the dialogue ($what)" 3 '' ''
done

# The cleanup command is the driver again, with the same fake JVM; what the container has left tells it what to do.
scenario run end "printf '%s\n' write >$home/lib/minirt.options; exit 6" 0 again
run
is 'SUPERVISE runs the cleanup command with the same streams and ignores its exit code' 6 out err

scenario run create
begin "$minirt"
until grep -q up "$scratch/stdout" || ! kill -0 $driver 2>/dev/null; do sleep 0.02; done
kill -WINCH $driver
kill -TERM $driver
wait $driver
code=$?
is 'RUN with a synchronisation point and a driver operation; SUPERVISE forwards SIGTERM' 5 up ''

# Children of the driver while init lives: init and, for a while, an orphan that was left to the driver. By then the driver supervises, even on a busy machine.
scenario run end 'await() { for i in $(seq 100); do set -- $1 $(cat /proc/$PPID/task/$PPID/children); [ $(($# - 1)) = $1 ] && break; sleep 0.1; done; echo $(($# - 1)); }; (sleep 3 & sleep 1); await 2; await 1'
run
is 'SUPERVISE lets Java go, adopts an orphan and reaps it' 0 "2
1" ''

scenario run create kill
run
[ "$code" = 0 ]
result 'KILL_AND_REAP' $?
scenario run abort
run
is 'ABORT, and RUN again' 3 '' ''
scenario run place
run
[ "$code" = 0 ] && place=$(cat "$scratch/stdout") && [ -n "$place" ] && ! kill -0 "$place" 2>/dev/null
result 'HOLD_PLACE: gone when init is born, and with the driver' $?
scenario run die
run
is 'init dies at the synchronisation point' 0 '' ''
for what in launcher init driver program preserved; do
	scenario run fail $what
	run
	is "RUN fails: $what" 0 '' ''
done
scenario run end-early
run
is 'a program that ends without Ready or Execute' 0 '' ''
mkdir "$scratch/state"
scenario run start "$scratch/state" 'exit 4'
run
is 'START of a created container' 4 '' ''
scenario run interrupt
run
is 'RUN while another one runs' 1 '' 'minirt: protocol error'

# gone PID: waits for a process that is about to die
gone() {
	tries=0
	while kill -0 "$1" 2>/dev/null && [ $tries -lt 100 ]; do
		sleep 0.02
		tries=$((tries + 1))
	done
	! kill -0 "$1" 2>/dev/null
}

init_pid() {
	sed -n 's/^listening //p' "$scratch/stdout"
}

scenario run waits
begin "$minirt"
listening
kill -KILL $driver
wait $driver 2>/dev/null
init=$(init_pid)
[ -n "$init" ] && gone "$init"
result 'an unfinished init does not survive the driver' $?
scenario run exits
run
init=$(init_pid)
[ "$code" = 0 ] && [ -n "$init" ] && gone "$init"
result 'EXIT before the end of RUN: init is killed' $?
scenario run crashes
run
init=$(init_pid)
[ "$code" = 1 ] && [ -n "$init" ] && gone "$init" && grep -q '^minirt: the Java virtual machine ended unexpectedly (signal 15)$' "$scratch/stderr"
result 'Java dies before the end of RUN: init is killed' $?

# The first process of a pid namespace: the kernel protects it from signals, but not from its parent's.
if unshare --pid true 2>/dev/null; then
	scenario run pid waits
	begin "$minirt"
	listening
	kill -KILL $driver
	wait $driver 2>/dev/null
	init=$(init_pid)
	[ -n "$init" ] && gone "$init"
	result 'an unfinished init of a pid namespace does not survive the driver' $?
	scenario run pid create
	begin "$minirt"
	until grep -q up "$scratch/stdout" || ! kill -0 $driver 2>/dev/null; do sleep 0.02; done
	kill -TERM $driver
	wait $driver
	code=$?
	is 'SUPERVISE of a pid namespace' 5 up ''
	scenario run pid abort
	run
	is 'ABORT of a pid namespace' 3 '' ''
	scenario run pid end 'exit 3'
	run
	is 'RUN to the end in a pid namespace' 3 '' ''
else
	result 'pid namespaces # SKIP no privileges' 0
fi

# vm.memfd_noexec belongs to the pid namespace; needs root.
if [ "$(id -u)" = 0 ] && unshare --pid --fork --mount-proc sh -c 'echo 2 >/proc/sys/vm/memfd_noexec' 2>/dev/null; then
	scenario run fail memfd
	timeout 60 unshare --pid --fork --mount-proc sh -c "echo 2 >/proc/sys/vm/memfd_noexec; exec '$minirt'" >"$scratch/stdout" 2>"$scratch/stderr"
	code=$?
	is 'vm.memfd_noexec forbids memory files: said so' 0 '' ''
else
	result 'vm.memfd_noexec forbids memory files: said so # SKIP cannot set the sysctl' 0
fi
