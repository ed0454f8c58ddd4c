#!/bin/sh
# Packs build/linux/initramfs.cpio: busybox (its i2cset and i2cget too), the camera drivers with what
# they depend on, media-ctl and v4l2-ctl with their libraries, and tests/linux/init.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
out=$top/build/linux
tools=$out/tools
root=$out/root
release=$(cat "$out/kernel/release")
# ipu-bridge, mc, videobuf2 ... follow as dependencies.
modules="virtio_blk i2c-dev intel-lpss-pci idma64 intel_skl_int3472_tps68470 intel_skl_int3472_discrete gpio-tps68470 tps68470-pmic
	$(sed -n 's/^\([a-z][^ -]*\).*/\1/p' "$top/tests/linux/cameras.txt") ipu3-cio2 ipu3-imgu"

kmod() { # applet arguments...
	applet=$1
	shift
	mkdir -p "$out/applets"
	ln -sf "$tools/bin/kmod" "$out/applets/$applet"
	LD_LIBRARY_PATH=$tools/usr/lib/x86_64-linux-gnu:$tools/lib/x86_64-linux-gnu \
		"$out/applets/$applet" "$@"
}

rm -rf "$root"
mkdir -p "$root/bin" "$root/lib64" "$root/lib/modules" "$root/dev" "$root/proc" "$root/sys" "$root/tmp" \
	"$root/lib/firmware"

# Modules: the wanted ones are found in the complete tree and copied without compression.
installed=$out/kernel/lib/modules/$release
mkdir -p "$installed/updates"
cp "$out"/modules/*.ko "$installed/updates/"
kmod depmod -b "$out/kernel" "$release"
for module in $modules; do
	kmod modprobe -d "$out/kernel" -S "$release" --show-depends "$module"
done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u | while read -r file; do
	to=$root/lib/modules/$release/$(basename "$file" .xz)
	mkdir -p "$(dirname "$to")"
	case $file in
	*.xz) xz -dc "$file" > "$to" ;;
	*) cp "$file" "$to" ;;
	esac
done
cp "$installed"/modules.builtin* "$installed/modules.order" "$root/lib/modules/$release/"
kmod depmod -b "$root" "$release"

# Programs, with the libraries that they name, from the packages.
cp "$tools/bin/busybox" "$root/bin/"
cp "$tools/usr/bin/media-ctl" "$tools/usr/bin/v4l2-ctl" "$root/bin/"
libraries=$tools/lib/x86_64-linux-gnu:$tools/usr/lib/x86_64-linux-gnu
cp "$tools/lib64/ld-linux-x86-64.so.2" "$root/lib64/"
for program in "$root"/bin/media-ctl "$root"/bin/v4l2-ctl; do
	"$tools/lib64/ld-linux-x86-64.so.2" --library-path "$libraries" --list "$program"
done | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' | sort -u | xargs cp -L -t "$root/lib64/"

cp "$top/tests/linux/init" "$top/tests/linux/soraka.sh" "$top/tests/linux/imgu.sh" "$root/"
chmod +x "$root/init"

(cd "$root" && find . | LC_ALL=C sort | "$tools/bin/busybox" cpio -o -H newc -R 0:0) > "$out/initramfs.cpio" 2>"$out/cpio.log" ||
	{ cat "$out/cpio.log" >&2; exit 1; }
echo "initramfs: $(stat -c %s "$out/initramfs.cpio") bytes"
