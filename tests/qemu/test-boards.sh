#!/bin/sh
# test-boards.sh: other boards than soraka, found by their SMBIOS strings, boot and see: pads of the PCH that switch clock, reset and
# power, with the sideband bridge visible and hidden, and a PMIC. One small mode of each (the host lane has them all).
. tests/qemu/harness.sh

# sees BOARD-OPTIONS CAMERA MODE: one camera in one mode
sees()
{
	export BOARD="--board $1"
	machine_new
	machine_boot run --camera "$2" --mode "$3" --frames 1 --cycles 1 --rate-tolerance 50%
	name=${1%% *}
	check "$name: the machine ends by itself, the board has no complaint" [ "$machine_status" -eq 0 ]
	check "$name: RESULT PASS" said '^RESULT PASS'
	check "$name: one frame of $2, and its picture" \
		report "[.frames[] | select(.camera == \"$2\" and (.file | endswith(\".raw\")))] | length == 1"
	check "$name: the picture is one" sh -c "pngtopnm '$machine_run'/frames/$2-0000.png | ppmhist -noheader | wc -l | grep -q '...'"
}

sees "surface-pro-4 --decide p2sb=0" ov8865 800x600
sees "surface-book-2 --decide p2sb=1" ov7251 640x480-30
sees nautilus imx258 1048x780
sees nocturne imx355 1640x1232
finish
