/* fuzz_args.c: the words of a load option, which any boot loader may write. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "efi/args.h"
#include "efi/ucs2.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct words *words)
{
	if (words->count < 0 || words->count > WORDS_MAX || words->word[words->count])
		abort();
	for (int i = 0; i < words->count; i++)
		if (words->word[i] < words->text ||
		    words->word[i] + strlen(words->word[i]) >= words->text + sizeof(words->text))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct args args;
	uint16_t wide[64];
	char *text;

	text = strndup((const char *)data, size);
	args_init(&args);
	args_parse(&args, data, size);
	check(&args.words);
	words_split(&args.words, text, NULL);
	check(&args.words);

	if (ucs2_from_utf8(wide, 64, text) > 63)
		abort();
	free(text);
	return 0;
}
