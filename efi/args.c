/* args.c: see args.h. */
#include "efi/args.h"

#include <stdbool.h>

#include "core/bytes.h"
#include "core/mem.h"
#include "core/text.h"
#include "efi/ucs2.h"

#define NOTE_BYTES 8u /* shown of what is no text */

void args_init(struct args *args)
{
	*args = (struct args){.note = ""};
	words_init(&args->words, "command line");
}

static enum fl_err refuse_length(struct args *args)
{
	return diag_fail(&args->refused, FL_ERR_RANGE,
			 "put options into a plan: one key = value a line",
			 "command line: more than %u characters; shorten it", WORDS_TEXT - 1);
}

void args_add(struct args *args, const uint16_t *word)
{
	char text[WORDS_TEXT];
	size_t length = 0;

	while (word[length])
		length++;
	/* Three bytes are the most that one UCS-2 character takes. */
	if (length >= sizeof(text) / 3) {
		refuse_length(args);
		return;
	}
	ucs2_to_utf8(text, sizeof(text), word);
	words_add(&args->words, text, &args->refused);
}

/* ---- load options ------------------------------------------------------------------------ */

enum encoding { NO_TEXT, UTF16_LE, UTF16_BE, BYTES };

/* One unit of the text; beyond its end NUL. */
static uint16_t unit(enum encoding encoding, const uint8_t *bytes, size_t size, size_t index)
{
	if (encoding == BYTES)
		return index < size ? bytes[index] : 0;
	if (2 * index + 1 >= size)
		return 0;
	return encoding == UTF16_LE ? get_le16(bytes + 2 * index) : get_be16(bytes + 2 * index);
}

/* Units before the NUL or the end; 0 when one of them belongs to no text. */
static size_t text_length(enum encoding encoding, const uint8_t *bytes, size_t size)
{
	size_t length;
	uint16_t code;

	for (length = 0; (code = unit(encoding, bytes, size, length)) != 0; length++)
		if ((code < ' ' && code != '\t' && code != '\r' && code != '\n') || code == 0x7f ||
		    (code & 0xf800) == 0xd800 || code >= 0xfff0)
			return 0;
	return length;
}

/* Without a mark our words start in ASCII, while the first two bytes of a GUID nearly never do. */
static enum encoding guess(const uint8_t *bytes, size_t size)
{
	size_t length;

	if (size >= 2 && unit(UTF16_LE, bytes, size, 0) <= '~')
		return text_length(UTF16_LE, bytes, size) ? UTF16_LE : NO_TEXT;
	length = text_length(BYTES, bytes, size);
	for (size_t i = 0; i < length; i++)
		if (bytes[i] > '~')
			return NO_TEXT;
	return length ? BYTES : NO_TEXT;
}

static enum encoding find_encoding(const uint8_t **bytes, size_t *size)
{
	static const struct {
		enum encoding encoding;
		size_t length;
		uint8_t mark[3];
	} marks[] = {
		{UTF16_LE, 2, {0xff, 0xfe}},
		{UTF16_BE, 2, {0xfe, 0xff}},
		{BYTES, 3, {0xef, 0xbb, 0xbf}},
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (*size < marks[i].length || memcmp(*bytes, marks[i].mark, marks[i].length))
			continue;
		*bytes += marks[i].length;
		*size -= marks[i].length;
		return text_length(marks[i].encoding, *bytes, *size) ? marks[i].encoding : NO_TEXT;
	}
	return guess(*bytes, *size);
}

/* Bytes that were not read: told, unless they are all zero. */
static void note_rest(struct args *args, const uint8_t *bytes, size_t size)
{
	size_t first = 0, used;

	while (first < size && !bytes[first])
		first++;
	if (first == size)
		return;
	used = text_format(args->note, sizeof(args->note),
			   "%zu bytes of the load options are no text and were not read:", size);
	for (size_t i = 0; i < size && i < NOTE_BYTES; i++)
		used += text_format(args->note + used, sizeof(args->note) - used, " %02x",
				    bytes[i]);
	if (size > NOTE_BYTES)
		text_copy(args->note + used, sizeof(args->note) - used, " ...");
}

static bool is_program(const char *word)
{
	size_t length = strlen(word);

	return length >= 4 && text_equal_nocase(word + length - 4, ".efi");
}

static void drop_program(struct words *words)
{
	if (!words->count || !is_program(words->word[0]))
		return;
	for (int i = 0; i < words->count; i++) /* the NULL behind the last, too */
		words->word[i] = words->word[i + 1];
	words->count--;
}

void args_parse(struct args *args, const void *options, size_t size)
{
	const uint8_t *bytes = options;
	enum encoding encoding = find_encoding(&bytes, &size);
	size_t length = encoding == NO_TEXT ? 0 : text_length(encoding, bytes, size);
	size_t used = encoding == BYTES ? length : 2 * length;
	uint16_t wide[WORDS_TEXT];
	char text[3 * WORDS_TEXT];

	note_rest(args, bytes + used, size - used);
	if (length >= WORDS_TEXT) {
		refuse_length(args);
		return;
	}
	if (encoding == BYTES) {
		memcpy(text, bytes, length);
		text[length] = '\0';
	} else {
		for (size_t i = 0; i < length; i++)
			wide[i] = unit(encoding, bytes, size, i);
		wide[length] = 0;
		ucs2_to_utf8(text, sizeof(text), wide);
	}
	words_split(&args->words, text, &args->refused);
	drop_program(&args->words);
}
