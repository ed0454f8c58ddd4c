# host.mk: what runs on this machine: unit tests, virtual board, host tools, benchmarks, fuzzers.

HOST_CFLAGS := -std=c11 -D_GNU_SOURCE=1 -O2 -g $(WARNINGS) $(INCLUDES)
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer

# ---- host library: src/ and the parts of efi/ that are pure, for the host -----------------------

HOST_C := $(SRC_C) efi/args.c efi/ucs2.c
TEST_C := $(wildcard tests/host/*.c)
# The models, and what runs them in one process with the tests: no QEMU, no socket.
VBOARD_C := $(sort $(shell find vboard -name '*.c' -not -path 'vboard/preload/*'))
MODEL_C := $(filter-out vboard/main.c vboard/link/link%,$(VBOARD_C)) witness/decode.c

# The sanitized objects lie in build/host, the plain ones in build/board.
# Of the assembler sources only the font: tests/host has its own cache lines, the two-faced ones.
HOST_OBJ := $(patsubst %.c,$(B)/host/%.o,$(HOST_C) $(TEST_C) $(MODEL_C)) $(B)/efi/src/screen/font.asm.o

$(B)/host/%.o: %.c | $(VERSION_H)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(HOST_CFLAGS) $(SANITIZE) $(DEPEND) -c -o $@ $<

$(B)/host/libfirstlight.a: $(HOST_OBJ)
	$(Q)rm -f $@
	$(Q)$(AR) qcs $@ $^

# ---- unit tests: every tests/unit/<folder>/test_<unit>.c is a program -------------------------------

# ONLY=word leaves those whose path has the word.
chosen = $(if $(ONLY),$(foreach test,$(1),$(if $(findstring $(ONLY),$(test)),$(test))),$(1))
UNIT_TESTS := $(call chosen,$(patsubst tests/%.c,$(B)/%,$(sort $(shell find tests/unit -name 'test_*.c'))))

$(B)/unit/%: $(B)/host/tests/unit/%.o $(B)/host/libfirstlight.a
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(SANITIZE) -o $@ $^ -lcmocka -lpng -lz -lm
.SECONDARY: $(UNIT_TESTS:$(B)/unit/%=$(B)/host/tests/unit/%.o)

.PHONY: unit-files
unit-files: $(UNIT_TESTS)

# ---- boot tests ------------------------------------------------------------------------------------

QEMU_TESTS := $(call chosen,$(sort $(wildcard tests/qemu/test-*.sh)))
# Of the tools that lint the tree: no machine boots.
TOOL_TESTS := $(call chosen,$(sort $(wildcard tests/tools/test-*.sh)))

.PHONY: run-files test-files
run-files: $(B)/virtual-board $(B)/firstlight.img $(B)/make-firmware $(B)/golden/ov13858.pgm
test-files: unit-files run-files $(WX_LOADER) $(B)/rom-on-host

# ---- virtual board -----------------------------------------------------------------------------------

BOARD_OBJ := $(patsubst %.c,$(B)/board/%.o,$(VBOARD_C))

# As in the ROM (efi.mk).
$(B)/board/src/image/%.o: HOST_CFLAGS += -O3

$(B)/board/%.o: %.c | $(VERSION_H)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(HOST_CFLAGS) $(DEPEND) -c -o $@ $<

$(B)/virtual-board: $(BOARD_OBJ)
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $^ -lpng -lz -lm

include mk/witness.mk

# ---- tools ----------------------------------------------------------------------------------------------

$(B)/pe-finish: $(B)/board/tools/pe-finish.o
	$(Q)$(CC) -o $@ $^

$(B)/make-firmware: $(patsubst %.c,$(B)/board/%.o,tools/make-firmware.c vboard/ipu3/firmware_image.c)
	$(Q)$(CC) -o $@ $^ -lz

# The ROM itself, on this host, captures what `make run` compares with.
$(B)/make-golden: $(B)/board/tools/make-golden.o $(B)/bench/libfirstlight.a
	$(Q)$(CC) -o $@ $^ -lpng -lz -lm

$(B)/golden/ov13858.pgm: $(B)/make-golden
	$(call say,GOLDEN,$(@D))
	$(Q)mkdir -p $(@D)
	$(Q)$(B)/make-golden $(@D)

# The ROM on this host, for the sweep of the stick's files.
$(B)/rom-on-host: $(B)/board/tools/rom-on-host.o $(B)/bench/libfirstlight.a
	$(Q)$(CC) -o $@ $^ -lpng -lz -lm

# ---- benchmarks: every bench/bench_<what>.c is a program -------------------------------------------------

BENCHES := $(patsubst %.c,$(B)/%,$(sort $(wildcard bench/bench_*.c)))
BENCH_OBJ := $(patsubst %.c,$(B)/board/%.o,$(HOST_C) bench/bench.c $(TEST_C) $(MODEL_C)) $(B)/efi/src/screen/font.asm.o
BENCH_LIBS := -lpng -lz -lm $(BENCH_EXTRA_LIBS)

$(B)/bench/libfirstlight.a: $(BENCH_OBJ)
	$(Q)mkdir -p $(@D)
	$(Q)rm -f $@
	$(Q)$(AR) qcs $@ $^

$(B)/bench/%: $(B)/board/bench/%.o $(B)/bench/libfirstlight.a
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $^ $(BENCH_LIBS)
.SECONDARY: $(BENCHES:$(B)/bench/%=$(B)/board/bench/%.o)

.PHONY: bench-files
bench-files: $(BENCHES)

# ---- fuzzers: every tests/fuzz/fuzz_<what>.c is a libFuzzer target ---------------------------------------

FUZZERS := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_OBJ := $(patsubst %.c,$(B)/fuzz/%.o,$(HOST_C) $(TEST_C) $(MODEL_C)) $(B)/efi/src/screen/font.asm.o
FUZZ_SANITIZE := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined

$(B)/fuzz/%.o: %.c | $(VERSION_H)
	$(call say,CLANG,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(HOST_CFLAGS) $(FUZZ_SANITIZE) $(DEPEND) -c -o $@ $<

$(B)/fuzz/libfirstlight.a: $(FUZZ_OBJ)
	$(Q)rm -f $@
	$(Q)$(AR) qcs $@ $^

$(B)/fuzz/%: $(B)/fuzz/tests/fuzz/%.o $(B)/fuzz/libfirstlight.a
	$(call say,LD,$@)
	$(Q)$(CLANG) -fsanitize=fuzzer,address,undefined -o $@ $^ -lpng -lz -lm
.SECONDARY: $(FUZZERS:$(B)/fuzz/%=$(B)/fuzz/tests/fuzz/%.o)

.PHONY: fuzz-files
fuzz-files: $(FUZZERS)
