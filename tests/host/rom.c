/* rom.c: see rom.h. */
#include "tests/host/rom.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "app/request.h"
#include "vboard/boards/boards.h"
#include "vboard/ipu3/firmware_image.h"

#define STICK "stick"

/* SMBIOS type 1 and 127. */
static uint8_t smbios[256];

static size_t put_structure(size_t at, uint8_t type, uint8_t length, const uint8_t *strings,
			    const char *const *texts, size_t count)
{
	smbios[at] = type;
	smbios[at + 1] = length;
	for (size_t i = 0; i < count; i++)
		smbios[at + strings[i]] = (uint8_t)(i + 1);
	at += length;
	for (size_t i = 0; i < count; i++) {
		strcpy((char *)smbios + at, texts[i]);
		at += strlen(texts[i]) + 1;
	}
	return at + (count ? 1 : 2);
}

static const struct board_kind *find_board(const char *name)
{
	char error[512];
	const struct board_kind *kind =
		name ? board_find(boards, name, error, sizeof error) : boards[0];

	if (!kind) {
		fprintf(stderr, "rom_attach_board: %s\n", error);
		abort();
	}
	return kind;
}

static void set_smbios(const struct board_kind *kind)
{
	static const uint8_t offsets[] = {4, 5, 6, 7, 26};
	const char *const texts[] = {kind->smbios.manufacturer, kind->smbios.product,
				     kind->smbios.version, "VB0001", kind->smbios.family};
	size_t size;

	memset(smbios, 0, sizeof smbios);
	size = put_structure(0, 1, 27, offsets, texts, 5);
	size = put_structure(size, 127, 4, NULL, NULL, 0);
	host_set_smbios(smbios, size);
}

static void put_tree(const char *path)
{
	char child[512], *data;
	struct dirent *entry;
	DIR *dir = opendir(path);

	if (!dir) {
		FILE *file = fopen(path, "rb");
		long size;

		if (!file)
			abort();
		fseek(file, 0, SEEK_END);
		size = ftell(file);
		rewind(file);
		data = malloc((size_t)size + 1);
		if (fread(data, 1, (size_t)size, file) != (size_t)size)
			abort();
		host_file_put(path + sizeof STICK, data, (size_t)size);
		free(data);
		fclose(file);
		return;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(child, sizeof child, "%s/%s", path, entry->d_name);
		put_tree(child);
	}
	closedir(dir);
}

static struct {
	FILE *file;
	char *text;
	size_t size;
} trace;

/* The board that wrote to it is gone. */
static void forget_trace(void)
{
	if (trace.file)
		fclose(trace.file);
	free(trace.text);
	memset(&trace, 0, sizeof trace);
}

void rom_prepare(unsigned seed)
{
	host_reset(seed);
	forget_trace();
	put_tree(STICK "/firstlight");
	set_smbios(boards[0]);
}

void rom_put_firmware(void)
{
	size_t size;
	uint8_t *file = firmware_image_build('a', &size);

	if (!file)
		abort();
	host_file_put("firstlight/firmware/ipu3-fw.bin", file, size);
	free(file);
}

static size_t list_length(const char *const *list)
{
	size_t length = 0;

	while (list && list[length])
		length++;
	return length;
}

static void begin_trace(void)
{
	host_detach(); /* the board that writes to it */
	forget_trace();
	trace.file = open_memstream(&trace.text, &trace.size);
	if (!trace.file)
		abort();
}

void rom_attach_board(const struct rom_board *board)
{
	struct vboard_options options = {
		.board = find_board(board->name),
		.seed = board->seed ? board->seed : 1,
		.fps = board->fps,
		.faults = board->faults,
		.fault_count = list_length(board->faults),
		.decisions = board->decisions,
		.decision_count = list_length(board->decisions),
	};

	memcpy(options.scenes, board->scenes, sizeof options.scenes);
	if (board->traced)
		begin_trace();
	options.trace = trace.file;
	if (!host_attach_board(&options))
		abort();
	if (board->name)
		set_smbios(options.board);
}

void rom_attach(const char *const *faults, double fps)
{
	rom_attach_board(&(struct rom_board){.faults = faults, .fps = fps});
}

void rom_attach_seed(const char *const *faults, double fps, uint64_t seed)
{
	rom_attach_board(&(struct rom_board){.faults = faults, .fps = fps, .seed = seed});
}

void rom_attach_decided(const char *const *faults, double fps, uint64_t seed, const char *decision)
{
	const char *const decisions[] = {decision, NULL};

	rom_attach_board(&(struct rom_board){
		.faults = faults, .fps = fps, .seed = seed, .decisions = decisions});
}

const char *rom_trace(void)
{
	if (!trace.file)
		return "";
	fflush(trace.file);
	return trace.text;
}

int rom_run(const char *command_line)
{
	struct diag refused = {0};
	struct words words;

	words_init(&words, "command line");
	words_split(&words, command_line, &refused);
	return app_main(&(struct app_start){.words = &words, .refused = &refused});
}

int rom_run_rungs(uint32_t rungs, const char *options)
{
	return rom_run_spoilt(rungs, options, NULL);
}

int rom_run_spoilt(uint32_t rungs, const char *options, void (*spoil)(struct session *session))
{
	struct session *session = platform_alloc(sizeof *session);
	struct plan_words found;
	struct words words;
	struct plan plan;
	int status = APP_ERROR;

	words_init(&words, "options");
	words_split(&words, options, NULL);
	plan_defaults(&plan);
	if (plan_options(&plan, &words, &found, NULL) == FL_OK &&
	    session_begin(session, &plan, camera_generations, "test") == FL_OK) {
		if (spoil)
			spoil(session);
		status = command_ladder(session, "run", rungs);
	}
	session_end(session);
	session_free(session);
	platform_free(session);
	return status;
}

/* ---- results ----------------------------------------------------------------------------- */

/* The run's folder is in the log line "# results in ..." of the console. */
static bool find_directory(char *out, size_t size)
{
	const char *line = strstr(host_console(), "# results in ");

	if (!line)
		return false;
	line += strlen("# results in ");
	snprintf(out, size, "%.*s", (int)strcspn(line, "\r\n"), line);
	return true;
}

const char *rom_result(const char *name, size_t *size)
{
	char directory[256], path[512];

	if (!find_directory(directory, sizeof directory))
		return NULL;
	snprintf(path, sizeof path, "%s/%s", directory, name);
	return host_file_get(path, size);
}

/* The check's object in report.json, from its id to its end; NULL when it is not there. */
static char *find_check(const char *id, const char *camera)
{
	static char object[4096];
	const char *json = rom_result("report.json", NULL);
	char start[128];

	snprintf(start, sizeof start, "\"id\": \"%s\"", id);
	for (json = json ? strstr(json, start) : NULL; json; json = strstr(json + 1, start)) {
		char want[128];
		const char *end = strstr(json + 1, "\"id\": ");
		size_t length = end ? (size_t)(end - json) : strlen(json);

		snprintf(object, sizeof object, "%.*s", (int)length, json);
		snprintf(want, sizeof want, "\"camera\": \"%s\"", camera);
		if (!camera[0] || strstr(object, want))
			return object;
	}
	return NULL;
}

const char *rom_verdict(const char *id, const char *camera)
{
	static char verdict[16];
	const char *object = find_check(id, camera);
	const char *at = object ? strstr(object, "\"result\": \"") : NULL;

	snprintf(verdict, sizeof verdict, "%.*s", at ? (int)strcspn(at + 11, "\"") : 0,
		 at ? at + 11 : "");
	return verdict;
}

bool rom_says(const char *id, const char *camera, const char *text)
{
	const char *object = find_check(id, camera);

	return object && strstr(object, text);
}

const struct ladder *rom_ladder(void)
{
	static struct ladder ladder;

	ladder_build(camera_generations[0], &ladder);
	return &ladder;
}
