# shellcheck shell=sh
# stick.sh: files on a stick image, without root; to be sourced.

export TZ=UTC
export MTOOLS_SKIP_CHECK=1

# stick_new IMAGE: a fresh copy of the built image
stick_new()
{
	mkdir -p "$(dirname "$1")"
	cp --sparse=always build/firstlight.img "$1"
}

# Where the partition starts (tools/make-image.sh).
stick_at()
{
	echo "$1@@1048576"
}

# stick_get IMAGE NAME LOCAL: a file or a folder, from the stick
stick_get()
{
	mcopy -s -n -o -i "$(stick_at "$1")" "::/$2" "$3"
}

# stick_put IMAGE LOCAL NAME: a file, onto the stick
stick_put()
{
	mcopy -n -o -i "$(stick_at "$1")" "$2" "::/$3"
}

# stick_firmware IMAGE [FILE]: what the virtual board takes beside the files of the stick: ImgU firmware,
# the synthetic one or this file, and the golden frames of its cameras
stick_firmware()
{
	fw=${2:-$1.fw}
	[ -n "${2:-}" ] || build/make-firmware "$fw"
	mmd -D s -i "$(stick_at "$1")" ::/firstlight/firmware ::/firstlight/golden 2>/dev/null
	stick_put "$1" "$fw" firstlight/firmware/ipu3-fw.bin
	rm -f "$1.fw"
	stick_golden "$1"
}

# stick_golden IMAGE: golden frames of soraka's cameras, but for one that is shown another scene (BOARD); a PGM is a
# capture of its own
stick_golden()
{
	case "${BOARD:-}" in
	*"--board soraka"*) ;;
	*--board*) return ;;
	esac
	for golden in build/golden/*.pgm; do
		camera=$(basename "$golden" .pgm)
		case "${BOARD:-}" in
		*"${camera%%-*}="*.pgm*) ;;
		*"--scene ${camera%%-*}="*) continue ;;
		esac
		stick_put "$1" "$golden" "firstlight/golden/${golden##*/}"
	done
}

# stick_arguments IMAGE WORDS: what the ROM takes as if it had been typed
stick_arguments()
{
	plan=$1.ini
	stick_get "$1" firstlight/firstlight.ini "$plan"
	sed -i '/^arguments[ =]/d' "$plan"
	printf 'arguments = %s\n' "$2" >>"$plan"
	stick_put "$1" "$plan" firstlight/firstlight.ini
	rm -f "$plan"
}
