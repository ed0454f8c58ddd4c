/*
 * rig.h: the virtual board with its I2C controllers open, as checks bring them up: PCI enumerated,
 * functions of soraka.ini opened, DesignWare initialised. For the tests of i2c, power and sensor.
 */
#ifndef TESTS_UNIT_I2C_RIG_H
#define TESTS_UNIT_I2C_RIG_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "describe/ini/files.h"
#include "i2c/designware.h"
#include "pci/pci.h"
#include "tests/host/host.h"
#include "tests/unit/describe/ini/shipped.h"
#include "tests/unit/words.h"

#define RIG_BUSES 4

struct rig {
	struct diag diag;
	struct pci_list list;
	struct board_desc board;
	struct pci_device pci[RIG_BUSES];
	struct designware controllers[RIG_BUSES];
	struct i2c_bus *buses[RIG_BUSES];
};

static inline void rig_load_board(struct rig *rig)
{
	size_t size;
	char *text = shipped_read("boards/", "soraka", &size);

	if (board_parse("soraka.ini", text, size, &rig->board, &rig->diag))
		fail_msg("%s", rig->diag.message);
	free(text);
	assert_in_range(rig->board.bus_count, 1, RIG_BUSES);
}

static inline void rig_open_bus(struct rig *rig, size_t i)
{
	const struct board_bus *bus = &rig->board.buses[i];
	const struct pci_function *function = pci_at(&rig->list, bus->address);

	assert_non_null(function);
	if (pci_open(&rig->pci[i], function, 0x300, 0x204, &rig->diag) ||
	    designware_init(&rig->controllers[i], bus, function->device, rig->pci[i].bar0,
			    &rig->diag))
		fail_msg("%s", rig->diag.message);
	rig->buses[i] = &rig->controllers[i].bus;
}

/* `faults` is what --fault takes, NULL at the end. */
static inline void rig_up(struct rig *rig, uint64_t seed, const char *const *faults)
{
	/* The PCH's pads, hidden by firmware, which has switched them on: all ones. */
	const struct host_mmio pads = {.base = 0xfd000000u, .size = 0x1000000u};
	static const char *const left_on[] = {"p2sb=0", "pads-left=0"};
	struct vboard_options options = {.seed = seed,
					 .fps = VBOARD_FPS_MAX,
					 .faults = faults,
					 .decisions = left_on,
					 .decision_count = 2};

	while (faults && faults[options.fault_count])
		options.fault_count++;
	memset(rig, 0, sizeof(*rig));
	host_reset(seed);
	assert_non_null(host_attach_board(&options));
	host_advance_ns(20000000); /* firmware takes longer, and its chips are awake */
	host_add_mmio(&pads);
	rig_load_board(rig);
	assert_int_equal(pci_enumerate(&rig->list, &rig->diag), FL_OK);
	for (size_t i = 0; i < rig->board.bus_count; i++)
		rig_open_bus(rig, i);
}

/* Everything back; the board must have nothing to complain about and nothing may be left. */
static inline void rig_down(struct rig *rig)
{
	for (size_t i = rig->board.bus_count; i-- > 0;) {
		designware_exit(&rig->controllers[i]);
		assert_int_equal(pci_close(&rig->pci[i]), FL_OK);
	}
	pci_list_free(&rig->list);
	board_free(&rig->board);
	for (unsigned i = 0; i < host_violation_count(); i++)
		print_error("%s\n", host_violation(i));
	assert_int_equal(host_violation_count(), 0);
	assert_int_equal(host_stray_accesses(), 0);
	assert_int_equal(host_leaks(), 0);
	host_detach();
}

static inline struct i2c_bus *rig_bus(struct rig *rig, const char *name)
{
	for (size_t i = 0; i < rig->board.bus_count; i++)
		if (!strcmp(rig->board.buses[i].name, name))
			return rig->buses[i];
	fail_msg("no bus %s", name);
	return NULL;
}

static inline struct designware *rig_controller(struct rig *rig, const char *name)
{
	return (struct designware *)rig_bus(rig, name);
}

#endif
