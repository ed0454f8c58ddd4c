#!/bin/sh
# test-build.sh: what the built files promise: same bytes anywhere, W^X, NX_COMPAT, .sbat.
. tests/qemu/harness.sh

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

# The same tree at another place and time.
build_again()
{
	cp -r Makefile mk src efi include linker stick tools vboard tests bench "$copy"
	version=$(sed -n 's/.*FIRSTLIGHT_VERSION "\(.*\)"/\1/p' build/generated/firstlight/version.h)
	make -C "$copy" -j2 VERSION="$version" build/firstlight.img SOURCE_DATE_EPOCH="$(git log -1 --format=%ct)"
}

make -s -j2 build/firstlight.img
check "a second build elsewhere" build_again
check "gives the same executable" cmp build/BOOTX64.EFI "$copy/build/BOOTX64.EFI"
check "and the same image" cmp build/firstlight.img "$copy/build/firstlight.img"

objdump -x build/BOOTX64.EFI >"$machine/pe.txt"
check "NX_COMPAT is set" grep -E '^DllCharacteristics[[:space:]]+00000100' "$machine/pe.txt"
check "time stamp is none" grep -E '^Time/Date[[:space:]]+Thu Jan  1 00:00:00 1970' "$machine/pe.txt"
check "relocations are of one kind" tools/check-elf.sh build/firstlight.elf
check ".sbat is there" sh -c "objcopy -O binary -j .sbat build/firstlight.elf '$machine/sbat' && grep -a '^firstlight,1,' '$machine/sbat'"
check "partition table is sound" sh -c "PATH=\$PATH:/sbin:/usr/sbin sfdisk --verify build/firstlight.img | grep -i 'no errors'"
finish
