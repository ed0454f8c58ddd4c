/*
 * files.h: the text files of the stick: plan, board and sensor descriptions.
 *
 * `file` is the name for messages, `text` the contents, `size` bytes, not kept. A file with a mistake
 * gives FL_ERR_FORMAT, nothing to free, and "file:line: what is wrong; what to write instead" in
 * diag; FL_ERR_NOMEM where memory runs out.
 */
#ifndef DESCRIBE_INI_FILES_H
#define DESCRIBE_INI_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/diag.h"
#include "core/words.h"
#include "describe/board.h"
#include "describe/plan.h"
#include "describe/sensor.h"

/* docs/sensor-files.md. The caller frees *out with sensor_free. */
enum fl_err sensor_parse(const char *file, const char *text, size_t size, struct sensor_desc *out,
			 struct diag *diag);

/* docs/board-files.md. The caller frees *out with board_free. */
enum fl_err board_parse(const char *file, const char *text, size_t size, struct board_desc *out,
			struct diag *diag);
/* Of a file with mistakes: name and match lines as far as they can be read, nothing to free. */
void board_peek(const char *file, const char *text, size_t size, struct board_desc *out);

/* With an error the plan stays as it was but for `at_end`, which is taken where it was understood:
 * a machine on the line goes off also when the rest of its plan cannot be read. */
enum fl_err plan_parse(const char *file, const char *text, size_t size, struct plan *plan,
		       struct diag *diag);
/* What stood among the options. */
struct plan_words {
	const char *rest[WORDS_MAX]; /* the command and its words, in their order */
	size_t count;
	const char *plan; /* of --plan FILE; NULL without */
};
/* GNU-like options ("--frames 4", "--frames=4") over the plan, in any order with other words; of an
 * option that comes twice the last counts. With an error the plan stays as it was but for `at_end`,
 * which is taken where it was understood. */
enum fl_err plan_options(struct plan *plan, const struct words *words, struct plan_words *found,
			 struct diag *diag);
/* Every key with its value as it would be written in the file. `value` is valid during the call. */
void plan_each(const struct plan *plan,
	       void (*each)(void *context, const char *key, const char *value, bool is_number),
	       void *context);

#endif
