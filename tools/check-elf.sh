#!/bin/sh
# check-elf.sh: what GNU-EFI's start-up code takes for granted, and W^X.
# Usage: check-elf.sh FILE
set -eu

elf=$1

# It skips other types without a word, and the program would jump to nowhere later.
other=$(readelf -rW "$elf" | grep 'R_X86_64_' | grep -v 'R_X86_64_RELATIVE' || true)
if [ -n "$other" ]; then
	printf '%s: relocations that nobody would apply:\n%s\n' "$elf" "$other" >&2
	exit 1
fi

both=$(readelf -SW "$elf" | sed 's/^ *\[ *[0-9]*\] *//' |
	awk '$7 ~ /W/ && $7 ~ /X/ { print $1 }')
if [ -n "$both" ]; then
	printf '%s: writable and executable: %s\n' "$elf" "$both" >&2
	exit 1
fi
