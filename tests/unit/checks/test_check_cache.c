/* test_check_cache.c: rung 11 and cache.snoop by hand: what is flushed to be measured, what is told of it, and what is
 * not told when the device could not be asked. */
#include "tests/unit/checks/rig.h"

/* Calls of a primitive since call `first`; `count` lines each, 0: any number. */
static unsigned calls(const char *name, size_t count, unsigned long first)
{
	struct host_primitive primitive;
	unsigned seen = 0;

	for (unsigned long i = first + 1; i <= host_primitive_calls(); i++) {
		if (!host_primitive(i, &primitive) || strcmp(primitive.name, name) ||
		    (count && primitive.count != count))
			continue;
		assert_int_equal((uintptr_t)primitive.line % 64, 0);
		seen++;
	}
	return seen;
}

/* 1 MiB, five times for each figure: first all lines are flushed, then made as the figure wants them. The host's
 * clock counts 50 ns a line of CLFLUSH, 1.5 of the others, 1 ms of WBINVD. */
static void costs_are_measured(void **state)
{
	static const struct {
		bool clflushopt, clwb;
		unsigned clflushes, clflushopts, clwbs, fences;
		const char *instructions;
		double cheaper;
	} cases[] = {
		{false, false, 40, 0, 0, 62, "clflush wbinvd", 312.509},
		{true, false, 50, 20, 0, 107, "clflush clflushopt wbinvd", 10412.8},
		{false, true, 55, 0, 15, 107, "clflush clwb wbinvd", 312.509},
		{true, true, 65, 20, 15, 152, "clflush clflushopt clwb wbinvd", 10412.8},
	};
	struct cache_features *features = &rig.session.cache.features;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned long first, leaks;

		rig_up();
		features->clflush = true;
		features->clflushopt = cases[i].clflushopt;
		features->clwb = cases[i].clwb;
		first = host_primitive_calls();
		leaks = host_leaks();
		assert_int_equal(rig_check(check_cache, 0), VERDICT_PASS);
		assert_int_equal(host_leaks(), leaks + 2); /* the report's */
		assert_int_equal(calls("clflush", 16384, first), cases[i].clflushes);
		assert_int_equal(calls("clflushopt", 16384, first), cases[i].clflushopts);
		assert_int_equal(calls("clwb", 16384, first), cases[i].clwbs);
		assert_int_equal(calls("wbinvd", 0, first), 1);
		assert_int_equal(calls("fence", 0, first), cases[i].fences);
		rig_text("instructions", cases[i].instructions);
		rig_number("line-size", 64);
		rig_text("clflush", "ns per KiB: 3200.0 clean, 3200.0 dirty, 3200.0 not cached");
		if (cases[i].clflushopt)
			rig_text("clflushopt",
				 "ns per KiB: 96.0 clean, 96.0 dirty, 96.0 not cached");
		if (cases[i].clwb)
			rig_text("clwb", "ns per KiB: 96.0 clean, 96.0 dirty, 96.0 not cached");
		rig_near("wbinvd-us", 1000.04, 0.001);
		rig_near("wbinvd-cheaper-above-kib", cases[i].cheaper, 0.1);
		rig_down();
	}
}

static void a_cpu_without_clflush_and_a_host_without_memory(void **state)
{
	(void)state;
	rig_up();
	rig.session.cache.features.clflush = false;
	assert_int_equal(rig_check(check_cache, 0), VERDICT_FAIL);
	rig_says("CPUID offers no CLFLUSH: only WBINVD is left");
	rig_has_no("wbinvd-us");
	rig.session.cache.features.clflush = true;
	for (unsigned k = 1; k < 20 && rig_check(check_cache, 0) == VERDICT_PASS; k++)
		host_fail_allocation(k);
	assert_int_equal(rig.check->verdict, VERDICT_ERROR);
	rig_says("no memory to measure the cache");
	rig_has_no("wbinvd-us");
	rig_down();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(costs_are_measured),
		cmocka_unit_test(a_cpu_without_clflush_and_a_host_without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
