# bench.mk: the benchmark that needs more than the host library: the real flush instructions, where
# the host tests have a two-faced memory, and libpmem as the peer.

$(B)/bench/bench_flush: $(B)/board/bench/bench_flush.o $(B)/board/bench/bench.o \
		$(B)/efi/src/cache/lines.asm.o
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -o $@ $^ -lpmem
