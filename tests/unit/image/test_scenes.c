/*
 * test_scenes.c: broken pictures are found, each with words of its own, and healthy ones pass: at
 * several exposures, of both cameras, in all small modes.
 */
#include "tests/unit/image/scene_tools.h"

static struct image_limits limits;

static enum fl_err judge(const struct image *image, struct diag *diag)
{
	static struct image_statistics statistics;

	diag_clear(diag);
	assert_int_equal(image_measure(image, &statistics), FL_OK);
	return judge_statistics(image, &statistics, &limits, diag);
}

static void expect(struct image *image, const char *what, const char *words)
{
	struct diag diag;
	enum fl_err err = judge(image, &diag);

	if (getenv("SCENES"))
		printf("%-28s %s\n", what, err ? diag.message : "ok");
	else if (!words && err)
		fail_msg("%s: healthy, but '%s'", what, diag.message);
	else if (words && (err != FL_ERR_MISMATCH || !strstr(diag.message, words)))
		fail_msg("%s: want '%s', got '%s'", what, words, err ? diag.message : "PASS");
	free(image->samples);
}

/* One way to break a picture; `a` and `b` are numbers that the way needs. */
struct break_case {
	const char *words;
	void (*apply)(struct image *image, double a, double b);
	double a, b;
};

static void none(struct image *image, double a, double b)
{
	(void)image;
	(void)a;
	(void)b;
}

static void blur(struct image *image, double radius, double b)
{
	(void)b;
	scene_blur(image, (int)radius);
}

static void planes(struct image *image, double mask, double factor)
{
	scene_planes_scale(image, (unsigned)mask, factor);
}

/* Two hands' breadths of what the array sees: left, right, upper, lower part. */
static void part_black(struct image *image, double side, double share)
{
	unsigned width = (unsigned)(image->width * (side < 2 ? share : 1));
	unsigned height = (unsigned)(image->height * (side < 2 ? 1 : share));

	scene_area_scale(image, side == 1 ? image->width - width : 0,
			 side == 3 ? image->height - height : 0, width, height, 0);
}

static void column(struct image *image, double place, double value)
{
	scene_column_add(image, (unsigned)(place * image->width), (int)value);
}

static void line(struct image *image, double place, double value)
{
	scene_line_add(image, (unsigned)(place * image->height), (int)value);
}

static void stripes(struct image *image, double group, double height)
{
	for (unsigned y = 0; y < image->height; y++)
		scene_line_add(image, y, (int)(y / (unsigned)group % 2 ? height : -height));
}

static void column_stripes(struct image *image, double group, double height)
{
	for (unsigned x = 0; x < image->width; x++)
		scene_column_add(image, x, (int)(x / (unsigned)group % 2 ? height : -height));
}

static void row_noise(struct image *image, double sigma, double b)
{
	(void)b;
	for (unsigned y = 0; y < image->height; y++)
		scene_line_add(image, y, (int)(sigma * tool_gauss()));
}

/* Lines or columns from `first` on that hold one value. */
static void dead_lines(struct image *image, double first, double value)
{
	for (unsigned y = (unsigned)first; y < first + (first > 1 ? 4 : 1); y++) {
		scene_line_add(image, y, -1023);
		scene_line_add(image, y, (int)value);
	}
}

static void border_column(struct image *image, double from_right, double value)
{
	unsigned x = from_right > 0 ? image->width - (unsigned)from_right : 0;

	scene_column_add(image, x, -1023);
	scene_column_add(image, x, (int)value);
}

/* From there on every line is the one of its colours before. */
static void repeat(struct image *image, double first, double lines)
{
	for (unsigned y = (unsigned)first; y < first + lines; y++)
		memcpy(at(image, 0, y), at(image, 0, y - 2), image->width * sizeof(uint16_t));
}

static void plane_stuck(struct image *image, double mask, double value)
{
	FOR_XY(image)
	if ((unsigned)mask >> ((y & 1) * 2 + (x & 1)) & 1)
		*at(image, x, y) = clip(value);
}

static void cluster(struct image *image, double size, double place)
{
	scene_block(image, (unsigned)(place * image->width),
		    (unsigned)((1 - place) * image->height), (unsigned)size, 1023);
}

static void dead_cluster(struct image *image, double size, double place)
{
	scene_block(image, (unsigned)(place * image->width), (unsigned)(place * image->height),
		    (unsigned)size, 0);
}

static void hot(struct image *image, double count, double value)
{
	scene_hot(image, (unsigned)count, (int)value);
}

static void noise(struct image *image, double sigma, double b)
{
	(void)b;
	scene_noise(image, sigma);
}

static void vignette(struct image *image, double corner, double b)
{
	(void)b;
	scene_vignette(image, corner);
}

static void add(struct image *image, double value, double b)
{
	(void)b;
	scene_add(image, (int)value);
}

static void light(struct image *image, double factor, double b)
{
	(void)b;
	scene_scale(image, factor);
}

static void bits(struct image *image, double clear, double set)
{
	scene_bits(image, (unsigned)clear, (unsigned)set);
}

/* Planes of GRBG: 1 green, 2 red, 4 blue, 8 green. */
static const struct break_case cases[] = {
	{"out of focus", blur, 20, 0},
	{"out of focus", blur, 8, 0},
	{"colour channel weak: red", planes, 2, 1 / 6.0},
	{"colour channel weak: red", planes, 2, 1 / 4.0},
	{"colour channel weak: blue", planes, 4, 1 / 9.0},
	{"colour channel dead: red", planes, 2, 0},
	{"colour channel dead: blue", planes, 4, 0},
	{"colour channel dead: green", planes, 1, 0},
	{"colour channel dead: green", planes, 8, 0},
	{"colour channel weak: green", planes, 9, 1 / 4.0},
	{"colour channel stuck: red", plane_stuck, 2, 1023},
	{"colour channel stuck: blue", plane_stuck, 4, 512},
	{"odd and even lines", planes, 8, 0.7},
	{"part of the picture dark", part_black, 0, 0.5},
	{"part of the picture dark", part_black, 1, 0.5},
	{"part of the picture dark", part_black, 2, 0.4},
	{"part of the picture dark", part_black, 3, 0.3},
	{"hot column", column, 0.386, 1023},
	{"dead column", column, 0.7, -1023},
	{"hot column", column, 0.2, 400},
	{"dead line", line, 0.31, -1023},
	{"hot line: line 1 holds", dead_lines, 1, 1023},
	{"hot line: line 500 holds nothing but 1023 (such lines and columns: 4)", dead_lines, 500,
	 1023},
	{"dead line: line 500 holds nothing but 64 (such lines and columns: 4)", dead_lines, 500,
	 64},
	{"hot column: column 0 holds", border_column, 0, 1023},
	{"hot column: column 1295 holds", border_column, 1, 1023},
	{"repeated lines: 1 equal", repeat, 700, 1},
	{"repeated lines: 400 equal", repeat, 500, 400},
	{"fixed pattern: column", column, 0.386, 60},
	{"fixed pattern: column", column, 0.8, -15},
	{"fixed pattern: line", line, 0.5, 30},
	{"fixed pattern: stripes, one in 8 lines", stripes, 4, 25},
	{"fixed pattern: stripes", stripes, 2, 10},
	{"fixed pattern: stripes", stripes, 8, 10},
	{"fixed pattern: stripes", column_stripes, 4, 25},
	{"fixed pattern", row_noise, 20, 0},
	{"defect cluster: 144 hot", cluster, 12, 0.3},
	{"defect cluster: 16 hot", cluster, 4, 0.6},
	{"defect cluster", cluster, 20, 0.12},
	{"defect cluster", dead_cluster, 12, 0.4},
	{"too many hot pixels", hot, 60, 1023},
	{"too many hot pixels", hot, 150, 800},
	{"too many dead pixels", hot, 400, 0},
	{"noise of", noise, 40, 0},
	{"noise of", noise, 25, 0},
	{"noise of", noise, 150, 0},
	{"shading", vignette, 0.32, 0},
	{"black level off", add, 200, 0},
	{"black level off", add, 100, 0},
	{"black level off", add, -60, 0},
	{"black level off", add, -40, 0},
	{"too dark", light, 0.12, 0},
	{"too dark", light, 0.05, 0},
	{"data bit stuck: bit 0 always 1", bits, 0, 1},
	{"data bit stuck: bit 0 always 0, 1 always 0, 2 always 0", bits, 7, 0},
};

static void apply_cases(const struct image *healthy, const struct break_case *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct image image = scene_copy(healthy);
		char what[64];

		tool_state = 1 + i;
		list[i].apply(&image, list[i].a, list[i].b);
		snprintf(what, sizeof what, "case %zu (%g, %g)", i, list[i].a, list[i].b);
		expect(&image, what, list[i].words);
	}
}

static void broken_pictures_are_told(void **state)
{
	struct image healthy = scene_capture("ov5670", "1296x972", 1, 1);

	(void)state;
	apply_cases(&healthy, cases, sizeof cases / sizeof cases[0]);
	free(healthy.samples);
}

static void every_data_bit_is_watched(void **state)
{
	struct image healthy = scene_capture("ov13858", "1056x784", 1, 2);

	(void)state;
	for (unsigned bit = 0; bit < 10; bit++)
		for (unsigned one = 0; one < 2; one++) {
			struct image image = scene_copy(&healthy);
			char words[64];

			scene_bits(&image, one ? 0 : 1u << bit, one ? 1u << bit : 0);
			snprintf(words, sizeof words, "data bit stuck: bit %u always %u", bit, one);
			expect(&image, words, words);
		}
	free(healthy.samples);
}

static void swapped_bits_are_told(void **state)
{
	struct image healthy = scene_capture("ov5670", "648x486", 1, 3);

	(void)state;
	for (unsigned high = 1; high < 10; high++)
		for (unsigned low = 0; low < high; low++) {
			struct image image = scene_copy(&healthy);
			char words[96];

			scene_swap_bits(&image, low, high);
			snprintf(words, sizeof words, "smooth only with bits %u and %u exchanged",
				 low, high);
			expect(&image, words, words);
		}
	free(healthy.samples);
}

static const struct {
	const char *camera, *mode;
} modes[] = {
	{"ov5670", "1296x972"}, {"ov5670", "1280x720"},  {"ov5670", "648x486"},
	{"ov5670", "640x360"},  {"ov13858", "1056x784"},
};

/* What a working camera may do, on top of its own scene. */
static const struct break_case healthy_cases[] = {
	{NULL, none, 0, 0},       {NULL, noise, 4, 0}, {NULL, noise, 10, 0},
	{NULL, hot, 5, 1023},     {NULL, hot, 5, 0},   {NULL, blur, 1, 0},
	{NULL, planes, 6, 0.55}, /* greener, as a sensor without gains is */
	{NULL, vignette, 0.8, 0},
};

static void healthy_pictures_pass(void **state)
{
	static const double lights[] = {0.25, 0.5, 1, 1.45, 2, 4};
	size_t count = sizeof healthy_cases / sizeof healthy_cases[0];

	(void)state;
	for (size_t m = 0; m < sizeof modes / sizeof modes[0]; m++)
		for (size_t l = 0; l < sizeof lights / sizeof lights[0]; l++) {
			struct image image = scene_capture(modes[m].camera, modes[m].mode,
							   lights[l], (unsigned)(7 * m + l));

			/* All of them where that is quick. */
			apply_cases(&image, healthy_cases, image.width < 700 ? count : 1);
			free(image.samples);
		}
}

static void too_much_light_is_told(void **state)
{
	struct image image = scene_capture("ov5670", "648x486", 8, 1);

	(void)state;
	expect(&image, "eight times the light", "too bright: ");
	image = scene_capture("ov5670", "648x486", 15, 1);
	FOR_XY(&image)
	*at(&image, x, y) = clip(*at(&image, x, y) * 30.0);
	expect(&image, "everything at full scale", "all white");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(broken_pictures_are_told),
		cmocka_unit_test(every_data_bit_is_watched),
		cmocka_unit_test(swapped_bits_are_told),
		cmocka_unit_test(healthy_pictures_pass),
		cmocka_unit_test(too_much_light_is_told),
	};
	struct plan plan;

	plan_defaults(&plan);
	limits = plan.image;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
