/* unit.c: a folder's name out of what SMBIOS says of the machine. */
#include "describe/identity.h"

#include "core/field.h"
#include "core/mem.h"
#include "core/text.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_plain(char c)
{
	return (lower(c) >= 'a' && lower(c) <= 'z') || is_digit(c);
}

/* ---- serial numbers that are none -------------------------------------------------------- */

/* Only letters and digits, in lower case: spelling and dots vary from maker to maker. */
static size_t squeeze(const char *text, char out[UNIT_SIZE])
{
	size_t length = 0;

	for (; *text && length + 1 < UNIT_SIZE; text++)
		if (is_plain(*text))
			out[length++] = lower(*text);
	out[length] = '\0';
	return length;
}

/* "00000000", "123456789", "0123456789": one character only, or digits that count up. */
static bool is_filler(const char *text)
{
	bool is_same = true, counts_up = is_digit(text[0]);

	for (size_t i = 1; text[i]; i++) {
		is_same &= text[i] == text[0];
		counts_up &= text[i] == (text[i - 1] == '9' ? '0' : text[i - 1] + 1);
	}
	return is_same || counts_up;
}

/* What makers write instead of a number, squeezed; found in public dumps of machines (dmidecode,
 * linux-hardware.org). */
static const char *const fillers[] = {
	"none",
	"null",
	"na",
	"notapplicable",
	"notavailable",
	"notdefined",
	"undefined",
	"unknown",
	"notspecified",
	"unspecified",
	"empty",
	"invalid",
	"oem",
	"tbd",
	"default",
	"serial",
	"productname",
	"sn",
	"notset",
	"string",
	"systemproductname",
	"systemmanufacturer",
	"type1string",
	"nonumber",
	"notsettable",
	"noassettag",
	"tobeset",
	"unknow",
	"generic",
	"standard",
	"oemserial",
	"systemserial",
	"boardserial",
	"baseboardserial",
	"chassisserial",
};
/* The same as a part of more: "BSN12345678901234567", "0123456789ABCDEF",
 * "12345678-1234-5678-90ab-cddeefaabbcc"; the last two are one UUID in both byte orders. */
static const char *const filler_parts[] = {"tobefilled",
					   "byoem",
					   "defaultstring",
					   "serialnumber",
					   "serialno",
					   "xxxxxx",
					   "123456789",
					   "0300020004000500000600070008",
					   "0002000300040005000600070008"};

static bool says_nothing(const char *serial)
{
	char text[UNIT_SIZE];
	size_t length = squeeze(serial, text);

	if (!length || is_filler(text))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(fillers); i++)
		if (text_equal(text, fillers[i]))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(filler_parts); i++)
		for (size_t at = 0; at < length; at++)
			if (text_starts(text + at, filler_parts[i]))
				return true;
	return false;
}

/* ---- a name for FAT ---------------------------------------------------------------------- */

bool unit_is_device(const char *name)
{
	static const char *const devices[] = {"con", "prn", "aux", "nul", "com", "lpt"};
	char base[5];
	size_t length = 0;

	while (name[length] && name[length] != '.' && name[length] != '/' && length < sizeof base) {
		base[length] = lower(name[length]);
		length++;
	}
	for (size_t i = 0; length >= 3 && i < ARRAY_SIZE(devices); i++)
		if (!memcmp(base, devices[i], 3) &&
		    (i < 4 ? length == 3 : length == 4 && base[3] >= '1' && base[3] <= '9'))
			return true;
	return false;
}

static void clean(char name[UNIT_SIZE])
{
	char copy[UNIT_SIZE];
	size_t length = strlen(name);

	for (size_t i = 0; i < length; i++)
		if (!is_plain(name[i]) && name[i] != '-' && name[i] != '.')
			name[i] = '_';
	if (name[0] == '.')
		name[0] = '_';
	if (length && name[length - 1] == '.')
		name[length - 1] = '_';
	if (!unit_is_device(name))
		return;
	text_copy(copy, sizeof copy, name);
	text_format(name, UNIT_SIZE, "_%s", copy);
}

const char *unit_name(const struct board_identity *identity, const char *plan, char out[UNIT_SIZE])
{
	const struct {
		const char *text, *from;
	} sources[] = {
		{identity->serial, "serial number of the system"},
		{identity->board_serial, "serial number of the baseboard"},
		{identity->chassis_serial, "serial number of the chassis"},
		{identity->uuid, "UUID of the system"},
	};
	const char *name = "unknown", *from = "no serial number and no UUID in SMBIOS";

	if (!text_equal_nocase(plan, "serial")) {
		name = plan;
		from = "named by the plan";
	}
	for (size_t i = 0; text_equal_nocase(plan, "serial") && i < ARRAY_SIZE(sources); i++) {
		if (says_nothing(sources[i].text))
			continue;
		name = sources[i].text;
		from = sources[i].from;
		break;
	}
	text_copy(out, UNIT_SIZE, name);
	clean(out);
	return from;
}
