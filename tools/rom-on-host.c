/*
 * rom-on-host.c: the ROM on this host against a virtual board, in virtual time, for tools that run it hundreds
 * of times.
 *
 *   rom-on-host [--board NAME] [--fault SPEC]... [--decide NAME=N]... [--seed N] [--fps N|max]
 *               [--scene CAMERA=FILE]... [--put PATH=FILE]... [--get NAME=FILE]... COMMAND [option...]
 *
 * --put stores FILE on the stick as PATH first; --get writes a result of the run ("report.json",
 * "frames/ov5670-0000.png") to FILE when there is one. Its status is the ROM's (0 PASS, 1 FAIL, 2 ERROR), or 3
 * when the command line makes no sense. Behind the console it prints what the board complained of.
 */
#include "tests/host/rom.h"
#include "vboard/boards/boards.h"
#include "vboard/core/board.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST 64

struct pairs {
	char *left[LIST], *right[LIST];
	unsigned count;
};

static struct {
	struct rom_board board;
	/* One more than their lists hold: these end with NULL. */
	const char *faults[LIST + 1], *decisions[LIST + 1];
	unsigned fault_count, decision_count;
	struct pairs scenes, puts, gets;
	char command[1024];
} run;

static _Noreturn void refuse(const char *what, const char *about)
{
	fprintf(stderr, "rom-on-host: %s: %s\n", what, about);
	exit(3);
}

static void add_pair(struct pairs *pairs, char *text)
{
	char *equals = strchr(text, '=');

	if (!equals || pairs->count == LIST)
		refuse(text, "write LEFT=RIGHT, 64 of them at most");
	*equals = '\0';
	pairs->left[pairs->count] = text;
	pairs->right[pairs->count++] = equals + 1;
}

static void add(const char **list, unsigned *count, const char *text)
{
	if (*count == LIST)
		refuse(text, "more than 64 of a kind");
	list[(*count)++] = text;
}

static void take_option(int option)
{
	switch (option) {
	case 'b':
		run.board.name = optarg;
		break;
	case 'f':
		add(run.faults, &run.fault_count, optarg);
		break;
	case 'd':
		add(run.decisions, &run.decision_count, optarg);
		break;
	case 's':
		run.board.seed = strtoull(optarg, NULL, 0);
		break;
	case 'r':
		run.board.fps = strcmp(optarg, "max") ? strtod(optarg, NULL) : VBOARD_FPS_MAX;
		break;
	case 'c':
		add_pair(&run.scenes, optarg);
		break;
	case 'p':
		add_pair(&run.puts, optarg);
		break;
	case 'g':
		add_pair(&run.gets, optarg);
		break;
	default:
		exit(3);
	}
}

static void take_command(char **words)
{
	size_t length = 0;

	for (; *words; words++)
		length += (size_t)snprintf(run.command + length, sizeof(run.command) - length,
					   "%s ", *words);
	if (!length || length >= sizeof(run.command))
		refuse("command", "none, or more than 1023 characters");
}

static void put_file(const char *path, const char *from)
{
	FILE *file = fopen(from, "rb");
	char *data = NULL;
	long size;

	if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0)
		refuse(from, "cannot be read");
	rewind(file);
	data = malloc((size_t)size + 1);
	if (!data || fread(data, 1, (size_t)size, file) != (size_t)size)
		refuse(from, "cannot be read");
	fclose(file);
	host_file_put(path, data, (size_t)size);
	free(data);
}

static void put_files(void)
{
	for (unsigned i = 0; i < run.puts.count; i++)
		put_file(run.puts.left[i], run.puts.right[i]);
}

static void get_results(void)
{
	for (unsigned i = 0; i < run.gets.count; i++) {
		size_t size;
		const void *data = rom_result(run.gets.left[i], &size);
		FILE *file = data ? fopen(run.gets.right[i], "wb") : NULL;

		if (file && (fwrite(data, 1, size, file) != size || fclose(file)))
			refuse(run.gets.right[i], "cannot be written");
	}
}

static void set_scenes(void)
{
	char error[512];
	const struct board_kind *kind = board_find(boards, run.board.name, error, sizeof(error));

	if (!kind)
		refuse("--board", error);
	for (unsigned i = 0; i < run.scenes.count; i++) {
		int port = board_camera(kind, run.scenes.left[i], strlen(run.scenes.left[i]));

		if (port < 0)
			refuse(run.scenes.left[i], "no camera of this board");
		run.board.scenes[port] = run.scenes.right[i];
	}
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"board", 1, NULL, 'b'}, {"fault", 1, NULL, 'f'}, {"decide", 1, NULL, 'd'},
		{"seed", 1, NULL, 's'},  {"fps", 1, NULL, 'r'},   {"scene", 1, NULL, 'c'},
		{"put", 1, NULL, 'p'},   {"get", 1, NULL, 'g'},   {NULL, 0, NULL, 0},
	};
	int option, status;

	run.board = (struct rom_board){
		.name = "soraka", .faults = run.faults, .decisions = run.decisions};
	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1)
		take_option(option);
	take_command(argv + optind);
	set_scenes();
	rom_prepare(1);
	put_files();
	rom_attach_board(&run.board);
	host_advance_ns(1000000000); /* firmware takes its time, too */
	status = rom_run(run.command);
	fputs(host_console(), stdout);
	for (unsigned i = 0; i < host_violation_count(); i++)
		printf("violation: %s\n", host_violation(i));
	get_results();
	return status;
}
