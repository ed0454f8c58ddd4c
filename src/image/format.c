/* format.c: what is the same for all ways that pixels may lie in memory. */
#include "image/format.h"

#include <cpuid.h>

#define POISON 0xa5c3f00fu

bool cpu_has_ssse3(void)
{
	unsigned eax, ebx, ecx, edx;

	return __get_cpuid(1, &eax, &ebx, &ecx, &edx) && (ecx & bit_SSSE3);
}

size_t format_stride(const struct pixel_format *format, unsigned width)
{
	size_t groups = ((size_t)width + format->group_pixels - 1) / format->group_pixels;
	size_t units = (groups * format->group_bytes + format->unit_bytes - 1) / format->unit_bytes;

	return units * format->unit_bytes;
}

size_t format_frame_bytes(const struct pixel_format *format, unsigned width, unsigned height)
{
	return format_stride(format, width) * height;
}

size_t format_unpack(const struct pixel_format *format, const uint8_t *packed, unsigned width,
		     unsigned height, uint16_t *samples, bool use_ssse3)
{
	unpack_line_fn *unpack = use_ssse3 && format->unpack_line_ssse3 ? format->unpack_line_ssse3
									: format->unpack_line;
	size_t stride = format_stride(format, width), line_bytes = width * sizeof(*samples);
	size_t beyond = 0;

	if (stride < line_bytes)
		line_bytes = stride;
	for (; height; height--, packed += stride, samples += width) {
		/* The lines still to come reach farther, in both buffers. */
		bool prefetch = (height - 1) * line_bytes > FORMAT_PREFETCH;

		beyond += unpack(packed, width, samples, prefetch);
	}
	return beyond;
}

uint64_t format_poison(uint32_t count)
{
	return (uint64_t)count << 32 | POISON;
}

bool format_is_untouched(const struct pixel_format *format, const void *unit, uint64_t poison)
{
	const uint64_t *words = unit;
	size_t count = format->probe_bytes / sizeof(*words);

	for (size_t i = 0; i < count; i++)
		if (words[i] != poison)
			return false;
	return true;
}
