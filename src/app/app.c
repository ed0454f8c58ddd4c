/* app.c: plan, options, command; what to do at the end. */
#include "app/app.h"

#include "core/field.h"
#include "core/mem.h"
#include "firstlight/version.h"

#define PLAN_FILE    "firstlight/firstlight.ini"
#define WORDS_MAX    48u
#define END_DELAY_US 2000000u /* the verdict stays on screen before the machine goes */

#define CAMERA_UP                                                                                  \
	(RUNG(1) | RUNG(2) | RUNG(3) | RUNG(4) | RUNG(5) | RUNG(6) | RUNG(7) | RUNG(8) | RUNG(9))
#define STREAM (RUNG(13) | RUNG(14) | RUNG(15) | RUNG(17) | RUNG(20))

const struct app_command app_commands[] = {
	{"run", "", "the whole ladder", NULL, RUNGS_LADDER},
	{"list", "", "PCI functions, as lspci does, cameras marked", command_list, 0},
	{"probe", "", "cameras up to their identity and registers, no stream", NULL,
	 CAMERA_UP | RUNG(21)},
	{"capture", "", "frames to files (--frames, --mode, --pattern, --format, --camera)", NULL,
	 CAMERA_UP | STREAM | RUNG(21)},
	{"view", "", "live picture until ESC", command_view, 0},
	{"mmu", "", "the ImgU's MMU, proven by data that the device moves", NULL,
	 RUNG(1) | RUNG(10) | RUNG(12) | RUNG(21)},
	{"cache", "", "cache instructions, their cost, and whether the ImgU snoops", NULL,
	 RUNG(1) | RUNG(10) | RUNG(11) | RUNG(12) | RUNG(RUNG_SNOOP) | RUNG(21)},
	{"i2c",
	 "scan BUS | read BUS ADDRESS REGISTER [COUNT] | write BUS ADDRESS REGISTER VALUE...",
	 "I2C by hand, e.g. i2c read I2C2 0x10 0x300a 3", command_i2c, 0},
	{"regs", "[cio2|imgu]", "registers of the camera devices", command_regs, 0},
	{"bench", "", "file writes against raw blocks, flush, unpack, map", command_bench, 0},
	{"help", "", "this page", command_help, 0},
};
const size_t app_command_count = ARRAY_SIZE(app_commands);

int app_fail(struct session *session)
{
	session_print(session, "error: %s\n", session->diag.message);
	if (session->diag.hint[0])
		session_print(session, "hint: %s\n", session->diag.hint);
	return APP_ERROR;
}

int command_help(struct session *session, const char *const *words, size_t count)
{
	(void)words;
	(void)count;
	session_print(session, "Firstlight %s: first light through the cameras of a new board\n\n",
		      FIRSTLIGHT_VERSION);
	for (size_t i = 0; i < app_command_count; i++)
		session_print(
			session, "  %-8s %s%s%s\n", app_commands[i].name, app_commands[i].usage,
			app_commands[i].usage[0] ? "\n           " : "", app_commands[i].summary);
	session_print(
		session,
		"\noptions: --camera NAME --frames N --mode NAME --pattern NAME|off --format LIST\n"
		"  --output DIR --plan FILE --board NAME --unit NAME --cycles N\n"
		"  --at-end exit|reboot|shutdown|wait, and every other key of " PLAN_FILE "\n");
	return APP_PASS;
}

/* ---- words ------------------------------------------------------------------------------- */

struct words {
	char *word[WORDS_MAX];
	int count;
	char text[256];
};

/* Splits in place at blanks; double quotes keep blanks. */
static void split(struct words *words, const char *text)
{
	char *at = words->text;

	text_copy(words->text, sizeof words->text, text);
	while (words->count < (int)WORDS_MAX) {
		char end = ' ';

		while (*at == ' ')
			at++;
		if (!*at)
			break;
		if (*at == '"')
			end = *at++;
		words->word[words->count++] = at;
		while (*at && *at != end)
			at++;
		if (*at)
			*at++ = '\0';
	}
}

static const char *plan_path(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (text_starts(argv[i], "--plan="))
			return argv[i] + 7;
		if (text_equal(argv[i], "--plan") && i + 1 < argc)
			return argv[i + 1];
	}
	return PLAN_FILE;
}

static enum fl_err read_plan(const char *path, struct plan *plan, struct diag *diag)
{
	void *text;
	size_t size;
	enum fl_err err = platform_file_read(path, &text, &size);

	plan_defaults(plan);
	if (err == FL_ERR_NOTFOUND && text_equal(path, PLAN_FILE))
		return FL_OK; /* a bare executable: the defaults are a plan */
	if (err)
		return diag_fail(diag, err, "name a file on the stick: --plan FILE",
				 "%s cannot be read (%s)", path, fl_err_name(err));
	err = plan_parse(path, text, size, plan, diag);
	platform_free(text);
	return err;
}

/* ---- command ----------------------------------------------------------------------------- */

static const struct app_command *find_command(const char *name)
{
	for (size_t i = 0; i < app_command_count; i++)
		if (text_equal_nocase(app_commands[i].name, name))
			return &app_commands[i];
	return NULL;
}

static const char *ask(void)
{
	static const struct {
		int key;
		const char *command;
	} keys[] = {
		{'r', "run"}, {'l', "list"},  {'p', "probe"}, {'c', "capture"}, {'v', "view"},
		{'m', "mmu"}, {'a', "cache"}, {'b', "bench"}, {'h', "help"},
	};

	platform_console_write("\nFirstlight: [r]un [l]ist [p]robe [c]apture [v]iew [m]mu c[a]che "
			       "[b]ench [h]elp, ESC leaves\n");
	for (;;) {
		int key = platform_console_key();

		if (key == PLATFORM_KEY_ESC)
			return NULL;
		for (unsigned i = 0; i < ARRAY_SIZE(keys); i++)
			if (key == keys[i].key)
				return keys[i].command;
		platform_delay_us(10000);
	}
}

/* A command without a report ends with a line that scripts can wait for, too. */
static int tell(int status)
{
	platform_console_write(status == APP_PASS ? "RESULT PASS\n" : "RESULT ERROR\n");
	return status;
}

static int run_command(const struct app_command *command, const struct plan *plan,
		       const char *const *rest, size_t count)
{
	struct session *session = platform_alloc(sizeof *session);
	int status;

	if (!session) {
		platform_console_write("error: no memory\n");
		return APP_ERROR;
	}
	if (session_begin(session, plan, FIRSTLIGHT_VERSION))
		status = tell(app_fail(session));
	else if (command->rungs)
		status = command_ladder(session, command->rungs);
	else
		status = tell(command->run(session, rest, count));
	session_end(session);
	session_free(session);
	platform_free(session);
	return status;
}

static void wait_for_key(void)
{
	while (platform_console_key() >= 0)
		;
	while (platform_console_key() < 0)
		platform_delay_us(50000);
}

static void at_end(const struct plan *plan)
{
	if (plan->at_end == PLAN_END_WAIT)
		wait_for_key();
	if (plan->at_end != PLAN_END_REBOOT && plan->at_end != PLAN_END_SHUTDOWN)
		return;
	platform_delay_us(END_DELAY_US);
	platform_end(plan->at_end == PLAN_END_REBOOT ? PLATFORM_END_REBOOT : PLATFORM_END_SHUTDOWN);
}

static int fail_early(const struct diag *diag)
{
	char line[800];

	text_format(line, sizeof line, "error: %s\n%s%s\nRESULT ERROR\n", diag->message,
		    diag->hint[0] ? "hint: " : "", diag->hint);
	platform_console_write(line);
	platform_result_publish("ERROR");
	return APP_ERROR;
}

/* What to run: the plan as changed by options, and the words that are no options. */
struct request {
	struct plan plan;
	struct words stored;  /* of the plan's `arguments` */
	struct words command; /* of the plan's `command` */
	const char *words[WORDS_MAX];
	size_t count;
};

/* What was typed goes over the plan's `arguments`, and that over its other keys. */
static enum fl_err read_request(int argc, char **argv, struct request *request, struct diag *diag)
{
	struct plan *plan = &request->plan;
	enum fl_err err = read_plan(plan_path(argc, argv), plan, diag);
	const char *rest[WORDS_MAX];
	size_t rest_count = 0;

	if (err)
		return err;
	if (argc > 1) /* from a shell: back to it, unless --at-end says otherwise */
		plan->at_end = PLAN_END_EXIT;
	split(&request->stored, plan->arguments);
	err = plan_options(plan, request->stored.count, request->stored.word, rest, WORDS_MAX,
			   &rest_count, diag);
	if (!err && argc > 1)
		err = plan_options(plan, argc - 1, argv + 1, rest, WORDS_MAX, &rest_count, diag);
	if (err)
		return err;
	/* The command may have words of its own in the plan ("i2c scan I2C2"); typed ones follow. */
	split(&request->command, plan->command);
	for (int i = 0; i < request->command.count; i++)
		request->words[request->count++] = request->command.word[i];
	for (size_t i = 0; i < rest_count && request->count < ARRAY_SIZE(request->words); i++)
		request->words[request->count++] = rest[i];
	return FL_OK;
}

static int menu(const struct plan *plan)
{
	int status = APP_PASS;

	for (const char *name = ask(); name; name = ask())
		status = run_command(find_command(name), plan, NULL, 0);
	return status;
}

int app_main(int argc, char **argv)
{
	struct request *request = platform_alloc(sizeof *request);
	const struct app_command *command;
	struct diag diag = {0};
	int status;

	if (!request) {
		platform_console_write("error: no memory\nRESULT ERROR\n");
		return APP_ERROR;
	}
	if (read_request(argc, argv, request, &diag)) {
		status = fail_early(&diag);
	} else if (!request->count) {
		status = menu(&request->plan);
	} else if ((command = find_command(request->words[0]))) {
		status = run_command(command, &request->plan, request->words + 1,
				     request->count - 1);
	} else {
		diag_fail(&diag, FL_ERR_NOTFOUND, "see: help", "no command %s", request->words[0]);
		status = fail_early(&diag);
	}
	at_end(&request->plan);
	platform_free(request);
	return status;
}
