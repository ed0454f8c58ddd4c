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
%macro FLUSH_LOOP 2
global %1
align 64
%1:
	test	rsi, rsi
	jz	.out
	push	rdi			; reserves the witness slot
.line:
	mov	[rsp], rdi
	%2	[rdi]
	add	rdi, 64
	dec	rsi
	jnz	.line
	pop	rdi
.out:
	ret
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
