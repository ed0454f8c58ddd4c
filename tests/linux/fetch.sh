#!/bin/sh
# Fetches Debian's packages of Linux and the camera tools and unpacks them into build/linux/;
# nothing is installed. Run again after removing build/linux/kernel to take a newer kernel.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
out=$top/build/linux
series=6.12   # the first Debian kernel with ipu3-cio2, ipu3-imgu and ov5670 as modules

tools="busybox-static v4l-utils libv4l-0 libv4lconvert0 libjpeg62-turbo libudev1
	kmod libkmod2 liblzma5 libzstd1 libssl3 libc6 libstdc++6 libgcc-s1 libelf1"

# Debian 13 has some libraries under another name.
with_t64() {
	for package; do
		apt-cache policy "$package" | grep -q 'Candidate: [^(]' || package=${package}t64
		echo "$package"
	done
}

fail() { echo "fetch.sh: $*" >&2; exit 1; }

unpack() { # directory package...
	directory=$1
	shift
	rm -rf "$out/debs" "$directory.new"
	mkdir -p "$out/debs" "$directory.new"
	(cd "$out/debs" && apt-get -qq -o APT::Sandbox::User=root download "$@") ||
		fail "apt-get download $*: is the package list fresh (apt-get update)?"
	for deb in "$out"/debs/*.deb; do
		dpkg-deb -x "$deb" "$directory.new"
	done
	rm -rf "$directory" "$out/debs"
	mv "$directory.new" "$directory"
}

# All that is compiled here must be there: a tree from before a driver was added has it not.
is_complete() {
	[ -f "$out/kernel/release" ] || return
	while read -r driver; do
		[ -f "$out/kernel/$driver" ] || return
	done < "$top/tests/linux/drivers.txt"
}

if ! is_complete; then
	release=$(apt-cache pkgnames linux-image-$series |
		sed -n 's/^linux-image-\('"$series"'\..*deb[0-9]*-amd64\)$/\1/p' | sort -V | tail -n 1)
	[ -n "$release" ] || fail "no linux-image-$series.*-amd64 in Debian's package lists (Debian 12: backports)"
	common=${release%-amd64}
	unpack "$out/kernel" "linux-image-$release" "linux-headers-$release" \
		"linux-headers-$common-common" "linux-kbuild-$common" linux-source-$series
	# Drivers that Debian leaves out are compiled from Debian's own source, as they are.
	sed "s,^,linux-source-$series/," "$top/tests/linux/drivers.txt" |
		tar -C "$out/kernel" --strip-components=1 -T - -xf "$out/kernel/usr/src/linux-source-$series.tar.xz"
	rm "$out/kernel/usr/src/linux-source-$series.tar.xz"
	echo "$release" > "$out/kernel/release"
fi
# shellcheck disable=SC2046,SC2086
[ -d "$out/tools" ] || unpack "$out/tools" $(with_t64 $tools)
echo "Linux $(cat "$out/kernel/release") in build/linux"
