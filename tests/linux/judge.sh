# shellcheck shell=sh disable=SC2034,SC2154 # the variables are those of run.sh
# judge.sh: what came of a boot: the kernel log, the board's violations, and each stream's frames and rate (sourced by
# run.sh).

# Lines of the kernel log that a sound board never causes (cio2.md 12.6 and what drivers print).
complaints='payload length|no ready buffers|DMA output error|can not be halted|ipu3-cio2.*(CSI-2|rror|fail|time)'
complaints="$complaints|FIFO overflow|i2c_designware.*(timed out|timeout|lost|rror|fail)|intel-lpss.*(rror|fail)"
complaints="$complaints|(ov|imx|hi)[0-9]+ .*(rror|fail|mismatch)|ipu3-imgu.*(rror|fail|time)|nobody cared|spurious"
complaints="$complaints|ACPI.*Error|tps68470.*(rror|fail)|Call Trace|BUG:|WARNING:|Oops"

bad() {
	echo "not ok - $*"
	failures=$((failures + 1))
}

# v4l2-ctl's line per buffer: "cap dqbuf: 0 seq: 5 bytesused: 8294400 ts: 13.120474 delta: ...". A board that made its
# first frames late catches up, so the later frames show the sensor's pace.
pace() { # log of v4l2-ctl
	sed -n 's/^cap dqbuf.*seq: *\([0-9]*\) .* ts: \([0-9.]*\) .*/\1 \2/p' "$1" |
		awk '{ number[NR] = $1; time[NR] = $2 }
			END {
				first = int(NR / 4) + 1
				if (NR < 2 || time[NR] == time[first]) { print "no pace"; exit }
				printf "%.2f fps\n", (number[NR] - number[first]) / (time[NR] - time[first])
			}'
}

# The guest's clock is coarse when the machine is busy.
is_near() { # "29.97 fps" rate
	echo "$1" | awk -v rate="$2" '{ exit !($1 > rate * 0.97 && $1 < rate * 1.03) }'
}

# Frames against the scene, or against bars where the stream has a test pattern.
compare() { # sensor WxH controls file
	case ,$3 in
	*,test_pattern=*)
		bayer=$(echo ",$3" | sed -n 's/.*,bayer=\([a-z]*\).*/\1/p')
		"$build/frames" bars "$2" "${bayer:-$(column "$1" 5)}" "$4"
		;;
	*)
		# shellcheck disable=SC2086 # one word each
		"$build/frames" compare "$2" "$(scene_size "$1" $streams)" "$seed" "$4"
		;;
	esac
}

judge_stream() { # STREAM file-without-ending
	controls=${1#*,}
	size=${controls%%,*}
	controls=${controls#"$size"}
	if ! result=$(compare "${1%%,*}" "${size%@*}" "${controls#,}" "$2.raw" 2>&1); then
		bad "$1 ($kind): $result"
		return
	fi
	pace=$(pace "$2-pace.txt")
	if [ "$fps" != sensor ] || is_near "$pace" "$(rate_of "$1")"; then
		echo "ok - $1 ($kind): $result, $pace"
	else
		bad "$1 ($kind): $result, but $pace instead of $(rate_of "$1")"
	fi
}

# The driver has no mode that cameras.txt lacks. One that takes any size lists 0x0 or nothing.
judge_modes() {
	for one in $cameras; do
		sed -n 's/.*: \([0-9]*x[0-9]*\) - \1$/\1/p' "$run/out/${one%@*}-sizes.txt" | while read -r size; do
			[ "$size" = 0x0 ] || modes_of "${one%@*}" | grep -q "^$size\([@,].*\)*$" || echo "${one%@*},$size"
		done
	done
}

judge_streams() {
	for one in $streams; do
		round=1
		while [ $round -le "$rounds" ]; do
			judge_stream "$one" "$run/out/$one-$round"
			round=$((round + 1))
		done
	done
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

is_hasty() {
	[ "$fps" != max ] || return 0
	for one in $streams; do
		[ "$(frames_of_a_second "$one")" -le 50 ] || return 0
	done
	return 1
}

judge() {
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
	# Frames that complete faster than the handler runs: one pass takes two, the next finds none. On a busy
	# machine it happens now and then.
	hasty='^$'
	if is_hasty || [ "$(grep -c 'no ready buffers' "$run/serial.log")" -le 3 ]; then
		hasty='no ready buffers'
	fi
	# At removal ipu3-imgu asks a powered-down device to stop once more (imgu.md 8.1): harmless.
	if grep -E "$complaints" "$run/serial.log" |
		grep -v -e "module verification" -e "$hasty" -e "failed on stop stream event"; then
		bad "the kernel complains (above)"
	fi
	if grep '^RIG.*ERROR' "$run/serial.log"; then
		bad "the test in Linux failed (above)"
	fi
	judge_streams
	[ -z "$(judge_modes)" ] || bad "in no line of cameras.txt: $(judge_modes)"
	if [ -n "$imgu" ]; then
		grep -a 'ipu3-imgu' "$run/serial.log" || true
		if grep -q '^RIG ipu3-imgu.*bound: 0000:00:05.0' "$run/serial.log"; then
			echo "ok - ipu3-imgu is bound"
		else
			bad "ipu3-imgu did not bind"
		fi
	fi
	[ "$imgu" != stream ] || judge_imgu
}
