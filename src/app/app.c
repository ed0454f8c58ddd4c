/* app.c: plan, options, command; what to do at the end. */
#include "app/app.h"

#include "app/request.h"
#include "describe/ini/value.h"
#include "core/field.h"
#include "firstlight/version.h"

#define END_DELAY_US 2000000u /* the verdict stays on screen before the machine goes */

#define CAMERA_UP                                                                                  \
	(RUNG(1) | RUNG(2) | RUNG(3) | RUNG(4) | RUNG(5) | RUNG(6) | RUNG(7) | RUNG(8) | RUNG(9))
#define STREAM (RUNG(13) | RUNG(14) | RUNG(15) | RUNG(17) | RUNG(20))

const struct app_command app_commands[] = {
	{"run", "", "the whole ladder", NULL, RUNGS_LADDER, 0},
	{"list", "", "PCI functions, as lspci does, cameras marked", command_list, 0, 0},
	{"probe", "", "cameras up to their identity and registers, no stream", NULL,
	 CAMERA_UP | RUNG(21), 0},
	{"capture", "", "frames to files (--frames, --mode, --pattern, --format, --camera)", NULL,
	 CAMERA_UP | STREAM | RUNG(21), 0},
	{"view", "", "live picture until ESC", command_view, 0, 0},
	{"mmu", "", "the MMU inside the camera, proven by data that it moves", NULL,
	 RUNG(1) | RUNG(10) | RUNG(12) | RUNG(21), 0},
	{"cache", "", "cache instructions, their cost, and whether the camera snoops", NULL,
	 RUNG(1) | RUNG(10) | RUNG(11) | RUNG(12) | RUNG_ON_REQUEST | RUNG(21), 0},
	{"i2c",
	 "scan BUS | read BUS ADDRESS REGISTER [COUNT] | write BUS ADDRESS REGISTER VALUE...",
	 "I2C by hand, e.g. i2c read I2C2 0x10 0x300a 3", command_i2c, 0, WORDS_MAX},
	{"regs", "[BLOCK | FUNCTION [OFFSET [COUNT]]]",
	 "registers of the camera devices, or words of BAR 0, e.g. regs 00:15.2 0x200 8",
	 command_regs, 0, 3},
	{"bench", "", "file writes against raw blocks, flush, unpack, map", command_bench, 0, 0},
	{"help", "", "this page", command_help, 0, 0},
};
const size_t app_command_count = ARRAY_SIZE(app_commands);

int app_fail(struct session *session)
{
	session_print(session, "error: %s\n", session->diag.message);
	if (session->diag.hint[0])
		session_print(session, "hint: %s\n", session->diag.hint);
	diag_clear(&session->diag);
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
	static const char *const lines[] = {
		[APP_PASS] = "RESULT PASS\n",
		[APP_FAIL] = "RESULT FAIL\n",
		[APP_ERROR] = "RESULT ERROR\n",
	};

	platform_console_write(lines[status]);
	if (status != APP_PASS) /* an older run's result would stand there otherwise */
		platform_result_publish("ERROR not-run", false);
	return status;
}

/* Does the plan name what is not there: a board, a camera, a mode, a pattern? Then nothing runs, not
 * even what would not have needed it; other trouble with the files is the matter of the checks. */
static bool is_refused(struct session *session)
{
	if (session_find_board(session) && session->is_refused)
		return true;
	diag_clear(&session->diag);
	return false;
}

/* A command that did its work and then left a rail on or a device running has not ended well. (The ladder's
 * last rung says so itself.) */
static int put_back(struct session *session, int status)
{
	return session_end(session) ? app_fail(session) : status;
}

static int run_command(const struct request *request)
{
	const struct app_command *command = find_command(request->words[0]);
	struct session *session = platform_alloc(sizeof *session);
	int status;

	if (!session) {
		platform_console_write("error: no memory\n");
		return tell(APP_ERROR);
	}
	if (session_begin(session, &request->plan, camera_generations, FIRSTLIGHT_VERSION) ||
	    ladder_check_plan(&request->plan, camera_generations, &session->diag)) {
		status = tell(app_fail(session));
	} else {
		session_print(session, "%s", request->notes);
		if (command->run != command_help && is_refused(session))
			status = tell(app_fail(session));
		else if (command->rungs)
			status = command_ladder(session, command->name, command->rungs);
		else
			status = tell(put_back(session, command->run(session, request->words + 1,
								     request->count - 1)));
	}
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

static int fail_early(const struct request *request, const struct diag *diag)
{
	char line[800];

	platform_console_write(request->notes);
	text_format(line, sizeof line, "error: %s\n%s%s\nRESULT ERROR\n", diag->message,
		    diag->hint[0] ? "hint: " : "", diag->hint);
	platform_console_write(line);
	platform_result_publish("ERROR not-run", false);
	return APP_ERROR;
}

/* A word that nobody would read is a mistake of the operator's, not a wish to be passed over. */
static enum fl_err check_words(const struct request *request, struct diag *diag)
{
	const struct app_command *command = find_command(request->words[0]);
	const char *names[ARRAY_SIZE(app_commands) + 1] = {NULL}, *nearest;

	if (command && request->count - 1 <= command->words_max)
		return FL_OK;
	if (command)
		return diag_fail(diag, FL_ERR_FORMAT,
				 "an option begins with two dashes (--camera ov5670), a list takes "
				 "commas (--format raw,png), blanks need quotes",
				 "%s takes no word '%.40s'", command->name,
				 request->words[1 + command->words_max]);
	for (size_t i = 0; i < app_command_count; i++)
		names[i] = app_commands[i].name;
	nearest = value_nearest_word(request->words[0], names);
	return diag_fail(diag, FL_ERR_NOTFOUND,
			 "see: help; an option begins with two dashes: --camera ov5670",
			 "no command '%.40s'%s%s%s", request->words[0],
			 nearest ? "; did you mean '" : "", nearest ? nearest : "",
			 nearest ? "'?" : "");
}

static int menu(struct request *request)
{
	int status = APP_PASS;

	for (const char *name = ask(); name; name = ask()) {
		text_copy(request->plan.command, sizeof request->plan.command, name);
		request->words[0] = name;
		request->count = 1;
		status = run_command(request);
	}
	return status;
}

int app_main(const struct app_start *start)
{
	struct request *request = platform_alloc(sizeof *request);
	struct diag diag = {0};
	enum fl_err err;
	int status;

	if (!request) {
		platform_console_write("error: no memory\n");
		return tell(APP_ERROR);
	}
	err = request_read(start, request, &diag);
	if (!err && request->count)
		err = check_words(request, &diag);
	if (err)
		status = fail_early(request, &diag);
	else
		status = request->count ? run_command(request) : menu(request);
	at_end(&request->plan);
	platform_free(request);
	return status;
}
