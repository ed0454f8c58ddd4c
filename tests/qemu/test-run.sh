#!/bin/sh
# test-run.sh: the ladder passes on a good board, and what it leaves is right to other programs.
# alone: frame rates are judged within 2 percent.
. tests/qemu/harness.sh

every_format()
{
	for suffix in raw json pgm png dng; do
		[ "$(find "$machine_run/frames" -name "*.$suffix" | wc -l)" -eq 2 ] || {
			echo "not two .$suffix files"
			ls "$machine_run/frames"
			return 1
		}
	done
}

two_runs()
{
	[ "$(find "$machine/results" -name report.json | wc -l)" -eq 2 ]
}

first_is_untouched()
{
	cmp "$machine/first.json" "$machine/results/${first#"$machine"/first/}/report.json"
}

machine_new
machine_boot run --frames 1 --cycles 2 --format raw,json,pgm,png,dng
check "the machine ends by itself, the board has no complaint" [ "$machine_status" -eq 0 ]
check "console: RESULT PASS" said '^RESULT PASS$'
check "report.json: PASS, no check failed" \
	report '.result == "PASS" and .firstlight.report == 1 and ([.checks[] | select(.result == "FAIL" or .result == "ERROR")] | length == 0)'
check "both cameras have frames" report '[.frames[].camera] | unique == ["ov13858", "ov5670"]'
check "report.xml is well-formed" xmllint --noout "$machine_run/report.xml"
check "log.txt ends in the verdict" sh -c "tail -n 1 '$machine_run/log.txt' | grep -q '^RESULT PASS'"
check "a frame as each of the formats" every_format
check "frames are right to xxhsum, netpbm and dcraw" tests/qemu/check_frames.py "$machine_run"
check "the screen was not empty" sh -c "pngtopnm '$machine/screen.png' | ppmhist -noheader | wc -l | grep -qv '^[01]$'"

cp "$machine_run/report.json" "$machine/first.json"
first=$(echo "$machine_run" | sed "s,^$machine/results,$machine/first,")
machine_boot run --frames 1 --cycles 1 --camera ov5670 --format raw
check "a second run on the same stick passes" said '^RESULT PASS$'
check "and has a folder of its own" two_runs
check "and leaves the first run alone" first_is_untouched
finish
