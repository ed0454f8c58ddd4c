#!/bin/sh
# bench-boot.sh: what can only be measured in the booted ROM: its command `bench`, and the time from
# power-on to frames on the stick.
# Usage: bench-boot.sh [DIRECTORY]      environment: BOOTS, how often to time the latter (3)
#
# Fails when a boot fails. A figure that misses its goal fails nothing here: all of it is emulated, and
# the emulator is as fast as the machine lets it be.
set -u
. tools/stick.sh

dir=${1:-build/bench/boot}
image=$dir/stick.img
rate=10000000 # bytes per second, as a common stick writes
failed=0
rm -rf "$dir"
mkdir -p "$dir"
trap 'rm -f "$image"' EXIT

new_stick()
{
	stick_new "$image" && stick_firmware "$image" && stick_arguments "$image" "$1 --at-end shutdown"
}

console()
{
	tr -d '\r' 2>/dev/null <"$dir/serial.log" | sed 's/\x1b\[[0-9;=?]*[A-Za-z]//g'
}

failure()
{
	echo "bench-boot: $1" >&2
	console | tail -n 15 >&2
	failed=1
}

# ---- the command `bench` ---------------------------------------------------------------------------

# file_write TEXT: one line of the table from the line that the ROM printed
file_write()
{
	console | awk -v text="$1" '/^bench file-write: / {
		printf "  %-44s %12s %8s %8.2f  goal >= 0.90  %s\n", text, $3, $7, $10,
			($10 >= 0.9 ? "met" : "MISSED")
		found = 1
	} END { exit !found }' || failure "no line \"bench file-write\""
}

bench_command()
{
	new_stick bench || exit 1
	tools/boot.sh "$dir" >"$dir/boot.log" 2>&1 || failure "the machine did not go off by itself"
	file_write "8 MiB, one write call, stick without limit"
	console >"$dir/unlimited.txt"

	STICK=throttling.bps-write=$rate
	export STICK
	tools/boot.sh "$dir" >"$dir/boot.log" 2>&1 || failure "the machine did not go off by itself"
	file_write "8 MiB, one write call, stick of 10 MB/s"
	unset STICK
	sed -n 's/^bench \(unpack\|cache-flush\): /  \1: /p' "$dir/unlimited.txt"
}

# ---- power-on to frames ------------------------------------------------------------------------------

now_ms()
{
	echo $(($(date +%s%N) / 1000000))
}

# until_said PATTERN: waits until the console says it; false when the machine has gone before
until_said()
{
	while ! console | grep -qE "$1"; do
		kill -0 "$machine" 2>/dev/null || return 1
		sleep 0.05
	done
}

# One line of milliseconds: power-on to the ROM's start, power-on to the last frame's file.
capture_once()
{
	new_stick 'capture --camera ov5670 --frames 8 --format raw' || exit 1
	rm -f "$dir/serial.log"
	start=$(now_ms)
	tools/boot.sh "$dir" >"$dir/boot.log" 2>&1 &
	machine=$!
	if until_said 'BdsDxe: starting' && rom=$(now_ms) && until_said '^ok [0-9]+ files\.written'; then
		echo "$((rom - start)) $(($(now_ms) - start))" >>"$dir/captures.txt"
	else
		failure "no 8 frames on the stick"
	fi
	wait "$machine" || failure "the machine did not go off by itself"
}

median()
{
	cut -d ' ' -f "$1" "$dir/captures.txt" | sort -n | awk '{ all[NR] = $1 }
		END { printf "%.1f", all[int((NR + 1) / 2)] / 1000 }'
}

bench_capture()
{
	for _ in $(seq "${BOOTS:-3}"); do
		capture_once
	done
	[ "$failed" -eq 0 ] || return
	printf '  %-44s %12s\n' "power-on to the ROM (the firmware's part)" "$(median 1) s"
	printf '  %-44s %12s\n' "power-on to the last of 8 frames on the stick" "$(median 2) s"
}

printf 'ROM on the virtual board (emulated: MB/s mean nothing, ratios little)\n'
printf '  %-44s %12s %8s %8s\n' '' 'file MB/s' 'raw MB/s' 'ratio'
bench_command
bench_capture
echo
exit "$failed"
