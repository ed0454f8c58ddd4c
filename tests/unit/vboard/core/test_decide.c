/* test_decide.c: what the sheets leave open: every choice comes with some seed, and does what it says. */
#include "tests/unit/vboard/ipu3/camera_bench.h"

#include "vboard/boards/soraka.h"
#include "vboard/core/decide.h"

#define FRAME_MS 40

static struct cb *new_decided(const char *first, const char *second)
{
	const char *decisions[] = {first, second};
	struct vboard_options options = {
		.seed = 1, .decisions = decisions, .decision_count = second ? 2 : 1};
	struct cb *b = cb_new_options(&options);

	cb_power_up(b);
	return b;
}

static unsigned read_pointer(struct cb *b)
{
	return cb_read(b, b->cio2, 0x1504) & 0xff;
}

/* Runs the stream for a while and gives FBPT_RP where it came to rest. */
static unsigned run_and_stop(struct cb *b, unsigned frames)
{
	cb_start(b, CB_MODE_OV5670_SMALL);
	cb_wait(b, (uint64_t)frames * FRAME_MS * CB_MS);
	cb_stop(b, 1);
	cb_wait(b, 100 * CB_MS);
	return read_pointer(b);
}

static void seeds_differ_in_every_decision(void **state)
{
	static const char *const names[] = {"cio2-read-pointer", "cio2-valid",    "cio2-last-byte",
					    "i2c-fifo",          "soraka-clocks", "cio2-timestamp",
					    "pmic-status"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		unsigned seen = 0;

		for (uint64_t seed = 0; seed < 32; seed++) {
			struct decisions decisions;

			decide_all(&decisions, &board_soraka.kind, seed);
			seen |= 1u << decide_get(&decisions, names[i]);
		}
		/* The choices are numbered from 0 without a gap: two at least. */
		assert_true(seen >= 3);
		assert_int_equal(seen & (seen + 1), 0);
	}
}

static void an_unknown_decision_is_refused(void **state)
{
	static const char *const wrong[] = {"", "no-such=0", "cio2-valid", "cio2-valid=2",
					    "cio2-valid=x"};
	struct decisions decisions = {.board = &board_soraka.kind};
	char error[256];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(decide_parse(&decisions, wrong[i], error, sizeof(error)));
	assert_true(decide_parse(&decisions, "cio2-valid=1", error, sizeof(error)));
	assert_int_equal(decide_get(&decisions, "cio2-valid"), 1);
}

/* 0 CDMABA, 1 DMA_EN, 2 both, 3 D3hot alone. */
static void the_read_pointer_starts_where_it_is_said(void **state)
{
	static const char *const choices[] = {"cio2-read-pointer=0", "cio2-read-pointer=1",
					      "cio2-read-pointer=2", "cio2-read-pointer=3"};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct cb *b = new_decided(choices[i], "cio2-d3-registers=0");
		unsigned rest = run_and_stop(b, 3);

		assert_int_not_equal(rest, 0);
		cb_write(b, b->cio2, 0x1500, CB_FBPT >> 12);
		assert_int_equal(read_pointer(b), i == 0 || i == 2 ? 0 : rest);
		cb_write(b, b->cio2, 0x1508, 0xdc00021f);
		assert_int_equal(read_pointer(b), i == 3 ? rest : 0);
		cb_write(b, b->cio2, 0x1508, 0);
		cb_wait(b, 10 * CB_MS);
		vboard_config_write(b->board, b->cio2, 0xd4, 2, 3);
		vboard_config_write(b->board, b->cio2, 0xd4, 2, 0);
		cb_wait(b, 11 * CB_MS);
		assert_int_equal(read_pointer(b), 0);
		cb_assert_clean(b);
		cb_free(b);
	}
}

static void writing_ends_where_it_is_said(void **state)
{
	static const struct {
		const char *choice;
		uint32_t bytes;
	} cases[] = {{"cio2-last-byte=0", 10000},
		     {"cio2-last-byte=1", 10048},
		     {"cio2-last-byte=2", 12288}};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct cb *b = new_decided(cases[i].choice, "cio2-read-pointer=2");

		cb_start(b, CB_MODE_OV5670_SMALL);
		cb_buffer_entry(b, 1, 10000);
		cb_wait(b, 3 * FRAME_MS * CB_MS);
		assert_true(cb_entry_done(b, 1));
		assert_int_equal(cb_entry_bytes(b, 1), cases[i].bytes);
		cb_assert_clean(b);
		cb_free(b);
	}
}

/* evidence.md 1.4: one frame with the buffer's count, then nothing, until the DMA and the sensor are set up
 * again, both. */
static void a_frame_larger_than_its_buffer_stops_the_stream(void **state)
{
	static const char *const choices[] = {"cio2-too-large=0", "cio2-too-large=1"};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct cb *b = new_decided(choices[i], "cio2-read-pointer=2");

		cb_start(b, CB_MODE_OV5670_SMALL);
		cb_buffer_entry(b, 1, 10000);
		cb_wait(b, 10 * FRAME_MS * CB_MS);
		assert_true(cb_entry_done(b, 1));
		assert_false(cb_entry_done(b, 2));
		assert_int_equal(cb_read(b, b->cio2, 0x708) & 0x80, 0x80);
		assert_int_equal(cb_read(b, b->cio2, 0x1418) & 1, i);
		/* The DMA alone does not help. */
		cb_write(b, b->cio2, 0x1508, 0);
		cb_wait(b, 10 * CB_MS);
		cb_dummies(b);
		cb_write(b, b->cio2, 0x1508, 0xdc00021f);
		cb_wait(b, 5 * FRAME_MS * CB_MS);
		assert_false(cb_entry_done(b, 0));
		assert_int_equal(cb_sensor_write(b, 1, 0x0100, 0), 0);
		cb_wait(b, 2 * FRAME_MS * CB_MS);
		assert_int_equal(cb_sensor_write(b, 1, 0x0100, 1), 0);
		cb_wait(b, 5 * FRAME_MS * CB_MS);
		assert_true(cb_entry_done(b, 0));
		cb_assert_clean(b);
		cb_free(b);
	}
}

/* What the receiver of the front camera has seen since this was asked last. */
static void take_errors(struct cb *b, uint32_t *irq, uint32_t *ie)
{
	*irq = cb_read(b, b->cio2, 0x708);
	*ie = cb_read(b, b->cio2, 0x17e4) >> 8 & 0x7f;
	cb_write(b, b->cio2, 0x70c, 0x3ffff);
	cb_write(b, b->cio2, 0x17e4, 0xffffffff);
}

static void power_cycle_ov5670(struct cb *b)
{
	cb_pmic(b, 0x27, 0x10);
	cb_wait(b, CB_MS);
	cb_pmic(b, 0x27, 0x30);
	cb_wait(b, 10 * CB_MS);
}

/* evidence.md 1.5: every start but the first after power-on: short packet, incomplete packet, frame
 * synchronisation error, and the frame is lost or what is left of it; the next one is whole. */
static void a_restart_may_begin_inside_a_line(void **state)
{
	static const char *const choices[] = {"sensor-restart=0", "sensor-restart=1",
					      "sensor-restart=2"};
	const uint32_t whole = cb_frame_size(CB_MODE_OV5670_SMALL);

	(void)state;
	for (unsigned choice = 0; choice < 3; choice++) {
		struct cb *b = new_decided(choices[choice], "cio2-read-pointer=2");

		for (unsigned start = 0; start < 4; start++) {
			bool broken = choice && start % 2;
			uint32_t irq, ie;

			if (start == 2)
				power_cycle_ov5670(b);
			run_and_stop(b, 4);
			take_errors(b, &irq, &ie);
			assert_int_equal(irq, broken ? 0xc0 : 0);
			assert_int_equal(ie, broken ? 0x20 : 0);
			if (broken && choice == 2)
				assert_in_range(cb_entry_bytes(b, 0), 1, whole - 1);
			else
				assert_int_equal(cb_entry_bytes(b, 0), whole);
			assert_int_equal(cb_entry_bytes(b, 1), whole);
		}
		cb_assert_clean(b);
		cb_free(b);
	}
}

/* 0x0103 = 1: the next write is taken, or nothing is for a while, but not for longer than vendors wait. */
static void a_soft_reset_takes_as_long_as_it_is_said(void **state)
{
	static const char *const choices[] = {"sensor-reset=0", "sensor-reset=1"};
	static const unsigned enough_ms[] = {10, 5};

	(void)state;
	for (unsigned slow = 0; slow < 2; slow++) {
		struct cb *b = new_decided(choices[slow], "i2c-fifo=0");

		for (unsigned port = 0; port < 2; port++) {
			assert_int_equal(cb_sensor_write(b, port, 0x0103, 1), 0);
			assert_int_equal(cb_sensor_write(b, port, 0x0302, 0x55) != 0, slow);
			cb_wait(b, enough_ms[port] * CB_MS);
			assert_int_equal(cb_sensor_write(b, port, 0x0302, 0x55), 0);
		}
		cb_assert_clean(b);
		cb_free(b);
	}
}

/* Told to stop in the middle of its second frame, while the receiver is on: the frame comes to its end, or is cut.
 * Neither sends another one. */
static void a_sensor_stops_as_it_is_said(void **state)
{
	static const char *const choices[] = {"sensor-stop=0", "sensor-stop=1"};

	(void)state;
	for (unsigned cut = 0; cut < 2; cut++) {
		struct cb *b = new_decided(choices[cut], "cio2-read-pointer=2");
		uint32_t irq, ie;

		cb_start(b, CB_MODE_OV5670_SMALL);
		while (!cb_entry_done(b, 0))
			cb_wait(b, CB_MS);
		cb_wait(b, 30 * CB_MS);
		assert_int_equal(cb_sensor_write(b, 1, 0x0100, 0), 0);
		cb_wait(b, 5 * FRAME_MS * CB_MS);
		take_errors(b, &irq, &ie);
		assert_int_equal(irq, cut ? 0x40 : 0);
		assert_int_equal(ie, cut ? 0x20 : 0);
		assert_int_equal(cb_entry_done(b, 1), !cut);
		assert_false(cb_entry_done(b, 2));
		cb_assert_clean(b);
		cb_free(b);
	}
}

/* VALID cleared at the start of a frame: then only the pointer tells the end. */
static void valid_may_fall_when_the_entry_is_taken(void **state)
{
	struct cb *b = new_decided("cio2-valid=1", "cio2-read-pointer=2");
	unsigned steps = 0;

	(void)state;
	cb_start(b, CB_MODE_OV5670_SMALL);
	while (!cb_entry_done(b, 0) && steps++ < 1000)
		cb_wait(b, 10000);
	assert_true(cb_entry_done(b, 0));
	assert_int_equal(read_pointer(b), 0);
	assert_int_equal(cb_entry_bytes(b, 0), 0);
	cb_wait(b, FRAME_MS * CB_MS);
	assert_true(read_pointer(b) >= 1);
	assert_int_equal(cb_entry_bytes(b, 0), cb_frame_size(CB_MODE_OV5670_SMALL));
	cb_free(b);
}

static void the_pointer_may_move_before_or_after_the_results(void **state)
{
	static const char *const choices[] = {"cio2-pointer-moves=1", "cio2-pointer-moves=2"};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		const char *const decisions[] = {choices[i], "cio2-read-pointer=2", "cio2-valid=0"};
		struct vboard_options options = {
			.seed = 3, .decisions = decisions, .decision_count = 3};
		struct cb *b = cb_new_options(&options);
		bool apart = false;

		cb_power_up(b);
		cb_start(b, CB_MODE_OV5670_SMALL);
		for (unsigned step = 0; step < 200000 && !apart; step++) {
			unsigned pointer = read_pointer(b);
			bool done = cb_entry_done(b, 0);

			apart = i ? pointer == 1 && !done : done && pointer == 0;
		}
		assert_true(apart);
		cb_wait(b, CB_MS);
		assert_true(cb_entry_done(b, 0) && read_pointer(b) >= 1);
		cb_free(b);
	}
}

static void fifos_have_their_depth(void **state)
{
	static const char *const choices[] = {"i2c-fifo=0", "i2c-fifo=1", "i2c-fifo=2"};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		const char *decision = choices[i];
		struct vboard_options options = {
			.seed = 1, .decisions = &decision, .decision_count = 1};
		struct cb *b = cb_new_options(&options);
		unsigned depth = 64u >> i;

		cb_i2c_init(b, b->i2c2);
		assert_int_equal(cb_read(b, b->i2c2, 0xf4) >> 16, depth - 1);
		cb_write(b, b->i2c2, 0x6c, 1);
		for (unsigned k = 0; k <= depth; k++)
			vboard_mmio_write(b->board, b->i2c2, 0x10, 4, 0);
		assert_int_equal(cb_read(b, b->i2c2, 0x70) & 2, 0);
		cb_free(b);
	}
}

/* What does not come up: the voltage is missing either way; only the enable bit tells, or does not. */
static void the_pmic_shows_what_is_said(void **state)
{
	static const char *const choices[] = {"pmic-status=0", "pmic-status=1"};
	static const struct {
		const char *fault;
		uint8_t reg, value, fallen;
	} cases[] = {{"rail-stuck=ov13858", 0x47, 1, 0},
		     {"rail-stuck=ov13858:2", 0x48, 1, 0},
		     {"rail-stuck=ov5670:2", 0x45, 1, 0},
		     {"pmic-no-pll", 0x0d, 0xd1, 0xd0}};

	(void)state;
	for (unsigned choice = 0; choice < 2; choice++) {
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			const char *decision = choices[choice];
			struct vboard_options options = {.seed = 1,
							 .decisions = &decision,
							 .decision_count = 1,
							 .faults = &cases[i].fault,
							 .fault_count = 1};
			struct cb *b = cb_new_options(&options);
			uint8_t value;

			cb_i2c_init(b, b->i2c2);
			cb_pmic(b, cases[i].reg, cases[i].value);
			assert_int_equal(cb_i2c(b, b->i2c2, 0x4d, &cases[i].reg, 1, &value, 1), 0);
			assert_int_equal(value, choice ? cases[i].fallen : cases[i].value);
			/* Others do what they are told. */
			cb_pmic(b, 0x46, 1);
			cb_i2c(b, b->i2c2, 0x4d, (const uint8_t[]){0x46}, 1, &value, 1);
			assert_int_equal(value, 1);
			cb_free(b);
		}
	}
}

/* ---- docs/silicon.md ---------------------------------------------------------------------- */

static const char *page(void)
{
	static char text[65536];
	FILE *file = fopen("docs/silicon.md", "rb");

	if (!file)
		fail_msg("docs/silicon.md is not there; run tests in the repository's root");
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return text;
}

/* The line of the page that has the text, or NULL. */
static const char *find_row(const char *text, char *row, size_t size)
{
	const char *at = strstr(page(), text), *begin = at;

	while (begin && begin > page() && begin[-1] != '\n')
		begin--;
	if (begin)
		snprintf(row, size, "%.*s", (int)strcspn(begin, "\n"), begin);
	return begin;
}

/* One line of the help against the row of its decision: "  name  what (sheet)", then "  N  choice" each. */
static void compare_line(char *line, char *row, size_t size)
{
	char word[64], name[72], *text = line + strspn(line, " "), *sheet;

	if (sscanf(text, "%63s", word) != 1)
		return;
	text += strlen(word);
	text += strspn(text, " ");
	if (word[0] >= '0' && word[0] <= '9') {
		if (!strstr(row, text))
			fail_msg("docs/silicon.md has no '%s' in\n%s", text, row);
		return;
	}
	snprintf(name, sizeof(name), "`%s`:", word);
	if (!find_row(name, row, size))
		fail_msg("docs/silicon.md has no row for %s", word);
	sheet = strrchr(text, '(');
	assert_non_null(sheet);
	sheet[-1] = sheet[strlen(sheet) - 1] = '\0';
	if (!strstr(row, text) || !strstr(row, sheet + 1))
		fail_msg("docs/silicon.md has neither '%s' nor '%s' in\n%s", text, sheet + 1, row);
}

#define NAMES_MAX 256

/* Takes the name at the start of a line, once. */
static void count_name(char names[][72], unsigned *count, const char *line)
{
	char name[72] = "";

	sscanf(line, "%71s", name);
	for (unsigned i = 0; i < *count; i++)
		if (!strcmp(names[i], name))
			return;
	assert_true(*count < NAMES_MAX);
	snprintf(names[(*count)++], sizeof(names[0]), "%s", name);
}

/* Word for word, and none that is no decision of any board any more. */
static void the_list_of_assumptions_has_every_decision(void **state)
{
	static char names[NAMES_MAX][72];
	unsigned decisions = 0, rows = 0;
	char *help = NULL, *line, *rest, row[2048] = "";
	size_t size;

	(void)state;
	for (unsigned n = 0; boards[n]; n++) {
		FILE *file = open_memstream(&help, &size);

		vboard_decide_help(boards[n], file);
		fclose(file);
		for (line = strtok_r(help, "\n", &rest); (line = strtok_r(NULL, "\n", &rest));) {
			if (line[2] != ' ')
				count_name(names, &decisions, line);
			compare_line(line, row, sizeof(row));
		}
		free(help);
	}
	for (const char *at = page(); (at = strstr(at, "`: ")); at++)
		rows++;
	assert_int_equal(rows, decisions);
}

/* Every delay of the models, LOW_NS_MIN to LOW_NS_MAX, by its name. */
static void the_list_of_assumptions_has_every_delay(void **state)
{
	FILE *list = popen("grep -hoE '^#define [A-Z_]+_NS_MIN' vboard/*/*.[ch]", "r");
	char row[2048], name[64], mark[72];
	unsigned delays = 0;

	(void)state;
	assert_non_null(list);
	for (; fscanf(list, "#define %63s\n", name) == 1; delays++) {
		name[strlen(name) - strlen("_MIN")] = '\0';
		snprintf(mark, sizeof(mark), "`%s`", name);
		if (!find_row(mark, row, sizeof(row)))
			fail_msg("docs/silicon.md does not name the delay %s", name);
	}
	pclose(list);
	assert_true(delays >= 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seeds_differ_in_every_decision),
		cmocka_unit_test(an_unknown_decision_is_refused),
		cmocka_unit_test(the_read_pointer_starts_where_it_is_said),
		cmocka_unit_test(writing_ends_where_it_is_said),
		cmocka_unit_test(a_frame_larger_than_its_buffer_stops_the_stream),
		cmocka_unit_test(a_restart_may_begin_inside_a_line),
		cmocka_unit_test(a_soft_reset_takes_as_long_as_it_is_said),
		cmocka_unit_test(a_sensor_stops_as_it_is_said),
		cmocka_unit_test(valid_may_fall_when_the_entry_is_taken),
		cmocka_unit_test(the_pointer_may_move_before_or_after_the_results),
		cmocka_unit_test(fifos_have_their_depth),
		cmocka_unit_test(the_pmic_shows_what_is_said),
		cmocka_unit_test(the_list_of_assumptions_has_every_decision),
		cmocka_unit_test(the_list_of_assumptions_has_every_delay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
