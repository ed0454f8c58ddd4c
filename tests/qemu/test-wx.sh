#!/bin/sh
# test-wx.sh: the ROM runs with its code read-only and its data not executable.
. tests/qemu/harness.sh

with_loader()
{
	stick_new "$machine_stick"
	stick_put "$machine_stick" build/BOOTX64.EFI firstlight.efi
	stick_put "$machine_stick" build/wx-loader.efi EFI/BOOT/BOOTX64.EFI
	stick_firmware "$machine_stick"
	# Not back to the loader: the firmware would free the image while it is still read-only.
	stick_arguments "$machine_stick" \
		"run --camera ov5670 --frames 1 --cycles 1 --format raw --rate-tolerance 50% --at-end shutdown"
}

machine_stick=$machine/stick.img
with_loader
machine_start
check "rights are set" said '^wx-loader: rights are set'
check "no exception" not said 'X64 Exception'
check "the ladder passes" said '^RESULT PASS$'

with_loader
: >"$machine/control"
stick_put "$machine_stick" "$machine/control" control
machine_start
check "control: with closed code the start faults" said 'X64 Exception Type - 0E'
finish
