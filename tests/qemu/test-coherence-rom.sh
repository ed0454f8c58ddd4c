#!/bin/sh
# test-coherence-rom.sh: the ROM as it is shipped, on a machine whose cameras do not snoop. The whole
# ladder passes without a finding, with CLFLUSHOPT and with CLFLUSH; and a sample of its cache calls,
# each left out in a boot of its own, is found. SAMPLE=N: how many (default 4). Prints TAP.
set -u
. tools/stick.sh

dir=build/test/coherence-rom
capture='capture --camera ov5670 --mode 640x360 --frames 2 --format raw --at-end shutdown'
number=0
failed=0

# boot ARGUMENTS BOARD-OPTIONS: leaves board.log, serial.log, $status
boot() {
	rm -rf "$dir"
	mkdir -p "$dir"
	stick_new "$dir/stick.img" && stick_firmware "$dir/stick.img" &&
		stick_arguments "$dir/stick.img" "$1" || exit 1
	BOARD="--coherence none $2" tools/boot.sh "$dir"
	status=$?
}

passed() {
	[ "$status" -eq 0 ] && grep -q ' 0 findings; witness armed' "$dir/board.log" &&
		grep -q 'RESULT PASS' "$dir/serial.log"
}

# ok WHAT STATUS [DIRECTIVE]
ok() {
	number=$((number + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $number $1${3:+ # $3}"
		return
	fi
	echo "not ok $number $1"
	sed 's/^/# /' "$dir/board.log"
	tr -d '\r' <"$dir/serial.log" | sed 's/\x1b\[[0-9;=?]*[A-Za-z]//g; s/^/# /' | tail -n 40
	failed=1
}

ladder='run --camera ov5670 --mode 640x360 --frames 2 --cycles 2 --at-end shutdown'
boot "$ladder" ''
passed
ok "the ladder passes with CLFLUSHOPT and no finding" $?

CPU=qemu64,+ssse3,+sse4.1
export CPU
boot "$ladder" ''
passed && grep -q 'method=clflush' "$dir/serial.log" && ! grep -q 'method=clflushopt' "$dir/serial.log"
ok "the ladder passes with CLFLUSH and no finding" $?
unset CPU

boot "$capture" ''
passed
ok "a capture passes" $?
calls=$(sed -n 's/.*witness armed, \([0-9]*\) cache calls.*/\1/p' "$dir/board.log")

# Spread over the run, none at a round place.
sample=${SAMPLE:-4}
i=0
while [ "$i" -lt "$sample" ]; do
	call=$((1 + (2 * i + 1) * ${calls:-0} / (2 * sample)))
	boot "$capture" "--witness drop=$call"
	if passed && grep -q 'nothing to do\|not used again' "$dir/board.log"; then
		ok "call $call of $calls dropped" 0 "SKIP nothing depended on it"
	else
		! passed && grep -q 'one call dropped on purpose' "$dir/board.log"
		ok "call $call of $calls dropped is found" $?
		grep -m 1 'coherence: .* at 0x' "$dir/board.log" | sed 's/^/# /'
	fi
	i=$((i + 1))
done

rm -rf "$dir"
echo "1..$number"
exit $failed
