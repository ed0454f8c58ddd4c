# shellcheck shell=sh
# acpi.sh: pieces of ACPI description (ASL) (sourced).

# A comma between each two of "1 2 3".
comma_list() { echo "$*" | sed 's/ /, /g'; }

table_begin() {
	cat <<'ASL'
DefinitionBlock ("", "SSDT", 2, "FLIGHT", "CAMERAS", 0x00000001)
{
	External (\_SB.PCI0, DeviceObj)
ASL
}

table_end() { echo "}"; }

# The pads of Sunrise Point-LP, with the register windows of their communities (camera-acpi.md 9).
pads() {
	cat <<'ASL'
	Device (\_SB.GPI0)
	{
		Name (_HID, "INT344B")
		Name (_UID, 0)
		Name (_STA, 0x0F)
		Name (_CRS, ResourceTemplate () {
			Memory32Fixed (ReadWrite, 0xFDAF0000, 0x10000)
			Memory32Fixed (ReadWrite, 0xFDAE0000, 0x10000)
			Memory32Fixed (ReadWrite, 0xFDAC0000, 0x10000)
			Interrupt (ResourceConsumer, Level, ActiveLow, Shared) { 14 }
		})
	}
ASL
}

# One line of _CRS for a pad that is an output.
pad() { # ACPI-pin
	printf 'GpioIo (Exclusive, PullDefault, 0, 0, IoRestrictionOutputOnly, "\\\\_SB.GPI0", 0x00, ResourceConsumer) { %s }\n' "$1"
}

i2c_address() { # address bus
	printf 'I2cSerialBusV2 (%s, ControllerInitiated, 400000, AddressingMode7Bit, "\\\\_SB.PCI0.I2C%s", 0x00, ResourceConsumer)\n' "$1" "$2"
}
