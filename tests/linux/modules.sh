#!/bin/sh
# Compiles the drivers that Debian's kernel configuration leaves out (drivers.txt), from Debian's
# unmodified kernel source, as modules in build/linux/modules/. Nothing to do when they are there.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
kernel=$top/build/linux/kernel
out=$top/build/linux/modules
release=$(cat "$kernel/release")
headers=$kernel/usr/src/linux-headers-$release
drivers=$top/tests/linux/drivers.txt

what=$(cat "$kernel/release" "$drivers")
[ "$(cat "$out/made" 2> /dev/null)" != "$what" ] || exit 0

# The one that Debian's kernel was compiled with: its configuration has options that others do not know.
compiler=$(sed -n 's/^CONFIG_CC_VERSION_TEXT="\([a-z0-9_-]*gcc-[0-9]*\).*/\1/p' "$headers/.config")
command -v "${compiler:-no-compiler}" > /dev/null || {
	echo "modules.sh: Linux $release was compiled with ${compiler:-?}, which is not here; see mk/packages-linux.txt" >&2
	exit 1
}

rm -rf "$out"
mkdir -p "$out"
# The header package names its common half by an absolute path; this copy is not installed.
echo "include $kernel/usr/src/linux-headers-${release%-amd64}-common/Makefile" > "$headers/Makefile"

(cd "$kernel" && xargs cp -t "$out") < "$drivers"
# Built in only upstream, so it declares no licence; this wrapper makes a module of it.
cat > "$out/tps68470-pmic.c" <<'WRAPPER'
#include <linux/module.h>
#include "tps68470_pmic.c"
MODULE_DESCRIPTION("TPS68470 ACPI operation regions, as a module");
MODULE_LICENSE("GPL");
WRAPPER
sed -e 's,.*/,,' -e 's,\.c$,.o,' -e 's,^tps68470_pmic,tps68470-pmic,' "$drivers" |
	xargs echo "obj-m :=" > "$out/Makefile"

# BTF is of no use here and would need pahole.
make -s -C "$headers" M="$out" CC="$compiler" CONFIG_DEBUG_INFO_BTF_MODULES= modules > "$out/build.log" 2>&1 || {
	cat "$out/build.log" >&2
	exit 1
}
echo "$what" > "$out/made"
