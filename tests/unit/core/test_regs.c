/* test_regs.c: register windows: bounds, waits that end, the trace of the last accesses. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "core/field.h"
#include "core/regs.h"
#include "tests/host/host.h"
#include "tests/unit/words.h"

#define BASE 0xe0000000ull
#define SIZE 0x100u

/* A device of 64 registers; register 0x10 shows `busy` until `ready_at`, then `done`. */
static struct {
	uint8_t bytes[SIZE];
	uint64_t ready_at;
	uint32_t busy, done;
	unsigned writes;
} device;

static uint32_t device_read(void *context, uint64_t offset, unsigned width)
{
	uint32_t value = 0;

	(void)context;
	if (offset == 0x10)
		return host_time_ns() >= device.ready_at ? device.done : device.busy;
	memcpy(&value, device.bytes + offset, width);
	return value;
}

static void device_write(void *context, uint64_t offset, unsigned width, uint32_t value)
{
	(void)context;
	device.writes++;
	memcpy(device.bytes + offset, &value, width);
}

static void up(struct regs *regs, struct diag *diag)
{
	const struct host_mmio window = {
		.base = BASE, .size = SIZE, .read = device_read, .write = device_write};

	memset(&device, 0, sizeof device);
	host_reset(1);
	host_add_mmio(&window);
	*diag = (struct diag){0};
	regs_init(regs, "DEV", BASE, SIZE, diag);
}

static void accesses_reach_the_device_in_their_width(void **state)
{
	struct regs regs;
	struct diag diag;

	(void)state;
	up(&regs, &diag);
	reg_write(&regs, 0x20, 0x11223344);
	assert_int_equal(reg_read(&regs, 0x20), 0x11223344);
	assert_int_equal(reg_read8(&regs, 0x21), 0x33);
	reg_write8(&regs, 0x23, 0xaa);
	assert_int_equal(reg_read(&regs, 0x20), 0xaa223344);
	reg_update(&regs, 0x20, 0xff00, 0x3);
	assert_int_equal(reg_read(&regs, 0x20), 0xaa220047);
	reg_set(&regs, 0x20, 0x1001);
	assert_int_equal(reg_read(&regs, 0x20), 0xaa221047);
	assert_int_equal(regs.outside, 0);
	assert_int_equal(host_stray_accesses(), 0);
}

static void accesses_outside_the_window_are_refused_and_counted(void **state)
{
	static const uint32_t offsets[] = {SIZE, SIZE - 2,   0x21,      0x22,
					   0x23, 0xfffffffc, 0xffffffff};
	struct regs regs;
	struct diag diag;
	unsigned n = sizeof offsets / sizeof offsets[0];

	(void)state;
	up(&regs, &diag);
	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(reg_read(&regs, offsets[i]), 0xffffffff);
		reg_write(&regs, offsets[i], 1);
	}
	assert_int_equal(regs.outside, 2 * n);
	assert_int_equal(reg_read8(&regs, SIZE), 0xff);
	assert_int_equal(regs.outside, 2 * n + 1);
	assert_int_equal(device.writes, 0);
	assert_int_equal(host_stray_accesses(), 0);
	assert_int_equal(host_access_count(), 0);
	reg_write(&regs, SIZE - 4, 5);
	reg_write8(&regs, SIZE - 1, 1);
	assert_int_equal(device.writes, 2);
	regs_init(&regs, "DEV", BASE, 0x22, &diag); /* the last register is cut in half */
	assert_int_equal(reg_read(&regs, 0x20), 0xffffffff);
	assert_int_equal(regs.outside, 1);
}

/* ---- waits
 * ------------------------------------------------------------------------------------------ */

#define STATUS 0x10

static void wait_ends_when_the_register_says_so(void **state)
{
	struct regs regs;
	struct diag diag;
	uint64_t start;

	(void)state;
	up(&regs, &diag);
	device.busy = 0x80000001;
	device.done = 0x80000002;
	start = host_time_ns();
	device.ready_at = start + 3000000;
	assert_int_equal(reg_wait(&regs, STATUS, 0x3, 0x2, 10000, NULL), FL_OK);
	assert_in_range(host_time_ns() - start, 3000000, 3100000);
	assert_string_equal(diag.message, "");
	assert_int_equal(reg_wait(&regs, STATUS, 0x3, 0x2, 0, NULL),
			 FL_OK); /* one look is always taken */
}

static void wait_ends_at_its_deadline_with_words(void **state)
{
	struct regs regs;
	struct diag diag;
	uint64_t start;

	(void)state;
	up(&regs, &diag);
	device.busy = 0x41;
	device.ready_at = UINT64_MAX;
	start = host_time_ns();
	assert_int_equal(reg_wait(&regs, STATUS, 0x3, 0x2, 10000, "look at its clock"),
			 FL_ERR_TIMEOUT);
	assert_in_range(host_time_ns() - start, 10000000, 10200000);
	assert_contains(diag.message, "DEV STATUS (0x0010) reads 0x00000041 after 10000 us");
	assert_contains(diag.message, "want 0x00000002 under mask 0x00000003");
	assert_string_equal(diag.hint, "look at its clock");
}

static void all_ones_is_a_device_that_is_gone(void **state)
{
	struct regs regs;
	struct diag diag;
	uint64_t start;

	(void)state;
	up(&regs, &diag);
	device.busy = 0xffffffff; /* holds what is waited for, and everything else */
	device.ready_at = UINT64_MAX;
	start = host_time_ns();
	assert_int_equal(reg_wait(&regs, STATUS, 0x2, 0x2, 10000, NULL), FL_ERR_GONE);
	assert_in_range(host_time_ns() - start, 10000000, 10200000);
	assert_contains(diag.message, "DEV STATUS (0x0010) reads all ones");
	assert_contains(diag.hint, "powered down");
	/* Ones for a moment only (a link that wakes) are waited out. */
	diag_clear(&diag);
	device.done = 2;
	device.ready_at = host_time_ns() + 2000000;
	assert_int_equal(reg_wait(&regs, STATUS, 0x2, 0x2, 10000, NULL), FL_OK);
}

static void first_failure_is_kept(void **state)
{
	struct regs regs;
	struct diag diag;

	(void)state;
	up(&regs, &diag);
	device.ready_at = UINT64_MAX;
	assert_int_equal(reg_wait(&regs, STATUS, 1, 1, 10, "first"), FL_ERR_TIMEOUT);
	assert_int_equal(reg_wait(&regs, STATUS, 4, 4, 10, "second"), FL_ERR_TIMEOUT);
	assert_string_equal(diag.hint, "first");
	assert_contains(diag.message, "mask 0x00000001");
	diag_prefix(&diag, "power-up of %s: ", "rear");
	assert_int_equal(strncmp(diag.message, "power-up of rear: DEV STATUS", 28), 0);
	regs.diag = NULL; /* allowed */
	assert_int_equal(reg_wait(&regs, STATUS, 1, 1, 10, NULL), FL_ERR_TIMEOUT);
	assert_int_equal(diag_fail(NULL, FL_ERR_IO, NULL, "nobody listens"), FL_ERR_IO);
}

static void long_messages_are_cut(void **state)
{
	struct diag diag = {0};
	char text[600];

	(void)state;
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	assert_int_equal(diag_fail(&diag, FL_ERR_IO, text, "%s", text), FL_ERR_IO);
	assert_int_equal(strlen(diag.message), sizeof diag.message - 1);
	assert_int_equal(strlen(diag.hint), sizeof diag.hint - 1);
	diag_prefix(&diag, "%s", text);
	assert_int_equal(strlen(diag.message), sizeof diag.message - 1);
	diag_clear(&diag);
	diag_prefix(&diag, "%s", text); /* nothing has failed */
	assert_string_equal(diag.message, "");
}

/* ---- trace
 * ------------------------------------------------------------------------------------------- */

static const struct trace_device *traced(const struct diag *diag)
{
	assert_int_equal(diag->trace.device_count, 1);
	assert_string_equal(diag->trace.devices[0].name, "DEV");
	return &diag->trace.devices[0];
}

static void assert_access(const struct diag *diag, unsigned index, uint32_t offset, uint32_t value,
			  unsigned width, bool is_write, uint32_t count)
{
	const struct trace_access *access = &traced(diag)->accesses[index];

	assert_true(index < traced(diag)->count);
	assert_int_equal(access->offset, offset);
	assert_int_equal(access->value, value);
	assert_int_equal(access->width, width);
	assert_int_equal(access->is_write, is_write);
	assert_int_equal(access->count, count);
}

static void the_last_accesses_are_noted_oldest_first(void **state)
{
	struct regs regs;
	struct diag diag;

	(void)state;
	up(&regs, &diag);
	assert_int_equal(diag.trace.device_count, 0);
	reg_write(&regs, 0x20, 0xcafe);
	reg_read8(&regs, 0x20);
	assert_int_equal(traced(&diag)->count, 2);
	assert_access(&diag, 0, 0x20, 0xcafe, 4, true, 1);
	assert_access(&diag, 1, 0x20, 0xfe, 1, false, 1);
	for (uint32_t i = 0; i < 14; i++)
		reg_write(&regs, 0x24, 0x100 + i);
	assert_int_equal(traced(&diag)->count, TRACE_LENGTH);
	assert_access(&diag, 0, 0x20, 0xcafe, 4, true, 1);
	reg_write(&regs, 0x24, 0x200);
	assert_int_equal(traced(&diag)->count, TRACE_LENGTH);
	assert_access(&diag, 0, 0x20, 0xfe, 1, false, 1);
	assert_access(&diag, 1, 0x24, 0x100, 4, true, 1);
	assert_access(&diag, 15, 0x24, 0x200, 4, true, 1);
	diag = (struct diag){0};
	reg_read8(&regs, 0x24);
	assert_int_equal(traced(&diag)->count, 1);
	assert_access(&diag, 0, 0x24, 0, 1, false, 1);
}

/* A poll is one entry, and nothing that differs in anything is taken for one. */
static void equal_accesses_that_follow_each_other_are_one(void **state)
{
	struct regs regs;
	struct diag diag;

	(void)state;
	up(&regs, &diag);
	device.ready_at = UINT64_MAX;
	reg_write(&regs, 0x20, 7);
	assert_int_equal(reg_wait(&regs, STATUS, 1, 1, 10000, NULL), FL_ERR_TIMEOUT);
	assert_int_equal(traced(&diag)->count, 2);
	assert_access(&diag, 0, 0x20, 7, 4, true, 1);
	assert_access(&diag, 1, STATUS, 0, 4, false, (uint32_t)host_access_count() - 1);
	diag = (struct diag){0};
	reg_write(&regs, 0x40, 0x10);
	reg_write(&regs, 0x40, 0x10);
	reg_read(&regs, 0x40);
	reg_read8(&regs, 0x40);
	reg_write(&regs, 0x44, 0x10);
	reg_write(&regs, 0x44, 0x11);
	reg_write(&regs, 0x44, 0x10);
	assert_int_equal(traced(&diag)->count, 6);
	assert_access(&diag, 0, 0x40, 0x10, 4, true, 2);
	assert_access(&diag, 1, 0x40, 0x10, 4, false, 1);
	assert_access(&diag, 2, 0x40, 0x10, 1, false, 1);
	assert_access(&diag, 3, 0x44, 0x10, 4, true, 1);
}

/* A look at several registers, made again and again, and a poll within it. */
static void rounds_that_follow_each_other_are_one(void **state)
{
	struct regs regs;
	struct diag diag;

	(void)state;
	up(&regs, &diag);
	for (uint32_t i = 0; i < 12; i++)
		reg_write(&regs, 0x80, i);
	for (unsigned n = 0; n < 100; n++)
		for (uint32_t i = 0; i < TRACE_LENGTH / 2; i++)
			reg_read(&regs, 0x20 + 4 * i);
	assert_int_equal(traced(&diag)->count, TRACE_LENGTH / 2 + 1);
	assert_access(&diag, 0, 0x80, 11, 4, true, 1);
	for (unsigned i = 0; i < TRACE_LENGTH / 2; i++)
		assert_access(&diag, 1 + i, 0x20 + 4 * i, 0, 4, false, 100);
	diag = (struct diag){0};
	for (unsigned n = 0; n < 3; n++) {
		reg_write(&regs, 0x20, 1);
		reg_read(&regs, 0x24);
		reg_read(&regs, 0x24);
	}
	reg_read(&regs, 0x28);
	assert_int_equal(traced(&diag)->count, 3);
	assert_access(&diag, 0, 0x20, 1, 4, true, 3);
	assert_access(&diag, 1, 0x24, 0, 4, false, 6);
	assert_access(&diag, 2, 0x28, 0, 4, false, 1);
}

/* One register more than a round may have, and one that changes: nothing is taken for the same. */
static void what_does_not_repeat_stays_as_it_is(void **state)
{
	struct regs regs;
	struct diag diag;

	(void)state;
	up(&regs, &diag);
	for (unsigned n = 0; n < 4; n++)
		for (uint32_t i = 0; i <= TRACE_LENGTH / 2; i++)
			reg_read(&regs, 0x20 + 4 * i);
	assert_int_equal(traced(&diag)->count, TRACE_LENGTH);
	assert_access(&diag, 15, 0x20 + 4 * TRACE_LENGTH / 2, 0, 4, false, 1);
	diag = (struct diag){0};
	for (uint32_t n = 0; n < 4; n++) {
		reg_read(&regs, 0x24);
		reg_write(&regs, 0x28, n);
	}
	assert_int_equal(traced(&diag)->count, 8);
}

/* What puts a device to rest after a failure does not push out what led to it. */
static void accesses_behind_a_failure_are_not_noted(void **state)
{
	struct regs regs;
	struct diag diag;

	(void)state;
	up(&regs, &diag);
	reg_write(&regs, 0x20, 1);
	diag_fail(&diag, FL_ERR_IO, NULL, "it failed");
	reg_write(&regs, 0x24, 2);
	assert_int_equal(traced(&diag)->count, 1);
	assert_access(&diag, 0, 0x20, 1, 4, true, 1);
	diag_clear(&diag); /* tried again: what led to the second failure began before the first */
	reg_write(&regs, 0x28, 2);
	assert_int_equal(traced(&diag)->count, 2);
	assert_access(&diag, 1, 0x28, 2, 4, true, 1);
	regs_init(&regs, "DEV", BASE, SIZE, NULL); /* allowed */
	reg_write(&regs, 0x24, 3);
	assert_int_equal(device.writes, 4);
}

static void each_device_has_a_trace_and_the_last_one_ends_the_list(void **state)
{
	static const char *const names[TRACE_DEVICES + 1] = {"a", "b", "c", "d", "e"};
	struct trace trace = {0};

	(void)state;
	for (uint32_t i = 0; i < 2 * TRACE_DEVICES; i++)
		trace_note(&trace, names[i % TRACE_DEVICES],
			   &(struct trace_access){.offset = 4 * i, .width = 4});
	assert_int_equal(trace.device_count, TRACE_DEVICES);
	for (unsigned i = 0; i < TRACE_DEVICES; i++) {
		assert_ptr_equal(trace.devices[i].name, names[i]);
		assert_int_equal(trace.devices[i].count, 2);
		assert_int_equal(trace.devices[i].accesses[1].offset, 4 * (TRACE_DEVICES + i));
	}
	trace_note(&trace, names[0], &(struct trace_access){.offset = 0x80});
	assert_int_equal(trace.device_count, TRACE_DEVICES);
	assert_ptr_equal(trace.devices[0].name, names[1]);
	assert_ptr_equal(trace.devices[TRACE_DEVICES - 1].name, names[0]);
	assert_int_equal(trace.devices[TRACE_DEVICES - 1].count, 3);
	/* One too many: the one that was not accessed for longest is forgotten. */
	trace_note(&trace, names[TRACE_DEVICES], &(struct trace_access){.offset = 0x84});
	assert_int_equal(trace.device_count, TRACE_DEVICES);
	assert_ptr_equal(trace.devices[0].name, names[2]);
	assert_int_equal(trace.devices[0].accesses[1].offset, 4 * (TRACE_DEVICES + 2));
	assert_ptr_equal(trace.devices[TRACE_DEVICES - 2].name, names[0]);
	assert_ptr_equal(trace.devices[TRACE_DEVICES - 1].name, names[TRACE_DEVICES]);
	assert_int_equal(trace.devices[TRACE_DEVICES - 1].count, 1);
	assert_int_equal(trace.devices[TRACE_DEVICES - 1].accesses[0].offset, 0x84);
}

/* A second is a second, and the bus is left alone between two looks. */
static void a_wait_is_as_long_as_it_was_told_and_looks_now_and_then(void **state)
{
	struct regs regs;
	struct diag diag;
	uint64_t start;

	(void)state;
	up(&regs, &diag);
	device.ready_at = UINT64_MAX;
	start = host_time_ns();
	assert_int_equal(reg_wait(&regs, STATUS, 1, 1, 1000000, NULL), FL_ERR_TIMEOUT);
	assert_in_range(host_time_ns() - start, 1000000000, 1000100000);
	assert_in_range(host_access_count(), 10000, 50001);
}

static void words_may_be_added_in_front_and_behind(void **state)
{
	struct diag diag = {0};
	char text[600];

	(void)state;
	diag_append(NULL, "nobody listens");
	diag_prefix(NULL, "nobody listens");
	diag_append(&diag, "nothing has failed");
	assert_string_equal(diag.message, "");
	diag_fail(&diag, FL_ERR_IO, "a hint", "it");
	diag_append(&diag, "; %u more", 3u);
	diag_prefix(&diag, "%s: ", "bus");
	assert_string_equal(diag.message, "bus: it; 3 more");
	assert_string_equal(diag.hint, "a hint");
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	diag_append(&diag, "%s", text);
	assert_int_equal(strlen(diag.message), sizeof diag.message - 1);
	assert_memory_equal(diag.message, "bus: it; 3 morexxx", 18);
	assert_string_equal(diag.hint, "a hint");
	diag_clear(&diag);
	assert_string_equal(diag.message, "");
	assert_string_equal(diag.hint, "");
	diag_fail(&diag, FL_ERR_IO, NULL, "x");
	diag_fail(&diag, FL_ERR_IO, "of another", "one letter is a message, too");
	diag_append(&diag, "y");
	diag_prefix(&diag, "w");
	assert_string_equal(diag.message, "wxy");
	assert_string_equal(diag.hint, "");
}

/* ---- fields, names
 * ------------------------------------------------------------------------------------ */

static void fields_follow_from_their_bits(void **state)
{
	(void)state;
	assert_int_equal(FIELD(31, 0), 0xffffffff);
	assert_int_equal(FIELD(12, 7), 0x1f80);
	assert_int_equal(FIELD(31, 31), 0x80000000);
	assert_int_equal(field_get(FIELD(15, 8), 0x12345678), 0x56);
	assert_int_equal(field_put(FIELD(15, 8), 0x56), 0x5600);
	assert_int_equal(field_put(FIELD(15, 8), 0x156), 0x5600); /* what does not fit is cut off */
	assert_int_equal(field_put(FIELD(12, 7), 0x2b), 0x1580);
}

static void every_error_has_a_name(void **state)
{
	(void)state;
	for (int err = 0; err >= FL_ERR_EXISTS; err--) {
		const char *name = fl_err_name((enum fl_err)err);

		assert_string_not_equal(name, "unknown error");
		for (int other = 0; other > err; other--)
			assert_string_not_equal(name, fl_err_name((enum fl_err)other));
	}
	assert_string_equal(fl_err_name((enum fl_err)77), "unknown error");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accesses_reach_the_device_in_their_width),
		cmocka_unit_test(accesses_outside_the_window_are_refused_and_counted),
		cmocka_unit_test(wait_ends_when_the_register_says_so),
		cmocka_unit_test(wait_ends_at_its_deadline_with_words),
		cmocka_unit_test(all_ones_is_a_device_that_is_gone),
		cmocka_unit_test(first_failure_is_kept),
		cmocka_unit_test(long_messages_are_cut),
		cmocka_unit_test(the_last_accesses_are_noted_oldest_first),
		cmocka_unit_test(equal_accesses_that_follow_each_other_are_one),
		cmocka_unit_test(rounds_that_follow_each_other_are_one),
		cmocka_unit_test(what_does_not_repeat_stays_as_it_is),
		cmocka_unit_test(accesses_behind_a_failure_are_not_noted),
		cmocka_unit_test(each_device_has_a_trace_and_the_last_one_ends_the_list),
		cmocka_unit_test(a_wait_is_as_long_as_it_was_told_and_looks_now_and_then),
		cmocka_unit_test(words_may_be_added_in_front_and_behind),
		cmocka_unit_test(fields_follow_from_their_bits),
		cmocka_unit_test(every_error_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
