/* runs.c: see runs.h. */
#include "camera/session/runs.h"

#include "core/field.h"
#include "core/mem.h"
#include "core/text.h"
#include "firstlight/platform.h"

#define NUMBERS    1000u /* runs of one second */
#define PATH_SIZE  384u
#define NAME_SIZE  96u
#define FILES_STEP 32u /* names read at a time: a folder cannot be changed while it is listed */

static const char without_clock[] = "run-";

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Is it one of ours: "20261125-030709-000" or "run-000"? */
static bool is_run(const char *name)
{
	static const char pattern[] = "dddddddd-dddddd-ddd";
	size_t length = strlen(name), i = 0;

	if (length >= RUN_NAME)
		return false;
	if (text_starts(name, without_clock)) {
		for (i = sizeof without_clock - 1; is_digit(name[i]);)
			i++;
		return i >= sizeof without_clock + 2 && !name[i];
	}
	while (pattern[i] && (pattern[i] == 'd' ? is_digit(name[i]) : name[i] == pattern[i]))
		i++;
	return !pattern[i] && !name[i];
}

static bool has_clock(const char *run)
{
	return is_digit(*run);
}

/* Older first; those without a date count as newer than all with one. */
static bool is_older(const char *a, const char *b)
{
	size_t length_a = strlen(a), length_b = strlen(b);

	if (has_clock(a) != has_clock(b))
		return has_clock(a);
	if (length_a != length_b) /* run-999, run-1000 */
		return length_a < length_b;
	return memcmp(a, b, length_a) < 0;
}

/* ---- the runs of a unit ------------------------------------------------------------------ */

struct runs {
	const char *spare;      /* not among them; "" = none */
	char (*name)[RUN_NAME]; /* oldest first; NULL while they are counted */
	size_t count, capacity;
};

static void add_run(void *context, const char *name, bool is_dir)
{
	struct runs *runs = context;
	size_t i;

	if (!is_dir || !is_run(name) || text_equal(name, runs->spare))
		return;
	if (!runs->name) {
		runs->capacity++;
		return;
	}
	if (runs->count == runs->capacity)
		return;
	for (i = runs->count++; i && is_older(name, runs->name[i - 1]); i--)
		memcpy(runs->name[i], runs->name[i - 1], RUN_NAME);
	text_copy(runs->name[i], RUN_NAME, name);
}

/* Freed with platform_free(runs->name). A unit without a folder has no runs. */
static enum fl_err list_runs(const char *unit, const char *spare, struct runs *runs)
{
	enum fl_err err;

	*runs = (struct runs){.spare = spare};
	if (platform_file_exists(unit) == FL_ERR_NOTFOUND)
		return FL_OK;
	err = platform_dir_list(unit, add_run, runs);
	if (err || !runs->capacity)
		return err;
	runs->name = platform_alloc(runs->capacity * RUN_NAME);
	return runs->name ? platform_dir_list(unit, add_run, runs) : FL_ERR_NOMEM;
}

/* ---- a new one --------------------------------------------------------------------------- */

static enum fl_err name_by_clock(const char *unit, const struct platform_clock *clock,
				 char name[RUN_NAME])
{
	char path[PATH_SIZE];

	for (unsigned number = 0; number < NUMBERS; number++) {
		text_format(name, RUN_NAME, "%04u%02u%02u-%02u%02u%02u-%03u", clock->year,
			    clock->month, clock->day, clock->hour, clock->minute, clock->second,
			    number);
		text_format(path, sizeof path, "%s/%s", unit, name);
		if (platform_file_exists(path) != FL_OK)
			return FL_OK;
	}
	return FL_ERR_EXISTS;
}

/* Never a number again that was removed: the newest has the highest. */
static enum fl_err name_by_number(const char *unit, char name[RUN_NAME])
{
	struct runs runs;
	enum fl_err err = list_runs(unit, "", &runs);
	uint64_t number = 0;

	if (!err && runs.count && !has_clock(runs.name[runs.count - 1]) &&
	    text_u64(runs.name[runs.count - 1] + sizeof without_clock - 1, &number))
		number++;
	text_format(name, RUN_NAME, "%s%03llu", without_clock, (unsigned long long)number);
	platform_free(runs.name);
	return err;
}

enum fl_err runs_new_name(const char *unit, char name[RUN_NAME])
{
	struct platform_clock clock;

	platform_wall_clock(&clock);
	return clock.year ? name_by_clock(unit, &clock, name) : name_by_number(unit, name);
}

/* ---- old ones ---------------------------------------------------------------------------- */

/* What a run writes, also when it was cut off while it did. */
static bool is_ours(const char *name)
{
	static const char *const reports[] = {"report.json", "report.xml", "log.txt"};
	static const char *const frames[] = {"raw", "json", "pgm", "png", "dng"};
	size_t length = strlen(name), dot = length;
	char plain[NAME_SIZE];

	if (length >= sizeof plain)
		return false;
	text_copy(plain, sizeof plain, name);
	if (length > 4 && text_equal_nocase(plain + length - 4, ".tmp"))
		plain[length - 4] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(reports); i++)
		if (text_equal_nocase(plain, reports[i]))
			return true;
	while (dot && plain[dot] != '.')
		dot--;
	if (dot < 5 || !is_digit(plain[dot - 1]) || !is_digit(plain[dot - 2])) /* "x-0000.raw" */
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++)
		if (text_equal_nocase(plain + dot + 1, frames[i]))
			return true;
	return false;
}

struct files {
	char name[FILES_STEP][NAME_SIZE];
	unsigned count;
};

static void add_file(void *context, const char *name, bool is_dir)
{
	struct files *files = context;

	if (!is_dir && files->count < FILES_STEP && is_ours(name))
		text_copy(files->name[files->count++], NAME_SIZE, name);
}

/* All of our files in the folder, and the folder if it is then empty. */
static enum fl_err remove_folder(const char *folder, struct files *files)
{
	enum fl_err err;

	do {
		files->count = 0;
		err = platform_dir_list(folder, add_file, files);
		for (unsigned i = 0; !err && i < files->count; i++) {
			char path[PATH_SIZE];

			text_format(path, sizeof path, "%s/%s", folder, files->name[i]);
			err = platform_file_remove(path);
		}
	} while (!err && files->count);
	return err ? err : platform_file_remove(folder);
}

static enum fl_err remove_run(const char *unit, const char *run, struct files *files)
{
	char path[PATH_SIZE];
	enum fl_err err;

	text_format(path, sizeof path, "%s/%s/frames", unit, run);
	err = remove_folder(path, files);
	if (err && err != FL_ERR_NOTFOUND)
		return err;
	text_format(path, sizeof path, "%s/%s", unit, run);
	return remove_folder(path, files);
}

enum fl_err runs_prune(const char *unit, unsigned keep, const char *spare, unsigned *removed)
{
	struct files *files;
	struct runs runs;
	enum fl_err err;

	*removed = 0;
	err = list_runs(unit, spare, &runs);
	files = platform_alloc(sizeof *files);
	if (!files)
		err = err ? err : FL_ERR_NOMEM;
	for (size_t i = 0; files && i + keep < runs.count; i++) {
		enum fl_err step = remove_run(unit, runs.name[i], files);

		*removed += !step;
		err = err ? err : step;
	}
	platform_free(files);
	platform_free(runs.name);
	return err;
}
