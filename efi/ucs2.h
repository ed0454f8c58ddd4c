/*
 * ucs2.h: text between the firmware's UCS-2 and our UTF-8. Pure functions, tested on the host.
 *
 * UCS-2 has no character beyond U+FFFF; what cannot be expressed becomes '?', so that no text
 * is ever lost whole.
 */
#ifndef EFI_UCS2_H
#define EFI_UCS2_H

#include <stddef.h>
#include <stdint.h>

/*
 * The next character of `*utf8`, which moves behind it; 0 at the end of the text. Malformed
 * bytes and characters beyond U+FFFF give '?'.
 */
uint16_t ucs2_next(const char **utf8);

/* Both always terminate `out` (capacity in elements, at least 1) and return the length written. */
size_t ucs2_from_utf8(uint16_t *out, size_t capacity, const char *utf8);
size_t ucs2_to_utf8(char *out, size_t capacity, const uint16_t *ucs2);

/* As above with '/' turned into '\' and one leading '\': a path for the firmware. */
size_t ucs2_path(uint16_t *out, size_t capacity, const char *path);

#endif
