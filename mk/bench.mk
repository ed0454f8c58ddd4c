# bench.mk: the benchmarks that need more than the host library, or less of it.

# The real flush instructions, where the host tests have a two-faced memory, and libpmem as the peer.
$(B)/bench/bench_flush: $(B)/board/bench/bench_flush.o $(B)/board/bench/bench.o \
		$(B)/efi/src/cache/lines.asm.o
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -o $@ $^ -lpmem

# src/mmu alone on the real instructions and a platform that costs nothing.
BENCH_MMU_OBJ := $(patsubst %.c,$(B)/board/%.o,bench/bench.c bench/memory.c \
	src/mmu/mmu.c src/mmu/iova.c src/cache/cache.c src/core/diag.c src/core/err.c src/core/text.c src/core/trace.c) \
	$(B)/efi/src/cache/lines.asm.o

$(B)/bench/bench_mmu $(B)/bench/bench_iova: $(B)/bench/%: $(B)/board/bench/%.o $(BENCH_MMU_OBJ)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -o $@ $^

# What only the booted ROM can measure.
BENCHES += tools/bench-boot.sh
bench-files: run-files
