; lines.asm: the instructions that move cache lines (cache/lines.h).
;
; Each loop lies within one 64-byte block and stores the line's address to the stack just before
; the flush. The store costs nothing beside the flush, and is the convention by which the coherence
; witness on QEMU 7.2, which cannot read registers, learns the address (docs/witness.md). A dummy
; load of the line would do too, but it would pull the line into the cache on real hardware.

bits 64
default rel
section .text

; void cache_lines_clflush(const void *line, size_t count);      rdi = line, rsi = count
;
; Two lines a turn, one from each half of the range: write-backs to two places overlap better
; than write-backs to one, by 1 to 2 per cent up to 1 MiB (bench/bench_flush.c). An odd line
; goes first.
%macro FLUSH_LOOP 2
global %1
align 64
%1:
	shr	rsi, 1			; turns; carry: a line is left over
	push	rdi			; reserves the witness slot
	jnc	.halves
	mov	[rsp], rdi
	%2	[rdi]
	add	rdi, 64
.halves:
	mov	rdx, rsi
	shl	rdx, 6			; bytes of one half
	jz	.out
.lines:
	mov	[rsp], rdi
	%2	[rdi]
	add	rdi, rdx
	mov	[rsp], rdi
	%2	[rdi]
	sub	rdi, rdx
	add	rdi, 64
	dec	rsi
	jnz	.lines
.out:
	pop	rdi
	ret
%if $ - %1 > 64
%error the loop must lie within one 64-byte block
%endif
%endmacro

FLUSH_LOOP cache_lines_clflush, clflush

; void cache_lines_clflushopt(const void *line, size_t count);
FLUSH_LOOP cache_lines_clflushopt, clflushopt

; void cache_lines_clwb(const void *line, size_t count);
FLUSH_LOOP cache_lines_clwb, clwb

; void cache_wbinvd(void);
global cache_wbinvd
align 16
cache_wbinvd:
	wbinvd
	ret

; void cache_fence(void);
global cache_fence
align 16
cache_fence:
	mfence
	ret

; void cache_witness_arm(void);
; nop dword [rax + 'FLCW']: seven bytes that no compiler makes. The call returns at once, which
; ends the translation block, so that whatever follows is watched.
global cache_witness_arm
align 16
cache_witness_arm:
	db	0x0f, 0x1f, 0x80, "FLCW"
	ret

section .note.GNU-stack noalloc noexec nowrite progbits
