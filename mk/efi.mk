# efi.mk: the ROM: one PE32+ executable from src/, efi/ and GNU-EFI's start-up code.

EFI_C := $(wildcard efi/*.c)
EFI_OBJ := $(patsubst %,$(B)/efi/%.o,$(SRC_C) $(EFI_C) $(SRC_ASM))
EFI_CRT0 := /usr/lib/crt0-efi-x86_64.o
EFI_LDS := linker/firstlight.lds

# Sums over lines of samples: -O2 vectorises nothing that has an odd end.
$(B)/efi/src/image/%.o: EFI_CFLAGS += -O3

# Calls to the firmware are plain calls (GNU_EFI_USE_MS_ABI); interrupts of the firmware use our
# stack, so no red zone. The rest keeps out of the image what nobody there would read.
EFI_DEFINES := -DGNU_EFI_USE_MS_ABI
EFI_INCLUDES := -isystem /usr/include/efi -isystem /usr/include/efi/x86_64 $(INCLUDES)
EFI_CFLAGS := -std=c11 -O2 -g -fdebug-prefix-map=$(CURDIR)=. -ffreestanding -fshort-wchar -fPIE -fvisibility=hidden \
	-mno-red-zone -fno-stack-protector -fno-asynchronous-unwind-tables -fcf-protection=none \
	-fno-strict-aliasing -ffunction-sections -fdata-sections \
	$(if $(findstring clang,$(CC)),-fno-addrsig,-fno-ident -maccumulate-outgoing-args) \
	$(WARNINGS) $(EFI_DEFINES) $(EFI_INCLUDES)
# Or the loops of efi/mem.c would become calls of the functions that they are.
$(B)/efi/efi/mem.c.o: EFI_CFLAGS += -fno-builtin $(if $(findstring clang,$(CC)),,-fno-tree-loop-distribute-patterns)

EFI_LDFLAGS := -pie --no-dynamic-linker -nostdlib -z text -z noexecstack -z norelro \
	--build-id=none --no-undefined --gc-sections --fatal-warnings -T $(EFI_LDS) -L /usr/lib \
	--defsym=_entry=efi_main # the name that the start-up code of GNU-EFI 3.0.18 calls
EFI_SECTIONS := .text .rodata .dynamic .rela .reloc .sbat .data .bss

$(B)/efi/%.c.o: %.c | $(VERSION_H)
	$(call say,EFI CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(EFI_CFLAGS) $(DEPEND) -c -o $@ $<

$(B)/efi/%.asm.o: %.asm
	$(call say,NASM,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(NASM) -f elf64 --reproducible -Wall -Werror -I$(B)/generated/ -MD $(@:.o=.d) -MP -o $@ $<

# The font of the last screen, from Debian's console-setup-linux.
FONT := $(B)/generated/font.psf
$(FONT): /usr/share/consolefonts/Lat15-TerminusBold32x16.psf.gz
	$(Q)mkdir -p $(@D)
	$(Q)gzip -dc $< > $@
$(B)/efi/src/screen/font.asm.o: $(FONT)

$(B)/firstlight.elf: $(EFI_OBJ) $(EFI_LDS)
	$(call say,EFI LD,$@)
	$(Q)ld $(EFI_LDFLAGS) -o $@ $(EFI_CRT0) $(EFI_OBJ) -lgnuefi
	$(Q)objcopy --set-section-flags .dynamic=contents,alloc,load,readonly,data $@
	$(Q)tools/check-elf.sh $@

# From ELF to PE: $(1) to $(2).
define make_pe
	$(call say,PE,$(2))
	$(Q)objcopy -S $(addprefix -j ,$(EFI_SECTIONS)) --output-target=efi-app-x86_64 \
		--section-alignment=0x1000 --file-alignment=0x200 --subsystem=efi-app $(1) $(2)
	$(Q)$(B)/pe-finish $(2)
endef

$(B)/BOOTX64.EFI: $(B)/firstlight.elf $(B)/pe-finish
	$(call make_pe,$<,$@)

# ---- the loader of tests/qemu that enforces the rights of the sections -------------------------------

WX_LOADER := $(B)/wx-loader.efi
WX_OBJ := $(patsubst %,$(B)/efi/%.o,tests/qemu/wx_loader.c $(filter src/core/%,$(SRC_C)) \
	$(filter-out efi/main.c efi/args.c,$(EFI_C)))

$(B)/wx-loader.elf: $(WX_OBJ) $(EFI_LDS)
	$(call say,EFI LD,$@)
	$(Q)ld $(EFI_LDFLAGS) -o $@ $(EFI_CRT0) $(WX_OBJ) -lgnuefi
	$(Q)objcopy --set-section-flags .dynamic=contents,alloc,load,readonly,data $@

$(B)/wx-loader.efi: $(B)/wx-loader.elf $(B)/pe-finish
	$(call make_pe,$<,$@)

# ---- the image for the stick ---------------------------------------------------------------------

STICK_FILES := $(shell find stick -type f)

$(B)/firstlight.img: $(B)/BOOTX64.EFI $(STICK_FILES) tools/make-image.sh
	$(call say,IMAGE,$@)
	$(Q)tools/make-image.sh $@ $(IMAGE_MB) $(B)/BOOTX64.EFI stick
