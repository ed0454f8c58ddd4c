#!/bin/sh
# test-intel-firmware.sh: the MMU rungs with the firmware file that real boards have (tools/fetch-firmware.sh):
# they pass on a good device, and a TLB that ignores the invalidate still fails. Prints TAP.
. tests/qemu/harness.sh

if ! tools/fetch-firmware.sh 2>"$machine/fetch.log"; then
	echo "ok 1 Intel's firmware # SKIP $(tail -n 1 "$machine/fetch.log")"
	echo "1..1"
	exit 0
fi

all_pass()
{
	report '[.checks[] | select(.id | startswith("mmu.")) | select(.result == "PASS") | .id] ==
		["mmu.up", "mmu.boot", "mmu.read", "mmu.remap", "mmu.unmap", "mmu.sizes"]'
}

machine_new
stick_firmware "$machine_stick" build/firmware/ipu3-fw.bin
machine_boot mmu
check "the machine ends by itself, the board has no complaint" [ "$machine_status" -eq 0 ]
check "every MMU rung that needs no camera passes" all_pass
check "the build is named" report '.checks[] | select(.id == "mmu.boot") | .seen.build | startswith("Intel 20161208")'

BOARD="--fault imgu-stale-tlb" machine_boot mmu
check "a stale TLB fails" said '^RESULT FAIL'
check "by its own check, with its own words" \
	report '.checks[] | select(.id == "mmu.remap") | .result == "FAIL" and (.message | startswith("stale TLB"))'
finish
