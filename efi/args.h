/*
 * args.h: the words that the program was started with. Pure functions, tested on the host.
 */
#ifndef EFI_ARGS_H
#define EFI_ARGS_H

#include <stddef.h>
#include <stdint.h>

#include "core/words.h"

struct args {
	struct words words;  /* without the program's name */
	struct diag refused; /* why not all of them could be read; "" = they could */
	char note[160];      /* about bytes that hold no words; "" = none */
};

/* No words. */
void args_init(struct args *args);
/* One more word, copied. */
void args_add(struct args *args, const uint16_t *word);
/*
 * Adds the words of a load option, ended by NUL or by `size`: UTF-16 as firmware writes it, with or
 * without a byte order mark of either order, or ASCII or marked UTF-8 as some tools do. A first word
 * that ends in ".efi" is the program's name, which some loaders pass and others do not. What is no
 * text at all (some firmware stores a GUID there) holds no words; `note` tells of it.
 */
void args_parse(struct args *args, const void *options, size_t size);

#endif
