#!/bin/sh
# make-image.sh: a bootable image for a USB stick, without root: GPT, one EFI system partition.
# Usage: make-image.sh OUT MEGABYTES BOOTX64.EFI FOLDER
#
# The same input gives the same bytes: ids are fixed, times are SOURCE_DATE_EPOCH, files go in by
# name. The file is sparse; write it with `dd bs=8M conv=fsync` or any image writer.
set -eu

out=$1
megabytes=$2
program=$3
folder=$4

export TZ=UTC
export MTOOLS_SKIP_CHECK=1
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-0}"
PATH=$PATH:/usr/sbin:/sbin

first=2048                                 # sectors of 512 bytes: 1 MiB, where all tools start
tail=2048                                  # room for the second GPT, and an even end
size=$((megabytes * 2048 - first - tail))
if [ "$megabytes" -lt 40 ]; then
	echo "make-image: a FAT32 partition takes at least 40 MB" >&2
	exit 1
fi

new=$out.new
trap 'rm -f "$new" "$new.log"' EXIT
rm -f "$new"
truncate -s "${megabytes}M" "$new"
sfdisk --quiet --no-reread --no-tell-kernel "$new" <<END
label: gpt
label-id: 46495253-544C-4947-4854-000000000001
unit: sectors
start=$first, size=$size, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, uuid=46495253-544C-4947-4854-000000000002, name="Firstlight"
END
# The largest clusters with which it still is FAT32 (65525 of them, and some to spare for the FATs):
# the firmware extends a file cluster by cluster, and that takes longer than it looks.
cluster=1
while [ "$cluster" -lt 64 ] && [ $((size / (2 * cluster))) -ge 66000 ]; do
	cluster=$((2 * cluster))
done
mkfs.fat -F 32 -s "$cluster" -n FIRSTLIGHT --invariant --offset "$first" "$new" $((size / 2)) >"$new.log" 2>&1 ||
	{ cat "$new.log" >&2; exit 1; }

at="$new@@$((first * 512))"
mmd -i "$at" ::/EFI ::/EFI/BOOT
mcopy -i "$at" "$program" ::/EFI/BOOT/BOOTX64.EFI
(cd "$folder" && find . -mindepth 1 -type d | LC_ALL=C sort) | while read -r name; do
	mmd -i "$at" "::/${name#./}"
done
(cd "$folder" && find . -type f | LC_ALL=C sort) | while read -r name; do
	mcopy -i "$at" "$folder/$name" "::/${name#./}"
done
mv "$new" "$out"
