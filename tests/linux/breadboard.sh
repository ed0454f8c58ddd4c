#!/bin/sh
# breadboard.sh SENSOR@PORT[xLANES]...: prints the ACPI description (ASL) of the board "breadboard" with these sensors, from
# cameras.txt: the camera of CSI-2 port N on the I2C controller 00:15.N, always powered (docs/board/). Both ends of a
# link name each other, so Linux's ipu-bridge has nothing to do.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/linux/acpi.sh
. "$here/acpi.sh"
properties=daffd814-6eba-4d8c-8a91-bc9bbf4aa301
nodes=dbb8e3e6-5886-4ba6-8795-1319f52a966b

# The node of a port with one endpoint, inside a device; more properties of the endpoint come from stdin.
port() { # name port lanes remote-device remote-port
	cat <<ASL
			Name (PRT$1, Package () {
				ToUUID ("$properties"),
				Package () { Package () { "port", $2 } },
				ToUUID ("$nodes"),
				Package () { Package () { "endpoint0", "EP$1" } }
			})
			Name (EP$1, Package () {
				ToUUID ("$properties"),
				Package () {
					Package () { "endpoint", 0 },
					Package () { "clock-lanes", 0 },
					Package () { "data-lanes", Package () { $(comma_list "$(seq -s ' ' "$3")") } },
					Package () { "remote-endpoint", Package () { $4, $5, 0 } },
$(cat)
				}
			})
ASL
}

read_camera() { # SENSOR@PORT[xLANES]: sets number hid address lanes rotation frequencies pin
	line=$(grep "^${1%@*} " "$here/cameras.txt") || { echo "breadboard.sh: no ${1%@*} in cameras.txt" >&2; exit 1; }
	wires=${1#*@}
	# shellcheck disable=SC2086 # the words of the line
	set -- $line
	hid=$2 address=$3 lanes=$4 rotation=$6 frequencies=$(echo "$7" | tr , ' ') pin=$8
	number=${wires%x*}
	case $wires in *x*) lanes=${wires#*x} ;; esac
}

cio2() { # SENSOR@PORT[xLANES]...
	cat <<ASL
		Device (CIO2)
		{
			Name (_ADR, 0x00140003)
			Name (_STA, 0x0F)
			Name (_DSD, Package () {
				ToUUID ("$nodes"),
				Package () {
ASL
	for one; do
		read_camera "$one"
		echo "					Package () { \"port$number\", \"PRT$number\" },"
	done
	echo "				}"
	echo "			})"
	for one; do
		read_camera "$one"
		port "$number" "$number" "$lanes" "\\_SB.PCI0.I2C$number.CAM" 0 < /dev/null
	done
	echo "		}"
}

camera() { # SENSOR@PORT[xLANES]
	read_camera "$1"
	enable_pad='' enable=''
	if [ "$pin" != - ]; then
		enable_pad=$(pad "$pin")
		enable="Package () { \"enable-gpios\", Package () { \\_SB.PCI0.I2C$number.CAM, 0, 0, 0 } },"
	fi
	cat <<ASL
		Device (I2C$number)
		{
			Name (_ADR, 0x0015000$number)
			Name (_STA, 0x0F)
			Device (CAM)
			{
			Name (_HID, "$hid")
			Name (_UID, $number)
			Name (_STA, 0x0F)
			Name (_CRS, ResourceTemplate () {
				$(i2c_address "$address" "$number")
				$enable_pad
			})
			Name (_DSD, Package () {
				ToUUID ("$nodes"),
				Package () { Package () { "port0", "PRT0" } },
				ToUUID ("$properties"),
				Package () {
					$enable
					Package () { "clock-frequency", 19200000 },
					Package () { "rotation", $rotation }
				}
			})
ASL
	# shellcheck disable=SC2086 # one word each
	echo "					Package () { \"link-frequencies\", Package () { $(comma_list $frequencies) } }," |
		port 0 0 "$lanes" "\\_SB.PCI0.CIO2" "$number"
	echo "			}"
	echo "		}"
}

[ $# != 0 ] || { echo "usage: breadboard.sh SENSOR@PORT[xLANES]..." >&2; exit 2; }
table_begin
for one; do
	read_camera "$one"
	[ "$pin" = - ] || { pads; break; }
done
echo "	Scope (\\_SB.PCI0)"
echo "	{"
cio2 "$@"
for one; do
	camera "$one"
done
echo "	}"
table_end
