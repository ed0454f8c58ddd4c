# shellcheck shell=sh
# soraka.sh: power for the cameras of a "soraka" board from user space (busybox sh), for kernels
# or ACPI tables that leave the PMIC alone: hardware sheet camera-acpi.md 7.1.

pmic_bus=
pmic() { # register value [mask]
	if [ $# = 3 ]; then
		i2cset -y -f -m "$3" "$pmic_bus" 0x4d "$1" "$2" b
	else
		i2cset -y -f "$pmic_bus" 0x4d "$1" "$2" b
	fi || echo "RIG ERROR pmic write $1 = $2 failed"
}

# A pad of group GPP_C, as an output.
pad() { # number level
	devmem $((0xfdae0400 + $1 * 8)) 32 "$2" || echo "RIG ERROR pad C$1 = $2 failed"
}

soraka_power_on() { # bus number of I2C2
	pmic_bus=$1
	pad 11 1; usleep 3000                           # 3.3 V
	pad 10 0; usleep 1000; pad 10 1; usleep 3000    # PMIC out of reset
	pmic 0x50 0xff                                  # soft reset
	echo "RIG pmic revision $(i2cget -y -f "$pmic_bus" 0x4d 0xff b)"
	pmic 0x3f 52 0x7f; pmic 0x40 52 0x7f            # I/O rails 1.8 V
	pmic 0x43 3 0x03                                # VSIO and daisy chain
	usleep 3000
	pmic 0x07 3; pmic 0x08 2; pmic 0x09 0x13; pmic 0x0a 170; pmic 0x0b 32
	pmic 0x0c 1; pmic 0x06 1; pmic 0x10 5; pmic 0x0f 10; pmic 0x0d 0xd1
	usleep 5000                                     # 19.2 MHz
	pmic 0x16 0 0x03; pmic 0x18 0 0x03              # OV13858: daisy-chain pins
	pmic 0x41 109 0x7f; pmic 0x47 1 0x01            # VA 2.8 V
	pmic 0x42 12 0x3f; pmic 0x48 1 0x01             # VD 1.2 V
	usleep 1000
	pmic 0x22 4 0x04                                # s_resetn
	usleep 5000
	pmic 0x3e 52 0x7f; pmic 0x46 1 0x01             # OV5670: AUX2 1.8 V
	pmic 0x27 0x10 0x10; pmic 0x1c 2 0x03           # AVDD switch, GPIO 4
	usleep 1000
	pmic 0x3d 19 0x7f; pmic 0x45 1 0x01             # AUX1 1.2 V
	usleep 1000
	pmic 0x27 0x20 0x20; pmic 0x1e 2 0x03           # XSHUTDOWN, GPIO 5
	usleep 10000
}
