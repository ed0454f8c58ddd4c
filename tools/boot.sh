#!/bin/sh
# boot.sh: boots a stick on the virtual board, until the machine goes off.
# Usage: boot.sh DIRECTORY [more arguments of QEMU...]
#
# DIRECTORY holds stick.img and gets serial.log, screen.png and board.log (what the virtual board
# said). BOARD: options of the virtual board. QEMU: the program (qemu-system-x86_64). DEADLINE: seconds. CPU, MEMORY: QEMU's -cpu, -m.
# FIRMWARE: words that bring the firmware in. STICK: more properties of the drive. VIDEO: -vga.
# STOP_AT: the machine is killed at the first line of the console that matches.
# Exit status: QEMU's, or 1 when the board saw a rule of the hardware broken; see machine.py.
set -uf

dir=$1
shift
firmware=${FIRMWARE:--bios /usr/share/ovmf/OVMF.fd}
cpu=${CPU:-qemu64,+ssse3,+sse4.1,+clflushopt,+clwb}

# shellcheck disable=SC2086 # lists of words
tools/machine.py --deadline "${DEADLINE:-180}" ${STOP_AT:+--stop-at "$STOP_AT"} --screen "$dir/screen.png" "$dir/serial.log" -- \
	build/virtual-board ${BOARD:-} -- "${QEMU:-qemu-system-x86_64}" \
	-machine q35,accel=tcg -cpu "$cpu" -smp 1 -m "${MEMORY:-1024}" $firmware \
	-nodefaults -display none -vga "${VIDEO:-std}" -no-reboot \
	-device qemu-xhci,id=xhci,addr=14.0,multifunction=on \
	-drive "if=none,id=stick,format=raw,cache=unsafe,file=$dir/stick.img${STICK:+,$STICK}" \
	-device usb-storage,bus=xhci.0,drive=stick,removable=on,bootindex=1 \
	"$@" 2>"$dir/board.log"
status=$?
cat "$dir/board.log" >&2
if [ "$status" -eq 0 ] && grep -q '^virtual-board: violation' "$dir/board.log"; then
	status=1
fi
exit "$status"
