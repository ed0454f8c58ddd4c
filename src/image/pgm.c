/* pgm.c: all samples as a 16-bit portable graymap, which any viewer and netpbm read. */
#include "image/planes.h"

#include "core/bytes.h"
#include "core/mem.h"
#include "core/text.h"
#include "firstlight/platform.h"

void file_bytes_free(struct file_bytes *bytes)
{
	platform_free(bytes->data);
	*bytes = (struct file_bytes){.data = NULL};
}

enum fl_err pgm_encode(const struct image *image, struct file_bytes *out)
{
	size_t count = (size_t)image->width * image->height, header;
	char text[48];
	uint8_t *to;

	header = text_format(text, sizeof(text), "P5\n%u %u\n%u\n", image->width, image->height,
			     SAMPLE_MAX);
	out->size = header + count * 2;
	out->data = platform_alloc(out->size);
	if (!out->data) {
		out->size = 0;
		return FL_ERR_NOMEM;
	}
	memcpy(out->data, text, header);
	to = out->data + header;
	for (size_t i = 0; i < count; i++, to += 2)
		put_be16(to, image->samples[i]);
	return FL_OK;
}
