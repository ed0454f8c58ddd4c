#!/bin/sh
# run.sh: one run of the ROM on the virtual board, as `make run` shows it.
# Usage: run.sh DIRECTORY        environment: ARGS (for the ROM), BOARD (for the virtual board)
#
# Leaves serial.log, screen.png and results/ in DIRECTORY and prints the report. Succeeds only when
# the ROM said RESULT PASS, the machine went off by itself and the board has nothing to complain of.
set -u
. tools/stick.sh

dir=$1
rm -rf "$dir"
mkdir -p "$dir"
stick_new "$dir/stick.img" || exit 1
# Intel's own firmware when it lies in the tree (ignored by git), else the synthetic one.
yours=firmware/ipu3-fw.bin
[ -f "$yours" ] || yours=
stick_firmware "$dir/stick.img" "$yours" || exit 1
stick_arguments "$dir/stick.img" "${ARGS:-} --at-end shutdown" || exit 1

echo "run: booting the ROM on the virtual board (its console: $dir/serial.log)"
tools/boot.sh "$dir"
status=$?

stick_get "$dir/stick.img" firstlight/results "$dir" 2>/dev/null
log=$(find "$dir/results" -name log.txt 2>/dev/null | sort | tail -n 1)
result=$(tr -d '\r' <"$dir/serial.log" | sed 's/\x1b\[[0-9;=?]*[A-Za-z]//g' | grep '^RESULT ' | tail -n 1)
if [ -n "$log" ]; then
	cat "$log"
	echo "report: $(dirname "$log")"
else
	tr -d '\r' <"$dir/serial.log" | sed 's/\x1b\[[0-9;=?]*[A-Za-z]//g' | sed '1,/^BdsDxe: starting/d'
fi

if [ "$status" -ne 0 ]; then
	echo "run: the machine ended with status $status" >&2
	exit 1
fi
case $result in
'RESULT PASS'*) ;;
*)
	echo "run: ${result:-no RESULT line}" >&2
	exit 1
	;;
esac
