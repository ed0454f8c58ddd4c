/* match.c: is this the board that a file describes? */
#include "describe/board.h"

#include "core/field.h"
#include "core/mem.h"
#include "core/text.h"

static bool parse_pci(const char *text, unsigned id[2])
{
	if (strlen(text) != 9 || text[4] != ':')
		return false;
	for (int half = 0; half < 2; half++) {
		char number[7] = "0x";
		uint64_t value;

		memcpy(number + 2, text + 5 * half, 4);
		if (!text_u64(number, &value))
			return false;
		id[half] = (unsigned)value;
	}
	return true;
}

bool board_match_is_pci(const char *text)
{
	unsigned id[2];

	return parse_pci(text, id);
}

static bool has_pci(const struct board_identity *identity, const char *text)
{
	unsigned id[2];

	for (size_t i = 0; parse_pci(text, id) && i < identity->pci_count; i++)
		if (identity->pci[i].vendor == id[0] && identity->pci[i].device == id[1])
			return true;
	return false;
}

static const struct {
	const char *key;
	size_t offset;
} strings[] = {
	{"smbios-manufacturer", offsetof(struct board_identity, manufacturer)},
	{"smbios-product", offsetof(struct board_identity, product)},
	{"smbios-version", offsetof(struct board_identity, version)},
	{"smbios-sku", offsetof(struct board_identity, sku)},
	{"smbios-family", offsetof(struct board_identity, family)},
	{"smbios-board-manufacturer", offsetof(struct board_identity, board_manufacturer)},
	{"smbios-board-product", offsetof(struct board_identity, board_product)},
	{"smbios-board-version", offsetof(struct board_identity, board_version)},
	{"bios-vendor", offsetof(struct board_identity, bios_vendor)},
	{"bios-version", offsetof(struct board_identity, bios_version)},
};

static bool match_holds(const struct board_match *match, const struct board_identity *identity)
{
	if (text_equal(match->key, "pci"))
		return has_pci(identity, match->value);
	for (size_t i = 0; i < ARRAY_SIZE(strings); i++)
		if (text_equal(match->key, strings[i].key))
			return text_equal_nocase((const char *)identity + strings[i].offset,
						 match->value);
	return false;
}

/* One of the lines with the same key as line `first` holds. */
static bool any_holds(const struct board_desc *board, size_t first,
		      const struct board_identity *identity)
{
	for (size_t i = 0; i < board->match_count; i++)
		if (text_equal(board->matches[i].key, board->matches[first].key) &&
		    match_holds(&board->matches[i], identity))
			return true;
	return false;
}

bool board_matches(const struct board_desc *board, const struct board_identity *identity)
{
	for (size_t i = 0; i < board->match_count; i++)
		if (!any_holds(board, i, identity))
			return false;
	return board->match_count > 0;
}

size_t board_match_keys(const struct board_desc *board)
{
	size_t count = 0;

	for (size_t i = 0; i < board->match_count; i++) {
		size_t first = 0;

		while (!text_equal(board->matches[first].key, board->matches[i].key))
			first++;
		count += first == i;
	}
	return count;
}
