/* test_check_snoop.c: cache.snoop: what the device sees of lines that nobody flushed. */
#include "tests/unit/camera/ipu3/mmu_rig.h"

static void snoop(const char *fault, unsigned allocation, enum verdict verdict, const char *says,
		  unsigned from_memory, const char *device)
{
	unsigned long leaks;

	imgu_rig_up(fault);
	leaks = host_leaks();
	if (allocation)
		host_fail_allocation(allocation);
	if (rig_check(check_cache_snoop, 0) != verdict)
		fail_msg("%s %u: %s", fault, allocation, rig.check->message);
	host_fail_allocation(0);
	rig_says(says);
	rig_number("words-from-memory", from_memory);
	rig_number("words-from-cache", 0);
	rig_text("device", device);
	assert_int_equal(host_leaks(), leaks + rig_blocks()); /* the report's */
	assert_int_equal(imgu_rig()->mmu.pages_mapped, 13);
	imgu_rig_close();
	rig_down_with_findings();
}

static void the_device_is_asked_once(void **state)
{
	(void)state;
	imgu_trace_up();
	snoop(NULL, 0, VERDICT_PASS, "", 1024, "does not snoop");
	imgu_trace_down();
	snoop("imgu-sp1-silent=2", 0, VERDICT_FAIL, "SP1: sw_state is 0x0", 0, "cannot tell");
	snoop("imgu-sp0-silent=2", 0, VERDICT_PASS, "", 1024, "does not snoop");
	for (unsigned k = 2; k <= 6; k++)
		snoop(NULL, k, VERDICT_ERROR, "memory", 0, "cannot tell");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_device_is_asked_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
