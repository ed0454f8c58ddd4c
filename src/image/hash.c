/* hash.c: XXH3 of files and frames, by Debian's libxxhash-dev, all in one header. */
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/text.h"
#include "image/image.h"

uint64_t image_xxh3(const void *data, size_t size)
{
	return XXH3_64bits(data, size);
}

void image_xxh128(const void *data, size_t size, char text[33])
{
	XXH128_hash_t hash = XXH3_128bits(data, size);

	text_format(text, 33, "%016llx%016llx", (unsigned long long)hash.high64,
		    (unsigned long long)hash.low64);
}
