/*
 * args.h: the words of a load option. Pure functions, tested on the host.
 */
#ifndef EFI_ARGS_H
#define EFI_ARGS_H

#include <stddef.h>
#include <stdint.h>

#define ARGS_MAX  32
#define ARGS_TEXT 2048

struct args {
	int argc;
	char *argv[ARGS_MAX + 1]; /* argv[0] is the program's name, argv[argc] is NULL */
	char text[ARGS_TEXT];
	size_t used; /* bytes of text */
	int dropped; /* words for which there was no room */
};

/* Only argv[0], "firstlight". */
void args_init(struct args *args);
/* One more word, copied. */
void args_add(struct args *args, const uint16_t *word);
/*
 * Adds the words of a load option: `size` bytes of UCS-2, ended by NUL or by size. Words are
 * parted by spaces; "double quotes" keep spaces together. A first word that ends in ".efi" is the
 * program's name, which some loaders pass and others do not. What is no text at all (some
 * firmware stores a GUID there) counts as no words.
 */
void args_parse(struct args *args, const void *options, size_t size);

#endif
