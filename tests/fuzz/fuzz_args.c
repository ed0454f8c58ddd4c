/* fuzz_args.c: the words of a load option, which any boot loader may write. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "efi/args.h"
#include "efi/ucs2.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct args args;
	uint16_t wide[64];
	char *text;

	args_init(&args);
	args_parse(&args, data, size);
	if (args.argc < 1 || args.argc > ARGS_MAX || args.argv[args.argc])
		abort();
	for (int i = 0; i < args.argc; i++)
		if (args.argv[i] + strlen(args.argv[i]) >= args.text + sizeof(args.text))
			abort();

	text = strndup((const char *)data, size);
	if (ucs2_from_utf8(wide, 64, text) > 63)
		abort();
	free(text);
	return 0;
}
