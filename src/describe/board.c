/* board.c: what a description of a board owns. */
#include "describe/board.h"

#include "describe/arena.h"

void board_free(struct board_desc *board)
{
	arena_free_detached(board->memory);
	*board = (struct board_desc){0};
}
