/* verdict.c: the last screen: the result, readable across a room. */
#include "app/app.h"
#include "screen/screen.h"

#define GREEN  0x00107c10
#define RED    0x00b01010
#define AMBER  0x00a06000
#define WHITE  0x00ffffff
#define MARGIN 24u

static uint32_t colour_of(enum verdict verdict)
{
	return verdict == VERDICT_PASS ? GREEN : verdict == VERDICT_FAIL ? RED : AMBER;
}

/* The result fills about two thirds of the width. */
static unsigned big_scale(const struct screen *screen, const char *text)
{
	unsigned scale = screen->width * 2 / 3 / screen_text_width(screen, 1, text);
	unsigned limit = screen->height / 2 / screen->glyph_height;

	scale = scale < limit ? scale : limit;
	return scale ? scale : 1;
}

static bool is_failed(const struct report_check *check)
{
	return check->verdict == VERDICT_FAIL || check->verdict == VERDICT_ERROR;
}

static unsigned draw_failure(struct screen *screen, const struct report_check *check, unsigned y)
{
	unsigned right = screen->width - MARGIN;
	char line[sizeof check->id + sizeof check->camera + sizeof check->message + 1];

	text_format(line, sizeof line, "%s%s%s: %s", check->id, check->camera[0] ? " " : "",
		    check->camera, check->message);
	y = screen_paragraph(screen, MARGIN, y, right, 1, WHITE, line);
	if (!check->hint[0])
		return y;
	text_format(line, sizeof line, "-> %s", check->hint);
	return screen_paragraph(screen, 2 * MARGIN, y, right, 1, WHITE, line);
}

/* Failed checks with their messages, as many as there is room for, and how many more there are; what they
 * made others skip is not repeated. */
static void draw_failures(struct screen *screen, const struct session *session, unsigned y)
{
	const struct report *report = &session->report;
	unsigned height = screen->height, more = 0;
	unsigned last = height > screen->glyph_height ? height - screen->glyph_height : 0;
	char line[80];

	screen->height = last; /* the last line is for what has no room */
	for (size_t i = 0; i < report->check_count; i++) {
		if (!is_failed(&report->checks[i]))
			continue;
		if (y + 2 * screen->glyph_height <= last)
			y = draw_failure(screen, &report->checks[i], y);
		else
			more++;
	}
	screen->height = height;
	text_format(line, sizeof line, "... and %u more: see report.json", more);
	if (more)
		screen_text(screen, MARGIN, last, 1, WHITE, line);
}

/* What the verdict covers; for an ERROR of the run as a whole, why. */
static unsigned draw_cover(struct screen *screen, const struct report *report, unsigned y)
{
	unsigned right = screen->width - MARGIN;
	char covers[400], line[sizeof report->command + sizeof covers + 1];

	if (report_trouble(report, line, sizeof line))
		y = screen_paragraph(screen, MARGIN, y, right, 1, WHITE, line);
	report_covers(report, covers, sizeof covers);
	text_format(line, sizeof line, "%s: %s", report->command, covers);
	return screen_paragraph(screen, MARGIN, y, right, 1, WHITE, line);
}

static void draw_pictures(struct screen *screen, const struct session *session, unsigned y)
{
	unsigned count = 0, shown = 0, width;

	for (unsigned i = 0; i < session->camera_count; i++)
		count += session->cameras[i].preview.pixels != NULL;
	if (!count || y + 2 * MARGIN + screen->glyph_height > screen->height)
		return;
	width = (screen->width - MARGIN) / count;
	for (unsigned i = 0; i < session->camera_count; i++) {
		const struct session_camera *camera = &session->cameras[i];
		unsigned x = MARGIN + shown * width;

		if (!camera->preview.pixels)
			continue;
		screen_picture(screen, x, y, width - MARGIN,
			       screen->height - y - MARGIN - screen->glyph_height,
			       &camera->preview);
		screen_text(screen, x, screen->height - screen->glyph_height - MARGIN / 2, 1, WHITE,
			    camera->board->name);
		shown++;
	}
}

void verdict_show(const struct session *session, enum verdict verdict)
{
	const char *text = verdict_name(verdict);
	struct screen screen;
	unsigned scale, width, y;
	char line[256];

	if (!screen_open(&screen))
		return;
	scale = big_scale(&screen, text);
	screen_fill(&screen, 0, 0, screen.width, screen.height, colour_of(verdict));
	width = screen_text_width(&screen, scale, text);
	screen_text(&screen, screen.width > width ? (screen.width - width) / 2 : 0, MARGIN, scale,
		    WHITE, text);
	y = MARGIN + scale * screen.glyph_height;
	text_format(line, sizeof line, "%s %s  %s  %s", session->identity.product, session->unit,
		    session->report.run, session->version);
	y = screen_paragraph(&screen, MARGIN, y, screen.width - MARGIN, 1, WHITE, line);
	y = draw_cover(&screen, &session->report, y) + MARGIN / 2;
	if (verdict == VERDICT_PASS)
		draw_pictures(&screen, session, y);
	else
		draw_failures(&screen, session, y);
	screen_show(&screen);
	screen_close(&screen);
}
