/* pixels.c: packing of a line of RAW10 as the CIO2 writes it. */
#include "vboard/ipu3/pixels.h"

#include <string.h>

#define GROUP_PIXELS 25u
#define GROUP_BYTES  32u

uint32_t pixels_stride(uint32_t width)
{
	return (width + 49) / 50 * 64;
}

/* Four pixels are 40 bits, five bytes: six such quads and one pixel make a group. */
static void pack_group(const uint16_t *samples, uint8_t *out)
{
	for (unsigned quad = 0; quad < 6; quad++, samples += 4, out += 5) {
		uint64_t bits = samples[0] | (uint64_t)samples[1] << 10 |
				(uint64_t)samples[2] << 20 | (uint64_t)samples[3] << 30;

		/* Eight bytes where five count: the next quad, or the tail, overwrites the rest. */
		memcpy(out, &bits, sizeof(bits));
	}
	out[0] = (uint8_t)samples[0];
	out[1] = (uint8_t)(samples[0] >> 8);
}

void pixels_pack_line(const uint16_t *samples, uint32_t width, uint8_t *out)
{
	uint8_t *end = out + pixels_stride(width);
	uint16_t tail[GROUP_PIXELS] = {0};
	uint8_t group[GROUP_BYTES + 8];

	/* Through `group`, because its last quad's store reaches past the 32 bytes. */
	while (width >= GROUP_PIXELS) {
		pack_group(samples, group);
		memcpy(out, group, GROUP_BYTES);
		samples += GROUP_PIXELS;
		width -= GROUP_PIXELS;
		out += GROUP_BYTES;
	}
	if (width) {
		memcpy(tail, samples, width * sizeof(*samples));
		pack_group(tail, group);
		memcpy(out, group, GROUP_BYTES);
		out += GROUP_BYTES;
	}
	memset(out, 0, (size_t)(end - out));
}

const struct line_layout pixels_packed = {pixels_stride, pixels_pack_line};
