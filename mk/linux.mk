# The Linux rig (tests/linux/README.md): Linux's own camera drivers on the virtual board. A developer's
# test, not part of `make test`: it downloads a Debian kernel (270 MB). ARGS="--help" for its options.

## linux-test: Linux's own camera drivers on the virtual board (ARGS= for tests/linux/run.sh)
.PHONY: linux-test
linux-test:
	$(call needs,linux)
	$(Q)$(MAKE) $(JOBS) $(B)/virtual-board $(B)/make-firmware
	$(Q)mkdir -p $(B)/linux
	$(Q)$(B)/make-firmware $(B)/linux/ipu3-fw.bin
	$(Q)tests/linux/run.sh --firmware $(B)/linux/ipu3-fw.bin $(ARGS)
# And, where it can be had, one boot that streams through ipu3-imgu with the file that real machines have.
	$(Q)[ -n '$(ARGS)' ] || ! tools/fetch-firmware.sh || \
		tests/linux/run.sh --board soraka --sensor none --firmware $(B)/firmware/ipu3-fw.bin
# Linux on x86 flushes nothing for devices, so on a machine that does not snoop nothing can stream. But it sleeps for
# interrupts: I2C must work and the sensors must be found all the same.
	$(Q)[ -n '$(ARGS)' ] || tests/linux/run.sh --board soraka --sensor none --limit 240 --expect '^- entity .*: ov5670 ' \
		-- --coherence none --witness arm=reset
