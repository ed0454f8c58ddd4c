#!/bin/sh
# test-coherence.sh: the coherence witness on Debian's QEMU, with a toy device (tests/qemu/coherence):
# right orders pass, every wrong one is found and named, and so is every single lost flush.
# Prints TAP. QEMU=... chooses another QEMU.
set -u

dir=build/coherence
qemu=${QEMU:-qemu-system-x86_64}
log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT
number=0
failed=0

# boot MODE [OPTIONS of virtual-board]: leaves $log/out, $log/err, $status
boot() {
	mode=$1
	shift
	TOY_MODE=$mode timeout -k 2 60 $dir/virtual-board --coherence none "$@" -- "$qemu" \
		-machine q35,accel=tcg -cpu qemu64,+clflushopt,+clwb -smp 1 -m 128 \
		-bios /usr/share/ovmf/OVMF.fd -nodefaults -display none -no-reboot \
		-drive "if=none,id=d,format=raw,readonly=on,file=$dir/guest.img" \
		-device virtio-blk-pci,drive=d,bootindex=1 >"$log/out" 2>"$log/err"
	status=$?
}

# ok WHAT STATUS: one TAP line; a failure shows what was printed
ok() {
	number=$((number + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $number $1"
		return
	fi
	echo "not ok $number $1"
	sed 's/^/# /' "$log/out" "$log/err"
	failed=1
}

# found CASE WORDS: the witness named this case, with these words
found() {
	grep -q "coherence: $1 at 0x.*$2" "$log/err"
	ok "$1: $2" $?
}

boot 0
[ "$status" -eq 0 ] && grep -q ' 0 findings; witness armed' "$log/err" &&
	[ "$(grep -c '^toy: ok good-' "$log/out")" -eq 5 ]
ok "right orders have no findings" $?

boot 1
[ "$status" -eq 70 ]
ok "findings make the board's exit status" $?
[ "$(grep -c '^toy: ok' "$log/out")" -eq 20 ] && ! grep -q '^toy: not ok' "$log/out"
ok "the guest sees what an unsnooped machine shows" $?
for case in byte rep-stosb rep-movsq movups movnti line-crossing lock-xadd fxsave push \
	firmware-setmem firmware-copymem; do
	found "store-$case" 'device read stale memory.*no write-back between store'
done
found never-flushed 'never written back.*last store by fill at guest.c:[0-9]*; .*no write-back'
found no-fence 'flush was under way.*no fence between flush and device'
found store-after-flush 'device read stale memory.*run_orders at guest.c:[0-9]'
found dirty-at-handover "dirty in the CPU's cache.*no write-back between store and hand-over"
found store-while-device-owns 'written back over what the device wrote'
found read-without-flush 'CPU read a stale line.*by run_orders at guest.c:[0-9].*no flush between'
found flush-too-early 'CPU read a stale line.*no fence between seeing the device finish'
found clwb-for-flush 'CPU read a stale line'
case $("$qemu" --version) in
*'version 7.'* | *'version 8.'*)
	grep -q 'could not learn; by run_orders' "$log/err"
	ok "a flush outside the convention is reported" $?
	;;
*)
	! grep -q 'could not learn\|raw-flush' "$log/err"
	ok "a flush outside the convention is placed all the same" $?
	;;
esac

boot 3
[ "$status" -eq 0 ] && grep -q ' 0 findings; witness armed' "$log/err" && grep -q '^toy: ok alone-asleep' "$log/out"
ok "a device works while the CPU sleeps and asks nothing" $?
[ "$status" -eq 0 ] && grep -q '^toy: ok alone-busy' "$log/out"
ok "and while it only looks at memory" $?

boot 2
[ "$status" -eq 70 ] && grep -q 'unarmed at 0x.*before the witness was armed' "$log/err"
ok "DMA before the witness is armed is a finding" $?

# Calls 6 to 10 of the right orders: flush and fence for the device, fence, flush and fence for
# the CPU, all with CLFLUSHOPT. None of them can go.
for call in 6 7 8 9 10; do
	boot 0 --witness "drop=$call"
	[ "$status" -eq 70 ] && grep -q 'one call dropped on purpose' "$log/err" &&
		grep -q 'coherence: good-clflushopt at 0x' "$log/err"
	ok "call $call dropped is found" $?
done

boot 0 --witness arm=reset
[ "$status" -eq 0 ] && grep -q ' 0 findings; witness armed' "$log/err"
ok "armed from reset: the same" $?

echo "1..$number"
exit $failed
