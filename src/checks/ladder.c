/* ladder.c: the rungs in order, what each needs, and the loop that climbs them. */
#include "checks/checks.h"
#include "core/field.h"
#include "core/mem.h"

static const struct check generic[] = {
	{1, "pci.receiver", CHECK_BOARD, check_pci_receiver, {NULL}, false},
	{2, "pci.ready", CHECK_BOARD, check_pci_ready, {"pci.receiver"}, false},
	{3, "board.file", CHECK_BOARD, check_board_file, {NULL}, false},
	{3, "sensor.file", CHECK_CAMERA, check_sensor_file, {"board.file"}, false},
	/* Which controllers matter is in the board file. */
	{2, "pci.i2c", CHECK_CAMERA, check_pci_i2c, {"board.file"}, false},
	{4, "power.up", CHECK_CAMERA, check_power, {"sensor.file", "pci.i2c"}, false},
	/* The bus's pull-ups hang on the rails. */
	{5, "i2c.bus", CHECK_CAMERA, check_i2c, {"power.up"}, false},
	{6,
	 "sensor.acknowledge",
	 CHECK_CAMERA,
	 check_sensor_acknowledge,
	 {"power.up", "i2c.bus"},
	 false},
	{7, "sensor.id", CHECK_CAMERA, check_sensor_id, {"sensor.acknowledge"}, false},
	{7, "module.eeprom", CHECK_CAMERA, check_module_eeprom, {"power.up"}, false},
	{7, "module.vcm", CHECK_CAMERA, check_module_vcm, {"power.up"}, false},
	{8, "sensor.mode", CHECK_CAMERA, check_sensor_mode, {"sensor.id"}, false},
	{9, "csi.timing", CHECK_CAMERA, check_csi_timing, {"sensor.file"}, false},
	{11, "cache.maintenance", CHECK_BOARD, check_cache, {NULL}, false},
	/* What has room is decided before there is anything to store. */
	{20, "files.space", CHECK_BOARD, check_space, {"board.file"}, false},
	{RUNG_STREAM,
	 "stream.start",
	 CHECK_STREAM,
	 check_stream_start,
	 {"pci.ready", "sensor.mode", "csi.timing"},
	 false},
	{14, "stream.frame", CHECK_STREAM, check_stream_frame, {"stream.start"}, false},
	{15, "stream.errors", CHECK_STREAM, check_stream_errors, {"stream.frame"}, false},
	/* Before anything else is tried the frames are on the stick. */
	{20, "files.written", CHECK_STREAM, check_files, {"stream.start"}, false},
	{19, "stream.stop", CHECK_STREAM, check_stream_stop, {"stream.start"}, false},
	{16,
	 "image.pattern",
	 CHECK_STREAM,
	 check_image_pattern,
	 {"stream.errors", "stream.stop"},
	 false},
	{17, "stream.rate", CHECK_STREAM, check_stream_rate, {"stream.frame"}, false},
	{18, "image.statistics", CHECK_STREAM, check_image_statistics, {"stream.frame"}, false},
	{19,
	 "stream.cycles",
	 CHECK_STREAM,
	 check_stream_cycles,
	 {"stream.errors", "stream.stop"},
	 false},
	/* Whatever failed before, something may have been switched on. */
	{21, "device.restored", CHECK_BOARD, check_restored, {NULL}, false},
};

/* ---- rows ---------------------------------------------------------------------------------- */

static bool needs(const struct check *check, const char *id)
{
	for (unsigned i = 0; i < CHECK_NEEDS && check->needs[i]; i++)
		if (text_equal(check->needs[i], id))
			return true;
	return false;
}

/* Where a row of a generation goes: behind what it needs, before the next row of a higher rung. */
static size_t place_of(const struct ladder *ladder, const struct check *check)
{
	size_t place = 0;

	for (size_t i = 0; i < ladder->count; i++)
		if (needs(check, ladder->rows[i]->id))
			place = i + 1;
	while (place < ladder->count && ladder->rows[place]->rung <= check->rung)
		place++;
	return place;
}

static void insert(struct ladder *ladder, size_t place, const struct check *check)
{
	if (ladder->count == LADDER_MAX)
		return;
	for (size_t i = ladder->count++; i > place; i--)
		ladder->rows[i] = ladder->rows[i - 1];
	ladder->rows[place] = check;
}

void ladder_build(const struct camera_ops *generation, struct ladder *out)
{
	out->count = 0;
	for (size_t i = 0; i < ARRAY_SIZE(generic); i++)
		insert(out, i, &generic[i]);
	for (const struct check *own = generation ? generation->rungs : NULL; own && own->id; own++)
		insert(out, place_of(out, own), own);
}

/* The next word of a list with commas or blanks, "" at its end; *list moves on behind it. */
static void next_word(const char **list, char *out, size_t capacity)
{
	size_t length = 0;

	while (**list == ',' || **list == ' ')
		(*list)++;
	while ((*list)[length] && (*list)[length] != ',' && (*list)[length] != ' ')
		length++;
	text_format(out, capacity, "%.*s", (int)length, *list);
	*list += length;
}

static bool is_listed(const char *list, const char *id)
{
	char word[REPORT_NAME];

	do {
		next_word(&list, word, sizeof word);
		if (text_equal(word, id))
			return true;
	} while (*word);
	return false;
}

static bool is_row(const struct camera_ops *const *generations, const char *id)
{
	for (size_t i = 0; i < ARRAY_SIZE(generic); i++)
		if (text_equal(generic[i].id, id))
			return true;
	for (; *generations; generations++)
		for (const struct check *own = (*generations)->rungs; own && own->id; own++)
			if (text_equal(own->id, id))
				return true;
	return false;
}

enum fl_err ladder_check_plan(const struct plan *plan, const struct camera_ops *const *generations,
			      struct diag *diag)
{
	const char *list = plan->required;
	char word[REPORT_NAME];

	for (next_word(&list, word, sizeof word); *word; next_word(&list, word, sizeof word))
		if (!is_row(generations, word))
			return diag_fail(diag, FL_ERR_NOTFOUND,
					 "write ids as they stand in report.json, like mmu.read",
					 "the plan requires '%s', which is no check", word);
	return FL_OK;
}

/* The result of `id` for this camera, or board-wide; NULL when it is not part of this run. */
static const struct report_check *result_of(const struct report *report, const char *id,
					    const char *camera)
{
	for (size_t i = report->check_count; i-- > 0;) {
		const struct report_check *check = &report->checks[i];

		if (!check->is_left_out && text_equal(check->id, id) &&
		    (!*check->camera || text_equal(check->camera, camera)))
			return check;
	}
	return NULL;
}

/* The first of `ids` that did not pass, or what that one was skipped for: the root of it. A rung that is
 * not part of the command does not count. */
static const struct report_check *first_missing(const struct session *session,
						const char *const *ids, unsigned max,
						const char *camera)
{
	for (unsigned i = 0; i < max && ids[i]; i++) {
		const struct report_check *needed = result_of(&session->report, ids[i], camera);

		if (!needed || needed->verdict == VERDICT_PASS)
			continue;
		return *needed->cause ? result_of(&session->report, needed->cause, camera) : needed;
	}
	return NULL;
}

/* Of what the row needs, and for a stream of what the generation's receiver needs besides. */
static const struct report_check *root_cause(const struct session *session,
					     const struct check *check, const char *camera)
{
	const struct report_check *root = first_missing(session, check->needs, CHECK_NEEDS, camera);

	if (root || check->run != check_stream_start || !session->device)
		return root;
	return first_missing(session, session->device->ops->stream_needs, CAMERA_STREAM_NEEDS,
			     camera);
}

/* The operator's ESC outranks what the check thinks of it, and is nobody's failure. */
static enum verdict cancel(const struct check_run *run)
{
	struct report *report = &run->session->report;

	if (!*report->ended_after && report->check_count > 1) {
		const struct report_check *last = &report->checks[report->check_count - 2];

		text_format(report->ended_after, sizeof report->ended_after, "%s%s%s", last->id,
			    *last->camera ? " " : "", last->camera);
	} else if (!*report->ended_after) {
		text_copy(report->ended_after, sizeof report->ended_after, "the start");
	}
	return check_skip(run, "ended by the operator");
}

/* A rung that the plan requires may not be skipped. */
static enum verdict require(const struct check_run *run, const char *id, enum verdict verdict)
{
	struct diag *diag = &run->session->diag;
	char reason[sizeof diag->message];

	if (verdict != VERDICT_SKIP || !is_listed(run->session->plan.required, id))
		return verdict;
	text_copy(reason, sizeof reason, diag->message);
	run->facts->is_left_out = false;
	diag_clear(diag);
	diag_fail(diag, FL_ERR_STATE,
		  "take it out of `required` in the plan, or supply what it lacks",
		  "required by the plan, and not done: %s", reason);
	return VERDICT_FAIL;
}

static enum verdict decide(const struct check_run *run, const struct check *check,
			   const char *camera)
{
	const struct report_check *root = root_cause(run->session, check, camera);
	enum verdict verdict;

	if (session_cancelled(run->session) && check->run != check_restored)
		return cancel(run);
	if (root) {
		text_copy(run->facts->cause, sizeof run->facts->cause, root->id);
		verdict = root->verdict == VERDICT_SKIP
				  ? check_skip(run, "%s", root->message)
				  : check_skip(run, "%s %s", root->id,
					       root->verdict == VERDICT_FAIL ? "failed"
									     : "is an error");
	} else if (check->scope != CHECK_BOARD && !run->camera) {
		verdict = check_skip(run, "no camera: no board file was read");
	} else {
		verdict = check->run(run);
		if (run->session->is_cancelled && check->run != check_restored)
			return cancel(run);
	}
	return require(run, check->id, verdict);
}

/* One row for one camera, or for the board; not asked: only its reason is entered. */
struct item {
	const struct check *check;
	struct session_camera *camera;
	bool is_asked;
};

/* The first frame kept, as long as it is in memory. */
static void show_frame(const struct session_camera *camera, struct check_run *run)
{
	if (!camera->frame_count || !camera->frames[0].buffer)
		return;
	run->frame = camera->frames[0].buffer->base.pixels;
	run->frame_bytes = camera->stream.queue->layout.frame_bytes;
}

static void run_one(struct session *session, const struct item *item)
{
	const char *name = item->camera ? item->camera->board->name : "";
	struct check_run run = {.session = session,
				.camera = item->camera,
				.device = session->device,
				.diag = &session->diag};
	const unsigned retries = session_retries(session);
	uint64_t start = platform_time_ns();
	enum verdict verdict;

	session->diag = (struct diag){0}; /* accesses of this check are told, and no others */
	run.facts = report_begin(&session->report, item->check->id, name);
	if (item->check->scope == CHECK_STREAM && item->camera)
		show_frame(item->camera, &run);
	if (item->is_asked) {
		verdict = decide(&run, item->check, name);
	} else {
		verdict = check_left_out(&run, "not part of %s", session->report.command);
		verdict = require(&run, item->check->id, verdict);
	}
	if (session_retries(session) != retries)
		report_number(run.facts, "i2c-retries", session_retries(session) - retries);
	report_end(run.facts, verdict, (double)(platform_time_ns() - start) / 1e6, &session->diag);
}

/* Prints the newest check, and stores the report with the name of the one that is next. */
static void publish(struct session *session, const struct item *next)
{
	struct report *report = &session->report;
	struct text_buffer lines = {0};

	report->running[0] = '\0';
	if (next)
		text_format(report->running, sizeof report->running, "%s%s%s", next->check->id,
			    next->camera ? " " : "", next->camera ? next->camera->board->name : "");
	report_ktap_check(report, report->check_count - 1, &lines);
	if (lines.data)
		platform_console_write(lines.data);
	text_append_raw(&session->log, lines.data ? lines.data : "", lines.length);
	text_buffer_free(&lines);
	session_report_cameras(session);
	if (!report->checks[report->check_count - 1].is_left_out)
		store_progress(session);
}

/* ---- order ------------------------------------------------------------------------------- */

#define ITEMS_MAX (LADDER_MAX * SESSION_CAMERAS)

struct schedule {
	struct ladder ladder;
	struct item items[ITEMS_MAX];
	size_t count;
};

static void add(struct schedule *schedule, const struct check *check, struct session_camera *camera,
		bool is_asked)
{
	if (schedule->count < ITEMS_MAX)
		schedule->items[schedule->count++] = (struct item){check, camera, is_asked};
}

/* What a stream shows is asked for only where one is started. */
static bool is_asked(const struct check *check, uint32_t rungs)
{
	if (check->on_request && !(rungs & RUNG_ON_REQUEST))
		return false;
	return (rungs & RUNG(check->rung)) &&
	       (check->scope != CHECK_STREAM || (rungs & RUNG(RUNG_STREAM)));
}

/* Rows [first, last): camera by camera; those that are not asked for, and all when there is no
 * camera (no board file), once. A rung is never forgotten. */
static void add_block(struct session *session, uint32_t rungs, size_t first, size_t last,
		      struct schedule *schedule)
{
	const struct check *const *rows = schedule->ladder.rows;
	unsigned selected = 0;

	for (unsigned i = 0; i < session->camera_count; i++) {
		struct session_camera *camera = &session->cameras[i];

		if (!camera->is_selected || rows[first]->scope == CHECK_BOARD)
			continue;
		selected++;
		for (size_t row = first; row < last; row++)
			if (is_asked(rows[row], rungs))
				add(schedule, rows[row], camera, true);
	}
	for (size_t row = first; row < last; row++)
		if (!selected || !is_asked(rows[row], rungs))
			add(schedule, rows[row], NULL, is_asked(rows[row], rungs));
}

/* What runs, in this order. The rows up to board.file are the board's: finding the cameras does not
 * change what has run. */
static void plan_items(struct session *session, uint32_t rungs, struct schedule *schedule)
{
	const struct ladder *ladder = &schedule->ladder;

	schedule->count = 0;
	for (size_t first = 0, last; first < ladder->count; first = last) {
		last = first + 1;
		while (ladder->rows[first]->scope == CHECK_STREAM && last < ladder->count &&
		       ladder->rows[last]->scope == CHECK_STREAM)
			last++;
		add_block(session, rungs, first, last, schedule);
	}
}

/* What the plan requires and no row of this machine's ladder is: a check of a generation that it does not have. */
static void fail_missing(struct session *session, const struct ladder *ladder)
{
	const char *list = session->plan.required;
	char word[REPORT_NAME];

	for (next_word(&list, word, sizeof word); *word; next_word(&list, word, sizeof word)) {
		bool is_there = false;

		for (size_t i = 0; i < ladder->count; i++)
			is_there |= text_equal(ladder->rows[i]->id, word);
		if (is_there)
			continue;
		diag_clear(&session->diag);
		diag_fail(&session->diag, FL_ERR_NOTFOUND,
			  "take it out of `required` in the plan, or look why the camera is not "
			  "there",
			  "required by the plan, and not done: this machine has no camera device "
			  "that it is about");
		report_end(report_begin(&session->report, word, ""), VERDICT_FAIL, 0,
			   &session->diag);
		publish(session, NULL);
	}
}

void ladder_run(struct session *session, uint32_t rungs)
{
	struct schedule *schedule = platform_alloc(sizeof *schedule);

	if (!schedule) {
		session->report.failed_memory = true;
		return;
	}
	ladder_build(session->device ? session->device->ops : NULL, &schedule->ladder);
	plan_items(session, rungs, schedule);
	for (size_t i = 0; i < schedule->count; i++) {
		const size_t entered = session->report.check_count;

		run_one(session, &schedule->items[i]);
		plan_items(session, rungs, schedule);
		if (session->report.check_count > entered) /* else there was no memory for it */
			publish(session, i + 1 < schedule->count ? &schedule->items[i + 1] : NULL);
	}
	fail_missing(session, &schedule->ladder);
	platform_free(schedule);
}
