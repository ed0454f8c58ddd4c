#!/bin/sh
# test-stick.sh: a stick that cannot be written, is full or loses its power; no screen; little memory.
. tests/qemu/harness.sh

words="run --camera ov5670 --frames 2 --cycles 1 --rate-tolerance 50%"

# A stick of 64 MB with room for less than two frames in all formats.
small_stick()
{
	tools/make-image.sh "$machine_stick" 64 build/BOOTX64.EFI stick
	stick_firmware "$machine_stick"
	head -c 40M /dev/zero >"$machine/filler"
	stick_put "$machine_stick" "$machine/filler" filler
	rm "$machine/filler"
}

# Every frame file that is there is one that the report tells of, and as long.
no_partial_file()
{
	for raw in "$machine_run"/frames/*.raw; do
		[ -e "$raw" ] || return 0
		[ "$(stat -c %s "$raw")" -eq 6469632 ] || {
			ls -l "$machine_run/frames"
			return 1
		}
	done
}

machine_new
export STICK=readonly=on
machine_boot "$words"
unset STICK
check "read-only: the run ends" [ "$machine_status" -eq 0 ]
check "read-only: is told" said 'read.only|write.protect'
check "read-only: the verdict is on the console" said '^RESULT ERROR'

small_stick
machine_boot "$words --format raw,pgm,dng"
check "full: the run ends" [ "$machine_status" -eq 0 ]
check "full: is told" said 'full|space'
check "full: the verdict is on the console" said '^RESULT ERROR'
check "full: PGM is left out, and told" said 'pgm.* not stored'
check "full: nothing is left half written" no_partial_file

machine_new
export STOP_AT='^ok [0-9]+ stream.start'
machine_boot "$words"
unset STOP_AT
# A cut between the removal of the old one and the renaming of the new one.
[ -e "$machine_run/report.json" ] || mv "$machine_run/report.json.tmp" "$machine_run/report.json"
check "power cut: the report says that the run did not finish" \
	report '.result == "ERROR" and ([.. | strings | select(test("did not finish"))] | length > 0)'

machine_new
export VIDEO=none
machine_boot "$words --format raw"
unset VIDEO
check "no screen: the ladder passes" said '^RESULT PASS$'

machine_new
export MEMORY=128
machine_boot "run --frames 8 --cycles 1 --format raw"
unset MEMORY
check "128 MB for eight frames of 13 megapixels: the run ends" [ "$machine_status" -eq 0 ]
check "128 MB: memory is named" said 'memory'
check "128 MB: no PASS" said '^RESULT (FAIL|ERROR)'
finish
