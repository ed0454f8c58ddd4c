#!/bin/sh
# Runs virtual boards under Debian's Linux with Linux's own drivers: every mode of every sensor
# must stream, without a complaint in the kernel log, and every sample must be the scene's.
# See tests/linux/README.md.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
here=$top/tests/linux
build=$top/build/linux
program=${BOARD_PROGRAM:-$top/build/virtual-board}
qemu=${QEMU:-qemu-system-x86_64}

# shellcheck source=tests/linux/plan.sh
. "$here/plan.sh"
# shellcheck source=tests/linux/judge.sh
. "$here/judge.sh"

board=all sensor=all mode='' frames=8 rounds=1 fps=sensor power=user firmware='' seed=1 trace='' accel=tcg limit=300 expect=''
usage() {
	cat <<USAGE
usage: run.sh [options] [-- board option ...]
  --board NAME                  soraka, a machine of windows.txt, or breadboard=SENSOR@PORT[xLANES][,...] with the
                                sensors of cameras.txt; all: these, several breadboards ($board)
  --sensor NAME|all|none        only the streams of this sensor; none: one boot of each board, no stream ($sensor)
  --mode WxH[@FPS]              only this mode (every mode of the sensors)
  --frames N                    frames per mode ($frames)
  --rounds N                    how often each mode is started twice ($rounds)
  --fps sensor|max|N            pace of the board ($fps)
  --power user|acpi             soraka's PMIC by i2cset, or by ACPI power resources as on a Chromebook ($power)
  --firmware FILE               load ipu3-imgu of soraka with this firmware; the first boot streams through it
  --seed N                      of scenes and board ($seed)
  --accel tcg|kvm               QEMU's accelerator ($accel)
  --trace                       keep the board's trace of every access
  --limit S                     seconds per boot ($limit)
  --expect REGEX                for a board with a fault: the kernel log must have it, all else is ignored
Results are in build/linux/run/.
USAGE
}

fail() { echo "run.sh: $*" >&2; exit 2; }

while [ $# -gt 0 ]; do
	case $1 in
	--board) board=$2; shift ;;
	--sensor) sensor=$2; shift ;;
	--mode) mode=$2; shift ;;
	--frames) frames=$2; shift ;;
	--rounds) rounds=$2; shift ;;
	--fps) fps=$2; shift ;;
	--power) power=$2; shift ;;
	--firmware) firmware=$2; shift ;;
	--seed) seed=$2; shift ;;
	--accel) accel=$2; shift ;;
	--limit) limit=$2; shift ;;
	--expect) expect=$2; shift ;;
	--trace) trace=1 ;;
	--help) usage; exit 0 ;;
	--) shift; break ;;
	*) usage >&2; exit 2 ;;
	esac
	shift
done

[ -x "$program" ] || fail "build/virtual-board is missing: make it first"
for tool in "$qemu" iasl gcc xz tar timeout; do
	command -v "$tool" > /dev/null || fail "$tool is missing"
done

prepare() {
	"$here/fetch.sh"
	"$here/modules.sh"
	"$here/initramfs.sh"
	gcc -std=c11 -O2 -Wall -Wextra -o "$build/frames" "$here/frames.c"
	if ! {
		iasl -vs -p "$build/user" "$here/soraka.asl" &&
		iasl -vs -D WITH_PMIC -p "$build/acpi" "$here/soraka.asl"
	} > "$build/iasl.log" 2>&1; then
		cat "$build/iasl.log" >&2
		fail "iasl refuses soraka.asl"
	fi
	cp "$build/initramfs.cpio" "$build/initrd"
	if [ -n "$firmware" ]; then
		extra=$build/firmware-root
		rm -rf "$extra"
		mkdir -p "$extra/lib/firmware/intel/ipu"
		cp "$firmware" "$extra/lib/firmware/intel/ipu/irci_irci_ecr-master_20161208_0213_20170112_1500.bin"
		"$build/frames" packed 1936x1096 "$seed" "$extra/imgu.raw"
		(cd "$extra" && find . | "$build/tools/bin/busybox" cpio -o -H newc) \
			>> "$build/initrd" 2> /dev/null
	fi
}

# The scene of a sensor is of its largest mode's size in this boot.
scene_size() { # sensor stream...
	one=$1
	shift
	echo "$*" | tr ' ' '\n' | sed -n "s/^$one,\([0-9]*\)x\([0-9]*\).*/\1 \2/p" | sort -n -k 1 -k 2 | tail -n 1 | tr ' ' x
}

compile() { # name
	iasl -vs -p "$run/$1" "$run/$1.asl" > "$run/iasl.log" 2>&1 ||
		{ cat "$run/iasl.log" >&2; fail "iasl refuses $run/$1.asl"; }
	table=$run/$1.aml
}

# The ACPI tables of a board, and what the kernel's command line says of its cameras.
describe() { # BOARD
	case $1 in
	soraka)
		table=$build/$power.aml on=$power
		cameras="ov13858@0 ov5670@1"
		;;
	breadboard=*)
		on=on
		cameras=$(echo "${1#*=}" | tr , ' ')
		# shellcheck disable=SC2086 # one word each
		"$here/breadboard.sh" $cameras > "$run/breadboard.asl"
		compile breadboard
		;;
	*)
		on=discrete
		cameras=$(awk -v board="$1" '$1 == board { print $2 "@" $5 }' "$here/windows.txt")
		"$here/windows.sh" "$1" > "$run/windows.asl"
		compile windows
		;;
	esac
	append="console=ttyS0 rig.power=$on rig.frames=$frames rig.rounds=$rounds"
	for one in $cameras; do
		port=${one#*@}
		append="$append rig.camera=${one%@*},${port%x*},$(column "${one%@*}" 5)"
	done
}

boot() { # BOARD "STREAM..." board-option...
	rm -rf "$run"
	mkdir -p "$run"
	truncate -s 2G "$run/disk.img"
	describe "$1"
	kind=$1 streams=$2
	shift 2
	scenes=
	for one in $cameras; do
		# shellcheck disable=SC2086 # one word each
		size=$(scene_size "${one%@*}" $streams)
		[ -n "$size" ] || continue
		"$build/frames" scene "$size" "$seed" "$run/${one%@*}.pgm"
		scenes="$scenes --scene ${one%%[@-]*}=$run/${one%@*}.pgm"
	done
	for one in $streams; do
		append="$append rig.stream=$one:$(frames_of_a_second "$one")"
	done
	imgu=
	if [ "$kind" = soraka ] && [ -n "$firmware" ]; then
		imgu=load
		[ "$number" != 0 ] || imgu=stream
		append="$append rig.imgu=$imgu"
	fi
	[ -z "$trace" ] || scenes="$scenes --trace $run/trace.txt"
	[ "$fps" = sensor ] || scenes="$scenes --fps $fps"
	left=
	[ "$on" != acpi ] || left='--decide pads-left=0'
	status=0
	# A start or a stop inside a line is legal, and Linux complains of it as on real machines: --expect looks at that.
	# Its drivers do not wait after a soft reset. The descriptions have the sideband's window where it is when hidden, and
	# soraka.asl has no pads: with --power acpi they are as firmware leaves them.
	# shellcheck disable=SC2086
	timeout -k 2 "$limit" "$program" --board "$(echo "$kind" | sed 's/-[0-9]*@/@/g')" --seed "$seed" --decide sensor-restart=0 --decide sensor-stop=0 \
		--decide sensor-reset=0 --decide p2sb=0 $left $scenes "$@" -- "$qemu" \
		-machine q35 -accel "$accel" -cpu max -m 2048 -nodefaults -no-reboot -display none -serial "file:$run/serial.log" \
		-acpitable "file=$table" \
		-drive "if=none,id=disk,format=raw,file=$run/disk.img" \
		-device virtio-blk-pci,drive=disk \
		-kernel "$(echo "$build"/kernel/boot/vmlinuz-*)" -initrd "$build/initrd" \
		-append "$append" > "$run/board.log" 2>&1 || status=$?
}

# One run at a time: they share build/linux.
mkdir -p "$build"
exec 9> "$build/lock"
flock 9

prepare
plan > "$build/plan"
[ -s "$build/plan" ] || fail "no boot has that: see cameras.txt, and --help"
failures=0
number=0
while read -r kind streams; do
	run=$build/run/$number
	boot "$kind" "$streams" "$@" < /dev/null
	judge
	number=$((number + 1))
done < "$build/plan"
if [ $failures = 0 ]; then
	echo "PASS: $number boots"
else
	echo "FAIL: $failures failures in $number boots"
	exit 1
fi
