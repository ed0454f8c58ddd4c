#!/bin/sh
# test-high-bar.sh: registers above 4 GiB, and addresses that only firmware knows.
#
# The link of the virtual board carries 32-bit BARs only, so an NVMe controller of QEMU stands for the
# receivers of machines whose BARs lie at 0x1ff3410000 (evidence.md 2.1): OVMF places its 64-bit BAR above
# 4 GiB. Its registers are known: CAP at 0, version 1.4 at 8 (NVM Express 1.4, 3.1). The shell's `mm` sends the
# ImgU to D3hot as an OS does, where it forgets its BAR (evidence.md 1.3).
. tests/qemu/harness.sh

QEMU_ARGUMENTS="-device nvme,serial=high,addr=06.0"
machine_new
machine_shell <<END
firstlight.efi list
firstlight.efi regs 00:06.0 0 3
echo "regs: status %lasterror%"
mm 00000500D4 3 -w 1 -PCI -n
firstlight.efi list
firstlight.efi mmu
echo "mmu: status %lasterror%"
firstlight.efi regs imgu
echo "again: status %lasterror%"
END

# field PATTERN: what \1 is in the first line that matches
field()
{
	sed -n -E "s/$1/\1/p" "$machine/console.txt" | head -n 1
}

# regions DEVICE: lines "Region 0" of every list, of the function with this id
regions()
{
	awk -v id="[$1]" '/^[0-9a-f:.]+ / { on = index($0, id) } on && /Region 0/' "$machine/console.txt"
}

is_high()
{
	echo "BAR 0 at '$1'"
	[ "${#1}" -gt 8 ]
}

bar=$(field '^BAR 0 at 0x([0-9a-f]+)$')
check "the machine ends by itself" [ "$machine_status" -eq 0 ]
check "the BAR lies above 4 GiB" is_high "$bar"
check "the list has the whole address" sh -c "echo '$(regions 1b36:0010)' | grep -F 'Memory at $bar (64-bit'"
check "CAP, high half: page sizes from 4 KiB" said '^0x00004 0x[0-9a-f]{4}[0-9a-f]{2}[0-9a-f]{2}$'
check "VS is that of NVMe 1.4" said '^0x00008 0x00010400$'
check "regs succeeds" said 'regs: status 0x0$'
check "asleep, the ImgU's address is firmware's" \
	sh -c "echo '$(regions 8086:1919)' | sed -n 2p | grep 'register reads 0: address from firmware'"
check "it is the address that it had" \
	sh -c "[ \$(echo '$(regions 8086:1919)' | sed 's/.* at \([0-9a-f]*\) .*/\1/' | sort -u | wc -l) -eq 1 ]"
check "the ladder brings it up from D3hot, and back" said 'mmu: status 0x0$'
check "and a second start does so again" said 'again: status 0x0$'
finish
