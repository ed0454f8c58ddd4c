/* app.h: the program behind the platform's start-up code. */
#ifndef APP_APP_H
#define APP_APP_H

#include "checks/checks.h"

enum app_status { APP_PASS = 0, APP_FAIL = 1, APP_ERROR = 2 };

struct app_start; /* app/request.h */
/* Returns enum app_status; does not return when the plan ends in reboot or shutdown. */
int app_main(const struct app_start *start);

/* ---- commands (one function each; `words` are the arguments that are no options) ---- */

struct app_command {
	const char *name;
	const char *usage; /* arguments, "" for none */
	const char *summary;
	int (*run)(struct session *session, const char *const *words, size_t count);
	uint32_t rungs;     /* for those that are a part of the ladder; else 0 */
	unsigned words_max; /* words that `run` reads; more are an error */
};
extern const struct app_command app_commands[];
extern const size_t app_command_count;

/* `command`: its name, for the report. */
int command_ladder(struct session *session, const char *command, uint32_t rungs); /* run.c */
int command_list(struct session *session, const char *const *words,
		 size_t count); /* command_list.c */
int command_view(struct session *session, const char *const *words,
		 size_t count); /* command_view.c */
int command_i2c(struct session *session, const char *const *words,
		size_t count); /* command_i2c.c */
int command_regs(struct session *session, const char *const *words,
		 size_t count); /* command_regs.c */
int command_bench(struct session *session, const char *const *words,
		  size_t count); /* command_bench.c */
int command_help(struct session *session, const char *const *words, size_t count); /* app.c */

/* PASS or FAIL large enough to read across a room; pictures and first failure below. */
void verdict_show(const struct session *session, enum verdict verdict);

/* Says what session->diag holds, empties it, and returns APP_ERROR. */
int app_fail(struct session *session);

#endif
