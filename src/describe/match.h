/* match.h: the values of [match] lines. */
#ifndef BOARD_MATCH_H
#define BOARD_MATCH_H

#include <stdbool.h>

/* "8086:9d32" */
bool match_pci_valid(const char *text);

#endif
