#!/bin/sh
# test-shell.sh: started from the UEFI shell, the ROM takes its words from there and gives a status.
. tests/qemu/harness.sh

quick="--camera ov5670 --frames 1 --cycles 1 --format raw --rate-tolerance 50%"

machine_new
machine_shell <<END
firstlight.efi run $quick
echo "pass: status %lasterror%"
firstlight.efi probe --camera ov5670 --required mmu.read
echo "fail: status %lasterror%"
firstlight.efi run --frames many
echo "option: status %lasterror%"
firstlight.efi no-such-command
echo "command: status %lasterror%"
END
check "the machine ends by itself" [ "$machine_status" -eq 0 ]
check "PASS is success" said 'pass: status 0x0$'
check "FAIL is an error of its own" said 'fail: status 0x8?0*15$'
check "a wrong option is another" said 'option: status 0x8?0*13$'
check "and says which" said 'frames'
check "an unknown command too" said 'command: status 0x8?0*13$'
finish
