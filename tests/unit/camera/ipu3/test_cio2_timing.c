/* test_cio2_timing.c: D-PHY timing against the worked table of the sheet (cio2.md section 4). */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "camera/ipu3/cio2_timing.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	uint64_t hz;
	uint32_t mbit, clock_settle, clock_settle_max, data_settle, data_settle_max,
		data_termen_max;
} table[] = {
	{180000000, 360, 1165, 4088, 1272, 2053, 737},
	{192000000, 384, 1187, 4133, 1277, 2070, 726},
	{200000000, 400, 1200, 4160, 1280, 2080, 720},
	{240000000, 480, 1254, 4266, 1294, 2120, 693},
	{270000000, 540, 1283, 4325, 1301, 2142, 678},
	{319200000, 638, 1320, 4398, 1310, 2169, 660},
	{320000000, 640, 1320, 4400, 1310, 2170, 660},
	{360000000, 720, 1343, 4444, 1316, 2186, 648},
	{384000000, 768, 1354, 4466, 1319, 2195, 643},
	{400000000, 800, 1360, 4480, 1320, 2200, 640},
	{419200000, 838, 1368, 4494, 1322, 2205, 636},
	{422400000, 844, 1369, 4496, 1323, 2206, 635},
	{437000000, 874, 1374, 4507, 1324, 2210, 633},
	{450000000, 900, 1378, 4515, 1325, 2213, 631},
	{482400000, 964, 1388, 4534, 1327, 2220, 626},
	{540000000, 1080, 1402, 4562, 1331, 2231, 619},
	{600000000, 1200, 1414, 4586, 1334, 2240, 613},
	{633600000, 1267, 1419, 4597, 1335, 2244, 610},
	{634080000, 1268, 1420, 4598, 1335, 2244, 610},
	{720000000, 1440, 1432, 4622, 1338, 2253, 604},
	{750000000, 1500, 1435, 4629, 1339, 2256, 602},
};

static void each_line_of_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct cio2_timing t;
		struct diag diag = {0};

		assert_int_equal(cio2_timing(table[i].hz, &t, &diag), FL_OK);
		assert_int_equal(t.clock_termen, 0);
		assert_int_equal(t.data_termen, 0);
		assert_int_equal(t.clock_settle, table[i].clock_settle);
		assert_int_equal(t.data_settle, table[i].data_settle);
		assert_int_equal(t.clock_termen_max, 608);
		assert_int_equal(t.clock_settle_max, table[i].clock_settle_max);
		assert_int_equal(t.data_termen_max, table[i].data_termen_max);
		assert_int_equal(t.data_settle_max, table[i].data_settle_max);
		assert_int_equal(t.mbit_per_lane, table[i].mbit);
		assert_string_equal(diag.message, "");
	}
}

/* What is programmed lies in the window at every frequency that D-PHY has. */
static void value_is_always_in_its_window(void **state)
{
	(void)state;
	for (uint64_t hz = 40000000; hz <= 750000000; hz += 999983) {
		struct cio2_timing t;

		assert_int_equal(cio2_timing(hz, &t, NULL), FL_OK);
		assert_true(t.clock_settle < t.clock_settle_max && t.clock_settle_max < 0x10000);
		assert_true(t.data_settle < t.data_settle_max && t.data_settle_max < 0x10000);
		assert_true(t.clock_termen <= t.clock_termen_max &&
			    t.data_termen <= t.data_termen_max);
		/* 95 ns - 8 UI and 85 ns - 2 UI in 1/16 ns, within one count. */
		if (hz > 43000000)
			assert_in_range(16 * 95 - t.clock_settle, 64e9 / (double)hz - 2,
					64e9 / (double)hz + 2);
		assert_in_range(16 * 85 - t.data_settle, 16e9 / (double)hz - 2,
				16e9 / (double)hz + 2);
	}
}

/* 95 ns - 8 UI is below nothing there: it must not become a wait of 268 ms. */
static void slowest_links_have_no_negative_time(void **state)
{
	struct cio2_timing t;

	(void)state;
	assert_int_equal(cio2_timing(40000000, &t, NULL), FL_OK);
	assert_int_equal(t.clock_settle, 0);
	assert_int_equal(t.data_settle, 960);
	assert_int_equal(cio2_timing(42500000, &t, NULL), FL_OK);
	assert_in_range(t.clock_settle, 14, 16);
}

/* Where one more or less in a constant of the arithmetic shows: truncation toward zero for what is programmed,
 * and downward for the upper ends. */
static void rounding_is_the_sheets(void **state)
{
	struct cio2_timing t;

	(void)state;
	/* 250e6 / 168691 is just below 1482, and 62.5e6 / 168920 just below 370. */
	assert_int_equal(cio2_timing(43185088, &t, NULL), FL_OK);
	assert_int_equal(t.clock_settle, 1520 - 1481);
	assert_int_equal(cio2_timing(43243456, &t, NULL), FL_OK);
	assert_int_equal(t.data_settle, 1360 - 369);
	/* One more than a multiple: 128e9 = 449 x 285077951 + 1, 48e9 = 83 x 578313253 + 1. */
	assert_int_equal(cio2_timing(285077951, &t, NULL), FL_OK);
	assert_int_equal(t.clock_settle_max, 16 * 300 - 449 - 1);
	assert_int_equal(cio2_timing(578313253, &t, NULL), FL_OK);
	assert_int_equal(t.data_settle_max, 16 * 145 - 83 - 1);
	assert_int_equal(cio2_timing(499999999, &t, NULL), FL_OK);
	assert_int_equal(t.mbit_per_lane, 999);
	assert_int_equal(cio2_timing(500000000, &t, NULL), FL_OK);
	assert_int_equal(t.mbit_per_lane, 1000);
}

static void other_frequencies_are_refused_with_words(void **state)
{
	static const uint64_t bad[] = {0,         1,          255,        39999999,
				       750000001, 1500000000, 0xffffffff, 0x10000000000ull,
				       UINT64_MAX};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct cio2_timing t;
		struct diag diag = {0};

		assert_int_equal(cio2_timing(bad[i], &t, &diag), FL_ERR_RANGE);
		assert_non_null(strstr(diag.message, "Hz is outside 40000000 to 750000000"));
		assert_non_null(strstr(diag.hint, "half the bit rate"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_of_the_table),
		cmocka_unit_test(value_is_always_in_its_window),
		cmocka_unit_test(slowest_links_have_no_negative_time),
		cmocka_unit_test(rounding_is_the_sheets),
		cmocka_unit_test(other_frequencies_are_refused_with_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
