# shellcheck shell=sh disable=SC2154 # the variables are those of run.sh
# plan.sh: which boots there are and what streams in each, from cameras.txt (sourced by run.sh).

# Sensors on the ports of a breadboard, one boot a line: every port, and on 2 and 3 those that are content with two lanes.
breadboards='
imx258@0 hi556@2
imx355@1 ov7251@2
ov13858@1 ov5670@3
ov5693@3 ov5675@2 ov2740@0
ov8865@1
ov8865@2x2 ov2740-180@1 ov7251-319@0
'

column() { # sensor number: that column of its line in cameras.txt
	awk -v sensor="$1" -v column="$2" '$1 == sensor { print $column }' "$here/cameras.txt"
}

modes_of() { # sensor
	column "$1" 11 | tr ';' '\n' | sed 's/:.*//'
}

# The rate of the mode that a stream begins with.
rate_of() { # STREAM
	column "${1%%,*}" 11 | tr ';:' '\n ' | awk -v stream="${1#*,}" 'index(stream ",", $1 ",") == 1 { print $2; exit }'
}

# A second's frames, as the guest's clock is coarse.
frames_of_a_second() { # STREAM
	rate_of "$1" | sed 's/[.].*//'
}

# Soraka's boots have one mode of each camera, so that each scene is of its mode's size.
plan_soraka() {
	modes_of ov5670 > "$build/front"
	modes_of ov13858 > "$build/rear"
	paste -d ' ' "$build/front" "$build/rear" | while read -r front rear; do
		echo "soraka ov5670,$front ${rear:+ov13858,$rear}"
	done
}

# All modes of a breadboard's sensors one after the other, bars in the first, and with each flip in the last. One at a
# time: Linux has one DMA channel for all ports.
plan_breadboard() { # SENSOR@PORT...
	streams=
	for one; do
		sensor_=${one%@*}
		for mode_ in $(modes_of "$sensor_"); do
			streams="$streams $sensor_,$mode_"
		done
		bars=test_pattern=$(column "$sensor_" 9)
		streams="$streams $sensor_,$(modes_of "$sensor_" | head -n 1),$bars"
		for flips in $(column "$sensor_" 10 | tr ';' ' '); do
			[ "$flips" = - ] || streams="$streams $sensor_,$mode_,$flips,$bars"
		done
	done
	echo "breadboard=$(echo "$*" | tr ' ' ,)$streams"
}

# One mode of each sensor: this is about pads, and all modes are a breadboard's.
plan_windows() { # BOARD
	awk -v board="$1" '$1 == board { print $2 }' "$here/windows.txt" | while read -r sensor_; do
		echo "$sensor_,$(modes_of "$sensor_" | head -n 1)"
	done | xargs echo "$1"
}

# The streams that --sensor and --mode leave.
wanted_streams() { # STREAM...
	for one; do
		[ "$sensor" = all ] || [ "${one%%,*}" = "$sensor" ] || continue
		[ -z "$mode" ] || case $one in *,"$mode" | *,"$mode",*) ;; *) continue ;; esac
		echo "$one"
	done
}

plan_board() {
	case $board in
	soraka) plan_soraka ;;
	breadboard=*)
		# shellcheck disable=SC2046 # one word each
		plan_breadboard $(echo "${board#*=}" | tr , ' ')
		;;
	all)
		plan_soraka
		echo "$breadboards" | while read -r cameras; do
			# shellcheck disable=SC2086 # one word each
			[ -z "$cameras" ] || plan_breadboard $cameras
		done
		sed -n 's/^\([a-z][^ ]*\) .*/\1/p' "$here/windows.txt" | uniq | while read -r name; do
			plan_windows "$name"
		done
		;;
	*)
		grep -q "^$board " "$here/windows.txt" || fail "no board '$board'; see --help"
		plan_windows "$board"
		;;
	esac
}

# One line a boot: its board and its streams.
plan() {
	if [ "$sensor" = none ]; then
		plan_board | awk '!seen[$1]++ { print $1 }'
		return
	fi
	plan_board | while read -r kind streams; do
		# shellcheck disable=SC2086 # one word each
		streams=$(wanted_streams $streams | tr '\n' ' ')
		[ -z "$streams" ] || echo "$kind $streams"
	done
}
