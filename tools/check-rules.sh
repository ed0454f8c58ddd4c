#!/bin/sh
# check-rules.sh: the rules of the tree that a search can check. Says each breach; none is silence.
set -u
status=0

# breach TEXT: stdin has the places, if any
breach()
{
	places=$(cat)
	[ -n "$places" ] || return 0
	printf '%s:\n%s\n' "$1" "$places" >&2
	status=1
}

grep -rlE --include='*.[ch]' '#[ \t]*include[ \t]*<efi' . | sed 's,^\./,,' |
	grep -vE '^(efi/|tests/qemu/|build/)' |
	breach "GNU-EFI is for efi/ alone"
tools/check-house.py || status=1
grep -rnE --include='*.[ch]' '^[ \t]*#[ \t]*include[ \t]*<' src |
	grep -vE '<(std(int|def|bool|arg)|cpuid|[a-z]mmintrin|xxhash|stb/stb_sprintf)\.h>' | breach "src/ is freestanding"
grep -rnE --include='*.[ch]' 'ifn?def TEST|defined\(TEST' src efi |
	breach "no code for tests only"
grep -rniE '\b(TODO|FIXME|XXX)\b' --include='*.[ch]' --include='*.asm' --include='*.sh' --include='*.mk' \
	src efi include vboard tools tests bench mk Makefile 2>/dev/null | grep -v check-rules.sh |
	breach "promises of work not done"
for list in SRC_C SRC_ASM; do
	sed -n "s/^$list += *//p" mk/sources.mk
done | sort >build/listed.txt
find src -name '*.c' -o -name '*.asm' | sort | comm -3 - build/listed.txt |
	breach "on the disk or in mk/sources.mk, but not both"
git ls-files 2>/dev/null | grep -E '\.(o|a|so|efi|img|fd|ko|bin)$' |
	breach "built files are tracked"
git ls-files -ci --exclude-standard 2>/dev/null | breach "ignored files are tracked"
exit "$status"
