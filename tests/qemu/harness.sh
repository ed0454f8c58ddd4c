# shellcheck shell=sh
# harness.sh: boot tests in a few words; to be sourced from the root of the tree.
#
#	. tests/qemu/harness.sh
#	machine_new                        a fresh stick in build/test/qemu/<test>/
#	machine_boot --frames 1            with these words for the ROM; BOARD, DEADLINE as boot.sh
#	machine_shell <<END                these lines in the UEFI shell instead
#	check "it passes" said '^RESULT PASS'
#	finish                             plan line, exit status
#
# Output is TAP, which tools/run-tests.sh adds up. QEMU_ARGUMENTS: more words for QEMU.

# shellcheck source=tools/stick.sh
. tools/stick.sh

machine=build/test/qemu/$(basename "$0" .sh)
cases=0
bad_cases=0
mkdir -p build/test/qemu
exec 9>"$machine.lock"
flock 9 # one at a time: several may run the tests in one tree
rm -rf "$machine"
mkdir -p "$machine"
trap 'rm -f "$machine"/*.img' EXIT

# check TEXT COMMAND...: one case; what the command says comes out as a comment when it fails
check()
{
	text=$1
	shift
	cases=$((cases + 1))
	if "$@" >"$machine/check.log" 2>&1; then
		echo "ok $cases $text"
	else
		bad_cases=$((bad_cases + 1))
		echo "not ok $cases $text"
		sed 's/^/# /' "$machine/check.log" | tail -n 20
	fi
}

not()
{
	! "$@"
}

finish()
{
	echo "1..$cases"
	[ "$bad_cases" -eq 0 ]
	exit
}

# machine_new [NAME]: a fresh stick with firmware for the virtual board's ImgU
machine_new()
{
	machine_stick=$machine/stick.img
	stick_new "$machine_stick"
	stick_firmware "$machine_stick"
}

# machine_boot WORDS...: runs until the machine is off; $machine_status is boot.sh's
machine_boot()
{
	stick_arguments "$machine_stick" "$* --at-end shutdown"
	machine_start
}

# machine_start: the same with the stick as it is
machine_start()
{
	# shellcheck disable=SC2086 # a list of words
	tools/boot.sh "$machine" ${QEMU_ARGUMENTS:-} >"$machine/machine.log" 2>&1
	machine_status=$?
	tr -d '\r' <"$machine/serial.log" | sed 's/\x1b\[[0-9;=?]*[A-Za-z]//g' >"$machine/console.txt"
	rm -rf "$machine/results"
	stick_get "$machine_stick" firstlight/results "$machine" 2>/dev/null
	# The newest run: names start with the time.
	machine_run=$(find "$machine/results" -mindepth 2 -maxdepth 2 -type d 2>/dev/null | sort | tail -n 1)
	[ "$machine_status" -eq 0 ] || sed 's/^/# /' "$machine/machine.log" | tail -n 30
}

# machine_shell: the ROM from the UEFI shell, with the lines of standard input as the shell's script
machine_shell()
{
	stick_put "$machine_stick" build/BOOTX64.EFI firstlight.efi
	mdel -i "$(stick_at "$machine_stick")" ::/EFI/BOOT/BOOTX64.EFI
	{
		printf '@echo -off\nfs0:\n'
		cat
		echo 'reset -s'
	} >"$machine/startup.nsh"
	stick_put "$machine_stick" "$machine/startup.nsh" startup.nsh
	machine_start
}

# said PATTERN: a line of the console matches; shows the end of the console when none does
said()
{
	grep -qE "$1" "$machine/console.txt" || {
		tail -n 15 "$machine/console.txt"
		return 1
	}
}

# report JQ_EXPRESSION: it holds for report.json of the newest run
report()
{
	jq -e "$1" "$machine_run/report.json"
}
