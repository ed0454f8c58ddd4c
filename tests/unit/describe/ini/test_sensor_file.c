/* test_sensor_file.c: what a sensor file may say, and what is said of one with a mistake. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "describe/ini/files.h"
#include "tests/host/host.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A small sensor that uses every feature. Lines are numbered by the tests below. */
static const char good[] = "# a sensor\n" /* 1 */
			   "[sensor]\n"
			   "name = demo   # with a comment\n"
			   "description = Demo, 'the #1' sensor\n"
			   "address = 0x36\n" /* 5 */
			   "clock-frequency = 19.2MHz\n"
			   "data-lanes = 1 2\n"
			   "bayer = BGGR\n"
			   "black-level = 64\n"
			   "read-with-stop = yes\n" /* 10 */
			   "[identify]\n"
			   "expect 0x300a 0x5670 width 2 mask 0xfff0\n"
			   "[stream-on]\n"
			   "write 0x0100 1\n"
			   "[stream-off]\n" /* 15 */
			   "write 0x0100 0\n"
			   "[registers base]\n"
			   "write 0x0103 0x01\n"
			   "delay 5ms\n"
			   "write 0x3808 0x0280 width 2\n" /* 20 */
			   "write 0x3500 0x10\n"
			   "write 0x3500 0x20\n"
			   "[mode 640x480]\n"
			   "width = 640\n"
			   "height = 480\n" /* 25 */
			   "link-frequencies = 240 MHz\n"
			   "frame-us = 33300\n"
			   "max-height = 480\n"
			   "use base\n"
			   "update 0x4303 0x08 mask 0x0c\n" /* 30 */
			   "poll 0x0100 0 mask 1 timeout 10ms\n"
			   "[mode 320x240]\n"
			   "width = 320\n"
			   "height = 240\n"
			   "max-height = 242\n" /* 35 */
			   "frame-us = 33000\n"
			   "link-frequency = 240000000\n"
			   "use base\n"
			   "change 0x3808 0x0140 width 2\n"
			   "change 0x3500 0x30\n" /* 40 */
			   "[pattern bars]\n"
			   "kind = bars\n"
			   "exact = yes\n"
			   "high = 1000\n"
			   "low = 16\n" /* 45 */
			   "on write 0x5e00 0x80\n"
			   "off write 0x5e00 0x00\n"
			   "[pattern solid]\n"
			   "kind = solid\n"
			   "values = 1 2 3 1023\n" /* 50 */
			   "rolling = no\n"
			   "bayer = grbg\n"
			   "on write 0x0600 1\n"
			   "off write 0x0600 0";

static int reset(void **state)
{
	(void)state;
	host_reset(1);
	return 0;
}

static void check_good(const struct sensor_desc *s)
{
	assert_string_equal(s->name, "demo");
	assert_string_equal(s->description, "Demo, 'the");
	assert_string_equal(s->file, "demo.ini");
	assert_int_equal(s->address, 0x36);
	assert_int_equal(s->register_bytes, 2);
	assert_int_equal(s->value_bytes, 1);
	assert_int_equal(s->clock_frequency, 19200000);
	assert_int_equal(s->data_lanes, 2);
	assert_int_equal(s->bayer, BAYER_BGGR);
	assert_int_equal(s->bits, 10);
	assert_int_equal(s->black_level, 64);
	assert_int_equal(s->frames_to_skip, 2); /* not said: a restart may begin inside a line */
	assert_true(s->read_with_stop);
	assert_int_equal(s->identify.count, 1);
	assert_int_equal(s->identify.steps[0].mask, 0xfff0);
	assert_int_equal(s->mode_count, 2);
	assert_int_equal(s->pattern_count, 2);
}

static void a_good_file_gives_all_it_says(void **state)
{
	struct sensor_desc s;
	struct diag diag = {0};
	const struct reg_list *list;

	(void)state;
	if (sensor_parse("demo.ini", good, sizeof good - 1, &s, &diag))
		fail_msg("%s", diag.message);
	check_good(&s);
	assert_string_equal(s.modes[0].name, "640x480");
	assert_int_equal(s.modes[0].max_height, 480);
	assert_int_equal(s.modes[0].link_frequency, 240000000);
	list = &s.modes[0].registers;
	assert_int_equal(list->count, 7);
	assert_int_equal(list->steps[0].line, 18);
	assert_int_equal(list->steps[1].kind, REG_DELAY);
	assert_int_equal(list->steps[1].value, 5000);
	assert_int_equal(list->steps[2].width, 2);
	assert_int_equal(list->steps[5].kind, REG_UPDATE);
	assert_int_equal(list->steps[5].mask, 0x0c);
	assert_int_equal(list->steps[6].kind, REG_POLL);
	assert_int_equal(list->steps[6].timeout_us, 10000);
	assert_int_equal(s.modes[1].max_height, 242);
	assert_int_equal(s.modes[1].frame_us, 33000);
	assert_int_equal(s.patterns[0].look.high, 1000);
	assert_int_equal(s.patterns[0].look.bayer, BAYER_BGGR);
	assert_true(s.patterns[0].look.is_exact);
	assert_int_equal(s.patterns[1].look.values[3], 1023);
	assert_int_equal(s.patterns[1].look.bayer, BAYER_GRBG);
	sensor_free(&s);
	assert_string_equal(s.name, "");
	assert_int_equal(host_leaks(), 0);
}

static void change_alters_the_last_write_of_this_mode_only(void **state)
{
	struct sensor_desc s;

	(void)state;
	assert_int_equal(sensor_parse("demo.ini", good, sizeof good - 1, &s, NULL), FL_OK);
	assert_int_equal(s.modes[1].registers.steps[2].value, 0x140);
	assert_int_equal(s.modes[1].registers.steps[3].value, 0x10);
	assert_int_equal(s.modes[1].registers.steps[4].value, 0x30);
	assert_int_equal(s.modes[0].registers.steps[2].value, 0x280);
	assert_int_equal(s.modes[0].registers.steps[4].value, 0x20);
	sensor_free(&s);
}

static void modes_and_patterns_are_found_by_name(void **state)
{
	struct sensor_desc s;

	(void)state;
	assert_int_equal(sensor_parse("demo.ini", good, sizeof good - 1, &s, NULL), FL_OK);
	assert_ptr_equal(sensor_find_mode(&s, NULL), &s.modes[0]);
	assert_ptr_equal(sensor_find_mode(&s, ""), &s.modes[0]);
	assert_ptr_equal(sensor_find_mode(&s, "320x240"), &s.modes[1]);
	assert_null(sensor_find_mode(&s, "1x1"));
	assert_ptr_equal(sensor_find_pattern(&s, "SOLID"), &s.patterns[1]);
	assert_ptr_equal(sensor_find_pattern(&s, ""), &s.patterns[0]);
	assert_null(sensor_find_pattern(&s, "dots"));
	sensor_free(&s);
}

/* The good file with every "\n" as `end`, blanks doubled, and `before` in front. */
static void same_in_other_clothes(const char *before, const char *end, bool cut_last)
{
	char text[4 * sizeof good], *out = text;
	struct sensor_desc s;
	struct diag diag = {0};

	out += sprintf(out, "%s", before);
	for (const char *c = good; *c; c++)
		if (*c == '\n')
			out += sprintf(out, "%s", end);
		else if (*c == ' ')
			out += sprintf(out, "\t ");
		else
			*out++ = *c;
	if (!cut_last)
		out += sprintf(out, "%s", end);
	if (sensor_parse("demo.ini", text, (size_t)(out - text), &s, &diag))
		fail_msg("%s", diag.message);
	assert_int_equal(s.modes[1].registers.count, 5);
	sensor_free(&s);
}

static void line_ends_tabs_and_marks_do_not_matter(void **state)
{
	(void)state;
	same_in_other_clothes("", "\r\n", false);
	same_in_other_clothes("", "\r", true);
	same_in_other_clothes("\xef\xbb\xbf", "\n", true);
	same_in_other_clothes("\xef\xbb\xbf", "\r\n", false);
}

/* ---- mistakes ---------------------------------------------------------------------------- */

/* Line `line` of the good file replaced by `text` ("" = dropped, may hold several lines): the
 * message must begin with demo.ini:`said`: and contain `word`. */
static const struct mistake {
	unsigned line;
	const char *text;
	unsigned said;
	const char *word;
} mistakes[] = {
	{2, "[sensr]", 2, "did you mean 'sensor'"},
	{2, "[sensor", 2, "no ']'"},
	{2, "[sensor x]", 2, "takes no name"},
	{2, "name = x\n[sensor]", 2, "before any section"},
	{3, "", 2, "lacks 'name'"},
	{3, "name = a/../b", 3, "letters, digits"},
	{3, "name =", 3, "no value"},
	{3, "name = x\nname = y", 4, "given twice"},
	{5, "adress = 0x36", 5, "did you mean 'address'"},
	{5, "address = 0x80", 5, "8 to 119"},
	{5, "address = six", 5, "write a number"},
	{5, "address = 4294967350", 5, "8 to 119"},
	{6, "clock-frequency = 19.2", 6, "1MHz to 64MHz"},
	{6, "clock-frequency = 900MHz", 6, "1MHz to 64MHz"},
	{7, "data-lanes = 5", 7, "count"},
	{7, "data-lanes = 2 1", 7, "count"},
	{7, "data-lanes = 0", 7, "count"},
	{7, "data-lanes = 1 2 3 4 5", 7, "count"},
	{8, "bayer = rgb", 8, "grbg, rggb"},
	{10, "read-with-stop = maybe", 10, "no, yes"},
	{10, "bits = 12", 10, "10 to 10"},
	{10, "write 0x10 1", 10, "takes no"},
	{12, "", 11, "no steps"},
	{12, "write 0x300a 1", 12, "makes no sense"},
	{12, "expect 0x300a", 12, "no value"},
	{12, "expect 0x300a 0x5670 width 1", 12, "0x5670 does not fit 1 byte; give"},
	{12, "expect 0x300a 1 width 1 mask 0x101", 12, "0x101 does not fit 1 byte; give"},
	{12, "expect 0x300a 1 width 2 mask 0x10001", 12, "0x10001 does not fit 2 bytes; give"},
	{12, "expect 0x300a 0x5670 width 2 mask 0xff", 12, "outside the mask"},
	{12, "expect 0x300a 1 mask 1 mask 1", 12, "twice"},
	{12, "expect 0x300a 1 timeout 1ms", 12, "only poll"},
	{12, "expct 0x300a 1", 12, "did you mean 'expect'"},
	{12, "expect 0x300a 1 maks 1", 12, "did you mean 'mask'"},
	{14, "write 0x10000 1", 14, "out of range"},
	{14, "write 0xffff 1 width 2", 14, "beyond"},
	{14, "write 0x100 256", 14, "does not fit"},
	{14, "write 0x100 1 width 5", 14, "out of range"},
	{14, "write 0x100 1 width 0", 14, "width 0"},
	{14, "write 0x100 1 mask 1", 14, "update"},
	{14, "write 0x100 0x100000000 width 4", 14, "out of range"},
	{13, "[stream-on]\nwrite 0x100 1\n[stream-on]", 15, "a second"},
	{19, "delay 5", 19, "no time"},
	{19, "delay 11s", 19, "no time"},
	{19, "delay 0ms", 19, "no time"},
	{19, "delay 10s\ndelay 10s\ndelay 10s\ndelay 10s", 22, "more than 30 s"},
	{17, "[registers]", 17, "needs a name"},
	{17, "[registers bas e]", 17, "needs a name"},
	{17, "[registers base]\nwrite 1 1\n[registers base]", 19, "a second"},
	{24, "", 23, "lacks 'width'"},
	{24, "width = 9000", 24, "16 to 8192"},
	{26, "link-frequency = 240MHz\nlink-frequencies = 240MHz", 27, "given twice"},
	{26, "link-frequency = 10MHz", 26, "40MHz to 1250MHz"},
	{27, "frame-us = 99", 27, "100 to 10000000"},
	{27, "frame-us = 3199", 23, "needs 3200 us on the link for a frame of frame-us 3199"},
	{27, "frame-us = 10000001", 27, "100 to 10000000"},
	{29, "use bas", 29, "did you mean 'base'"},
	{30, "update 0x4303 0x10 mask 0x0c", 30, "outside the mask"},
	{30, "update 0x4303 0x10", 30, "needs 'mask"},
	{31, "poll 0x0100 0", 31, "timeout"},
	{32, "[mode 640x480]", 32, "a second"},
	{35, "max-height = 239", 32, "max-height"},
	{39, "change 0x3809 1", 39, "no write of 0x3809"},
	{39, "change 0x3808 1", 39, "no write of 0x3808"}, /* one of two bytes does */
	{42, "kind = barz", 42, "bars, bars-fade"},
	{42, "kind = random", 41, "only bars and solid"},
	{44, "high = 1024", 44, "0 to 1023"},
	{44, "high = 15", 41, "above high"},
	{46, "write 0x5e00 0x80", 46, "'on' or 'off'"},
	{46, "", 41, "no steps"},
	{47, "", 41, "no 'off' step"},
	{41, "[pattern off]", 41, "another"},
	{50, "values = 1 2 3", 50, "no sample"},
	{50, "values = 1 2 3 4 5", 50, "more than four"},
	{50, "values = 1 2 3 1024", 50, "no sample"},
	{50, "", 48, "lacks 'values'"},
	{49, "kind = bars", 48, "drop them"},
	{1, "\xff\xfe#", 1, "UTF-16"},
	{1, "# \x01", 1, "byte 0x01"},
	{10, "decisive = 0x10000", 10, "decisive has '0x10000'"},
	{10, "decisive = 2-1", 10, "decisive has '2"},
	{10, "decisive = x-1", 10, "decisive has 'x"},
	{10, "decisive = 1-x", 10, "decisive has '1"},
	{10, "decisive = 1 x", 10, "decisive has 'x'"},
	{10, "decisive = 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16", 10, "more than 16 ranges"},
	{10, "output-size = 0x3808", 10, "output-size is '0x3808'; write two registers"},
	{10, "output-size = 0x3808 0x380a 1", 10, "output-size is"},
	{10, "output-size = 0x3808 0x10000", 10, "output-size is"},
	{10, "output-size = x 0x380a", 10, "output-size is"},
	{10, "register-bytes = 1", 12, "beyond 0xff"},
	{12, "expect x 1", 12, "'x' is no number"},
	{12, "expect 0x300a x", 12, "'x' is no number"},
	{14, "", 13, "no steps"},
	{16, "", 15, "no steps"},
	{19, "delay 10000001us", 19, "1us to 10s"},
	{14, "write 0xfffd 1 width 4", 14, "beyond"},
	{28, "max-height = 479", 23, "max-height 479 below height 480"},
	{30, "updte 0x4303 1 mask 1", 30, "did you mean 'update'"},
	{44, "high = 16", 41, "above high"},
	{44, "bayer = grbg rgbg", 44, "did you mean"},
	{44, "bayer = grbg rggb bggr", 44, "more than two orders"},
	{44, "bayer = bggr bggr", 44, "one order twice"},
	{44, "bayer = mono", 41, "is mono or the sensor, not both"},
	{44, "bayer = grbg mono", 41, "is mono or the sensor, not both"},
	{12, "expect 0x300a 0 mask 0", 12, "mask 0 looks at no bit"},
	{17, "[mode early]\nuse base", 18, "no [registers base] stands above"},
	{1, "[mode x]", 1, "before [sensor]"},
	{4, "identify-only = yes", 13, "[stream-on] in a file that says identify-only = yes; drop"},
	{4, "identify-only = perhaps", 4, "no, yes"},
};

static void write_mistake(const struct mistake *mistake, char *out)
{
	unsigned line = 1;

	for (const char *c = good; *c; line++) {
		const char *end = strchr(c, '\n');
		int length = (int)(end ? end + 1 - c : (long)strlen(c));

		if (line != mistake->line)
			out += sprintf(out, "%.*s", length, c);
		else if (*mistake->text)
			out += sprintf(out, "%s\n", mistake->text);
		c += length;
	}
}

/* A file has what streams a sensor, or says that it has none of it. */
static void a_file_without_a_list_says_so(void **state)
{
#define HEAD "[sensor]\nname = x\nclock-frequency = 19.2MHz\ndata-lanes = 1\nbayer = grbg\n"
#define ID   "[identify]\nexpect 0x300a 1\n"
#define ON   "[stream-on]\nwrite 1 1\n"
#define OFF  "[stream-off]\nwrite 1 0\n"
#define MODE "[mode a]\nwidth = 64\nheight = 64\nlink-frequency = 240MHz\nwrite 2 1\n"
#define ONLY "identify-only = yes\n"
	static const struct {
		const char *text, *message; /* "" = it is a sensor */
	} cases[] = {
		{HEAD ID, "x.ini: the file ends without a [stream-on]; add one"},
		{HEAD ID ON MODE, "x.ini: the file ends without a [stream-off]; add one"},
		{HEAD ID ON OFF, "x.ini: the file ends without a [mode NAME]; add one"},
		{HEAD "identify-only = no\n" ID,
		 "x.ini: the file ends without a [stream-on]; add one"},
		{HEAD ONLY, "x.ini:6: the file ends without a [identify]; add one"},
		{HEAD ONLY ID MODE,
		 "x.ini:9: [mode] in a file that says identify-only = yes; drop the one or the "
		 "other"},
		{HEAD ONLY ID, ""},
		{HEAD ID ON OFF MODE, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sensor_desc s;
		struct diag diag = {.message = ""};
		enum fl_err err =
			sensor_parse("x.ini", cases[i].text, strlen(cases[i].text), &s, &diag);

		assert_string_equal(diag.message, cases[i].message);
		assert_int_equal(err, *cases[i].message ? FL_ERR_FORMAT : FL_OK);
		if (strstr(diag.message, "x.ini: "))
			assert_non_null(strstr(diag.hint, "identify-only = yes"));
		if (!err)
			assert_int_equal(s.is_identify_only, !s.mode_count);
		sensor_free(&s);
	}
	assert_int_equal(host_leaks(), 0);
}

static void every_mistake_names_line_and_cure(void **state)
{
	char text[2 * sizeof good], where[32];

	(void)state;
	for (size_t i = 0; i < COUNT(mistakes); i++) {
		struct sensor_desc s;
		struct diag diag = {0};
		enum fl_err err;

		memset(&s, 0xee, sizeof s);
		write_mistake(&mistakes[i], text);
		err = sensor_parse("demo.ini", text, strlen(text), &s, &diag);
		snprintf(where, sizeof where, "demo.ini:%u: ", mistakes[i].said);
		if (err != FL_ERR_FORMAT || strncmp(diag.message, where, strlen(where)) ||
		    !strstr(diag.message, mistakes[i].word))
			fail_msg("line %u '%s': '%s'", mistakes[i].line, mistakes[i].text,
				 diag.message);
		if (!strpbrk(diag.message, ";"))
			fail_msg("no cure: %s", diag.message);
		assert_int_equal(s.mode_count, 0); /* never half a struct */
		assert_string_equal(s.name, "");
		assert_null(s.memory);
	}
	assert_int_equal(host_leaks(), 0);
}

/* What is just allowed: with line `line` of `good` replaced by this. */
static void parse_with(unsigned line, const char *replaced, struct sensor_desc *s)
{
	const struct mistake changed = {line, replaced, 0, NULL};
	char text[2 * sizeof good];
	struct diag diag = {0};

	write_mistake(&changed, text);
	if (sensor_parse("demo.ini", text, strlen(text), s, &diag))
		fail_msg("'%s': %s", replaced, diag.message);
}

static void limits_themselves_are_allowed(void **state)
{
	static const struct {
		const char *line;
		unsigned width;
		uint32_t value, mask;
	} writes[] = {
		{"write 0xffff 0xff", 1, 0xff, 0xff},
		{"write 0xfffe 0xffff width 2", 2, 0xffff, 0xffff},
		{"write 0xfffd 0xffffff width 3", 3, 0xffffff, 0xffffff},
		{"write 0xfffc 0xffffffff width 4", 4, 0xffffffff, 0xffffffff},
	};
	struct sensor_desc s;

	(void)state;
	for (size_t i = 0; i < COUNT(writes); i++) {
		parse_with(14, writes[i].line, &s);
		assert_int_equal(s.stream_on.steps[0].width, writes[i].width);
		assert_int_equal(s.stream_on.steps[0].value, writes[i].value);
		assert_int_equal(s.stream_on.steps[0].mask, writes[i].mask);
		sensor_free(&s);
	}
	parse_with(10, "decisive = 0-0xffff 1 0xffff 3 4 5 6 7 8 9 10 11 12 13 14-15 2", &s);
	assert_int_equal(s.decisive_count, 16);
	assert_int_equal(s.decisive[0].first, 0);
	assert_int_equal(s.decisive[0].last, 0xffff);
	assert_int_equal(s.decisive[2].first, 0xffff);
	assert_int_equal(s.decisive[14].first, 14);
	assert_int_equal(s.decisive[14].last, 15);
	assert_int_equal(s.clock_line, 6);
	sensor_free(&s);
	parse_with(10, "output-size = 0x3808 0xffff", &s);
	assert_int_equal(s.width_register, 0x3808);
	assert_int_equal(s.height_register, 0xffff);
	sensor_free(&s);
	parse_with(19, "delay 1us\ndelay 10s", &s);
	sensor_free(&s);
	/* 3072000 bits at 960 Mbit/s */
	parse_with(27, "frame-us = 3200", &s);
	assert_int_equal(s.modes[0].frame_us, 3200);
	sensor_free(&s);
	parse_with(27, "frame-us = 10000000", &s);
	assert_int_equal(s.modes[0].frame_us, 10000000);
	sensor_free(&s);
	parse_with(44, "high = 17", &s);
	sensor_free(&s);
	parse_with(44, "", &s);
	assert_int_equal(s.patterns[0].look.high, 1023);
	assert_int_equal(s.modes[1].registers.steps[2].line, 39); /* where it was changed */
	sensor_free(&s);
	assert_int_equal(s.mode_count, 0);
	assert_null(s.memory);
	assert_string_equal(s.name, "");
}

/* As many sections of a kind as there may be, and one more. */
static void sections_have_a_limit(void **state)
{
	static const struct {
		unsigned most;
		const char *section, *said;
	} cases[] = {
		{32 - 1, "\n[registers r%u]\nwrite 1 1", "more than 32 [registers] sections"},
		{64 - 2,
		 "\n[mode m%u]\nwidth = 640\nheight = 480\nlink-frequency = 240MHz\nframe-us = "
		 "3200\nwrite 1 1",
		 "more than 64 [mode] sections"},
		{32 - 2, "\n[pattern p%u]\nkind = other\non write 1 1\noff write 1 1",
		 "more than 32 [pattern] sections"},
	};
	static char text[20000];
	struct sensor_desc s;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		for (unsigned more = 0; more < 2; more++) {
			struct diag diag = {0};
			char *out = text + sprintf(text, "%s", good);
			enum fl_err err;

			for (unsigned k = 0; k < cases[i].most + more; k++)
				out += sprintf(out, cases[i].section, k);
			err = sensor_parse("x.ini", text, strlen(text), &s, &diag);
			if (err != (more ? FL_ERR_FORMAT : FL_OK) ||
			    (more && !strstr(diag.message, cases[i].said)))
				fail_msg("%s: %s", cases[i].said, diag.message);
			sensor_free(&s);
		}
	assert_int_equal(host_leaks(), 0);
}

static void unknown_keys_list_the_known_ones(void **state)
{
	struct sensor_desc s;
	struct diag diag = {0};
	static const char text[] = "[sensor]\nvoltage = 5V\n";

	(void)state;
	assert_int_equal(sensor_parse("x.ini", text, sizeof text - 1, &s, &diag), FL_ERR_FORMAT);
	assert_non_null(strstr(diag.hint, "name, description, address, register-bytes"));
}

static void missing_sections_are_named(void **state)
{
	static const char *const sections[] = {"identify", "stream-on", "stream-off"};
	struct sensor_desc s;

	(void)state;
	for (size_t i = 0; i < COUNT(sections); i++) {
		struct diag diag = {0};
		char text[sizeof good], *at, *end;

		memcpy(text, good, sizeof good);
		at = strstr(text, sections[i]) - 1;
		end = strstr(at + 1, "\n[") + 1;
		memmove(at, end, strlen(end) + 1);
		assert_int_equal(sensor_parse("x.ini", text, strlen(text), &s, &diag),
				 FL_ERR_FORMAT);
		assert_non_null(strstr(diag.message, sections[i]));
	}
	assert_int_equal(sensor_parse("x.ini", "", 0, &s, NULL), FL_ERR_FORMAT);
}

/* A small file must not grow into a long list: use, use, use ... */
static void lists_have_an_end(void **state)
{
	static char text[400000];
	struct sensor_desc s;
	struct diag diag = {0};
	char *out = text;

	(void)state;
	out += sprintf(out, "[sensor]\nname=x\nclock-frequency=20MHz\ndata-lanes=1\nbayer=mono\n["
			    "registers a]\n");
	for (int i = 0; i < 1000; i++)
		out += sprintf(out, "write %d 1\n", i);
	out += sprintf(out, "[mode m]\n");
	for (int i = 0; i < 5; i++)
		out += sprintf(out, "use a\n");
	assert_int_equal(sensor_parse("x.ini", text, strlen(text), &s, &diag), FL_ERR_FORMAT);
	assert_non_null(strstr(diag.message, "longer than 4096"));
	assert_int_equal(host_leaks(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_file_without_a_list_says_so, reset),
		cmocka_unit_test_setup(a_good_file_gives_all_it_says, reset),
		cmocka_unit_test_setup(change_alters_the_last_write_of_this_mode_only, reset),
		cmocka_unit_test_setup(modes_and_patterns_are_found_by_name, reset),
		cmocka_unit_test_setup(line_ends_tabs_and_marks_do_not_matter, reset),
		cmocka_unit_test_setup(every_mistake_names_line_and_cure, reset),
		cmocka_unit_test_setup(limits_themselves_are_allowed, reset),
		cmocka_unit_test_setup(sections_have_a_limit, reset),
		cmocka_unit_test_setup(unknown_keys_list_the_known_ones, reset),
		cmocka_unit_test_setup(missing_sections_are_named, reset),
		cmocka_unit_test_setup(lists_have_an_end, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
