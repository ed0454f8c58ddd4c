#!/bin/sh
# windows.sh BOARD: prints the ACPI description (ASL) of a board of windows.txt: sensors with SSDB, and each with discrete
# control logic INT3472 (camera-acpi.md 4, 5).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/linux/acpi.sh
. "$here/acpi.sh"
gpio_uuid=79234640-9e10-4fea-a5c1-b5aa8b19756f
module_uuid=822ace8f-2814-4174-a56b-5f029fe079ee

# What is not zero of the 108 bytes: port, lanes, platform, degree, clock, control logic.
ssdb() { # port lanes degree number
	echo "$*" | awk '{
		byte[28] = $1; byte[29] = $2; byte[80] = 9; byte[84] = $3; byte[90] = $4
		byte[87] = 248; byte[88] = 36; byte[89] = 1 # 19200000
		for (i = 0; i < 108; i++) printf "%s%d", i ? ", " : "", byte[i]
	}'
}

# type, pin, and 1 for the level that is on, of each pad.
pad_words() { # PIN:TYPE,...
	echo "$1" | tr , '\n' | while IFS=: read -r pin type; do
		printf '0x01%02X%02X%s ' 0 "0x$pin" "$type"
	done
}

control_logic() { # number pads
	cat <<ASL
		Device (DSC$1)
		{
			Name (_HID, "INT3472")
			Name (_UID, $1)
			Name (_STA, 0x0F)
			Name (CLDB, Buffer (32) { 0, 1, $1, 0x20 })
			Name (_CRS, ResourceTemplate () {
$(echo "$2" | tr , '\n' | while IFS=: read -r pin _; do pad "0x$pin"; done)
			})
			Name (PADS, Package () { $(echo "$2" | tr , '\n' | wc -l), $(comma_list "$(pad_words "$2" | sed 's/ $//')") })
			Method (_DSM, 4, NotSerialized) {
				If (Arg0 == ToUUID ("$gpio_uuid")) {
					If (Arg2 == 0) { Return (Buffer () { 0xFF }) }
					Return (DerefOf (PADS [Arg2 - 1]))
				}
				Return (Buffer () { 0x00 })
			}
		}
ASL
}

camera() { # number sensor bus address port lanes degree
	hid=$(awk -v sensor="$2" '$1 == sensor { print $2 }' "$here/cameras.txt")
	cat <<ASL
		Device (LNK$1)
		{
			Name (_HID, "$hid")
			Name (_UID, $1)
			Name (_STA, 0x0F)
			Name (_DEP, Package () { \\_SB.PCI0.DSC$1 })
			Name (_CRS, ResourceTemplate () { $(i2c_address "$4" "$3") })
			Name (_PLD, Package () { ToPLD (PLD_Revision = 2, PLD_Panel = "$([ "$5" = 0 ] && echo BACK || echo FRONT)") })
			Name (SSDB, Buffer (108) { $(ssdb "$5" "$6" "$7" "$1") })
			Method (_DSM, 4, NotSerialized) {
				If (Arg0 == ToUUID ("$module_uuid")) {
					If (Arg2 == 0) { Return (Buffer () { 0x03 }) }
					Return ("FIRSTLIGHT")
				}
				Return (Buffer () { 0x00 })
			}
		}
ASL
}

grep -q "^${1:-none} " "$here/windows.txt" || { echo "usage: windows.sh BOARD, one of windows.txt" >&2; exit 2; }
table_begin
pads
echo "	Scope (\\_SB.PCI0)"
echo "	{"
awk -v board="$1" '$1 == board { print $3 }' "$here/windows.txt" | sort -u | while read -r bus; do
	echo "		Device (I2C$bus) { Name (_ADR, 0x0015000$bus) Name (_STA, 0x0F) }"
done
number=0
grep "^$1 " "$here/windows.txt" | while read -r _ sensor bus address port lanes degree pads; do
	control_logic $number "$pads"
	camera $number "$sensor" "$bus" "$address" "$port" "$lanes" "$degree"
	number=$((number + 1))
done
echo "	}"
table_end
