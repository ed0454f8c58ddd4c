# witness.mk: the coherence witness (docs/witness.md) and its own test on a toy device.

# One source, two objects: QEMU 7.2 takes plugin interface 1, QEMU 9.1 and later take 3.
WITNESS := $(B)/witness-1.so $(B)/witness-3.so
WITNESS_CFLAGS := -std=c11 -D_GNU_SOURCE=1 -O2 -g $(WARNINGS) $(INCLUDES) -fPIC -fvisibility=hidden

$(B)/witness-%.so: witness/witness.c witness/decode.c $(wildcard witness/*.h)
	$(call say,PLUGIN,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(WITNESS_CFLAGS) -DWITNESS_API=$* -shared -o $@ $(filter %.c,$^)

# virtual-board finds the witness beside itself.
$(B)/virtual-board: | $(WITNESS)

# ---- toy board: the board's own link and coherence.c around one small device ------------------

COHERENCE := $(B)/coherence
TOY_OBJ := $(patsubst %.c,$(B)/board/%.o,$(wildcard vboard/main.c vboard/link*.c) \
	vboard/coherence.c tests/qemu/coherence/toy_board.c)

$(COHERENCE)/virtual-board: $(TOY_OBJ)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -o $@ $^

$(COHERENCE)/witness-%.so: $(B)/witness-%.so
	$(Q)mkdir -p $(@D)
	$(Q)cp $< $@

$(COHERENCE)/guest.o: tests/qemu/coherence/guest.c
	$(call say,EFI CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(filter-out -g0 -f%-sections,$(EFI_CFLAGS)) -g -maccumulate-outgoing-args $(DEPEND) -c -o $@ $<

$(COHERENCE)/firstlight.elf: $(COHERENCE)/guest.o $(B)/efi/src/cache/lines.asm.o
	$(call say,EFI LD,$@)
	$(Q)ld -pie --no-dynamic-linker -nostdlib -z text -z noexecstack --build-id=none \
		-T /usr/lib/elf_x86_64_efi.lds -L /usr/lib -o $@ $(EFI_CRT0) $^ -lefi -lgnuefi

$(COHERENCE)/BOOTX64.EFI: $(COHERENCE)/firstlight.elf
	$(Q)objcopy -j .text -j .sdata -j .data -j .rodata -j .dynamic -j .rela -j '.rela.*' -j .reloc \
		--output-target=efi-app-x86_64 --subsystem=efi-app $< $@

$(COHERENCE)/guest.img: $(COHERENCE)/BOOTX64.EFI
	$(call say,IMAGE,$@)
	$(Q)rm -f $@
	$(Q)truncate -s 8M $@
	$(Q)mformat -i $@ -N 1 -v COHERENCE ::
	$(Q)mmd -i $@ ::/EFI ::/EFI/BOOT
	$(Q)mcopy -i $@ $< ::/EFI/BOOT/BOOTX64.EFI

COHERENCE_FILES := $(COHERENCE)/virtual-board $(WITNESS:$(B)/%=$(COHERENCE)/%) $(COHERENCE)/guest.img
test-files: $(COHERENCE_FILES)

-include $(wildcard $(COHERENCE)/*.d)
