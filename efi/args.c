/* args.c: see args.h. */
#include "efi/args.h"

#include <stdbool.h>

#include "core/mem.h"
#include "efi/ucs2.h"

static const char program_name[] = "firstlight";

void args_init(struct args *args)
{
	args->argc = 1;
	args->dropped = 0;
	args->used = sizeof(program_name);
	memcpy(args->text, program_name, sizeof(program_name));
	args->argv[0] = args->text;
	args->argv[1] = NULL;
}

void args_add(struct args *args, const uint16_t *word)
{
	size_t length = 0;
	char *start = args->text + args->used;

	while (word[length])
		length++;
	/* Three bytes are the most that one UCS-2 character takes. */
	if (args->argc >= ARGS_MAX || length >= ARGS_TEXT / 3 ||
	    args->used + 3 * length + 1 > sizeof(args->text)) {
		args->dropped++;
		return;
	}
	args->used += ucs2_to_utf8(start, sizeof(args->text) - args->used, word) + 1;
	args->argv[args->argc++] = start;
	args->argv[args->argc] = NULL;
}

static uint16_t char_at(const uint8_t *options, size_t index)
{
	return (uint16_t)(options[2 * index] | options[2 * index + 1] << 8);
}

/* Characters before the NUL or the end; 0 when one of them belongs to no text. Our words start
 * in ASCII, while the first two bytes of a GUID nearly never do. */
static size_t text_length(const uint8_t *options, size_t size)
{
	size_t length;

	if (size >= 2 && char_at(options, 0) > '~')
		return 0;
	for (length = 0; length < size / 2; length++) {
		uint16_t code = char_at(options, length);

		if (!code)
			break;
		if ((code < ' ' && code != '\t' && code != '\r' && code != '\n') || code == 0x7f ||
		    (code & 0xf800) == 0xd800 || code >= 0xfff0)
			return 0;
	}
	return length;
}

static bool is_space(uint16_t code)
{
	return code == ' ' || code == '\t' || code == '\r' || code == '\n';
}

static bool is_program(const uint16_t *word, size_t length)
{
	static const char suffix[] = ".efi";

	if (length < 4)
		return false;
	for (size_t i = 0; i < 4; i++) {
		uint16_t code = word[length - 4 + i];

		if (code >= 'A' && code <= 'Z')
			code += 'a' - 'A';
		if (code != (uint16_t)suffix[i])
			return false;
	}
	return true;
}

void args_parse(struct args *args, const void *options, size_t size)
{
	uint16_t word[ARGS_TEXT / 3];
	size_t count = text_length(options, size);
	bool is_first = true;

	for (size_t at = 0; at < count;) {
		size_t length = 0;
		bool is_quoted = false, is_word = false;

		for (; at < count && (is_quoted || !is_space(char_at(options, at))); at++) {
			is_word = true;
			if (char_at(options, at) == '"')
				is_quoted = !is_quoted;
			else if (length + 1 < sizeof(word) / sizeof(word[0]))
				word[length++] = char_at(options, at);
		}
		word[length] = 0;
		if (is_word && !(is_first && is_program(word, length)))
			args_add(args, word);
		is_first = is_first && !is_word;
		at++;
	}
}
