/* test_fault.c: faults by name: what is accepted, for whom it counts, and what an error says. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "vboard/boards/soraka.h"
#include "vboard/core/fault.h"

static bool parse(struct fault_set *set, const char *spec, char *error, size_t size)
{
	memset(set, 0, sizeof(*set));
	return fault_parse(set, &board_soraka.kind, spec, error, size);
}

static void a_plain_name_switches_it_on(void **state)
{
	struct fault_set set;
	char error[2048];
	uint64_t value = 7;

	(void)state;
	assert_true(parse(&set, "pmic-nack", error, sizeof(error)));
	assert_true(fault_get(&set, "pmic-nack", FAULT_ANY_PORT, &value));
	assert_int_equal(value, 7);
	assert_false(fault_get(&set, "no-cio2", FAULT_ANY_PORT, NULL));
}

static void a_number_and_a_camera_are_kept(void **state)
{
	struct fault_set set;
	char error[2048];
	uint64_t value = 7;

	(void)state;
	assert_true(parse(&set, "short-frame=ov5670:0x20", error, sizeof(error)));
	assert_true(fault_get(&set, "short-frame", FAULT_ANY_PORT, &value));
	assert_int_equal(value, 0x20);
	assert_true(parse(&set, "short-frame=9", error, sizeof(error)));
	assert_true(fault_get(&set, "short-frame", FAULT_ANY_PORT, &value));
	assert_int_equal(value, 9);
	assert_true(parse(&set, "no-sof=ov13858", error, sizeof(error)));
}

static void an_unknown_name_lists_the_known_ones(void **state)
{
	struct fault_set set;
	char error[2048];

	(void)state;
	assert_false(parse(&set, "no-such", error, sizeof(error)));
	assert_non_null(strstr(error, "no-such"));
	assert_non_null(strstr(error, " no-sof"));
	assert_non_null(strstr(error, " imgu-stale-tlb"));
}

static void what_does_not_fit_is_refused(void **state)
{
	static const char *const wrong[] = {
		"pmic-nack=1",
		"no-sof=3",
		"no-sof=ov9999",
		"short-frame=",
		"short-frame=ov5670:",
		"short-frame=12x",
		"slow-fps=-1",
		"i2c-stuck=ov5670",
		"",
		"=",
		"crc=ov5670:x",
	};
	struct fault_set set;
	char error[2048];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (parse(&set, wrong[i], error, sizeof(error)))
			fail_msg("'%s' was taken", wrong[i]);
		assert_true(strlen(error) > 0);
	}
}

/* Each fault is told to whoever asks, once, with a sentence. */
static void every_fault_has_a_name_of_its_own_and_a_sentence(void **state)
{
	const struct vboard_fault_info *fault;
	unsigned count = 0;

	(void)state;
	for (unsigned i = 0; (fault = vboard_fault_at(&board_soraka.kind, i)); i++) {
		assert_true(strlen(fault->sentence) > 10);
		for (unsigned k = 0; k < i; k++)
			assert_string_not_equal(fault->name,
						vboard_fault_at(&board_soraka.kind, k)->name);
		count++;
	}
	assert_true(count > 60);
}

static void a_fault_is_on_for_the_cameras_that_it_names(void **state)
{
	struct fault_set set;
	char error[2048];

	(void)state;
	assert_true(parse(&set, "no-sof=ov5670", error, sizeof(error)));
	assert_false(fault_get(&set, "no-sof", 0, NULL));
	assert_true(fault_get(&set, "no-sof", 1, NULL));
	assert_true(parse(&set, "no-sof", error, sizeof(error)));
	assert_true(fault_get(&set, "no-sof", 0, NULL));
	assert_true(fault_get(&set, "no-sof", 7, NULL));
}

static void more_faults_than_there_is_room_for_are_refused(void **state)
{
	struct fault_set set = {0};
	char error[2048];
	unsigned i = 0;

	(void)state;
	while (fault_parse(&set, &board_soraka.kind, vboard_fault_at(&board_soraka.kind, i)->name,
			   error, sizeof(error)))
		i++;
	assert_int_equal(i, FAULTS_ON_MAX);
	assert_non_null(strstr(error, "more than 32 faults"));
	/* One that is on already takes no room. */
	assert_true(fault_parse(&set, &board_soraka.kind,
				vboard_fault_at(&board_soraka.kind, 3)->name, error,
				sizeof(error)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_name_switches_it_on),
		cmocka_unit_test(a_number_and_a_camera_are_kept),
		cmocka_unit_test(an_unknown_name_lists_the_known_ones),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(a_fault_is_on_for_the_cameras_that_it_names),
		cmocka_unit_test(more_faults_than_there_is_room_for_are_refused),
		cmocka_unit_test(every_fault_has_a_name_of_its_own_and_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
