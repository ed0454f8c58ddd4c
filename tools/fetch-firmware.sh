#!/bin/sh
# fetch-firmware.sh: Intel's ImgU firmware, as real boards use it, into build/firmware/ipu3-fw.bin, once.
#
# From firmware/ipu3-fw.bin of the tree (yours; ignored by git) or from Debian's package
# firmware-misc-nonfree. The component non-free-firmware need not be among the machine's sources: a private
# list is derived from them, and nothing is installed. Says why it could not and exits 1 when there is none.
set -u

out=build/firmware
file=$out/ipu3-fw.bin
sum=f538714042e694b0e13eedea6a84bfe9b2c94416c0031f6a1a3e8a7cedb29b7c
inside=lib/firmware/intel/irci_irci_ecr-master_20161208_0213_20170112_1500.bin
top=$PWD
keys=/usr/share/keyrings/debian-archive-keyring.gpg

fail()
{
	echo "fetch-firmware: $*" >&2
	exit 1
}

is_right()
{
	[ -f "$1" ] && echo "$sum  $1" | sha256sum --status -c
}

# private_list: one line like Debian's own main archive of this machine, for the component that has the package
private_list()
{
	# shellcheck disable=SC2016 # apt's own placeholders
	apt-get indextargets --format '$(ORIGIN) $(COMPONENT) $(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
		sed -nE "s,^Debian main ([a-z]+) (.*),deb [signed-by=$keys] \\2 \\1 non-free-firmware,p" | head -n 1
}

# private_apt ARGUMENT...: apt-get that knows only that list and writes only below $out
private_apt()
{
	apt-get -qq -o APT::Sandbox::User=root -o Acquire::Retries=0 -o Acquire::http::Timeout=20 \
		-o Dir::Etc::SourceList="$top/$out/sources.list" -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::State::Lists="$top/$out/lists" -o Dir::Cache="$top/$out/cache" "$@"
}

mkdir -p "$out"
exec 9>"$out/lock"
flock 9 # several may run in one tree
is_right "$file" && exit 0
if is_right firmware/ipu3-fw.bin; then
	cp firmware/ipu3-fw.bin "$file"
	exit 0
fi
command -v apt-get >/dev/null || fail "no apt-get on this machine"
mkdir -p "$out/lists/partial" "$out/cache/archives/partial"
private_list >"$out/sources.list"
[ -s "$out/sources.list" ] || fail "no Debian archive among this machine's package sources"
{
	private_apt update && (cd "$out" && private_apt download firmware-misc-nonfree)
} >"$out/log" 2>&1 || fail "firmware-misc-nonfree is not reachable ($(tail -n 1 "$out/log"))"
dpkg-deb --fsys-tarfile "$out"/firmware-misc-nonfree_*.deb | tar -xO "./$inside" >"$file.new" ||
	fail "the package has no $inside"
rm -rf "$out"/*.deb "$out/lists" "$out/cache"
is_right "$file.new" || fail "the package has another build of it: $(sha256sum "$file.new")"
mv "$file.new" "$file"
