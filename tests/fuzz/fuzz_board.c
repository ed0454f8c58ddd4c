/* fuzz_board.c: any bytes as a board file: every index in it points at something, or a message. */
#include <stdlib.h>
#include <string.h>

#include "describe/ini/files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds)
{
	if (!holds)
		abort();
}

static void check_domain(const struct board_desc *board, size_t index)
{
	const struct power_domain *domain = &board->domains[index];

	need(domain->pmic == 0xff || domain->pmic < board->pmic_count);
	for (size_t i = 0; i < domain->require_count; i++)
		need(domain->requires[i] < index); /* no rings */
	for (size_t i = 0; i < domain->count; i++) {
		const struct power_step *step = &domain->steps[i];

		need(step->kind <= POWER_WRITE);
		need(step->kind != POWER_WRITE || step->bus < board->bus_count);
		need(step->kind != POWER_RAIL || (step->target <= 6 && step->value <= 3100000));
		need(step->kind > POWER_RESET || domain->pmic != 0xff);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct board_desc board;
	struct diag diag = {0};
	struct board_identity identity = {.product = "Soraka", .pci_count = 0};

	if (board_parse("f", (const char *)data, size, &board, &diag)) {
		need(!strncmp(diag.message, "f:", 2));
		return 0;
	}
	need(board.camera_count > 0);
	for (size_t i = 0; i < board.camera_count; i++) {
		need(board.cameras[i].bus < board.bus_count && board.cameras[i].port < 4);
		need(board.cameras[i].power == 0xff || board.cameras[i].power < board.domain_count);
	}
	for (size_t i = 0; i < board.pmic_count; i++)
		need(board.pmics[i].bus < board.bus_count);
	for (size_t i = 0; i < board.domain_count; i++)
		check_domain(&board, i);
	board_matches(&board, &identity);
	board_free(&board);
	return 0;
}
