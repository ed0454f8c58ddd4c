/* hash.c: XXH3-64 of files and frames, by Debian's libxxhash-dev, all in one header. */
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "image/image.h"

uint64_t image_xxh3(const void *data, size_t size)
{
	return XXH3_64bits(data, size);
}
