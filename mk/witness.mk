# witness.mk: the coherence witness (docs/witness.md) and its own test on a toy device.

# One source, three objects: QEMU 7.2 takes plugin interface 1, 9.1 and later take 3, 11.1 takes 7.
WITNESS := $(B)/witness-1.so $(B)/witness-3.so $(B)/witness-7.so
WITNESS_CFLAGS := -std=c11 -D_GNU_SOURCE=1 -O2 -g $(WARNINGS) $(INCLUDES) -fPIC -fvisibility=hidden

$(B)/witness-%.so: witness/witness.c witness/decode.c $(wildcard witness/*.h)
	$(call say,PLUGIN,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(WITNESS_CFLAGS) -DWITNESS_API=$* -shared -o $@ $(filter %.c,$^)

# What is loaded into every QEMU.
PRELOAD := $(B)/without-kvm.so

$(PRELOAD): vboard/preload/without_kvm.c
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(WITNESS_CFLAGS) -shared -o $@ $<

# virtual-board finds them beside itself.
$(B)/virtual-board: | $(WITNESS) $(PRELOAD)

# ---- toy board: the board's own link and coherence.c around one small device ------------------

COHERENCE := $(B)/coherence
TOY_OBJ := $(patsubst %.c,$(B)/board/%.o,vboard/main.c $(wildcard vboard/core/*.c vboard/link/*.c) \
	 tests/qemu/coherence/toy_board.c)

$(COHERENCE)/virtual-board: $(TOY_OBJ)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -o $@ $^

$(COHERENCE)/%.so: $(B)/%.so
	$(Q)mkdir -p $(@D)
	$(Q)cp $< $@

# The guest is linked as the ROM is.
GUEST_OBJ := $(patsubst %,$(B)/efi/%.o,tests/qemu/coherence/guest.c efi/mem.c src/cache/lines.asm)

$(COHERENCE)/firstlight.elf: $(GUEST_OBJ) $(EFI_LDS)
	$(call say,EFI LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)ld $(EFI_LDFLAGS) -o $@ $(EFI_CRT0) $(GUEST_OBJ) -lgnuefi
	$(Q)objcopy --set-section-flags .dynamic=contents,alloc,load,readonly,data $@

$(COHERENCE)/BOOTX64.EFI: $(COHERENCE)/firstlight.elf $(B)/pe-finish
	$(call make_pe,$<,$@)

$(COHERENCE)/guest.img: $(COHERENCE)/BOOTX64.EFI
	$(call say,IMAGE,$@)
	$(Q)rm -f $@
	$(Q)truncate -s 8M $@
	$(Q)mformat -i $@ -N 1 -v COHERENCE ::
	$(Q)mmd -i $@ ::/EFI ::/EFI/BOOT
	$(Q)mcopy -i $@ $< ::/EFI/BOOT/BOOTX64.EFI

COHERENCE_FILES := $(COHERENCE)/virtual-board $(patsubst $(B)/%,$(COHERENCE)/%,$(WITNESS) $(PRELOAD)) $(COHERENCE)/guest.img
test-files: $(COHERENCE_FILES)

