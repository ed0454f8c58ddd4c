#!/bin/sh
# Runs the virtual board under Debian's Linux with Linux's own drivers: every mode of both sensors
# must stream, without a complaint in the kernel log, and every sample must be the scene's.
# See tests/linux/README.md.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
here=$top/tests/linux
build=$top/build/linux
board=${BOARD_PROGRAM:-$top/build/virtual-board}
qemu=${QEMU:-qemu-system-x86_64}

ov5670_modes="2592x1944 1296x972 648x486 2560x1440 1280x720 640x360"
ov13858_modes="4224x3136 2112x1568 2112x1188 1056x784"

sensor=all mode='' frames=8 rounds=2 fps=sensor power=user firmware='' seed=1 trace='' accel=tcg limit=120 expect=''
# Lines of the kernel log that a sound board never causes (cio2.md 12.6 and what drivers print).
complaints='payload length|no ready buffers|DMA output error|can not be halted|ipu3-cio2.*(CSI-2|rror|fail|time)'
complaints="$complaints|FIFO overflow|i2c_designware.*(timed out|timeout|lost|rror|fail)|intel-lpss.*(rror|fail)"
complaints="$complaints|ov(5670|13858).*(rror|fail|mismatch)|ipu3-imgu.*(rror|fail|time)|nobody cared|spurious"
complaints="$complaints|ACPI.*Error|tps68470.*(rror|fail)|Call Trace|BUG:|WARNING:|Oops"

usage() {
	cat <<USAGE
usage: run.sh [options] [-- board option ...]
  --sensor ov5670|ov13858|all|none  which cameras (all)
  --mode WxH                    only this mode (every mode of the sensor)
  --frames N                    frames per mode ($frames)
  --rounds N                    starts and stops of each mode ($rounds)
  --fps sensor|max|N            pace of the board ($fps)
  --power user|acpi             PMIC by i2cset, or by ACPI power resources as on a Chromebook ($power)
  --firmware FILE               load ipu3-imgu with this firmware too; the first boot streams through it
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

[ -x "$board" ] || fail "build/virtual-board is missing: make it first"
for tool in "$qemu" iasl gcc xz tar timeout; do
	command -v "$tool" > /dev/null || fail "$tool is missing"
done

prepare() {
	"$here/fetch.sh"
	[ -f "$build/modules/ov13858.ko" ] || "$here/modules.sh"
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

# One boot: modes of the sensors, "-" for none.
boot() { # ov5670-mode ov13858-mode board-option...
	rm -rf "$run"
	mkdir -p "$run"
	truncate -s 1G "$run/disk.img"
	append="console=ttyS0 rig.power=$power rig.frames=$frames rig.rounds=$rounds"
	scenes=
	for pair in "ov5670,$1" "ov13858,$2"; do
		one=${pair%,*} size=${pair#*,}
		[ "$size" != - ] || continue
		"$build/frames" scene "$size" "$seed" "$run/$one.pgm"
		scenes="$scenes --scene $one=$run/$one.pgm"
		append="$append rig.stream=$pair"
	done
	shift 2
	if [ -n "$firmware" ]; then
		imgu=load
		[ "$number" != 0 ] || imgu=stream
		append="$append rig.imgu=$imgu"
	fi
	[ -z "$trace" ] || scenes="$scenes --trace $run/trace.txt"
	[ "$fps" = sensor ] || scenes="$scenes --fps $fps"
	status=0
	# A start or a stop inside a line is legal, and Linux complains of it as on real machines: --expect looks at that.
	# Its drivers do not wait after a soft reset.
	# shellcheck disable=SC2086
	timeout -k 2 "$limit" "$board" --seed "$seed" --decide sensor-restart=0 --decide sensor-stop=0 \
		--decide sensor-reset=0 $scenes "$@" -- "$qemu" \
		-machine q35 -accel "$accel" -cpu max -m 1024 -nodefaults -no-reboot -display none -serial "file:$run/serial.log" \
		-acpitable "file=$build/$power.aml" \
		-drive "if=none,id=disk,format=raw,file=$run/disk.img" \
		-device virtio-blk-pci,drive=disk \
		-kernel "$(echo "$build"/kernel/boot/vmlinuz-*)" -initrd "$build/initrd" \
		-append "$append" > "$run/board.log" 2>&1 || status=$?
}

bad() {
	echo "not ok - $*"
	failures=$((failures + 1))
}

# v4l2-ctl's line per buffer: "cap dqbuf: 0 seq: 5 ... delta: 33.143 ms". The median is the sensor's
# pace even where a busy machine lost a frame.
pace() { # log of v4l2-ctl
	sed -n 's/^cap dqbuf.*seq: *\([0-9]*\) .*delta: \([0-9.]*\) ms.*/\1 \2/p' "$1" |
		awk 'NR > 1 { print $2 / ($1 - last); lost += $1 - last - 1 } { last = $1 }
			END { print "lost", lost + 0 }' |
		sort -n | awk '$1 == "lost" { lost = $2; next } { ms[++n] = $1 }
			END { printf "%.2f fps, %d not taken", n ? 1000 / ms[int((n + 1) / 2)] : 0, lost }'
}

judge_frames() { # SENSOR-WxH file-without-ending
	if result=$("$build/frames" compare "${1#*-}" "$seed" "$2.raw" 2>&1); then
		pace=$(pace "$2.txt")
		# Both sensors make 30 frames a second in every mode; the guest's clock is coarse when busy.
		case $fps,$pace in
		sensor,2[5-9].* | sensor,3[0-5].* | [!s]*) echo "ok - ${1%-*} $result, $pace" ;;
		*) bad "${1%-*} $result, but $pace" ;;
		esac
	else
		bad "${1%-*} $result"
	fi
}

judge_imgu() {
	for name in output-1 output-2 viewfinder-1 viewfinder-2; do
		if result=$("$build/frames" nv12 1920x1080 "$seed" "$run/out/imgu-$name.raw" 2>&1); then
			echo "ok - ipu3-imgu $name $result"
		else
			bad "ipu3-imgu $name $result"
		fi
	done
	grep -q '^RIG ipu3-imgu unloaded' "$run/serial.log" || bad "ipu3-imgu was not unloaded"
}

judge_expected() {
	if found=$(grep -a -m 1 -E "$expect" "$run/serial.log"); then
		echo "ok - $found"
	else
		bad "no /$expect/ in the kernel log"
	fi
}

judge() { # ov5670-mode ov13858-mode
	[ -z "$expect" ] || { judge_expected; return; }
	[ "$status" = 0 ] || { bad "board or QEMU ended with $status"; tail -n 5 "$run/board.log"; }
	if grep -i violation "$run/board.log"; then
		bad "Linux broke a rule of the board (above)"
	fi
	mkdir -p "$run/out"
	tar -C "$run/out" -xf "$run/disk.img" 2> /dev/null || true
	rm -f "$run/disk.img"
	if ! grep -q '^RIG end' "$run/serial.log"; then
		bad "Linux did not come to the end of its test"
		tail -n 15 "$run/serial.log"
		return 0
	fi
	# Frames that complete faster than the handler runs: one pass takes two, the next finds none.
	hasty='^$'
	[ "$fps" != max ] || hasty='no ready buffers'
	# At removal ipu3-imgu asks a powered-down device to stop once more (imgu.md 8.1): harmless.
	if grep -E "$complaints" "$run/serial.log" |
		grep -v -e "module verification" -e "$hasty" -e "failed on stop stream event"; then
		bad "the kernel complains (above)"
	fi
	if grep '^RIG.*ERROR' "$run/serial.log"; then
		bad "the test in Linux failed (above)"
	fi
	for pair in "ov5670-$1" "ov13858-$2"; do
		[ "${pair#*-}" != - ] || continue
		round=1
		while [ $round -le "$rounds" ]; do
			judge_frames "$pair" "$run/out/$pair-$round"
			round=$((round + 1))
		done
	done
	if [ -n "$firmware" ]; then
		grep -a 'ipu3-imgu' "$run/serial.log" || true
		if grep -q '^RIG ipu3-imgu.*bound: 0000:00:05.0' "$run/serial.log"; then
			echo "ok - ipu3-imgu is bound"
		else
			bad "ipu3-imgu did not bind"
		fi
	fi
	[ -z "$firmware" ] || [ "$number" != 0 ] || judge_imgu
}

pick() { # list index: the element, or "-"
	# shellcheck disable=SC2086
	set -- "$2" $1
	index=$1
	shift
	[ "$index" -lt $# ] || { echo -; return; }
	shift "$index"
	echo "$1"
}

case $sensor in
ov5670) ov13858_modes= ;;
ov13858) ov5670_modes= ;;
none) ov5670_modes="" ov13858_modes="" ;;
esac
if [ -n "$mode" ]; then
	ov5670_modes=$(echo " $ov5670_modes " | grep -o " $mode " || true)
	ov13858_modes=$(echo " $ov13858_modes " | grep -o " $mode " || true)
	[ -n "$ov5670_modes$ov13858_modes" ] || fail "no camera has a mode $mode"
fi

# One run at a time: they share build/linux.
mkdir -p "$build"
exec 9> "$build/lock"
flock 9

prepare
failures=0
number=0
while :; do
	front=$(pick "$ov5670_modes" $number)
	rear=$(pick "$ov13858_modes" $number)
	[ "$front$rear" != -- ] || [ "$number" = 0 ] || break
	run=$build/run/$number
	boot "$front" "$rear" "$@"
	judge "$front" "$rear"
	number=$((number + 1))
done
if [ $failures = 0 ]; then
	echo "PASS: $number boots"
else
	echo "FAIL: $failures failures in $number boots"
	exit 1
fi
