/*
 * find.c: the board file that fits this machine, and the sensor files of the cameras asked for.
 *
 * One bad file is one casualty: a file of another board, or of a camera that nobody asked for, never
 * ends a run. What was passed over is told.
 */
#include "describe/ini/files.h"
#include "describe/ini/value.h"
#include "camera/session/session.h"
#include "core/field.h"
#include "core/mem.h"

#define BOARDS     "firstlight/boards"
#define SENSORS    "firstlight/sensors"
#define FILES_MAX  128u
#define NAME_SIZE  80u
#define NOTES_MAX  16u
#define PATH_SIZE  (sizeof BOARDS + NAME_SIZE)
#define NAMES_TEXT 200u

static void pass_over(struct session *session, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void pass_over(struct session *session, const char *format, ...)
{
	char line[200];
	va_list args;

	va_start(args, format);
	text_vformat(line, sizeof line, format, args);
	va_end(args);
	text_append(&session->passed_over, "%s\n", line);
}

/* ---- names in a folder ------------------------------------------------------------------- */

/* In alphabetical order, so that nothing depends on the disk. */
struct names {
	struct session *session;
	char name[FILES_MAX][NAME_SIZE];
	unsigned count, others;
};

static bool ends_in_ini(const char *name)
{
	size_t length = strlen(name);

	return length > 4 && text_equal_nocase(name + length - 4, ".ini");
}

/* Why a name in the folder is not read; NULL when it is. */
static const char *refusal(const struct names *names, const char *name, bool is_dir)
{
	if (*name == '.')
		return "the name begins with a dot";
	if (is_dir)
		return "a folder";
	if (!ends_in_ini(name))
		return "the name does not end in .ini";
	if (strlen(name) >= NAME_SIZE)
		return "the name is too long";
	if (names->count == FILES_MAX)
		return "too many files";
	return NULL;
}

static void collect(void *context, const char *name, bool is_dir)
{
	struct names *names = context;
	const char *why = refusal(names, name, is_dir);
	size_t size = strlen(name) + 1;
	unsigned i;

	if (why) {
		if (names->others++ < NOTES_MAX)
			pass_over(names->session, "%.60s: %s", name, why);
		return;
	}
	for (i = names->count++; i && memcmp(names->name[i - 1], name, size) > 0; i--)
		memcpy(names->name[i], names->name[i - 1], NAME_SIZE);
	text_copy(names->name[i], NAME_SIZE, name);
}

static enum fl_err list(struct session *session, struct names *names)
{
	enum fl_err err = platform_dir_list(BOARDS, collect, names);

	if (names->others > NOTES_MAX)
		pass_over(session, "%u more names were not read", names->others - NOTES_MAX);
	if (err) /* the stick's trouble, whatever it says */
		return diag_fail(&session->diag, FL_ERR_IO,
				 "is the stick complete? Was it pulled out?",
				 BOARDS " cannot be read (%s)", fl_err_name(err));
	return FL_OK;
}

/* "a.ini, b.ini": what is there instead of what was named. */
struct listing {
	char text[NAMES_TEXT];
};

static void append_name(void *context, const char *name, bool is_dir)
{
	struct listing *listing = context;
	size_t used = strlen(listing->text);

	if (!is_dir && *name != '.' && used + strlen(name) + 3 < sizeof listing->text)
		text_format(listing->text + used, sizeof listing->text - used, "%s%s",
			    used ? ", " : "", name);
}

/* A named file that cannot be read: with what the folder holds, where `soraka.ini.txt` shows. FL_ERR_IO
 * when the folder cannot be read either: the stick's trouble. */
static enum fl_err cannot_read(struct session *session, enum fl_err err, const char *folder,
			       const char *path, const char *who)
{
	struct listing there = {""};
	char hint[320];

	if (platform_dir_list(folder, append_name, &there))
		err = FL_ERR_IO;
	text_format(hint, sizeof hint, "%s holds: %s", folder,
		    *there.text ? there.text : "nothing");
	return diag_fail(&session->diag, err, hint, "%s, which %s names, cannot be read (%s)", path,
			 who, fl_err_name(err));
}

/* ---- board ------------------------------------------------------------------------------- */

/* A board file that fits this machine. */
struct candidate {
	struct board_desc board; /* of a file with a mistake only what board_peek gives */
	struct diag mistake;     /* "" = none */
	size_t keys;
	char rival[NAME_SIZE]; /* another file that fits as well; "" = none */
};

/* FL_ERR_NOTFOUND when the file does not fit; FL_ERR_NOMEM. */
static enum fl_err read_candidate(struct session *session, const char *name,
				  struct candidate *candidate)
{
	const struct board_identity *identity = &session->identity;
	char path[PATH_SIZE];
	void *text;
	size_t size;
	enum fl_err err;

	*candidate = (struct candidate){.rival = ""};
	text_format(path, sizeof path, BOARDS "/%s", name);
	err = platform_file_read(path, &text, &size);
	if (err && err != FL_ERR_NOMEM) {
		pass_over(session, "%s: cannot be read (%s)", name, fl_err_name(err));
		return FL_ERR_NOTFOUND;
	}
	if (!err) {
		err = board_parse(path, text, size, &candidate->board, &candidate->mistake);
		if (err && err != FL_ERR_NOMEM)
			board_peek(path, text, size, &candidate->board);
		platform_free(text);
	}
	if (err == FL_ERR_NOMEM)
		return diag_fail(&session->diag, err, NULL, "no memory to read %s", path);
	candidate->keys = board_match_keys(&candidate->board);
	if (board_matches(&candidate->board, identity))
		return FL_OK;
	if (err) /* the folder's name adds nothing */
		pass_over(session, "%s", candidate->mistake.message + strlen(BOARDS "/"));
	else
		board_free(&candidate->board);
	return FL_ERR_NOTFOUND;
}

/* Is `a` nearer to this machine than `b`? More keys that hold; then a file without a mistake. */
static int compare(const struct candidate *a, const struct candidate *b)
{
	bool a_bad = diag_failed(&a->mistake), b_bad = diag_failed(&b->mistake);

	if (a->keys != b->keys)
		return a->keys > b->keys ? 1 : -1;
	return a_bad == b_bad ? 0 : b_bad ? 1 : -1;
}

static void drop(struct session *session, struct candidate *candidate)
{
	pass_over(session, "%s matches too, %s", candidate->board.file + strlen(BOARDS "/"),
		  diag_failed(&candidate->mistake) ? "and has a mistake" : "by fewer keys");
	if (!diag_failed(&candidate->mistake))
		board_free(&candidate->board);
}

static void take_nearer(struct session *session, struct candidate *best, struct candidate *next)
{
	int order = best->keys ? compare(next, best) : 1;

	if (order > 0) {
		if (best->keys)
			drop(session, best);
		*best = *next;
	} else if (order < 0) {
		drop(session, next);
	} else {
		text_copy(best->rival, sizeof best->rival, next->board.file + strlen(BOARDS "/"));
		if (!diag_failed(&next->mistake))
			board_free(&next->board);
	}
}

/* The lines of what was passed over as one: "soraka.ini.txt: the name ...; other.ini:3: ...". */
static void list_passed_over(const struct session *session, char *out, size_t size)
{
	const char *text = session->passed_over.data;
	size_t used = text_format(out, size, "passed over: ");

	for (; *text && used + 3 <= size; text++) {
		bool ends = *text == '\n';

		if (ends && !text[1])
			break;
		out[used++] = ends ? ';' : *text;
		if (ends)
			out[used++] = ' ';
	}
	out[used] = '\0';
}

/* No file fits: if some were passed over, the one that is meant may be among them. */
static enum fl_err fail_no_match(struct session *session, unsigned files)
{
	const struct board_identity *identity = &session->identity;
	char hint[320] = "write firstlight/boards/<name>.ini for it, or name one: --board NAME";

	if (session->passed_over.length)
		list_passed_over(session, hint, sizeof hint);
	return diag_fail(
		&session->diag, FL_ERR_NOTFOUND, hint,
		"none of %u board files matches this machine: manufacturer \"%s\", product "
		"\"%s\", board \"%s\"",
		files, identity->manufacturer, identity->product, identity->board_product);
}

static enum fl_err judge_candidate(struct session *session, struct candidate *best, unsigned files)
{
	if (!best->keys)
		return fail_no_match(session, files);
	if (diag_failed(&best->mistake)) {
		session->diag = best->mistake;
		return FL_ERR_FORMAT;
	}
	session->board = best->board;
	session->has_board = true;
	if (!*best->rival)
		return FL_OK;
	return diag_fail(&session->diag, FL_ERR_EXISTS,
			 "name one (--board NAME), remove one, or give one more [match] keys",
			 "two board files match this machine equally well: %s and %s/%s",
			 best->board.file, BOARDS, best->rival);
}

static enum fl_err match_board(struct session *session)
{
	struct names *names = platform_alloc(sizeof *names);
	struct candidate best = {.keys = 0}, next;
	enum fl_err err;

	if (!names)
		return diag_fail(&session->diag, FL_ERR_NOMEM, NULL,
				 "no memory to look for boards");
	names->session = session;
	err = list(session, names);
	for (unsigned i = 0; !err && i < names->count; i++) {
		err = read_candidate(session, names->name[i], &next);
		if (!err)
			take_nearer(session, &best, &next);
		if (err == FL_ERR_NOTFOUND)
			err = FL_OK;
	}
	if (!err)
		err = judge_candidate(session, &best, names->count);
	else if (best.keys && !diag_failed(&best.mistake))
		board_free(&best.board);
	platform_free(names);
	return err;
}

static enum fl_err named_board(struct session *session)
{
	char path[PATH_SIZE];
	void *text;
	size_t size;
	enum fl_err err;

	text_format(path, sizeof path, BOARDS "/%s.ini", session->plan.board);
	err = platform_file_read(path, &text, &size);
	session->is_refused = err == FL_ERR_NOTFOUND;
	if (err)
		return cannot_read(session, err, BOARDS, path, "board =");
	err = board_parse(path, text, size, &session->board, &session->diag);
	platform_free(text);
	session->has_board = !err;
	return err;
}

/* ---- sensors ----------------------------------------------------------------------------- */

enum fl_err session_read_sensor(const char *name, struct sensor_desc *out, struct diag *diag)
{
	char path[96];
	void *text;
	size_t size;
	enum fl_err err;

	text_format(path, sizeof path, SENSORS "/%s", name);
	err = platform_file_read(path, &text, &size);
	if (err)
		return err;
	err = sensor_parse(path, text, size, out, diag);
	platform_free(text);
	return err;
}

static enum fl_err load_sensor(struct session *session, struct session_camera *camera)
{
	char name[40], path[96];
	enum fl_err err;

	text_format(name, sizeof name, "%s.ini", camera->board->sensor);
	text_format(path, sizeof path, SENSORS "/%s", name);
	err = session_read_sensor(name, &camera->desc, &session->diag);
	camera->has_desc = !err;
	return err && !diag_failed(&session->diag)
		       ? cannot_read(session, err, SENSORS, path, session->board.file)
		       : err;
}

/* The plan's mode and pattern, or the sensor's first where it has none of that name. */
static void choose(const struct plan *plan, struct session_camera *camera)
{
	const struct sensor_desc *desc = &camera->desc;

	camera->mode = sensor_find_mode(desc, plan->mode);
	camera->lacks_mode = !camera->mode && *plan->mode;
	if (!camera->mode)
		camera->mode = sensor_find_mode(desc, NULL);
	if (text_equal_nocase(plan->pattern, "off"))
		return;
	camera->shows_pattern = *plan->pattern && text_starts(plan->command, "capture");
	camera->pattern = sensor_find_pattern(desc, plan->pattern);
	camera->lacks_pattern = !camera->pattern && *plan->pattern;
	if (!camera->pattern)
		camera->pattern = sensor_find_pattern(desc, NULL);
}

static void add_cameras(struct session *session)
{
	const struct plan *plan = &session->plan;

	for (size_t i = 0;
	     i < session->board.camera_count && session->camera_count < SESSION_CAMERAS; i++) {
		struct session_camera *camera = &session->cameras[session->camera_count++];

		camera->board = &session->board.cameras[i];
		camera->is_selected = text_equal_nocase(plan->camera, "all") ||
				      text_equal_nocase(plan->camera, camera->board->name);
		if (!camera->is_selected)
			continue;
		camera->sensor_file = load_sensor(session, camera);
		if (camera->sensor_file) {
			camera->trouble = session->diag;
			diag_clear(&session->diag);
		} else {
			choose(plan, camera);
		}
	}
}

/* ---- what the plan names and nobody has -------------------------------------------------- */

enum named { NAMED_MODE, NAMED_PATTERN };

/* The names that the selected cameras have, for the hint. */
static void list_names(const struct session *session, enum named what, char out[NAMES_TEXT])
{
	size_t used = 0;

	out[0] = '\0';
	for (unsigned i = 0; i < session->camera_count; i++) {
		const struct sensor_desc *desc = &session->cameras[i].desc;
		size_t count = what == NAMED_MODE ? desc->mode_count : desc->pattern_count;

		if (!session->cameras[i].has_desc)
			continue;
		used += text_format(out + used, NAMES_TEXT - used, "%s%s has", used ? "; " : "",
				    session->cameras[i].board->name);
		for (size_t j = 0; j < count; j++)
			used += text_format(out + used, NAMES_TEXT - used, "%s %s", j ? "," : "",
					    what == NAMED_MODE ? desc->modes[j].name
							       : desc->patterns[j].look.name);
		if (!count)
			used += text_format(out + used, NAMES_TEXT - used, " none");
	}
}

/* Do all selected cameras lack it? A camera whose file cannot be read may have it. */
static bool is_lacked(const struct session *session, enum named what)
{
	unsigned lacking = 0, selected = 0;

	for (unsigned i = 0; i < session->camera_count; i++) {
		const struct session_camera *camera = &session->cameras[i];

		selected += camera->is_selected;
		lacking += what == NAMED_MODE ? camera->lacks_mode : camera->lacks_pattern;
	}
	return selected && lacking == selected;
}

/* Does the command need frames? */
static bool wants_frames(const struct plan *plan)
{
	return text_starts(plan->command, "capture") || text_starts(plan->command, "view");
}

/* A selected camera that is identified only, when there is no other; NULL when one may stream. */
static const struct session_camera *nobody_streams(const struct session *session)
{
	const struct session_camera *last = NULL;

	for (unsigned i = 0; i < session->camera_count; i++) {
		const struct session_camera *camera = &session->cameras[i];

		if (!camera->is_selected)
			continue;
		if (!camera->has_desc || camera->mode)
			return NULL;
		last = camera;
	}
	return last;
}

static enum fl_err check_names(struct session *session)
{
	const struct session_camera *identified = nobody_streams(session);
	const struct plan *plan = &session->plan;
	const char *cameras[SESSION_CAMERAS + 1] = {NULL};
	char names[NAMES_TEXT];
	unsigned selected = 0;

	for (unsigned i = 0; i < session->camera_count; i++) {
		cameras[i] = session->cameras[i].board->name;
		selected += session->cameras[i].is_selected;
	}
	session->is_refused = true;
	if (!selected) {
		value_list_words(cameras, names, sizeof names);
		return diag_fail(&session->diag, FL_ERR_NOTFOUND, "--camera all takes every one",
				 "%s has no camera '%s'; it has: %s", session->board.file,
				 plan->camera, names);
	}
	for (enum named what = NAMED_MODE; what <= NAMED_PATTERN; what++) {
		if (!is_lacked(session, what))
			continue;
		list_names(session, what, names);
		return diag_fail(&session->diag, FL_ERR_NOTFOUND, names,
				 "no selected camera has a %s '%s'",
				 what == NAMED_MODE ? "mode" : "pattern",
				 what == NAMED_MODE ? plan->mode : plan->pattern);
	}
	if (identified && wants_frames(plan))
		return diag_fail(&session->diag, FL_ERR_UNSUPPORTED,
				 "run and probe identify it; pictures need a register list in the "
				 "file: docs/sensor-files.md",
				 "%s sends no pictures: %s is identify-only",
				 identified->board->name, identified->desc.file);
	session->is_refused = false;
	return FL_OK;
}

enum fl_err session_find_board(struct session *session)
{
	if (!session->is_searched) {
		session->is_searched = true;
		session->found = text_equal_nocase(session->plan.board, "auto")
					 ? match_board(session)
					 : named_board(session);
		if (!session->found) {
			add_cameras(session);
			session->found = check_names(session);
		}
		session->found_diag = session->diag;
	}
	if (session->found)
		session->diag = session->found_diag;
	return session->found;
}
