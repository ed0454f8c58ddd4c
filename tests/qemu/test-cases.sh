#!/bin/sh
# test-cases.sh: sticks as people make them: files of other systems, second extensions, one file missing, words
# in the plan's `command`, two volumes, no room at all. The rest of these kinds is in tests/unit/app.
. tests/qemu/harness.sh

# plan LINE...: the whole plan
plan()
{
	printf '%s\n' "$@" >"$machine/plan.ini"
	stick_put "$machine_stick" "$machine/plan.ini" firstlight/firstlight.ini
}

# What macOS leaves beside each file on FAT: AppleDouble, version 2.
apple_double()
{
	printf '\000\005\026\007\000\002\000\000%070d' 0 >"$machine/apple"
	stick_put "$machine_stick" "$machine/apple" "$1"
}

machine_new
apple_double firstlight/boards/._soraka.ini
apple_double firstlight/._firstlight.ini
mdel -i "$(stick_at "$machine_stick")" ::/firstlight/sensors/ov13858.ini
printf 'notes\n' >"$machine/notes"
stick_put "$machine_stick" "$machine/notes" firstlight/boards/soraka.ini.txt
mmd -i "$(stick_at "$machine_stick")" "::/my results" "::/my results/bench"
for second in 1 2 3; do
	old="my results/bench/20200101-00000$second-000"
	mmd -i "$(stick_at "$machine_stick")" "::/$old" "::/$old/frames"
	stick_put "$machine_stick" "$machine/notes" "$old/report.json"
	stick_put "$machine_stick" "$machine/notes" "$old/frames/ov5670-0000.raw"
done
plan 'command = probe --camera ov5670 --unit bench' 'arguments = --output="my results" --keep 2 --at-end shutdown'
machine_start
check "files of other systems and a missing sensor file end nothing" said '^RESULT PASS'
check "a dot-file is told" said '\._soraka.ini: the name begins with a dot'
check "a second extension is told" said 'soraka.ini.txt: the name does not end in .ini'
check "a quote keeps the blank" said '^# results in my results/bench/'
check "the volume is named" said '^# results go to volume .*(PciRoot|without a label|FIRSTLIGHT)'
rm -rf "$machine/my results"
stick_get "$machine_stick" "my results" "$machine"
check "and there they are" test -s "$(find "$machine/my results" -name report.xml)"
check "of three older runs the newest is kept" test "$(echo "$machine/my results/bench"/2020*)" = "$machine/my results/bench/20200101-000003-000"
check "with its frames" test -s "$machine/my results/bench/20200101-000003-000/frames/ov5670-0000.raw"

machine_new
stick_get "$machine_stick" firstlight/firstlight.ini "$machine/plan.ini"
mdel -i "$(stick_at "$machine_stick")" ::/firstlight/firstlight.ini
stick_put "$machine_stick" "$machine/plan.ini" firstlight/firstlight.ini.txt
export STOP_AT='^ok [0-9]+ pci.receiver'
machine_start
unset STOP_AT
check "a plan that is not there is told" said '^# there is no firstlight/firstlight.ini'
check "and what looks like one" said '^# firstlight.ini.txt was seen and not read'

# The loader's volume has the program only: another volume has the rest.
machine_new
plan 'command = probe --camera ov5670 --at-end shutdown'
cp "$machine_stick" "$machine/other.img"
mdeltree -i "$(stick_at "$machine_stick")" ::/firstlight
QEMU_ARGUMENTS="-drive if=none,id=other,format=raw,cache=unsafe,file=$machine/other.img"
QEMU_ARGUMENTS="$QEMU_ARGUMENTS -device usb-storage,bus=xhci.0,drive=other,removable=on"
machine_start
QEMU_ARGUMENTS=
check "the volume with our folder wins over the loader's" said '^RESULT PASS'
check "and that is told" said 'not the one that the program was loaded from'
check "results are there" stick_get "$machine/other.img" firstlight/results "$machine"

# Firmware's FAT driver makes a folder that points at the root when the last clusters go.
machine_new
plan 'command = probe --camera ov5670 --at-end shutdown'
free=$(mdir -i "$(stick_at "$machine_stick")" :: | sed -n 's/ bytes free$//p' | tr -dc 0-9)
head -c $((free - 16384)) /dev/zero >"$machine/filler"
stick_put "$machine_stick" "$machine/filler" filler
rm "$machine/filler"
machine_start
check "16 KiB free: the run is an ERROR" said '^RESULT ERROR'
check "and says why" said 'no space left'
dd if="$machine_stick" of="$machine/fat.img" bs=1M skip=1 status=none conv=sparse
check "and the file system is whole" /sbin/fsck.fat -n "$machine/fat.img"
finish
