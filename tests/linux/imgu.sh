# shellcheck shell=sh disable=SC2154 # the variables are those of init
# imgu.sh: a stream through ipu3-imgu (busybox sh, sourced by init): /imgu.raw, packed 10-bit Bayer of
# 1936x1096, goes in again and again; NV12 of 1920x1080 comes out of output and viewfinder. Twice, and
# then the module is unloaded (imgu.md 8.1, "To stream").

imgu_set_up() {
	imgu_media=
	for node in /dev/media*; do
		media-ctl -d "$node" -p 2>/dev/null | grep -q '^driver *ipu3-imgu' && imgu_media=$node
	done
	[ -n "$imgu_media" ] || return 1
	pipe="ipu3-imgu 0"
	# The viewfinder must be enabled: Linux dereferences a null pointer without it.
	media-ctl -d "$imgu_media" -l "\"$pipe input\":0 -> \"$pipe\":0[1]" &&
	media-ctl -d "$imgu_media" -l "\"$pipe\":2 -> \"$pipe output\":0[1]" &&
	media-ctl -d "$imgu_media" -l "\"$pipe\":3 -> \"$pipe viewfinder\":0[1]" &&
	media-ctl -d "$imgu_media" -l "\"$pipe\":4 -> \"$pipe 3a stat\":0[1]" &&
	media-ctl -d "$imgu_media" -V "\"$pipe\":0[fmt:FIXED/1920x1080 crop:(0,0)/1936x1096 compose:(0,0)/1936x1096]" ||
		return 1
	imgu_in=$(media-ctl -d "$imgu_media" -e "$pipe input")
	imgu_out=$(media-ctl -d "$imgu_media" -e "$pipe output")
	imgu_vf=$(media-ctl -d "$imgu_media" -e "$pipe viewfinder")
	imgu_stat=$(media-ctl -d "$imgu_media" -e "$pipe 3a stat")
	v4l2-ctl -d "$imgu_in" --set-fmt-video-out=width=1936,height=1096,pixelformat=ip3G &&
	v4l2-ctl -d "$imgu_out" --set-fmt-video=width=1920,height=1080,pixelformat=NV12 &&
	v4l2-ctl -d "$imgu_vf" --set-fmt-video=width=1920,height=1080,pixelformat=NV12
}

# The stream starts with the last node. All but the output run until they are told to stop, because
# Linux fills in for a node that is late, so the counts differ.
imgu_round() { # number
	v4l2-ctl -d "$imgu_stat" --stream-mmap=2 > /tmp/imgu-stat.txt 2>&1 &
	others=$!
	v4l2-ctl -d "$imgu_vf" --stream-mmap=2 --stream-to="/tmp/imgu-vf.raw" > /tmp/imgu-vf.txt 2>&1 &
	others="$others $!"
	timeout 60 v4l2-ctl -d "$imgu_out" --stream-mmap=4 --stream-count="$frames" --verbose \
		--stream-to="/tmp/out/imgu-output-$1.raw" > "/tmp/out/imgu-output-$1.txt" 2>&1 &
	output=$!
	usleep 300000
	v4l2-ctl -d "$imgu_in" --stream-out-mmap=2 --stream-from=/imgu.raw --stream-loop > /tmp/imgu-in.txt 2>&1 &
	others="$others $!"
	wait "$output" || say "ERROR no stream out of ipu3-imgu"
	# shellcheck disable=SC2086
	kill $others
	wait
	# Whole frames of the viewfinder; the last one may have been cut by the kill.
	whole=$(($(stat -c %s /tmp/imgu-vf.raw) / 3110400))
	[ "$whole" -le "$frames" ] || whole=$frames
	head -c $((whole * 3110400)) /tmp/imgu-vf.raw > "/tmp/out/imgu-viewfinder-$1.raw"
	rm /tmp/imgu-vf.raw
}

imgu_stream() {
	imgu_set_up || { say "ERROR set-up of ipu3-imgu"; return; }
	imgu_round 1
	imgu_round 2
	rmmod ipu3_imgu || say "ERROR rmmod ipu3_imgu"
	say "ipu3-imgu unloaded"
}
