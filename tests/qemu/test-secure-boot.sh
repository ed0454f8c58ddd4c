#!/bin/sh
# test-secure-boot.sh: signed with an enrolled key the ROM starts; unsigned or changed it does not.
. tests/qemu/harness.sh

keys=/usr/share/ovmf/PkKek-1-snakeoil
# The build with SMM: that of Debian 13 without it no longer knows Secure Boot.
firmware=/usr/share/OVMF/OVMF_CODE_4M.secboot.fd

# secure_boot EFI: boots it with Secure Boot on, with the keys that Debian's OVMF brings for tests
secure_boot()
{
	machine_new
	stick_put "$machine_stick" "$1" EFI/BOOT/BOOTX64.EFI
	cp /usr/share/OVMF/OVMF_VARS_4M.snakeoil.fd "$machine/vars.img"
	FIRMWARE="-global driver=cfi.pflash01,property=secure,value=on -drive if=pflash,format=raw,readonly=on,file=$firmware -drive if=pflash,format=raw,file=$machine/vars.img"
	export FIRMWARE
	machine_boot run --camera ov5670 --frames 1 --cycles 1 --format raw --rate-tolerance 50%
}

openssl rsa -in $keys.key -passin pass:snakeoil -out "$machine/key.pem" 2>"$machine/openssl.log"
sbsign --key "$machine/key.pem" --cert $keys.pem --output "$machine/signed.efi" build/BOOTX64.EFI \
	>"$machine/sbsign.log" 2>&1
check "sbsign signs without a warning" sh -c "test -s '$machine/signed.efi' && ! grep -i warning '$machine/sbsign.log'"

secure_boot "$machine/signed.efi"
check "signed: the ladder passes" said '^RESULT PASS$'
check "signed: the report knows of Secure Boot" report '.firmware.secure_boot == true'

secure_boot build/BOOTX64.EFI
check "unsigned: refused" said 'Access Denied'

cp "$machine/signed.efi" "$machine/changed.efi"
printf 'X' | dd of="$machine/changed.efi" bs=1 seek=8192 conv=notrunc 2>/dev/null
secure_boot "$machine/changed.efi"
check "changed: refused" said 'Access Denied'
finish
