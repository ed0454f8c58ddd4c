/* platform_console.c: text, keys and pictures on the firmware's console and framebuffer. */
#include "efi/uefi.h"

#include "efi/ucs2.h"
#include "firstlight/platform.h"

#define CHUNK 128

void platform_console_write(const char *text)
{
	SIMPLE_TEXT_OUTPUT_INTERFACE *out = uefi.table->ConOut;
	uint16_t chunk[CHUNK + 3]; /* a line end takes two, the NUL one */
	size_t length = 0;
	uint16_t code;

	if (!out)
		return;
	while ((code = ucs2_next(&text)) != 0) {
		if (code == '\n')
			chunk[length++] = '\r';
		chunk[length++] = code;
		if (length < CHUNK)
			continue;
		chunk[length] = 0;
		out->OutputString(out, chunk);
		length = 0;
	}
	chunk[length] = 0;
	if (length)
		out->OutputString(out, chunk);
}

int platform_console_key(void)
{
	SIMPLE_INPUT_INTERFACE *in = uefi.table->ConIn;
	EFI_INPUT_KEY key;

	if (!in || EFI_ERROR(in->ReadKeyStroke(in, &key)))
		return -1;
	if (key.ScanCode == SCAN_ESC)
		return PLATFORM_KEY_ESC;
	if (key.UnicodeChar == '\r')
		return '\n';
	return key.UnicodeChar ? key.UnicodeChar : -1;
}

/* ---- screen --------------------------------------------------------------------------------- */

static EFI_GRAPHICS_OUTPUT_PROTOCOL *find_screen(void)
{
	EFI_GUID guid = EFI_GRAPHICS_OUTPUT_PROTOCOL_GUID;
	EFI_GRAPHICS_OUTPUT_PROTOCOL *screen;
	void *any;

	/* The console's own shows on every display; with several cards the first is a guess. */
	screen = uefi_protocol(uefi.table->ConsoleOutHandle, guid);
	if (!screen && !EFI_ERROR(uefi.boot->LocateProtocol(&guid, NULL, &any)))
		screen = any;
	return screen && screen->Mode && screen->Mode->Info ? screen : NULL;
}

bool platform_screen_size(unsigned *width, unsigned *height)
{
	EFI_GRAPHICS_OUTPUT_PROTOCOL *screen = find_screen();

	*width = screen ? screen->Mode->Info->HorizontalResolution : 0;
	*height = screen ? screen->Mode->Info->VerticalResolution : 0;
	return *width && *height;
}

/* Blt's own pixels are 0x00RRGGBB too, and it knows what the framebuffer wants: BGRX, RGBX, a bit
 * mask, or no linear framebuffer at all. */
void platform_screen_blit(const uint32_t *pixels, unsigned stride, unsigned x, unsigned y,
			  unsigned width, unsigned height)
{
	EFI_GRAPHICS_OUTPUT_PROTOCOL *screen = find_screen();
	unsigned screen_width, screen_height;

	if (!platform_screen_size(&screen_width, &screen_height) || x >= screen_width ||
	    y >= screen_height)
		return;
	if (width > screen_width - x)
		width = screen_width - x;
	if (height > screen_height - y)
		height = screen_height - y;
	if (!width || !height)
		return;
	/* The protocol reads only; its prototype forgot the const. */
	screen->Blt(screen, (EFI_GRAPHICS_OUTPUT_BLT_PIXEL *)(uintptr_t)pixels, EfiBltBufferToVideo,
		    0, 0, x, y, width, height, (UINTN)stride * sizeof(*pixels));
}
