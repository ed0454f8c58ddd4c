/* test_ini.c: the form that all files share: sections, keys, steps, and what is said of mistakes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "describe/ini/ini.h"
#include "tests/host/host.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- a file of our own ----------------------------------------------------------------------- */

struct thing {
	char text[8], name[8];
	uint8_t number;
	uint32_t frequency, time;
	uint16_t share;
	bool flag;
	uint8_t choice, lanes;
	char steps[64];
};

static struct thing thing;
static unsigned begun, ended, end_line;
static enum fl_err end_result, begin_result;

#define IN(field) offsetof(struct thing, field), sizeof(((struct thing *)0)->field)
static const char *const choices[] = {"left", "right", NULL};
static const struct ini_key keys[] = {
	{"text", NULL, INI_TEXT, INI_EMPTY, IN(text), 0, 0, NULL, NULL},
	{"name", "alias", INI_NAME, 0, IN(name), 0, 0, NULL, NULL},
	{"number", NULL, INI_NUMBER, INI_REPEAT, IN(number), 2, 9, NULL, NULL},
	{"low", NULL, INI_FREQUENCY, 0, IN(frequency), 1, 999, NULL, NULL},
	{"middle", NULL, INI_FREQUENCY, 0, IN(frequency), 1000, 999999, NULL, NULL},
	{"high", NULL, INI_FREQUENCY, 0, IN(frequency), 1000000, 27000000, NULL, NULL},
	{"short", NULL, INI_MICROSECONDS, 0, IN(time), 1, 999, NULL, NULL},
	{"long", NULL, INI_MICROSECONDS, 0, IN(time), 1000, 1001000, NULL, NULL},
	{"share", NULL, INI_PERMILLE, 0, IN(share), 5, 1000, NULL, NULL},
	{"flag", NULL, INI_FLAG, 0, IN(flag), 0, 0, NULL, NULL},
	{"choice", NULL, INI_CHOICE, 0, IN(choice), 0, 0, choices, NULL},
	{"lanes", NULL, INI_LANES, 0, IN(lanes), 1, 4, NULL, NULL},
	{"lanes-3", NULL, INI_LANES, 0, IN(lanes), 2, 3, NULL, NULL},
};
static const struct ini_key must[] = {
	{"must", NULL, INI_NUMBER, INI_REQUIRED, IN(number), 0, 255, NULL, NULL},
};

static void *begin(struct ini *ini, const struct ini_line *line)
{
	begun++;
	if (!begin_result)
		return &thing;
	if (begin_result == FL_ERR_FORMAT)
		ini_fail(ini, line->number, NULL, "not this '%s'", line->value);
	else
		ini_fail_memory(ini);
	return NULL;
}

static enum fl_err step(struct ini *ini, void *target, const struct ini_line *line)
{
	(void)ini;
	(void)target;
	snprintf(thing.steps + strlen(thing.steps), sizeof thing.steps - strlen(thing.steps),
		 "%s(%s)", line->name, line->value);
	return FL_OK;
}

static enum fl_err end(struct ini *ini, void *target, uint32_t line)
{
	assert_ptr_equal(target, &thing);
	(void)ini;
	ended++;
	end_line = line;
	return end_result;
}

#define KEYS(table) table, COUNT(table)
static const struct ini_section sections[] = {
	/* name, has_label, may_repeat, is_required, is_implicit */
	{"first", false, false, false, true, KEYS(keys), begin, NULL, end},
	{"steps", true, true, false, false, KEYS(must), begin, step, end},
	{"plain", false, false, true, false, KEYS(must), NULL, NULL, NULL},
};
static const struct ini_grammar grammar = {KEYS(sections), "test file", false};
static const struct ini_grammar patient = {KEYS(sections), "test file", true};
static const struct ini_grammar strict = {sections + 1, 2, "test file", false};

static struct diag diag;

static enum fl_err parse(const struct ini_grammar *with, const char *text)
{
	memset(&thing, 0, sizeof thing);
	begun = ended = end_line = 0;
	diag_clear(&diag);
	host_reset(1);
	return ini_parse(with, "f.ini", text, strlen(text), &thing, &diag);
}

#define PLAIN "[plain]\nmust = 1\n"

static void assert_fails(const char *text, const char *message)
{
	assert_int_equal(parse(&grammar, text), FL_ERR_FORMAT);
	assert_string_equal(diag.message, message);
	assert_int_equal(host_leaks(), 0);
}

/* ---- values ---------------------------------------------------------------------------------- */

static void values_are_stored_by_their_kind_up_to_their_limits(void **state)
{
	(void)state;
	assert_int_equal(parse(&grammar,
			       "text = 1234567\nalias=a.b-c_d\n number = 2\nnumber = 9\nlow = 1\n"
			       "share = 0.5%\nflag = yes\nchoice = RIGHT\nlanes = 1 2 3 4\n" PLAIN),
			 FL_OK);
	assert_string_equal(thing.text, "1234567");
	assert_string_equal(thing.name, "a.b-c_d");
	assert_int_equal(thing.number, 1); /* of [plain], which has no begin of its own */
	assert_int_equal(thing.frequency, 1);
	assert_int_equal(thing.share, 5);
	assert_true(thing.flag);
	assert_int_equal(thing.choice, 1);
	assert_int_equal(thing.lanes, 4);
	assert_int_equal(begun, 1);
	assert_int_equal(ended, 1);
	assert_int_equal(end_line, 1);
	assert_int_equal(parse(&grammar, "text =\nlanes = 1\nhigh = 27MHz\nlong = 1001ms\n" PLAIN),
			 FL_OK);
	assert_string_equal(thing.text, "");
	assert_int_equal(thing.lanes, 1);
	assert_int_equal(thing.frequency, 27000000);
	assert_int_equal(thing.time, 1001000);
	assert_int_equal(parse(&grammar, "lanes-3 = 2\n" PLAIN), FL_OK);
	assert_int_equal(thing.lanes, 2);
	assert_int_equal(parse(&grammar, "lanes-3 = 3\n" PLAIN), FL_OK);
	assert_int_equal(thing.lanes, 3);
}

static void values_beyond_are_refused_with_their_limits(void **state)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{"text = 12345678", "'text' is too long; write at most 7 characters"},
		{"name = 12345678",
		 "'name' is '12345678'; write up to 7 letters, digits, '.', '_' or '-'"},
		{"name =", "'name' has no value; write one or drop the line"},
		{"number = 1", "'number' is '1'; allowed is 2 to 9"},
		{"number = 10", "'number' is '10'; allowed is 2 to 9"},
		{"number = x", "'number' is 'x'; write a number from 2 to 9"},
		{"low = 1kHz", "'low' is '1kHz'; allowed is 1Hz to 999Hz"},
		{"low = x", "'low' is 'x'; write a number from 1Hz to 999Hz"},
		{"middle = 1", "'middle' is '1'; allowed is 1kHz to 999kHz"},
		{"high = 1", "'high' is '1'; allowed is 1MHz to 27MHz"},
		{"short = 5", "'short' is '5'; write a number from 1us to 999us with its unit"},
		{"short = 1ms", "'short' is '1ms'; allowed is 1us to 999us"},
		{"long = 1us", "'long' is '1us'; allowed is 1ms to 1001ms"},
		{"share = 0.4%", "'share' is '0.4%'; allowed is 0.5% to 100.0%"},
		{"flag = on", "'flag' is 'on'; write one of: no, yes"},
		{"choice = up", "'choice' is 'up'; write one of: left, right"},
		{"lanes = 5",
		 "'lanes' does not make sense at '5'; write a count ('2') or a list ('1 2')"},
		{"lanes = 1 3",
		 "'lanes' does not make sense at '3'; write a count ('2') or a list ('1 2')"},
		{"lanes = 1 2 3 4 5",
		 "'lanes' does not make sense at '5'; write a count ('2') or a list ('1 2')"},
		{"lanes = 1 x",
		 "'lanes' does not make sense at 'x'; write a count ('2') or a list ('1 2')"},
		{"lanes-3 = 4",
		 "'lanes-3' does not make sense at '4'; write a count ('2') or a list ('1 2')"},
		{"flag = no\nflag = no", "'flag' is given twice in [first]; keep one of them"},
		{"numbr = 2", "unknown key of [first] 'numbr'; did you mean 'number'?"},
		{"zzzz = 2", "unknown key of [first] 'zzzz'; write one of: text, name, number, "
			     "low, middle, high, "
			     "short, long, share, flag, choice, lanes, lanes-3"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[128], message[320];
		const char *second = strchr(cases[i].text, '\n');

		snprintf(text, sizeof text, "# a comment\n%s\n" PLAIN, cases[i].text);
		snprintf(message, sizeof message, "f.ini:%u: %s", second ? 3 : 2, cases[i].said);
		assert_fails(text, message);
	}
}

/* ---- sections, lines ---------------------------------------------------------------------------- */

static void sections_open_and_close(void **state)
{
	(void)state;
	assert_int_equal(
		parse(&grammar,
		      "[steps a]\nmust = 1\nwrite 1  2 \n\tread\t3\n[ steps   b ]\nmust=2\n"
		      "[plain]\nmust = 3"),
		FL_OK);
	assert_int_equal(begun, 2);
	assert_int_equal(ended, 2);
	assert_int_equal(end_line, 5);
	assert_string_equal(thing.steps, "write(1  2)read(3)");
	assert_int_equal(thing.number, 3);
	assert_fails("[steps a]\n" PLAIN,
		     "f.ini:1: [steps a] lacks 'must'; add a line 'must = ...'");
	assert_fails("[plain]\n", "f.ini:1: [plain] lacks 'must'; add a line 'must = ...'");
	assert_fails("[steps a]\nmust = 1\n\n",
		     "f.ini:3: the file ends without a [plain]; add one");
	assert_fails("", "f.ini: the file ends without a [plain]; add one");
	assert_fails(
		"[steps]\n",
		"f.ini:1: [steps] needs a name of up to 23 letters, digits, '.', '_', '-'; write "
		"[steps NAME]");
	assert_fails(
		"[steps 123456789012345678901234]\n",
		"f.ini:1: [steps] needs a name of up to 23 letters, digits, '.', '_', '-'; write "
		"[steps NAME]");
	assert_int_equal(parse(&grammar, "[steps 12345678901234567890123]\nmust = 1\n" PLAIN),
			 FL_OK);
	assert_fails("[plain x]\n", "f.ini:1: [plain] takes no name; write [plain]");
	assert_fails(PLAIN "[plain]\n", "f.ini:3: a second [plain]; merge the two");
	assert_fails("[step a]\n", "f.ini:1: unknown section 'step'; did you mean 'steps'?");
	assert_fails("[zzzz a]\n",
		     "f.ini:1: unknown section 'zzzz'; write one of: first, steps, plain");
	assert_fails("[plain\n", "f.ini:1: the section header has no ']' at its end; add it");
	assert_fails("[plain]\nread 3\n", "f.ini:2: 'read' is no 'key = value' line, and [plain] "
					  "takes no others; add '=' or a "
					  "'#'");
}

static void keys_before_any_section_belong_to_the_implicit_one(void **state)
{
	(void)state;
	assert_int_equal(parse(&grammar, "number = 5\n[first]\n" PLAIN), FL_ERR_FORMAT);
	assert_string_equal(diag.message, "f.ini:2: a second [first]; merge the two");
	assert_int_equal(thing.number, 5);
	assert_int_equal(parse(&grammar, "[first]\nnumber = 6\n" PLAIN), FL_OK);
	assert_int_equal(parse(&strict, "must = 5\n" PLAIN), FL_ERR_FORMAT);
	assert_string_equal(diag.message,
			    "f.ini:1: 'must = 5' stands before any section; begin with [steps]");
}

static void what_the_parser_refuses_ends_the_file(void **state)
{
	(void)state;
	begin_result = FL_ERR_FORMAT;
	assert_fails("[steps a]\nmust = 1\n" PLAIN, "f.ini:1: not this 'a'");
	assert_int_equal(ended, 0);
	begin_result = FL_ERR_NOMEM;
	assert_int_equal(parse(&grammar, "[steps a]\nmust = 1\n" PLAIN), FL_ERR_NOMEM);
	begin_result = FL_OK;
	end_result = FL_ERR_RANGE;
	assert_int_equal(parse(&grammar, "[steps a]\nmust = 1\n" PLAIN), FL_ERR_RANGE);
	assert_int_equal(parse(&grammar, PLAIN "[steps a]\nmust = 1\n"), FL_ERR_RANGE);
	end_result = FL_OK;
}

/* Of a file that is read to its end all the same the first mistake is told, and the rest is taken. */
static void mistakes_may_be_passed_over(void **state)
{
	static const char text[] =
		"number = x\nlow = 7\n[steps a\nnumber = 3\n[zzz]\nread 1\n[steps b]\nmust = 4\n"
		"write 1\n[plain]\nmust = 8\nmust = y\n";

	(void)state;
	assert_int_equal(parse(&patient, text), FL_ERR_FORMAT);
	assert_string_equal(diag.message, "f.ini:1: 'number' is 'x'; write a number from 2 to 9");
	assert_int_equal(thing.frequency, 7);
	assert_string_equal(thing.steps, "write(1)");
	assert_int_equal(thing.number, 8);
}

static void lines_end_as_every_system_ends_them(void **state)
{
	static const char *const texts[] = {
		"\xef\xbb\xbfnumber = 4\r\n[plain]\r\nmust = 1 # why\r\n",
		"number=4\r[plain]\rmust=1\r",
		"  number =  4  \n\n#\n \t# x\n\t[plain]  # y\nmust\t=\t1",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		assert_int_equal(parse(&grammar, texts[i]), FL_OK);
	assert_int_equal(parse(&grammar, "text = a#b\n" PLAIN), FL_OK);
	assert_string_equal(thing.text, "a#b");
	assert_int_equal(parse(&grammar, "text = a #b\n" PLAIN), FL_OK);
	assert_string_equal(thing.text, "a");
	assert_int_equal(parse(&grammar, "text = =\n" PLAIN), FL_OK);
	assert_string_equal(thing.text, "=");
	assert_fails("\r\n\r\nnumbr = 1\n",
		     "f.ini:3: unknown key of [first] 'numbr'; did you mean 'number'?");
	assert_fails("number\xc2\xa0= 4\n", "f.ini:1: an invisible character, no-break space "
					    "(U+00A0), stands in 'number\xc2\xa0= "
					    "4'; delete it");
}

/* ---- no text --------------------------------------------------------------------------------- */

static void assert_bytes_fail(const void *bytes, size_t size, const char *message)
{
	diag_clear(&diag);
	assert_int_equal(ini_parse(&grammar, "f.ini", bytes, size, &thing, &diag), FL_ERR_FORMAT);
	assert_string_equal(diag.message, message);
}

static void what_is_no_text_is_told(void **state)
{
	static char large[INI_FILE_MAX + 1];
	static const char utf16[] = "f.ini:1: the file is UTF-16; save it as UTF-8 or ASCII";
	char text[64];

	(void)state;
	assert_bytes_fail("\xff\xfe[", 3, utf16);
	assert_bytes_fail("\xfe\xff[", 3, utf16);
	assert_bytes_fail("[\0b\0", 4, utf16);
	assert_bytes_fail("\0[\0b", 4, utf16);
	assert_bytes_fail("\t\0", 2, utf16);
	assert_bytes_fail("\0\t", 2, utf16);
	assert_bytes_fail("\0", 1,
			  "f.ini:1: byte 0x00 is no text; is this a test file? Remove the byte");
	assert_bytes_fail("\0\x08", 2,
			  "f.ini:1: byte 0x00 is no text; is this a test file? Remove the byte");
	for (unsigned c = 1; c < 0x80; c++) {
		bool is_text = c == '\t' || c == '\n' || c == '\r' || (c >= ' ' && c != 0x7f);
		char byte[160];

		snprintf(text, sizeof text, "#\n#%c\n" PLAIN, (int)c);
		snprintf(byte, sizeof byte,
			 "f.ini:2: byte 0x%02x is no text; is this a test file? Remove the byte",
			 c);
		if (is_text)
			assert_int_equal(parse(&grammar, text), FL_OK);
		else
			assert_fails(text, byte);
	}
	assert_fails("\n#\r#\r\n\r\n\n\x01",
		     "f.ini:6: byte 0x01 is no text; is this a test file? "
		     "Remove the byte"); /* as lines are counted elsewhere */
	memset(large, '\n', sizeof large);
	memcpy(large, PLAIN, sizeof PLAIN - 1);
	assert_int_equal(ini_parse(&grammar, "f.ini", large, INI_FILE_MAX, &thing, &diag), FL_OK);
	diag_clear(&diag);
	assert_int_equal(ini_parse(&grammar, "f.ini", large, sizeof large, &thing, &diag),
			 FL_ERR_FORMAT);
	assert_non_null(strstr(diag.message, "bytes are too many for a test file; at most "));
	assert_memory_equal(diag.message, "f.ini: ", 7); /* no line of it */
	host_reset(1);
	host_fail_allocation(1);
	assert_int_equal(ini_parse(&grammar, "f.ini", PLAIN, sizeof PLAIN - 1, &thing, &diag),
			 FL_ERR_NOMEM);
	assert_int_equal(ini_parse(&grammar, "f.ini", PLAIN, sizeof PLAIN - 1, &thing, &diag),
			 FL_OK);
	assert_int_equal(host_leaks(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_stored_by_their_kind_up_to_their_limits),
		cmocka_unit_test(values_beyond_are_refused_with_their_limits),
		cmocka_unit_test(sections_open_and_close),
		cmocka_unit_test(keys_before_any_section_belong_to_the_implicit_one),
		cmocka_unit_test(what_the_parser_refuses_ends_the_file),
		cmocka_unit_test(mistakes_may_be_passed_over),
		cmocka_unit_test(lines_end_as_every_system_ends_them),
		cmocka_unit_test(what_is_no_text_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
