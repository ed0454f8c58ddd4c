#!/bin/sh
# test-rules.sh: tools/check-house.py accepts this tree, and each thing that it forbids is refused at its place.
. tests/qemu/harness.sh

copy=$machine/tree
mkdir "$copy"
cp -r src efi include vboard witness tests tools mk "$copy"

rules()
{
	(cd "$copy" && tools/check-house.py) >"$machine/rules.log" 2>&1
}

# breaks FILE LINE WORDS TEXT: one more last line for FILE of the copy; what shall be said there comes into the list
breaks()
{
	mkdir -p "$copy/${1%/*}"
	echo "$2" >>"$copy/$1"
	echo "$1:$(wc -l <"$copy/$1"): |$3|$4" >>"$machine/breaches"
}

# said PLACE WORDS: one line of the rules' has both
said_at()
{
	grep -F -- "$1" "$machine/rules.log" | grep -F -- "$2" && return
	cat "$machine/rules.log"
	return 1
}

check "the tree as it is passes" rules

breaks src/cache/cache.c '#include "report/report.h"' \
	'src/cache may not include src/report ("report/report.h"); hand it in from above' "an include upwards"
breaks src/i2c/scan.c '#include "power/power.h"' "src/power includes src/i2c" "folders that would include each other"
breaks vboard/core/decide.c '#include "vboard/boards/soraka.h"' "vboard/core may not include vboard/boards" \
	"a board in the virtual board's core"
breaks vboard/parts/dw9714.c '#include <sensor/dw9714.h>' "vboard/ shares no header with src/sensor" \
	"the ROM's header in a model"
breaks src/sensor/dw9714.c '#include "vboard/parts/dw9714.h"' "src/ shares no header with vboard/parts" \
	"a model's header in the ROM"
breaks src/gpio/pads.c '#include "../core/text.h"' 'write one like "core/text.h"' "a path around the table"
breaks src/mmu/iova.c '#ifdef NEVER_
#include "camera/camera.h"' "src/mmu may not include src/camera" "an include that is not compiled today"
breaks src/dma/dma.c '#define HEADER "report/report.h"
#include HEADER' "an include that is not plain" "an include of a macro"
breaks src/dma/dma.h '/* 1 */ #include "report/report.h"' "an include that is not plain" "an include behind a comment"
breaks src/pci/table.inc '#include "i2c/i2c.h"' "src/pci may not include src/i2c" "an include in a file of another kind"
breaks include/firstlight/err.h '#include "core/text.h"' "include/firstlight may not include src/core" \
	"the platform's contract on top of the ROM"
breaks efi/args.c '#include "tests/host/host.h"' "efi may not include tests/host" "one platform in the other"
breaks tests/host/reading.c '#include "efi/ucs2.h"' "tests/host may not include efi" "and the other way round"
breaks src/screen/font.asm '; as wide as the ImgU wants' "names ImgU, which only src/camera/ipu3 does" "that name in assembler"
breaks src/sensor/imgu_port.h '/* 1 */' "names imgu, which only src/camera/ipu3 does" "that name in a file's"
breaks src/newcomer/newcomer.h '/* 1 */' "src/newcomer has no row in mk/arrows.txt" "a folder without a row"
breaks src/app/run.c '/* waits for the Cio2 (cio2.md 4) */' "names Cio2, which only src/camera/ipu3 does" \
	"the name of a generation's device"
breaks mk/arrows.txt 'gone: core' "tests/host/gone is not on the disk" "a row without a folder"
mkdir "$copy/tests/unit/board"
echo "tests/unit/board: |src/board, which is not there|a folder of tests without code" >>"$machine/breaches"
echo '/* see cio2.md 4, imgu.md 2 */' >>"$copy/src/core/text.c"
# core stands first in the table: there is nobody whom it could name
sed -i '/^\[src\]/,/^core:/s/^core:/core: describe/' "$copy/mk/arrows.txt"
echo "mk/arrows.txt:$(grep -n '^core: describe' "$copy/mk/arrows.txt" | cut -d: -f1): |src/describe stands below or nowhere|a table with a circle" \
	>>"$machine/breaches"

check "a tree with breaches does not" not rules
while IFS='|' read -r place words text; do
	check "refused: $text" said_at "$place" "$words"
done <"$machine/breaches"
check "a sheet may be named" not said_at "src/core/text.c:" names
finish
