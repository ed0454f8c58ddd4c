/* picture.c: from scene to packed lines. The inner loops run once per pixel of a 13 Mpixel frame,
 * so they are integer and branch-free; everything that allows it is done per line or per column. */
#include "vboard/scene/picture.h"

#include "vboard/scene/pattern.h"
#include "vboard/scene/picture_faults.h"
#include "vboard/scene/scene.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLE_MAX   PICTURE_MAX
#define WIDTH_MAX    8192u
#define HEIGHT_MAX   8192u
/* Bars that processing behind the generator has moved: near black and near the maximum (sensors.md 11). */
#define BAR_LOW      64u
#define BAR_HIGH     940u
#define NOISE_LENGTH 65536u
/* Scene planes R, G, B, and all of them. */
#define MONO         3u
/* A line is made with so many noises, and each frame takes another one: no two frames are equal, and a
 * frame still costs no more than a copy. */
#define VARIANTS     4u
/* In `valid`: the line is made anew for each frame, so with one noise only. */
#define LINE_MOVES   (1u << VARIANTS)
/* The bird that crosses the built-in scene: in array pixels per 4096 of the array's width. */
#define BIRD_RADIUS  60
#define BIRD_STEP    37

struct bad_pixel {
	uint16_t x, y;
	bool bright;
};

struct picture {
	struct picture_source source;
	struct vboard *board;
	const struct image_sensor *sensor;
	const struct line_layout *layout;
	struct scene scene;
	unsigned variant;        /* of the built-in scene */
	struct camera_look look; /* all that a frame depends on besides the scene */
	bool has_look;
	unsigned number; /* of the frame begun; stays 0 with the fault "frozen" */
	uint32_t stride;
	uint8_t *packed;         /* the frame begun: stride * height */
	uint8_t *made[VARIANTS]; /* lines as they were made, same layout */
	uint8_t *valid;          /* per line: a bit for each variant */
	size_t packed_size;
	unsigned noise_variant; /* of the line that is made */
	struct picture_faults faults;
	uint16_t column_shade[WIDTH_MAX];
	uint32_t column_at[WIDTH_MAX]; /* scene column, 16.8 */
	int8_t noise[NOISE_LENGTH];
	uint64_t shift; /* fault shifted-frame */
	bool swapped;
	struct pattern_choices choices; /* of a test pattern */
	/* Mounted upside down, by the board or by the fault, but not by both. */
	bool is_turned;
	struct bad_pixel *bad;
	unsigned bad_count;
	uint16_t *line[3]; /* scene lines blended for one output line */
	bool mismatch_told;
};

/* ---- Making ---- */

static void picture_make_noise(struct picture *picture)
{
	for (unsigned i = 0; i < NOISE_LENGTH; i++) {
		int sum = 0;

		for (unsigned j = 0; j < 4; j++)
			sum += (int)vboard_random(picture->board, 33) - 16;
		picture->noise[i] = (int8_t)(sum / 2);
	}
}

static bool picture_fault(const struct picture *picture, const char *name, uint64_t *value)
{
	return vboard_fault_port(picture->board, name, picture->sensor->port, value);
}

static bool picture_make_bad_pixels(struct picture *picture)
{
	const struct image_sensor *sensor = picture->sensor;
	uint64_t count = 64;

	const bool is_hot = picture_fault(picture, "hot-pixels", NULL);

	if (is_hot)
		count = 60;
	if (!picture_fault(picture, is_hot ? "hot-pixels" : "bad-pixels", &count))
		return true;
	picture->bad_count = count > 100000 ? 100000 : (unsigned)count;
	picture->bad = calloc(picture->bad_count ? picture->bad_count : 1, sizeof(*picture->bad));
	if (!picture->bad)
		return false;
	for (unsigned i = 0; i < picture->bad_count; i++) {
		picture->bad[i].x = (uint16_t)vboard_random(picture->board, sensor->array_width);
		picture->bad[i].y = (uint16_t)vboard_random(picture->board, sensor->array_height);
		picture->bad[i].bright = is_hot || vboard_random(picture->board, 2);
	}
	return true;
}

static bool picture_make_lines(struct picture *picture)
{
	for (unsigned c = 0; c < 3; c++) {
		picture->line[c] = calloc(picture->scene.width + 2, sizeof(uint16_t));
		if (!picture->line[c])
			return false;
	}
	return true;
}

/* The built-in scene is drawn when the first frame needs it. */
static bool picture_need_scene(struct picture *picture)
{
	if (picture->scene.width)
		return true;
	if (!scene_draw(&picture->scene, picture->sensor->name, picture->variant))
		return false;
	picture_faults_scene(&picture->faults, &picture->scene, picture->sensor->array_width);
	return picture_make_lines(picture);
}

static void picture_free_lines(struct picture *picture)
{
	free(picture->packed);
	free(picture->valid);
	for (unsigned v = 0; v < VARIANTS; v++)
		free(picture->made[v]);
}

/* ---- What a frame depends on ---- */

static void picture_get_look(const struct picture *picture, struct camera_look *look)
{
	uint64_t percent = 12;

	memset(look, 0, sizeof(*look));
	picture->sensor->ops->get_look(picture->sensor, look);
	for (unsigned c = 0; c < CAMERA_COLOURS; c++) {
		if (picture_fault(picture, "low-light", &percent))
			look->gain[c] = look->gain[c] * percent / 100;
		if (picture_fault(picture, "dark", NULL))
			look->gain[c] = 0;
		if (look->gain[c] > 64u << 16)
			look->gain[c] = 64u << 16;
	}
}

static bool picture_is_raw(const struct picture *picture)
{
	return picture->scene.raw != NULL;
}

/* ---- Where a sample looks ---- */

/* Place on the scene's side of the array, whose middle a turned sensor turns about. Registers that reach beyond the
 * array see its edge. */
static unsigned seen(const struct picture *picture, unsigned at, unsigned size)
{
	if (at >= size)
		at = size - 1;
	return picture->is_turned ? size - 1 - at : at;
}

static unsigned seen_column(const struct picture *picture, unsigned x)
{
	const struct camera_window *window = &picture->look.window;
	const unsigned offset = x * window->step_x;

	return seen(picture, window->mirrored ? window->x - offset : window->x + offset,
		    picture->sensor->array_width);
}

static unsigned seen_row(const struct picture *picture, unsigned y)
{
	const struct camera_window *window = &picture->look.window;
	const unsigned offset = y * window->step_y;

	return seen(picture, window->flipped ? window->y - offset : window->y + offset,
		    picture->sensor->array_height);
}

/* The scene covers the array: scaled by the larger ratio, centred. In 1/65536 scene pixels. */
static void picture_map(const struct picture *picture, uint64_t *scale, uint64_t *x0, uint64_t *y0)
{
	const struct image_sensor *sensor = picture->sensor;
	uint64_t w = picture->scene.width, h = picture->scene.height;
	uint64_t sx = (w << 16) / sensor->array_width, sy = (h << 16) / sensor->array_height;

	*scale = sx < sy ? sx : sy;
	*x0 = ((w << 16) - *scale * sensor->array_width) / 2;
	*y0 = ((h << 16) - *scale * sensor->array_height) / 2;
}

/* Lens shading: one minus a quarter of the squared distance from the centre, per axis, in
 * 1/32768. */
static uint32_t shade(uint32_t at, uint32_t size)
{
	int64_t d = 2 * (int64_t)at - size;

	return (uint32_t)(32768 - (8192 * d / size * d / size));
}

static void picture_make_columns(struct picture *picture)
{
	const struct camera_window *window = &picture->look.window;
	uint64_t scale, x0, y0;

	picture_map(picture, &scale, &x0, &y0);
	for (unsigned x = 0; x < window->width; x++) {
		uint32_t at = seen_column(picture, x);
		uint64_t column = (x0 + scale * at) >> 8;
		uint64_t last = ((uint64_t)picture->scene.width - 1) << 8;

		picture->column_at[x] = (uint32_t)(column > last ? last : column);
		picture->column_shade[x] = (uint16_t)shade(at, picture->sensor->array_width);
	}
}

static bool picture_resize(struct picture *picture)
{
	const struct camera_window *window = &picture->look.window;
	size_t size;

	picture->stride = picture->layout->stride(window->width + picture->look.more_pixels);
	size = (size_t)picture->stride * (window->height + picture->look.more_lines);
	if (size > picture->packed_size) {
		bool ok;

		picture_free_lines(picture);
		picture->packed = malloc(size);
		picture->valid = malloc(HEIGHT_MAX);
		ok = picture->packed && picture->valid;
		for (unsigned v = 0; v < VARIANTS; v++)
			ok = (picture->made[v] = malloc(size)) && ok;
		picture->packed_size = ok ? size : 0;
	}
	return picture->packed_size >= size;
}

/* ---- The bird ---- */

static int bird_x(const struct picture *picture, unsigned number)
{
	int width = picture->sensor->array_width;

	return (int)((uint64_t)number * BIRD_STEP * (unsigned)width / 4096 % (unsigned)width);
}

static int bird_y(const struct picture *picture)
{
	return picture->sensor->array_height / 4;
}

static int bird_radius(const struct picture *picture)
{
	return BIRD_RADIUS * picture->sensor->array_width / 4096;
}

static bool picture_has_bird(const struct picture *picture)
{
	return picture->scene.is_builtin && !picture->look.pattern.kind;
}

static void picture_forget_bird(struct picture *picture)
{
	const struct camera_window *window = &picture->look.window;
	int top = bird_y(picture) - bird_radius(picture),
	    bottom = bird_y(picture) + bird_radius(picture);

	for (unsigned y = 0; y < window->height; y++) {
		int at = (int)seen_row(picture, y);

		if (at >= top && at <= bottom)
			picture->valid[y] = LINE_MOVES;
	}
}

/* Two wings: an arc that opens downward on each side, dark. */
static void picture_draw_bird(struct picture *picture, unsigned y, uint16_t *samples)
{
	int r = bird_radius(picture), cx = bird_x(picture, picture->number);
	int dy = (int)seen_row(picture, y) - bird_y(picture);
	int black = picture->look.black;

	if (dy < -r || dy > r)
		return;
	for (unsigned x = 0; x < picture->look.window.width; x++) {
		int dx = (int)seen_column(picture, x) - cx;
		int wing = abs(dx) - r, arc = wing * wing / r - r / 2;

		if (abs(dx) <= 2 * r && dy >= arc && dy <= arc + r / 3)
			samples[x] = (uint16_t)(black + (samples[x] - black) / 6);
	}
}

/* ---- A frame ---- */

static bool window_equal(const struct camera_window *v, const struct camera_window *w)
{
	return v->x == w->x && v->y == w->y && v->step_x == w->step_x && v->step_y == w->step_y &&
	       v->width == w->width && v->height == w->height && v->mirrored == w->mirrored &&
	       v->flipped == w->flipped;
}

static bool pattern_equal(const struct camera_pattern *a, const struct camera_pattern *b)
{
	return a->kind == b->kind && a->is_rolling == b->is_rolling &&
	       a->is_transparent == b->is_transparent &&
	       !memcmp(a->solid, b->solid, sizeof(a->solid));
}

static bool look_equal(const struct camera_look *a, const struct camera_look *b)
{
	return window_equal(&a->window, &b->window) && a->order == b->order &&
	       a->is_mono == b->is_mono && pattern_equal(&a->pattern, &b->pattern) &&
	       a->black == b->black && !memcmp(a->lift, b->lift, sizeof(a->lift)) &&
	       !memcmp(a->gain, b->gain, sizeof(a->gain));
}

/* What the next frame shows otherwise: registers are as they were. */
static void picture_forget_moving(struct picture *picture)
{
	if (pattern_moves(&picture->look.pattern))
		memset(picture->valid, LINE_MOVES, HEIGHT_MAX);
	else if (picture_has_bird(picture))
		picture_forget_bird(picture);
}

static bool picture_begin(struct picture_source *source, unsigned number,
			  const struct line_layout *layout)
{
	struct picture *picture = (struct picture *)source;
	struct camera_look look;

	if (vboard_fault_port(picture->board, "frozen", picture->sensor->port, NULL))
		number = 0;
	picture_get_look(picture, &look);
	if (!look.window.width || !look.window.height ||
	    look.window.width + look.more_pixels > WIDTH_MAX ||
	    look.window.height + look.more_lines > HEIGHT_MAX)
		return false;
	if (!picture_need_scene(picture))
		return false;
	picture->is_turned =
		picture->sensor->is_turned != picture_fault(picture, "upside-down", NULL);
	if (!picture->has_look || layout != picture->layout || !look_equal(&look, &picture->look)) {
		picture->layout = layout;
		picture->look = look;
		picture->faults.look = &picture->look;
		picture->has_look = picture_resize(picture);
		if (!picture->has_look)
			return false;
		memset(picture->valid, 0, HEIGHT_MAX);
		picture_make_columns(picture);
	} else if (number != picture->number) {
		picture_forget_moving(picture);
	}
	picture->number = number;
	return true;
}

/* ---- Samples ---- */

/* A raw scene of the mode's size is what the sensor sends; of another size, the nearest sample of
 * the same colour stands in. */
static void raw_samples(struct picture *picture, unsigned y, uint16_t *samples)
{
	const struct camera_window *window = &picture->look.window;
	const struct scene *scene = &picture->scene;
	unsigned width = window->width, height = window->height;

	if (scene->width == width && scene->height == height) {
		memcpy(samples, scene->raw + (size_t)y * width, width * sizeof(*samples));
		return;
	}
	if (!picture->mismatch_told)
		vboard_trace(picture->board, picture->sensor->name,
			     "scene is %ux%u, the mode %ux%u: resampled", scene->width,
			     scene->height, width, height);
	picture->mismatch_told = true;
	for (unsigned x = 0; x < width; x++) {
		unsigned sx = ((unsigned)((uint64_t)x * scene->width / width) & ~1u) | (x & 1);
		unsigned sy = ((unsigned)((uint64_t)y * scene->height / height) & ~1u) | (y & 1);

		if (sx >= scene->width)
			sx = scene->width - 1;
		if (sy >= scene->height)
			sy = scene->height - 1;
		samples[x] = scene->raw[(size_t)sy * scene->width + sx];
	}
}

/* Blends the two scene lines around an output line, for one channel. */
static void blend_line(struct picture *picture, unsigned channel, uint32_t at)
{
	const struct scene *scene = &picture->scene;
	unsigned y0 = at >> 8, y1 = y0 + 1 < scene->height ? y0 + 1 : y0, f = at & 255;
	const uint16_t *a = scene->plane[channel] + (size_t)y0 * scene->width;
	const uint16_t *b = scene->plane[channel] + (size_t)y1 * scene->width;
	uint16_t *out = picture->line[channel];

	for (unsigned x = 0; x < scene->width; x++)
		out[x] = (uint16_t)((a[x] * (256 - f) + b[x] * f) >> 8);
	out[scene->width] = out[scene->width - 1];
}

/* As blend_line; a sensor without filters sees all colours alike. */
static const uint16_t *scene_line(struct picture *picture, unsigned channel, uint32_t at)
{
	uint16_t *const *line = picture->line;

	if (channel != MONO) {
		blend_line(picture, channel, at);
		return line[channel];
	}
	for (unsigned c = 0; c < MONO; c++)
		blend_line(picture, c, at);
	for (unsigned x = 0; x <= picture->scene.width; x++)
		line[0][x] = (uint16_t)(((uint32_t)line[0][x] + line[1][x] + line[2][x]) / 3);
	return line[0];
}

/* light 16 bit, shading 1/32768, gain 1/256 and at most 64: products stay in 32 bits. Light 1.0 is `range` above
 * `black`. */
static uint16_t expose(uint32_t light, uint32_t shading, uint32_t gain, int noise, uint32_t range,
		       int black)
{
	uint32_t signal = (light * shading >> 15) * gain >> 8;
	int value;

	signal = signal > 0x1ffff ? 0x1ffff : signal;
	value = (int)(signal * range >> 16);
	/* Read-out noise, and photon noise that grows with the light. */
	value += black + (noise * (48 + (value >> 2)) >> 10);
	value = value > (int)SAMPLE_MAX ? (int)SAMPLE_MAX : value;
	return (uint16_t)(value < 0 ? 0 : value);
}

static const int8_t *line_noise(const struct picture *picture, unsigned y)
{
	uint32_t hash = (y * VARIANTS + picture->noise_variant + 1) * 2654435761u;

	return picture->noise + (hash >> 8) % (NOISE_LENGTH - WIDTH_MAX);
}

static void scene_samples(struct picture *picture, unsigned y, uint16_t *samples)
{
	static const uint8_t planes[CAMERA_COLOURS] = {0, 1, 1, 2};
	const struct camera_look *look = &picture->look;
	const uint16_t *lines[2];
	unsigned row = seen_row(picture, y);
	uint32_t gains[2], range = SAMPLE_MAX - look->black;
	int black[2];
	uint64_t scale, x0, y0, at, last = ((uint64_t)picture->scene.height - 1) << 8;
	const int8_t *noise = line_noise(picture, y);
	uint32_t row_shade = shade(row, picture->sensor->array_height);

	picture_map(picture, &scale, &x0, &y0);
	at = (y0 + scale * row) >> 8;
	for (unsigned i = 0; i < 2; i++) {
		const enum camera_colour colour = camera_colour_at(look->order, i, y);

		lines[i] = scene_line(picture, look->is_mono ? MONO : planes[colour],
				      (uint32_t)(at > last ? last : at));
		gains[i] = (uint32_t)((look->gain[colour] * row_shade) >> 23);
		black[i] = look->black + look->lift[colour];
	}
	for (unsigned x = 0; x < look->window.width; x++) {
		uint32_t column = picture->column_at[x], f = column & 255;
		const uint16_t *line = lines[x & 1] + (column >> 8);
		uint32_t light = (line[0] * (256 - f) + line[1] * f) >> 8;

		samples[x] = expose(light, picture->column_shade[x], gains[x & 1], noise[x], range,
				    black[x & 1]);
	}
}

/* Which output pixel of an axis shows array pixel `at`; UINT_MAX: none. */
static unsigned shown_at(unsigned first, unsigned step, bool is_backwards, unsigned at)
{
	if (is_backwards ? at > first : at < first)
		return UINT_MAX;
	return (is_backwards ? first - at : at - first) / step;
}

/* Pixels of the array that are stuck, by their places on it. */
static void bad_pixels(const struct picture *picture, unsigned y, uint16_t *samples)
{
	const struct camera_window *window = &picture->look.window;

	for (unsigned i = 0; i < picture->bad_count; i++) {
		const struct bad_pixel *bad = &picture->bad[i];
		const unsigned x = shown_at(window->x, window->step_x, window->mirrored, bad->x);

		if (x < window->width &&
		    shown_at(window->y, window->step_y, window->flipped, bad->y) == y)
			samples[x] = bad->bright ? SAMPLE_MAX : 0;
	}
}

/* A test pattern is made behind lens and pixels: it has the faults of the bits and of the link alone. */
static void picture_break_samples(struct picture *picture, unsigned y, uint16_t *samples)
{
	const struct camera_window *window = &picture->look.window;
	unsigned shift = picture->shift < window->width ? (unsigned)picture->shift : 0;

	if (!picture->look.pattern.kind) {
		picture_faults_line(&picture->faults, y, window->width, window->height,
				    line_noise(picture, y), samples);
		bad_pixels(picture, y, samples);
	}
	for (unsigned x = 0; picture_fault(picture, "bright", NULL) && x < window->width; x++)
		samples[x] = SAMPLE_MAX;
	picture_faults_bits(&picture->faults, window->width, samples);
	if (shift)
		memmove(samples + shift, samples, (window->width - shift) * sizeof(*samples));
}

static void light_samples(struct picture *picture, unsigned y, uint16_t *samples)
{
	if (picture_is_raw(picture))
		raw_samples(picture, y, samples);
	else
		scene_samples(picture, y, samples);
}

static void pattern_samples(struct picture *picture, unsigned y, uint16_t *samples)
{
	uint16_t light[WIDTH_MAX];

	pattern_line(&picture->look, &picture->choices, picture->number, y, samples);
	if (!picture->look.pattern.is_transparent)
		return;
	light_samples(picture, y, light);
	for (unsigned x = 0; x < picture->look.window.width; x++)
		samples[x] = (uint16_t)((samples[x] + light[x]) / 2);
}

static void picture_line(struct picture *picture, unsigned y, uint16_t *samples)
{
	if (picture->look.pattern.kind)
		pattern_samples(picture, y, samples);
	else
		light_samples(picture, y, samples);
	if (picture_has_bird(picture))
		picture_draw_bird(picture, y, samples);
	picture_break_samples(picture, y, samples);
}

/* What is sent beyond the window repeats its last lines and columns. */
static void picture_samples(struct picture *picture, unsigned y, uint16_t *samples)
{
	const struct camera_look *look = &picture->look;
	unsigned width = look->window.width, height = look->window.height;

	if (y >= height)
		y = height - 2 + ((y - height) & 1);
	picture_line(picture, y, samples);
	for (unsigned x = width; x < width + look->more_pixels; x++)
		samples[x] = samples[x - 2];
}

/* Which noise line `y` of this frame has. From frame to frame it is another one for every line, and after
 * VARIANTS frames the lines go on in different ways. */
static unsigned line_variant(const struct picture *picture, unsigned y)
{
	const uint32_t hash = (y + 1) * 2654435761u >> 16;
	const unsigned skip = (hash >> 4) % (VARIANTS - 1);

	return (hash + picture->number + picture->number / VARIANTS * skip) % VARIANTS;
}

static void make_line(struct picture *picture, unsigned y, uint8_t *line)
{
	uint16_t samples[WIDTH_MAX];

	picture_samples(picture, y, samples);
	picture->layout->pack(samples, picture->look.window.width + picture->look.more_pixels,
			      line);
	for (uint32_t i = 0; picture->swapped && i + 1 < picture->stride; i += 2) {
		uint8_t byte = line[i];

		line[i] = line[i + 1];
		line[i + 1] = byte;
	}
}

/* All variants at once when a line is first sent: the first frames are skipped by everybody, and what they
 * cost delays no later one. */
static void need_line(struct picture *picture, unsigned y, unsigned variant)
{
	const bool is_new = !picture->valid[y];

	for (unsigned v = 0; v < VARIANTS; v++) {
		if (picture->valid[y] & 1u << v || (!is_new && v != variant))
			continue;
		picture->noise_variant = v;
		make_line(picture, y, picture->made[v] + (size_t)y * picture->stride);
		picture->valid[y] |= (uint8_t)(1u << v);
	}
}

static const uint8_t *picture_lines(struct picture_source *source, unsigned first, unsigned count)
{
	struct picture *picture = (struct picture *)source;

	for (unsigned y = first; y < first + count; y++) {
		const unsigned variant = line_variant(picture, y);
		const size_t at = (size_t)y * picture->stride;

		need_line(picture, y, variant);
		memcpy(picture->packed + at, picture->made[variant] + at, picture->stride);
	}
	return picture->packed + (size_t)first * picture->stride;
}

static const struct picture_source_ops picture_ops = {
	.begin = picture_begin,
	.lines = picture_lines,
};

/* ---- Making and freeing ---- */

void picture_release(struct picture_source *source)
{
	struct picture *picture = (struct picture *)source;

	if (!picture)
		return;
	scene_free(&picture->scene);
	for (unsigned c = 0; c < 3; c++)
		free(picture->line[c]);
	picture_free_lines(picture);
	free(picture->bad);
	free(picture);
}

struct picture_source *picture_new(struct vboard *board, const struct image_sensor *sensor,
				   char *error, size_t error_size)
{
	const char *path = vboard_options(board)->scenes[sensor->port];
	struct picture *picture = calloc(1, sizeof(*picture));

	snprintf(error, error_size, "out of memory");
	if (!picture)
		return NULL;
	picture->source.ops = &picture_ops;
	picture->board = board;
	picture->sensor = sensor;
	picture->swapped = picture_fault(picture, "swapped-bytes", NULL);
	picture->shift = 1;
	if (!picture_fault(picture, "shifted-frame", &picture->shift))
		picture->shift = 0;
	picture->choices.low = vboard_decide(board, "sensor-bars") ? BAR_LOW : 0;
	picture->choices.high = picture->choices.low ? BAR_HIGH : SAMPLE_MAX;
	picture->choices.restarts_by_line = vboard_decide(board, "sensor-pn9");
	picture_faults_init(&picture->faults, board, sensor->port);
	picture->variant = vboard_random(board, 5) + sensor->port;
	picture_make_noise(picture);
	if (path && !scene_load(&picture->scene, path, error, error_size))
		goto out_free;
	if (path)
		picture_faults_scene(&picture->faults, &picture->scene, sensor->array_width);
	if ((path && !picture_make_lines(picture)) || !picture_make_bad_pixels(picture))
		goto out_free;
	return &picture->source;

out_free:
	picture_release(&picture->source);
	return NULL;
}
