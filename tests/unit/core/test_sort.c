/* test_sort.c: numbers in their order, and none beside them touched. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core/sort.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void numbers_are_put_in_ascending_order(void **state)
{
	static const double cases[][7] = {
		/* five numbers, with one before and one behind that belong to somebody else */
		{9, 1, 2, 3, 4, 5, -9}, {9, 5, 4, 3, 2, 1, -9},
		{9, 2, 1, 2, 1, 2, -9}, {9, 2, 1, 3, 4, 5, -9},
		{9, 1, 2, 3, 5, 4, -9}, {9, -1.5, 1e300, 0, -1e300, 0.25, -9},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		for (unsigned count = 0; count <= 5; count++) {
			double values[7], sum = 0;

			for (unsigned k = 0; k < 7; k++)
				values[k] = cases[i][k];
			sort_doubles(values + 1, count);
			for (unsigned k = 0; k < 7; k++)
				sum += (values[k] - cases[i][k]) * (k <= count);
			assert_true(values[0] == 9 && sum == 0);
			for (unsigned k = 2; k <= count; k++)
				assert_true(values[k - 1] <= values[k]);
			for (unsigned k = count + 1; k < 7; k++)
				assert_true(values[k] == cases[i][k]);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_put_in_ascending_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
