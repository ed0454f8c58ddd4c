#!/bin/sh
# test-make-run.sh: what `make run` leaves and how it ends: on PASS, on FAIL, on a hang.
. tests/qemu/harness.sh

dir=$machine/run
quick="run --camera ov5670 --frames 1 --cycles 1 --format raw --rate-tolerance 50%"

ends_badly()
{
	! tools/run.sh "$dir" >"$machine/out.txt" 2>&1
}

leaves_all()
{
	ls -R "$dir"
	[ -s "$dir/serial.log" ] && [ -s "$dir/screen.png" ] &&
		[ "$(find "$dir/results" -name report.json | wc -l)" -eq 1 ]
}

prints()
{
	grep -E "$1" "$machine/out.txt" || {
		tail -n 5 "$machine/out.txt"
		return 1
	}
}

export ARGS="$quick" BOARD=
check "PASS: succeeds" sh -c "tools/run.sh '$dir' >'$machine/out.txt' 2>&1"
check "PASS: prints the report" prints '^RESULT PASS$'
check "PASS: leaves serial.log, screen.png and results" leaves_all

export BOARD="--fault no-sof=ov5670"
check "FAIL: fails" ends_badly
check "FAIL: prints the check" prints '^not ok [0-9]+ stream.start ov5670'
check "FAIL: prints the hint" prints 'hint: '
check "FAIL: leaves the same files" leaves_all

export BOARD="--no-such-option"
check "a wrong option of the board: fails" ends_badly

# QEMU= that is not obeyed would boot.
printf '#!/bin/sh\necho "no machine here" >&2\nexit 9\n' >"$machine/no-qemu"
chmod +x "$machine/no-qemu"
export QEMU="$machine/no-qemu" BOARD=
check "another QEMU: is the one that is started" sh -c "! tools/run.sh '$dir' >'$machine/out.txt' 2>&1"
check "another QEMU: and its status is told" prints 'machine ended with status 9'
unset QEMU

export DEADLINE=3 BOARD=
check "hang: fails" ends_badly
check "hang: says so" prints 'did not end within 3 s'
finish
