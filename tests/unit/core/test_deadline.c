/* test_deadline.c: a wait ends in time, and after a look that began behind its end. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core/deadline.h"
#include "tests/host/host.h"

static void it_is_over_when_its_time_is_over(void **state)
{
	struct deadline deadline;
	uint64_t start;

	(void)state;
	host_reset(1);
	start = host_time_ns();
	deadline = deadline_in_us(5000000); /* more than 32 bits of nanoseconds hold */
	while (deadline_again(&deadline, 100))
		;
	assert_in_range(host_time_ns() - start, 5000000000, 5000200000);
	assert_false(deadline_again(&deadline, 100));
}

/* Away for longer than the whole wait behind a look: what came meanwhile is seen. */
static void who_was_away_looks_once_more(void **state)
{
	struct deadline deadline;

	(void)state;
	host_reset(1);
	deadline = deadline_in_us(100);
	platform_delay_us(500);
	assert_true(deadline_again(&deadline, 20));
	assert_false(deadline_again(&deadline, 20));
}

/* A single look. */
static void no_time_is_over_at_once(void **state)
{
	struct deadline deadline;

	(void)state;
	host_reset(1);
	deadline = deadline_in_us(0);
	assert_false(deadline_again(&deadline, 20));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_over_when_its_time_is_over),
		cmocka_unit_test(who_was_away_looks_once_more),
		cmocka_unit_test(no_time_is_over_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
