/* notes.h: what the report's formats share and nobody else needs. */
#ifndef REPORT_NOTES_H
#define REPORT_NOTES_H

#include "report/report.h"

/* Checks of the command with this verdict. */
size_t report_count(const struct report *report, enum verdict verdict);
/* Checks that are not part of the command. */
size_t report_left_out(const struct report *report);
/* Did a check, camera, frame, fact or counter find no memory? */
bool report_is_short_of_memory(const struct report *report);

/* What is wrong with the report itself (not finished, memory short, not stored), as ERROR checks that
 * stand behind the others. Returns how many there are; they own nothing. */
#define REPORT_NOTES 3
size_t report_notes(const struct report *report, struct report_check notes[REPORT_NOTES]);

#endif
