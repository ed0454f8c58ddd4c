/* report.c: collects what the checks found. The formats are in ktap.c, json.c and junit.c. */
#include "report/report.h"

#include "core/mem.h"
#include "report/notes.h"

void report_init(struct report *report, const char *version, const char *run)
{
	*report = (struct report){.version = version};
	text_copy(report->run, sizeof report->run, run);
}

static void free_check(struct report_check *check)
{
	platform_free(check->facts);
	platform_free(check->accesses);
}

void report_free(struct report *report)
{
	for (size_t i = 0; i < report->check_count; i++)
		free_check(&report->checks[i]);
	for (size_t i = 0; i < report->camera_count; i++)
		platform_free(report->cameras[i].counters);
	platform_free(report->checks);
	platform_free(report->cameras);
	platform_free(report->frames);
	free_check(&report->spare_check);
	free_check(&report->settings);
	platform_free(report->spare_camera.counters);
	*report = (struct report){0};
}

/* A larger copy of `items`, which is freed; NULL, and `items` stays, when memory is short. */
static void *grow(void *items, size_t count, size_t capacity, size_t size)
{
	void *grown = platform_alloc(capacity * size);

	if (!grown)
		return NULL;
	if (count)
		memcpy(grown, items, count * size);
	platform_free(items);
	return grown;
}

/* Makes room for one more element; false when there is none. */
static bool reserve(void **items, size_t count, size_t *capacity, size_t size)
{
	size_t wanted = *capacity ? *capacity * 2 : 16;
	void *grown;

	if (count < *capacity)
		return true;
	grown = grow(*items, count, wanted, size);
	if (!grown)
		return false;
	*items = grown;
	*capacity = wanted;
	return true;
}

/* ---- checks and facts -------------------------------------------------------------------- */

struct report_check *report_begin(struct report *report, const char *id, const char *camera)
{
	void *items = report->checks;
	struct report_check *check;

	if (reserve(&items, report->check_count, &report->check_capacity, sizeof *check)) {
		report->checks = items;
		check = &report->checks[report->check_count++];
	} else {
		report->failed_memory = true;
		check = &report->spare_check;
		free_check(check);
	}
	*check = (struct report_check){.verdict = VERDICT_PASS};
	text_copy(check->id, sizeof check->id, id);
	text_copy(check->camera, sizeof check->camera, camera ? camera : "");
	return check;
}

/* Capacity follows from the count: 4, 8, 16 ... */
static bool is_full(size_t count)
{
	return count == 0 || (count >= 4 && (count & (count - 1)) == 0);
}

static struct report_fact *add_fact(struct report_check *check, const char *key)
{
	struct report_fact *fact;

	if (is_full(check->fact_count)) {
		void *grown = grow(check->facts, check->fact_count,
				   check->fact_count ? check->fact_count * 2 : 4, sizeof *fact);

		if (!grown) {
			check->lost_facts = true;
			return NULL;
		}
		check->facts = grown;
	}
	fact = &check->facts[check->fact_count++];
	text_copy(fact->key, sizeof fact->key, key);
	return fact;
}

void report_number(struct report_check *check, const char *key, double value)
{
	struct report_fact *fact = add_fact(check, key);

	if (!fact)
		return;
	fact->is_number = true;
	fact->number = value;
}

void report_hex(struct report_check *check, const char *key, uint64_t value)
{
	report_text(check, key, "0x%llx", (unsigned long long)value);
}

void report_text(struct report_check *check, const char *key, const char *format, ...)
{
	struct report_fact *fact = add_fact(check, key);
	va_list args;

	if (!fact)
		return;
	va_start(args, format);
	text_vformat(fact->text, sizeof fact->text, format, args);
	va_end(args);
}

static void take_accesses(struct report_check *check, const struct trace *trace)
{
	size_t count = 0;

	for (unsigned i = 0; i < trace->device_count; i++)
		count += trace->devices[i].count;
	platform_free(check->accesses);
	check->access_count = 0;
	check->accesses = count ? platform_alloc(count * sizeof *check->accesses) : NULL;
	if (!check->accesses) {
		check->lost_facts |= count > 0;
		return;
	}
	for (unsigned i = 0; i < trace->device_count; i++) {
		const struct trace_device *device = &trace->devices[i];

		for (unsigned j = 0; j < device->count; j++) {
			struct report_access *access = &check->accesses[check->access_count++];

			text_copy(access->device, sizeof access->device, device->name);
			access->access = device->accesses[j];
		}
	}
}

void report_end(struct report_check *check, enum verdict verdict, double ms,
		const struct diag *diag)
{
	check->verdict = verdict;
	check->ms = ms;
	if (!diag || verdict == VERDICT_PASS)
		return;
	text_copy(check->message, sizeof check->message, diag->message);
	text_copy(check->hint, sizeof check->hint, diag->hint);
	if (verdict != VERDICT_SKIP)
		take_accesses(check, &diag->trace);
}

/* ---- cameras and frames ------------------------------------------------------------------ */

struct report_camera *report_camera(struct report *report, const char *name)
{
	void *items = report->cameras;
	struct report_camera *camera;

	for (size_t i = 0; i < report->camera_count; i++)
		if (text_equal(report->cameras[i].name, name))
			return &report->cameras[i];
	if (reserve(&items, report->camera_count, &report->camera_capacity, sizeof *camera)) {
		report->cameras = items;
		camera = &report->cameras[report->camera_count++];
	} else {
		report->failed_memory = true;
		camera = &report->spare_camera;
		platform_free(camera->counters);
	}
	*camera = (struct report_camera){0};
	text_copy(camera->name, sizeof camera->name, name);
	return camera;
}

void report_counter(struct report_camera *camera, const char *name, uint32_t value)
{
	struct report_counter *counter;

	for (size_t i = 0; i < camera->counter_count; i++) {
		if (!text_equal(camera->counters[i].name, name))
			continue;
		camera->counters[i].value = value;
		return;
	}
	if (is_full(camera->counter_count)) {
		void *grown = grow(camera->counters, camera->counter_count,
				   camera->counter_count ? camera->counter_count * 2 : 4,
				   sizeof *counter);

		if (!grown) {
			camera->lost_counters = true;
			return;
		}
		camera->counters = grown;
	}
	counter = &camera->counters[camera->counter_count++];
	text_copy(counter->name, sizeof counter->name, name);
	counter->value = value;
}

struct report_frame *report_frame(struct report *report)
{
	void *items = report->frames;
	struct report_frame *frame;

	if (reserve(&items, report->frame_count, &report->frame_capacity, sizeof *frame)) {
		report->frames = items;
		frame = &report->frames[report->frame_count++];
	} else {
		report->failed_memory = true;
		frame = &report->spare_frame;
	}
	*frame = (struct report_frame){0};
	return frame;
}

/* ---- verdict ----------------------------------------------------------------------------- */

size_t report_count(const struct report *report, enum verdict verdict)
{
	size_t count = 0;

	for (size_t i = 0; i < report->check_count; i++)
		count += !report->checks[i].is_left_out && report->checks[i].verdict == verdict;
	return count;
}

size_t report_left_out(const struct report *report)
{
	size_t count = 0;

	for (size_t i = 0; i < report->check_count; i++)
		count += report->checks[i].is_left_out;
	return count;
}

bool report_is_short_of_memory(const struct report *report)
{
	bool lost = report->failed_memory || report->settings.lost_facts;

	for (size_t i = 0; i < report->check_count; i++)
		lost |= report->checks[i].lost_facts;
	for (size_t i = 0; i < report->camera_count; i++)
		lost |= report->cameras[i].lost_counters;
	return lost;
}

enum verdict report_result(const struct report *report)
{
	if (!report->finished || report->ended_after[0] || report->unstored[0] ||
	    report_is_short_of_memory(report) || report_count(report, VERDICT_ERROR))
		return VERDICT_ERROR;
	if (report_count(report, VERDICT_FAIL) || !report_count(report, VERDICT_PASS))
		return VERDICT_FAIL;
	return VERDICT_PASS;
}

const char *verdict_name(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_PASS:
		return "PASS";
	case VERDICT_FAIL:
		return "FAIL";
	case VERDICT_SKIP:
		return "SKIP";
	default:
		return "ERROR";
	}
}

const struct report_check *report_first_failure(const struct report *report)
{
	for (size_t i = 0; i < report->check_count; i++)
		if (report->checks[i].verdict == VERDICT_FAIL ||
		    report->checks[i].verdict == VERDICT_ERROR)
			return &report->checks[i];
	return NULL;
}

bool report_trouble(const struct report *report, char *out, size_t capacity)
{
	out[0] = '\0';
	if (!report->finished)
		text_format(out, capacity, "did not finish%s%s", report->running[0] ? ": in " : "",
			    report->running);
	else if (report->ended_after[0])
		text_format(out, capacity, "ended by the operator after %s", report->ended_after);
	else if (report_is_short_of_memory(report))
		text_copy(out, capacity, "memory was short");
	else if (report->unstored[0])
		text_format(out, capacity, "the record is not stored: %s", report->unstored);
	else if (report_count(report, VERDICT_ERROR))
		text_format(out, capacity, "%zu could not be judged, %zu failed",
			    report_count(report, VERDICT_ERROR),
			    report_count(report, VERDICT_FAIL));
	return out[0] != '\0';
}

/* ---- what is covered --------------------------------------------------------------------- */

#define REASONS_SHOWN 3u

/* The first few words of a reason: "no device" of "no device (8086:1919): firmware ...". */
static void shorten(const char *reason, char *out, size_t capacity)
{
	size_t length = 0;

	while (reason[length] && reason[length] != ':' && reason[length] != ';' &&
	       !(reason[length] == ' ' && reason[length + 1] == '('))
		length++;
	text_format(out, capacity, "%.*s", (int)length, reason);
}

/* A check that did not run, for a reason of its own and not because another one of the report failed. */
static bool has_own_reason(const struct report_check *check, bool is_left_out)
{
	return check->verdict == VERDICT_SKIP && check->is_left_out == is_left_out &&
	       !check->cause[0];
}

static bool is_first_with_reason(const struct report *report, size_t index)
{
	const struct report_check *check = &report->checks[index];
	char reason[80], other[80];

	shorten(check->message, reason, sizeof reason);
	for (size_t i = 0; i < index; i++) {
		if (!has_own_reason(&report->checks[i], check->is_left_out))
			continue;
		shorten(report->checks[i].message, other, sizeof other);
		if (text_equal(reason, other))
			return false;
	}
	return true;
}

/* ", 8 skipped: no firmware"; nothing for none. */
static size_t append_reasons(const struct report *report, size_t count, const char *what,
			     bool is_left_out, char *out, size_t capacity)
{
	size_t used = count ? text_format(out, capacity, ", %zu %s", count, what) : 0;
	unsigned shown = 0;
	char reason[80];

	for (size_t i = 0; i < report->check_count && shown < REASONS_SHOWN; i++) {
		if (!has_own_reason(&report->checks[i], is_left_out) ||
		    !is_first_with_reason(report, i))
			continue;
		shorten(report->checks[i].message, reason, sizeof reason);
		used += text_format(out + used, capacity - used, "%s%s", shown ? "; " : ": ",
				    reason);
		shown++;
	}
	return used;
}

size_t report_covers(const struct report *report, char *out, size_t capacity)
{
	size_t left_out = report_left_out(report);
	size_t used =
		text_format(out, capacity, "%zu of %zu checks", report_count(report, VERDICT_PASS),
			    report->check_count - left_out);

	used += append_reasons(report, report_count(report, VERDICT_SKIP), "skipped", false,
			       out + used, capacity - used);
	used += append_reasons(report, left_out, "left out", true, out + used, capacity - used);
	if (report->cameras_tested < report->cameras_known)
		used += text_format(out + used, capacity - used, ", %u of %u cameras",
				    report->cameras_tested, report->cameras_known);
	return used;
}

/* ---- what is wrong with the report itself ------------------------------------------------- */

static void note(struct report_check *note, const char *id, const char *hint)
{
	*note = (struct report_check){.verdict = VERDICT_ERROR};
	text_copy(note->id, sizeof note->id, id);
	text_copy(note->hint, sizeof note->hint, hint);
}

size_t report_notes(const struct report *report, struct report_check notes[REPORT_NOTES])
{
	size_t count = 0;

	if (!report->finished || report->ended_after[0]) {
		char what[200];

		report_trouble(report, what, sizeof what);
		note(&notes[count], "run.finished",
		     report->finished ? "start the run again for a verdict"
				      : "the run was cut off by power, reset or a hang while this "
					"check was at work: look there");
		text_format(notes[count].message, sizeof notes[count].message, "ERROR: %s", what);
		count++;
	}
	if (report_is_short_of_memory(report)) {
		note(&notes[count], "run.memory", "ask for fewer frames or buffers");
		text_copy(notes[count].message, sizeof notes[count].message,
			  "ERROR: memory was short, parts of the report are missing");
		count++;
	}
	if (report->unstored[0]) {
		note(&notes[count], "run.stored", "free or replace the stick, and run again");
		text_format(notes[count].message, sizeof notes[count].message,
			    "ERROR: the record is not stored: %s", report->unstored);
		count++;
	}
	return count;
}
