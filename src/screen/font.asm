; font.asm: the console font, a PSF2 file that the build unpacks from Debian's console-setup-linux.

bits 64
section .rodata

; extern const uint8_t screen_font[], screen_font_end[];
global screen_font:data hidden
global screen_font_end:data hidden
screen_font:
	incbin "font.psf"
screen_font_end:

section .note.GNU-stack noalloc noexec nowrite progbits
