#!/bin/sh
# Plays the board's faults to Linux's own drivers: each must be noticed in the driver's own words.
# "faults.sh WORD" runs those whose line has the word. One boot each.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
firmware=${FIRMWARE:-$here/../../build/linux/ipu3-fw.bin}
word=${1:-}
failures=0

# fault, what the kernel says (the wording of Linux 6.12)
faults='
crc=ov5670	port 1: payload checksum \(CRC\) error
ecc=ov5670	port 1: single packet header error corrected
ecc-fatal=ov5670	port 1: multiple packet header errors detected
short-frame=ov5670	payload length is 299520, received 286208
fifo-overflow=ov5670	port 1: fifo overflow
dphy=ov5670	port 1: DPHY synchronization error
lane-dead=ov5670	port 1: DPHY synchronization error
wrong-data-type=ov5670	port 1: non-matching Long Packet stalled
no-sof=ov5670	RIG ERROR v4l2-ctl ov5670
no-eof=ov5670	RIG ERROR v4l2-ctl ov5670
no-interrupt	RIG ERROR v4l2-ctl ov5670
dma-no-halt	DMA 0 can not be halted
wrong-id=ov5670	ov5670.*chip id mismatch
wrong-id=ov13858	ov13858.*chip id mismatch
sensor-nack=ov5670	ov5670.*identify_module\(\) error
sensor-nack=ov13858	ov13858.*failed to find sensor
rail-stuck=ov5670	ov5670.*identify_module\(\) error
pmic-nack	RIG ERROR pmic write
pmic-no-pll	ov5670.*identify_module\(\) error
data-nack=ov5670:50	ov5670.*(failed to set|Failed to write)
i2c-timeout=4	i2c_designware.3: controller timed out
i2c-stuck=4	i2c_designware.3: timeout
i2c-arbitration=4	i2c_dw_handle_tx_abort: lost arbitration
imgu-all-ones	ipu3-imgu.*(failed|error|timed out)
imgu-no-power	ipu3-imgu.*(failed|error|timed out)
imgu-no-start	ipu3-imgu.*(failed|error|timed out)
imgu-no-idle	ipu3-imgu.*(failed|error|timed out)
imgu-no-halt	ipu3-imgu.*(failed|error|timed out)
'

while IFS='	' read -r fault expected; do
	[ -n "$fault" ] || continue
	case $fault in
	imgu-*) set -- --board soraka --sensor none --firmware "$firmware" ;;
	*) set -- --board soraka --sensor ov5670 --mode 640x360 ;;
	esac
	result=$("$here/run.sh" "$@" --frames 4 --limit 90 --expect "$expected" \
		-- --fault "$fault" 2>&1 < /dev/null) || failures=$((failures + 1))
	printf '%-24s %s\n' "$fault" "$(echo "$result" | grep -E '^(not )?ok' | cut -c1-110)"
done <<LIST
$(echo "$faults" | grep -e "$word")
LIST
[ $failures = 0 ] || { echo "FAIL: $failures faults went unnoticed"; exit 1; }
echo "PASS"
