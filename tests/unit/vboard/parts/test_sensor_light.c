/* test_sensor_light.c: what the registers of each sensor make of light: gains, black level, flips and the colour order that follows,
 * monochrome, a sensor that is mounted upside down, and which test pattern they ask for. */
#include "tests/unit/vboard/parts/sensor_bench.h"

#include <math.h>

/* A scene file of width x height by a function of the place; the caller unlinks. */
static void write_scene(char *path, unsigned width, unsigned height,
			const uint8_t *(*colour)(unsigned x, unsigned y))
{
	FILE *file = sb_scene(path);

	fprintf(file, "P6 %u %u 255\n", width, height);
	for (unsigned y = 0; y < height; y++) {
		for (unsigned x = 0; x < width; x++)
			fwrite(colour(x, y), 1, 3, file);
	}
	fclose(file);
}

/* Mean of the samples of a colour in a block around (x, y). */
static double block_mean(const struct sb *b, unsigned x, unsigned y, enum camera_colour colour)
{
	const struct camera_look look = sb_look(b);
	const unsigned width = sb_link(b).width;
	const uint16_t *lines = sb_lines(b, y & ~1u, 16);
	unsigned sum = 0, count = 0;

	for (unsigned j = 0; j < 16; j++) {
		for (unsigned i = x & ~1u; i < (x & ~1u) + 16; i++) {
			if (!look.is_mono && camera_colour_at(look.order, i, j) != colour)
				continue;
			sum += lines[j * width + i];
			count++;
		}
	}
	return (double)sum / count;
}

/* ---- Gains ---- */

static const uint8_t *grey(unsigned x, unsigned y)
{
	static const uint8_t rgb[3] = {120, 120, 120};

	(void)x;
	(void)y;
	return rgb;
}

static const uint8_t *darkness(unsigned x, unsigned y)
{
	static const uint8_t rgb[3];

	(void)x;
	(void)y;
	return rgb;
}

/* In the middle of the picture, green in the red lines, after whatever lag. */
static double level(struct sb *b, unsigned number)
{
	const struct camera_link link = sb_link(b);

	for (unsigned i = 0; i < SENSOR_LAG_MAX; i++)
		b->sensor->image.ops->begin_frame(&b->sensor->image);
	assert_true(sb_frame(b, number));
	return block_mean(b, link.width / 2, link.height / 2, CAMERA_GREEN_R);
}

static void twice_the_code_is_twice_the_light(void **state)
{
	static const struct {
		const char *sensor;
		uint16_t reg;
		uint8_t width;
		uint32_t once, twice;
	} cases[] = {
		{"ov13858", 0x3500, 3, 800 * 16, 1600 * 16},
		{"ov13858", 0x3508, 2, 0x80, 0x100},
		{"ov13858", 0x5102, 2, 0x400, 0x800},
		{"ov5670", 0x3500, 3, 1000 * 16, 2000 * 16},
		{"ov5670", 0x3508, 2, 0x80, 0x100},
		{"ov5670", 0x5034, 2, 0x400, 0x800},
		{"ov8865", 0x3500, 3, 300 * 16, 600 * 16},
		{"ov8865", 0x3508, 2, 0x80, 0x100},
		{"ov8865", 0x501a, 2, 0x1000, 0x2000},
		{"ov8865", 0x501a, 2, 0x0f3f, 0x1f3e},
		{"ov5693", 0x3500, 3, 500 * 16, 1000 * 16},
		{"ov5693", 0x350a, 2, 0x30, 0x60},
		{"ov5693", 0x3402, 2, 0x400, 0x800},
		{"ov7251", 0x3500, 3, 250 * 16, 500 * 16},
		{"ov7251", 0x350a, 2, 0x10, 0x20},
		{"ov2740", 0x3500, 3, 1000 * 16, 2000 * 16},
		{"ov2740", 0x3508, 2, 0x80, 0x100},
		{"ov2740", 0x500c, 2, 0x400, 0x800},
		{"ov5675", 0x3500, 3, 1000 * 8, 2000 * 8},
		{"ov5675", 0x3508, 2, 0x80, 0x100},
		{"ov5675", 0x501b, 2, 0x400, 0x800},
		{"imx258", 0x0202, 2, 400, 800},
		{"imx258", 0x0204, 2, 0, 256},
		{"imx258", 0x020e, 2, 0x100, 0x200},
		{"imx355", 0x0202, 2, 300, 600},
		{"imx355", 0x0204, 2, 0, 512},
		{"imx355", 0x020e, 2, 0x100, 0x200},
		{"hi556", 0x0074, 2, 1000, 2000},
		{"hi556", 0x0077, 1, 0, 16},
		{"hi556", 0x0078, 2, 0x100, 0x200},
	};
	static const char *const decisions[] = {"ov13858-gain-black=0", NULL};
	char path[] = P_tmpdir "/scene-XXXXXX";
	const struct sb_options options = {.decisions = decisions, .scene = path};

	(void)state;
	write_scene(path, 8, 8, grey);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sb *b = sb_new(sensor_type_find(cases[i].sensor), &options);
		double once, twice;

		sb_mode(b, NULL);
		sb_write(b, cases[i].reg, cases[i].width, cases[i].once);
		sb_start(b);
		once = level(b, 0) - sb_look(b).black;
		sb_write(b, cases[i].reg, cases[i].width, cases[i].twice);
		twice = level(b, 1) - sb_look(b).black;
		if (once < 30 || twice > 900 || fabs(twice / once - 2) > 0.08)
			fail_msg("%s 0x%04x: %.1f, then %.1f", cases[i].sensor, cases[i].reg, once,
				 twice);
		sb_assert_clean(b);
		sb_free(b);
	}
	unlink(path);
}

static void assert_modes_are_lit(const struct sensor_type *type, const struct sb_options *options)
{
	size_t modes = 1;

	for (size_t i = 0; i < modes; i++) {
		struct sb *b = sb_new(type, options);
		const struct sensor_mode *mode = &sb_desc(b)->modes[i];
		double light;

		modes = sb_desc(b)->mode_count;
		sb_list(b, &mode->registers);
		sb_start(b);
		light = level(b, 0) - sb_look(b).black;
		if (light < 40 || light > 500)
			fail_msg("%s %s: %.1f", type->name, mode->name, light);
		sb_free(b);
	}
}

/* The list of each, at the controls of its file, in front of a scene of a middle grey: neither black nor white. */
static void every_shipped_mode_is_lit_well(void **state)
{
	char path[] = P_tmpdir "/scene-XXXXXX";
	const struct sb_options options = {.scene = path};

	(void)state;
	write_scene(path, 8, 8, grey);
	for (size_t i = 0; i < COUNT(shipped_sensors); i++) {
		const struct sensor_type *type = sensor_type_find(shipped_sensors[i]);

		if (type != &sensor_ov9734)
			assert_modes_are_lit(type, &options);
	}
	unlink(path);
}

/* Longer than the frame lets it be: no more light comes (sensors.md 6, 7; sensor-clocks.md 3 to 10). */
static void an_exposure_ends_with_its_frame(void **state)
{
	static const struct {
		const char *sensor;
		uint16_t exposure;
		uint32_t unit, longest; /* register units a line; lines */
	} cases[] = {
		{"ov7251", 0x3500, 16, 572 - 20},  {"ov5693", 0x3500, 16, 1038 - 8},
		{"ov8865", 0x3500, 16, 640 - 8},   {"ov2740", 0x3500, 16, 2186 - 8},
		{"ov13858", 0x3500, 16, 3214 - 8}, {"ov5675", 0x3500, 8, 2030 - 4},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sb *b = sb_new(sensor_type_find(cases[i].sensor), NULL);
		uint64_t gain;

		sb_mode(b, NULL);
		sb_write(b, cases[i].exposure, 3, cases[i].longest * cases[i].unit);
		sb_start(b);
		gain = sb_look(b).gain[CAMERA_GREEN_R];
		sb_write(b, cases[i].exposure, 3, (cases[i].longest + 50) * cases[i].unit);
		level(b, 1);
		assert_int_equal(sb_look(b).gain[CAMERA_GREEN_R], gain);
		sb_write(b, cases[i].exposure, 3, (cases[i].longest - 50) * cases[i].unit);
		level(b, 2);
		assert_true(sb_look(b).gain[CAMERA_GREEN_R] < gain);
		sb_free(b);
	}
}

static void black_is_where_it_is_said(void **state)
{
	static const struct {
		const char *sensor, *decision;
		double black;
	} cases[] = {
		{"ov8865", "ov8865-black=0", 64}, {"ov8865", "ov8865-black=1", 16},
		{"ov5693", "ov5693-black=0", 64}, {"ov5693", "ov5693-black=1", 16},
		{"ov7251", "ov7251-black=0", 64}, {"ov7251", "ov7251-black=1", 16},
		{"imx355", "imx355-black=0", 64}, {"imx355", "imx355-black=1", 16},
		{"imx258", "imx355-black=1", 64}, {"ov2740", "ov7251-black=0", 16},
		{"ov5675", "ov7251-black=1", 64}, {"hi556", "ov7251-black=1", 64},
	};
	char path[] = P_tmpdir "/scene-XXXXXX";

	(void)state;
	write_scene(path, 8, 8, darkness);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *const decisions[] = {cases[i].decision, NULL};
		const struct sb_options options = {.decisions = decisions, .scene = path};
		struct sb *b = sb_new(sensor_type_find(cases[i].sensor), &options);
		double black;

		sb_mode(b, NULL);
		sb_start(b);
		black = level(b, 0);
		if (fabs(black - cases[i].black) > 1.5)
			fail_msg("%s, %s: %.1f", cases[i].sensor, cases[i].decision, black);
		sb_free(b);
	}
	unlink(path);
}

/* ---- Orientation ---- */

/* Red, green / blue, white. */
static const uint8_t *quarters(unsigned x, unsigned y)
{
	static const uint8_t rgb[4][3] = {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {255, 255, 255}};

	return rgb[(y >= 4) * 2 + (x >= 4)];
}

static bool is_lit(const struct sb *b, unsigned quarter, enum camera_colour colour)
{
	const struct camera_link link = sb_link(b);
	const unsigned x = link.width / 4 + (quarter & 1) * link.width / 2;
	const unsigned y = link.height / 4 + (quarter >> 1) * link.height / 2;

	return block_mean(b, x, y, colour) > sb_look(b).black + 100;
}

/* `turn` says which quarter of the scene lies at the top left of the picture: bit 0 mirrored, bit 1 upside down. */
static void assert_view(struct sb *b, enum camera_order order, unsigned turn, const char *what)
{
	static const uint8_t lit[4][CAMERA_COLOURS] = {
		{1, 0, 0, 0}, {0, 1, 1, 0}, {0, 0, 0, 1}, {1, 1, 1, 1}};
	assert_true(sb_frame(b, 0));
	if (sb_look(b).order != order)
		fail_msg("%s: order %u, want %u", what, sb_look(b).order, order);
	for (unsigned quarter = 0; quarter < 4; quarter++) {
		for (unsigned c = 0; c < CAMERA_COLOURS; c++) {
			if (is_lit(b, quarter, (enum camera_colour)c) != lit[quarter ^ turn][c])
				fail_msg("%s: colour %u in quarter %u", what, c, quarter);
		}
	}
}

#define KEEPS 0
#define MOVES 1

/* One register after the list of the smallest mode; the order as `flip-order` says: it stays, or moves. */
static const struct flip_case {
	const char *sensor;
	uint16_t reg;
	uint8_t value;
	unsigned turn;
	enum camera_order order[2];
} flips[] = {
	{"ov13858", 0x3820, 0xac, 0, {CAMERA_GRBG, CAMERA_GRBG}}, /* as listed */
	{"ov13858", 0x3820, 0xa4, 1, {CAMERA_GRBG, CAMERA_RGGB}},
	{"ov13858", 0x3820, 0xbc, 2, {CAMERA_GRBG, CAMERA_BGGR}},
	{"ov13858", 0x3820, 0xb4, 3, {CAMERA_GRBG, CAMERA_GBRG}},
	{"ov5670", 0x3820, 0x90, 0, {CAMERA_BGGR, CAMERA_BGGR}}, /* the pipeline's bit alone */
	{"ov5670", 0x3820, 0x92, 2, {CAMERA_GRBG, CAMERA_BGGR}},
	{"ov5670", 0x3821, 0xc0, 1, {CAMERA_GRBG, CAMERA_RGGB}},
	{"ov8865", 0x3820, 0x06, 2, {CAMERA_BGGR, CAMERA_GRBG}},
	{"ov8865", 0x3821, 0x6f, 1, {CAMERA_BGGR, CAMERA_GBRG}},
	{"ov8865", 0x3821, 0x6b, 1, {CAMERA_GBRG, CAMERA_BGGR}}, /* the array's bit alone */
	{"ov5693", 0x3820, 0x43, 2, {CAMERA_BGGR, CAMERA_GRBG}},
	{"ov5693", 0x3821, 0x1f, 1, {CAMERA_BGGR, CAMERA_GBRG}},
	{"ov2740", 0x3820, 0x86, 2, {CAMERA_GRBG, CAMERA_BGGR}},
	{"ov2740", 0x3821, 0x40, 1, {CAMERA_GRBG, CAMERA_RGGB}},
	{"ov2740", 0x3813, 0x00, 0, {CAMERA_BGGR, CAMERA_BGGR}}, /* an even first line */
	{"ov5675", 0x3820, 0x83, 1, {CAMERA_GRBG, CAMERA_RGGB}},
	{"ov5675", 0x3820, 0xbb, 2, {CAMERA_GRBG, CAMERA_BGGR}},
	{"ov5675", 0x3813, 0x0c, 0, {CAMERA_BGGR, CAMERA_BGGR}},
	{"imx355", 0x0101, 0, 0, {CAMERA_RGGB, CAMERA_RGGB}},
	{"imx355", 0x0101, 1, 1, {CAMERA_GRBG, CAMERA_GRBG}},
	{"imx355", 0x0101, 2, 2, {CAMERA_GBRG, CAMERA_GBRG}},
	{"imx355", 0x0101, 3, 3, {CAMERA_BGGR, CAMERA_BGGR}},
	/* Lines 0 to 3118: a vertical flip begins with an even one. */
	{"imx258", 0x0101, 0, 0, {CAMERA_RGGB, CAMERA_RGGB}},
	{"imx258", 0x0101, 1, 1, {CAMERA_GRBG, CAMERA_GRBG}},
	{"imx258", 0x0101, 2, 2, {CAMERA_RGGB, CAMERA_RGGB}},
	{"imx258", 0x0101, 3, 3, {CAMERA_GRBG, CAMERA_GRBG}},
	{"hi556", 0x000e, 0x01, 0, {CAMERA_GRBG, CAMERA_GRBG}},
	{"hi556", 0x000e, 0x00, 1, {CAMERA_GRBG, CAMERA_RGGB}},
	{"hi556", 0x000e, 0x03, 2, {CAMERA_GRBG, CAMERA_BGGR}},
};

static void a_flip_turns_the_picture_and_the_order_follows(void **state)
{
	static const char *const decisions[2][3] = {{"flip-order=0", "hi556-flips=0", NULL},
						    {"flip-order=1", "hi556-flips=0", NULL}};
	char path[] = P_tmpdir "/scene-XXXXXX";

	(void)state;
	write_scene(path, 8, 8, quarters);
	for (size_t i = 0; i < COUNT(flips); i++) {
		for (unsigned moves = KEEPS; moves <= MOVES; moves++) {
			const struct sb_options options = {.decisions = decisions[moves],
							   .scene = path};
			struct sb *b = sb_new(sensor_type_find(flips[i].sensor), &options);
			char what[64];

			snprintf(what, sizeof(what), "%s 0x%04x = 0x%02x (%u)", flips[i].sensor,
				 flips[i].reg, flips[i].value, moves);
			sb_mode(b, NULL);
			sb_write(b, flips[i].reg, 1, flips[i].value);
			sb_start(b);
			assert_view(b, flips[i].order[moves], flips[i].turn, what);
			sb_assert_clean(b);
			sb_free(b);
		}
	}
	unlink(path);
}

static void the_flips_of_hi556_may_be_exchanged(void **state)
{
	static const char *const decisions[] = {"flip-order=0", "hi556-flips=1", NULL};
	char path[] = P_tmpdir "/scene-XXXXXX";
	const struct sb_options options = {.decisions = decisions, .scene = path};
	struct sb *b;

	(void)state;
	write_scene(path, 8, 8, quarters);
	b = sb_new(&sensor_hi556, &options);
	sb_mode(b, NULL);
	sb_write(b, 0x000e, 1, 0x00);
	sb_start(b);
	assert_view(b, CAMERA_GRBG, 2, "the first bit flips");
	sb_write(b, 0x000e, 1, 0x03);
	assert_view(b, CAMERA_GRBG, 1, "the second bit mirrors");
	sb_free(b);
	unlink(path);
}

/* Upside down on the board: unflipped it sees all turned, in its own order; flipped both ways it sees all upright, as an
 * IMX258 does whose 0x0101 is 3. By the fault once more: upright. */
static void a_sensor_that_is_mounted_upside_down_sees_all_turned(void **state)
{
	static const struct {
		const char *sensor, *fault;
		uint16_t reg;
		uint8_t value;
		unsigned turn;
		enum camera_order order;
	} cases[] = {
		{"imx355", NULL, 0x0101, 0, 3, CAMERA_RGGB},
		{"imx355", NULL, 0x0101, 3, 0, CAMERA_BGGR},
		{"imx258", NULL, 0x0101, 3, 0, CAMERA_GRBG},
		{"ov5693", NULL, 0x3c00, 0, 3, CAMERA_BGGR},
		{"imx355", "upside-down", 0x0101, 0, 0, CAMERA_RGGB},
	};
	char path[] = P_tmpdir "/scene-XXXXXX";

	(void)state;
	write_scene(path, 8, 8, quarters);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct sb_options options = {
			.fault = cases[i].fault, .scene = path, .is_turned = true};
		struct sb *b = sb_new(sensor_type_find(cases[i].sensor), &options);

		sb_mode(b, NULL);
		sb_write(b, cases[i].reg, 1, cases[i].value);
		sb_start(b);
		assert_view(b, cases[i].order, cases[i].turn, cases[i].sensor);
		sb_free(b);
	}
	unlink(path);
}

/* Red, green and blue are a third of white each, and neighbours are alike. */
static void a_sensor_without_filters_sees_all_colours_alike(void **state)
{
	static const struct {
		uint16_t reg;
		uint8_t value;
		unsigned turn;
	} cases[] = {{0x3820, 0x40, 0}, {0x3821, 0x04, 1}, {0x3820, 0x44, 2}};
	char path[] = P_tmpdir "/scene-XXXXXX";
	const struct sb_options options = {.scene = path};

	(void)state;
	write_scene(path, 8, 8, quarters);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sb *b = sb_new(&sensor_ov7251, &options);
		double light[4];

		sb_mode(b, "640x480-90");
		sb_write(b, cases[i].reg, 1, cases[i].value);
		sb_start(b);
		assert_true(sb_frame(b, 0));
		for (unsigned q = 0; q < 4; q++)
			light[q ^ cases[i].turn] = block_mean(b, 160 + (q & 1) * 320,
							      120 + (q >> 1) * 240, CAMERA_RED) -
						   sb_look(b).black;
		for (unsigned q = 0; q < 3; q++)
			assert_true(fabs(light[q] / light[3] - 1 / 3.0) < 0.03);
		sb_free(b);
	}
	unlink(path);
}

/* ---- Which pattern ---- */

static void registers_ask_for_the_patterns_of_the_sheet(void **state)
{
	static const struct {
		const char *sensor, *decision;
		uint16_t reg;
		uint8_t width;
		uint32_t value;
		enum camera_pattern_kind kind;
		bool rolls;
	} cases[] = {
		{"ov5670", NULL, 0x4303, 1, 0x08, CAMERA_BARS, false},
		{"ov5670", NULL, 0x4303, 1, 0xf7, CAMERA_LIGHT, false},
		{"ov13858", NULL, 0x4503, 1, 0x80, CAMERA_BARS, false},
		{"ov13858", NULL, 0x4503, 1, 0x81, CAMERA_BARS_DOWN, false},
		{"ov13858", NULL, 0x4503, 1, 0x82, CAMERA_BARS_LEFT, false},
		{"ov13858", NULL, 0x4503, 1, 0x83, CAMERA_BARS_UP, false},
		{"ov13858", NULL, 0x4503, 1, 0x03, CAMERA_LIGHT, false},
		{"ov2740", NULL, 0x5040, 1, 0x84, CAMERA_BARS_DOWN, false},
		{"ov2740", NULL, 0x5040, 1, 0x8c, CAMERA_BARS_UP, false},
		{"ov5675", NULL, 0x4503, 1, 0x88, CAMERA_BARS_LEFT, false},
		{"ov5675", NULL, 0x4503, 1, 0x80, CAMERA_BARS, false},
		{"ov8865", NULL, 0x5e00, 1, 0x80, CAMERA_BARS, false},
		{"ov8865", NULL, 0x5e00, 1, 0xc0, CAMERA_BARS, true},
		{"ov8865", NULL, 0x5e00, 1, 0x81, CAMERA_RANDOM, false},
		{"ov8865", NULL, 0x5e00, 1, 0x82, CAMERA_SQUARES, false},
		{"ov8865", NULL, 0x5e00, 1, 0xc2, CAMERA_SQUARES, true},
		{"ov8865", NULL, 0x5e00, 1, 0x92, CAMERA_SQUARES_GREY, false},
		{"ov8865", NULL, 0x5e00, 1, 0x83, CAMERA_BLACK, false},
		{"ov8865", NULL, 0x5e00, 1, 0x43, CAMERA_LIGHT, false},
		{"ov5693", NULL, 0x5e00, 1, 0xc0, CAMERA_BARS, true},
		{"ov5693", NULL, 0x5e00, 1, 0x81, CAMERA_RANDOM, false},
		{"ov7251", NULL, 0x5e00, 1, 0x80, CAMERA_BARS, false},
		{"imx258", NULL, 0x0600, 2, 1, CAMERA_SOLID, false},
		{"imx258", NULL, 0x0600, 2, 2, CAMERA_BARS, false},
		{"imx355", NULL, 0x0600, 2, 3, CAMERA_BARS_GREY, false},
		{"imx355", NULL, 0x0600, 2, 4, CAMERA_PN9, false},
		{"imx355", NULL, 0x0600, 2, 5, CAMERA_LIGHT, false},
		{"hi556", "hi556-patterns=0", 0x0201, 1, 0x01, CAMERA_SOLID, false},
		{"hi556", "hi556-patterns=0", 0x0201, 1, 0x02, CAMERA_BARS, false},
		{"hi556", "hi556-patterns=0", 0x0201, 1, 0x04, CAMERA_BARS_GREY, false},
		{"hi556", "hi556-patterns=0", 0x0201, 1, 0x08, CAMERA_PN9, false},
		{"hi556", "hi556-patterns=0", 0x0201, 1, 0x10, CAMERA_GRADIENT_X, false},
		{"hi556", "hi556-patterns=0", 0x0201, 1, 0x20, CAMERA_GRADIENT_Y, false},
		{"hi556", "hi556-patterns=0", 0x0201, 1, 0x40, CAMERA_CHECKER, false},
		{"hi556", "hi556-patterns=0", 0x0201, 1, 0x80, CAMERA_SLANT, false},
		{"hi556", "hi556-patterns=1", 0x0201, 1, 0x04, CAMERA_PN9, false},
		{"hi556", "hi556-patterns=1", 0x0201, 1, 0x08, CAMERA_SLANT, false},
		{"hi556", "hi556-patterns=1", 0x0201, 1, 0x10, CAMERA_LIGHT, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *const decisions[] = {cases[i].decision, NULL};
		const struct sb_options options = {.decisions = decisions};
		struct sb *b = sb_new(sensor_type_find(cases[i].sensor), &options);
		struct camera_pattern pattern;

		sb_mode(b, NULL);
		sb_write(b, cases[i].reg, cases[i].width, cases[i].value);
		if (b->sensor->type == &sensor_hi556) {
			assert_int_equal(sb_look(b).pattern.kind, CAMERA_LIGHT); /* not enabled */
			sb_write(b, 0x0a05, 1, sb_read(b, 0x0a05, 1) | 1);
		}
		pattern = sb_look(b).pattern;
		if (pattern.kind != cases[i].kind || pattern.is_rolling != cases[i].rolls)
			fail_msg("%s 0x%04x = 0x%x: pattern %u", cases[i].sensor, cases[i].reg,
				 cases[i].value, pattern.kind);
		sb_free(b);
	}
}

/* Each pattern of each file starts what the sheet calls by its name, and its "off" ends it. */
static void every_pattern_of_a_file_is_one_and_ends(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(shipped_sensors); i++) {
		struct sb *b = sb_new(sensor_type_find(shipped_sensors[i]), NULL);
		const struct sensor_desc *desc = sb_desc(b);

		for (size_t p = 0; p < desc->pattern_count; p++) {
			sb_mode(b, NULL);
			sb_list(b, &desc->patterns[p].on);
			if (b->sensor->type != &sensor_hi556) /* a code in doubt */
				assert_int_not_equal(sb_look(b).pattern.kind, CAMERA_LIGHT);
			sb_list(b, &desc->patterns[p].off);
			assert_int_equal(sb_look(b).pattern.kind, CAMERA_LIGHT);
		}
		sb_free(b);
	}
}

/* sensors.md 3: red 0x0602, green beside red 0x0604, blue 0x0606, green beside blue 0x0608. */
static void a_solid_pattern_has_its_four_values(void **state)
{
	static const char *const choices[2][3] = {
		{"imx-solid-gain=0", "imx258-pattern-order=0", NULL},
		{"imx-solid-gain=1", "imx258-pattern-order=1", NULL}};

	(void)state;
	for (unsigned gain = 0; gain < 2; gain++) {
		const struct sb_options options = {.decisions = choices[gain]};
		struct sb *b = sb_new(&sensor_imx258, &options);
		const enum camera_order order = gain ? CAMERA_RGGB : CAMERA_GRBG;
		const uint16_t want[CAMERA_COLOURS] = {0x300, gain ? 0x200 : 0x100, 0x040, 0x200};
		const uint16_t *frame;

		sb_mode(b, NULL);
		sb_write(b, 0x0101, 1, 2);
		sb_write(b, 0x0600, 2, 1);
		sb_write(b, 0x0602, 2, 0x300);
		sb_write(b, 0x0604, 2, 0x100);
		sb_write(b, 0x0606, 2, 0x200);
		sb_write(b, 0x0608, 2, 0x040);
		sb_write(b, 0x020e, 2, 0x200); /* green in the red lines */
		sb_start(b);
		assert_true(sb_frame(b, 0));
		frame = sb_lines(b, 0, 2);
		for (unsigned y = 0; y < 2; y++) {
			for (unsigned x = 0; x < 1048; x++)
				assert_int_equal(frame[y * 1048 + x],
						 want[camera_colour_at(order, x, y)]);
		}
		sb_free(b);
	}
}

/* In the samples that are sent: a rolling bar moves on, unless the sensor is frozen; half of a transparent pattern is the
 * picture's. */
static void patterns_arrive_as_they_are(void **state)
{
	char path[] = P_tmpdir "/scene-XXXXXX";
	const size_t size = 1296 * sizeof(uint16_t);
	uint16_t first[1296];

	(void)state;
	write_scene(path, 8, 8, darkness);
	for (unsigned frozen = 0; frozen < 2; frozen++) {
		const struct sb_options options = {.fault = frozen ? "frozen" : NULL,
						   .scene = path};
		struct sb *b = sb_new(&sensor_ov5693, &options);

		sb_mode(b, "1296x972");
		sb_write(b, 0x5e00, 1, 0xc0);
		sb_start(b);
		assert_true(sb_frame(b, 0));
		memcpy(first, sb_lines(b, 0, 1), size);
		assert_true(sb_frame(b, 8));
		assert_int_equal(memcmp(first, sb_lines(b, 0, 1), size) == 0, frozen);
		assert_true(sb_frame(b, 9)); /* as in a static pattern */
		sb_write(b, 0x5e00, 1, 0x80);
		assert_true(sb_frame(b, 10));
		memcpy(first, sb_lines(b, 0, 1), size);
		assert_true(sb_frame(b, 11));
		assert_memory_equal(first, sb_lines(b, 0, 1), size);
		sb_write(b, 0x5e00, 1, 0xa0);
		assert_true(sb_frame(b, 12));
		assert_in_range(sb_lines(b, 0, 1)[0], first[0] / 2 + 2, first[0] / 2 + 40);
		sb_free(b);
	}
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(twice_the_code_is_twice_the_light),
		cmocka_unit_test(every_shipped_mode_is_lit_well),
		cmocka_unit_test(an_exposure_ends_with_its_frame),
		cmocka_unit_test(black_is_where_it_is_said),
		cmocka_unit_test(a_flip_turns_the_picture_and_the_order_follows),
		cmocka_unit_test(the_flips_of_hi556_may_be_exchanged),
		cmocka_unit_test(a_sensor_that_is_mounted_upside_down_sees_all_turned),
		cmocka_unit_test(a_sensor_without_filters_sees_all_colours_alike),
		cmocka_unit_test(registers_ask_for_the_patterns_of_the_sheet),
		cmocka_unit_test(every_pattern_of_a_file_is_one_and_ends),
		cmocka_unit_test(patterns_arrive_as_they_are),
		cmocka_unit_test(a_solid_pattern_has_its_four_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
