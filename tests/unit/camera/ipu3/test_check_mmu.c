/*
 * test_check_mmu.c: rungs 10 to 12 and 22 on the virtual board: what is told, through which pages of the aperture the
 * device is asked, and memory that is short.
 */
#include "tests/unit/camera/ipu3/mmu_rig.h"

#define MMU "mmu --at-end exit"

static int run(const char *fault, const char *command, size_t pages)
{
	const char *faults[] = {fault, NULL};

	rom_prepare(1);
	rom_put_firmware();
	host_limit_dma(pages);
	host_set_adversary(0);
	rom_attach(fault ? faults : NULL, VBOARD_FPS_SENSOR);
	return rom_run(command);
}

static void want(const char *id, const char *verdict, const char *words)
{
	if (strcmp(rom_verdict(id, ""), verdict) || !rom_says(id, "", words))
		fail_msg("want %s %s with '%s'\n%s", id, verdict, words, host_console());
}

static void figures_are_told(void **state)
{
	(void)state;
	assert_int_equal(run(NULL, MMU, 2000), 0);
	want("mmu.up", "PASS", "\"l1-page\": \"0x");
	want("mmu.up", "PASS", "\"l1-readback\": \"0x");
	want("mmu.up", "PASS", "\"gate\": \"halt and unhalt acknowledged\"");
	want("mmu.boot", "PASS", "\"file\": \"firstlight/firmware/ipu3-fw.bin\"");
	want("mmu.boot", "PASS", "\"build\": \"synthetic a\"");
	want("mmu.boot", "PASS", "\"xxh128\": \"a8d480a463d82f25d7d97dbca2bdca6a\"");
	want("mmu.boot", "PASS", "\"version\": \"firstlight synthetic 1\"");
	want("mmu.boot", "PASS", "\"binaries\": 5");
	want("mmu.boot", "PASS", "\"pages-mapped\": 13");
	want("mmu.boot", "PASS", "\"sp0-data\": \"201 of 201 words\"");
	want("mmu.boot", "PASS", "\"sp1-data\": \"131 of 131 words\"");
	want("mmu.read", "PASS",
	     "\"read\": \"scattered pages, over a page boundary, both ends of the aperture\"");
	want("mmu.remap", "PASS",
	     "\"without-invalidate\": \"old page: the invalidate is necessary\"");
	want("mmu.remap", "PASS",
	     "\"with-invalidate\": \"new page: the invalidate is sufficient\"");
	want("mmu.unmap", "PASS", "\"unmapped-read\": \"lands on the dummy page\"");
	want("mmu.sizes", "PASS", "\"note\": \"no memory for 4096 pages\"");
	want("mmu.sizes", "PASS", "\"largest-bytes\": 4198400");
	assert_false(rom_says("mmu.sizes", "", "\"invalidates\": 0"));
	assert_int_equal(host_leaks(), 0);
	assert_int_equal(host_finding_count(), 0);
}

/* Eight pairs of windows, the first bytes and the last ones among them. */
static void a_frame_is_seen_by_both_devices(void **state)
{
	(void)state;
	assert_int_equal(
		run(NULL, "run --camera ov5670 --mode 640x360 --frames 2 --cycles 1 --at-end exit",
		    2000),
		0);
	want("mmu.frame", "PASS", "\"bytes-compared\": 35584");
	want("mmu.frame", "PASS", "\"frame-bytes\": 299520");
	assert_int_equal(host_leaks(), 0);
}

static void all_sizes_are_tried_where_memory_allows(void **state)
{
	(void)state;
	assert_int_equal(run(NULL, MMU, 0), 0);
	want("mmu.sizes", "PASS", "\"largest-bytes\": 67108864");
	assert_false(rom_says("mmu.sizes", "", "\"note\""));
	/* Not even the second: what there is passes, and is told. */
	assert_int_equal(run(NULL, MMU, 32), 0);
	want("mmu.sizes", "PASS", "\"note\": \"no memory for 16 pages\"");
	want("mmu.sizes", "PASS", "\"largest-bytes\": 8192");
}

/* The TLB loses entries by itself, which is legal: then nothing can be told without an invalidate. */
static void a_tlb_that_forgets_is_told(void **state)
{
	(void)state;
	assert_int_equal(run("imgu-tlb-evict=100", MMU, 2000), 0);
	want("mmu.remap", "PASS", "\"without-invalidate\": \"new page: cannot tell, nothing was");
	run("imgu-stale-tlb", MMU, 2000);
	want("mmu.remap", "FAIL", "\"with-invalidate\": \"not the new page\"");
	want("mmu.remap", "FAIL", "stale TLB: after remap and invalidate the device still reads");
	want("mmu.unmap", "FAIL", "after the unmap the device reads 0x");
	assert_false(rom_says("mmu.unmap", "", "unmapped-read"));
}

/* ---- rows by hand --------------------------------------------------------------------------- */

static const struct {
	const char *name;
	check_fn run;
	unsigned starts;      /* of each processor */
	unsigned allocations; /* that it cannot do without */
	unsigned words;       /* that it reads */
} rows[] = {
	{"mmu.read", check_mmu_read, 3, 18, 3336},
	{"mmu.remap", check_mmu_remap, 2, 9, 4},
	{"mmu.unmap", check_mmu_unmap, 1, 4, 32},
	{"mmu.sizes", check_mmu_sizes, 5, 6, 5560},
};

/* What each row reads: which processor, how much, where. */
static void each_row_looks_where_it_says(void **state)
{
	(void)state;
	imgu_trace_up();
	imgu_rig_up(NULL);
	imgu_copies("SP0 804 00016340, SP1 524 0001b340");
	imgu_rig_pass(check_mmu_read);
	imgu_copies("SP1 4096 00023800, SP0 352 00028ea0, SP1 4096 00001800, SP0 352 00002ea0, "
		    "SP1 4096 ffffe800, SP0 352 fffffea0");
	imgu_rig_pass(check_mmu_remap);
	imgu_copies("SP1 4 00030000, SP0 4 00030000, SP1 4 00030000, SP0 4 00030000");
	imgu_rig_pass(check_mmu_unmap);
	imgu_copies("SP1 64 00036000, SP0 64 00036000");
	imgu_rig_pass(check_mmu_sizes);
	imgu_copies("SP1 4096 00039000, SP0 352 00039ea0, SP1 4096 0003b000, SP0 352 0003cea0, "
		    "SP1 4096 0003e000, SP0 352 0004dea0, SP1 4096 003ff800, SP0 352 0044dea0, "
		    "SP1 4096 007ff800, SP0 352 0084fea0");
	rig_number("largest-bytes", 1025 * PAGE_SIZE);
	rig_number("invalidates", 17);
	imgu_rig_pass(check_stream_start);
	imgu_rig_pass(check_stream_frame);
	imgu_rig_pass(check_mmu_frame);
	imgu_copies("SP1 4096 00851000, SP0 352 00851fb0, SP1 4096 00851220, SP0 352 008521d0, "
		    "SP1 4096 00851440, SP0 352 008523f0, SP1 4096 00851660, SP0 352 00852610, "
		    "SP1 4096 00851880, SP0 352 00852830, SP1 4096 00851aa0, SP0 352 00852a50, "
		    "SP1 4096 00851cc0, SP0 352 00852c70, SP1 4096 00851ee0, SP0 352 00852ea0");
	rig_number("bytes-compared", 35584);
	rig_number("frame-bytes", RIG_BYTES);
	imgu_rig_down();
	imgu_trace_down();
}

/* All that a row had mapped is unmapped, all that it had is given back, and what it held back is let go. */
static void nothing_is_left(unsigned long leaks)
{
	assert_int_equal(imgu_rig()->mmu.pages_mapped, 13);
	assert_int_equal(host_leaks(), leaks + rig_blocks()); /* the report's */
	assert_false(imgu_rig()->invalidate_held);
}

/* One start of a processor is silent: the row that asked fails, in words, and no other one. */
static void each_start_that_fails_is_its_rows_failure(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 2; n++) {
		for (unsigned start = 2; start <= 12; start++) {
			unsigned first = 2;
			char fault[40];

			snprintf(fault, sizeof fault, "imgu-sp%u-silent=%u", n, start);
			imgu_rig_up(fault);
			for (size_t i = 0; i < COUNT(rows); first += rows[i++].starts) {
				const bool fails = start >= first && start < first + rows[i].starts;
				const unsigned long leaks = host_leaks();

				if (rig_check(rows[i].run, 0) !=
				    (fails ? VERDICT_FAIL : VERDICT_PASS))
					fail_msg("%s: %s '%s'", fault, rows[i].name,
						 rig.check->message);
				nothing_is_left(leaks);
				if (!fails)
					continue;
				rig_says(n ? "SP1: sw_state is 0x0" : "SP0: sw_state is 0x0");
				rig_has_no("read");
				rig_has_no("with-invalidate");
				rig_has_no("unmapped-read");
			}
			imgu_rig_down();
		}
	}
}

/* Pages through which a wrong bit must show: both ends of the aperture, over page boundaries, the last
 * bytes of a buffer, and both sides of the 4 MiB that a table maps. Where the buffers lie is the
 * allocator's choice: `imgu-bad-page` with other numbers finds the pages again. */
static void wrong_bits_show_where_the_device_is_asked(void **state)
{
	static const struct {
		unsigned page;
		check_fn run;
		const char *words;
	} cases[] = {
		{1, check_mmu_read, "end of the aperture: at IOVA 0x00001"},
		{2, check_mmu_read, "end of the aperture: at IOVA 0x00002000"},
		{0xffffe, check_mmu_read, "end of the aperture: at IOVA 0xffffe"},
		{0xfffff, check_mmu_read, "end of the aperture: at IOVA 0xfffff000"},
		{35, check_mmu_read, "scattered pages: at IOVA 0x00023"},
		{36, check_mmu_read, "scattered pages: at IOVA 0x00024000"},
		{40, check_mmu_read, "scattered pages: at IOVA 0x00028"},
		{48, check_mmu_remap, "before the remap: at IOVA 0x00030000"},
		{54, check_mmu_unmap, "before the unmap: at IOVA 0x00036000"},
		{57, check_mmu_sizes, "size test: at IOVA 0x00039000"},
		{60, check_mmu_sizes, "size test: at IOVA 0x0003c"},
		{77, check_mmu_sizes, "size test: at IOVA 0x0004d"},
		{1023, check_mmu_sizes, "size test: at IOVA 0x003ff"},
		{1024, check_mmu_sizes, "size test: at IOVA 0x00400000"},
		{1101, check_mmu_sizes, "size test: at IOVA 0x0044d"},
		{2048, check_mmu_sizes, "size test: at IOVA 0x00800000"},
		{2127, check_mmu_sizes, "size test: at IOVA 0x0084f"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char fault[40];

		snprintf(fault, sizeof fault, "imgu-bad-page=%u", cases[i].page);
		imgu_rig_up(fault);
		for (size_t row = 0; row < COUNT(rows); row++) {
			const bool fails = rows[row].run == cases[i].run;
			const unsigned long leaks = host_leaks();

			if (rig_check(rows[row].run, 0) != (fails ? VERDICT_FAIL : VERDICT_PASS))
				fail_msg("%s: %s '%s'", fault, rows[row].name, rig.check->message);
			if (fails)
				rig_says(cases[i].words);
			nothing_is_left(leaks);
		}
		imgu_rig_down();
	}
}

/* No two words of a window are alike, none is 0, and none is as in the row before: a read that comes from
 * elsewhere shows. */
static void no_two_words_are_alike(void **state)
{
	static uint32_t words[25000];
	unsigned count;

	(void)state;
	imgu_trace_up();
	imgu_rig_up(NULL);
	for (size_t row = 0; row < COUNT(rows); row++) {
		size_t from;

		fflush(imgu_trace.file);
		from = imgu_trace.size;
		imgu_rig_pass(rows[row].run);
		count = imgu_words(from, words, COUNT(words));
		assert_int_equal(count, rows[row].words);
		for (unsigned i = 0; i < count; i++)
			if (!words[i] || (i && words[i] == words[i - 1] && count > 4))
				fail_msg("%s: word %u is 0x%08x", rows[row].name, i, words[i]);
		assert_int_not_equal(words[0], words[count - 1]); /* the remap's: old, new */
		if (rows[row].run != check_mmu_read)
			continue;
		for (unsigned i = 0; i < 1024; i++)
			for (unsigned j = 0; j < i; j++)
				assert_int_not_equal(words[i], words[j]);
	}
	imgu_rig_down();
	imgu_trace_down();
}

static unsigned told(const char *words)
{
	unsigned count = 0;

	fflush(imgu_trace.file);
	for (const char *at = imgu_trace.text; (at = strstr(at, words)); at++)
		count++;
	return count;
}

/* The walker has time to look ahead, twice each time; and whatever is not held back is told to the device. */
static void a_remap_waits_and_tells_the_device(void **state)
{
	unsigned invalidates;
	uint64_t time;

	(void)state;
	imgu_trace_up();
	imgu_rig_up(NULL);
	invalidates = told("W 0x4300.4 0x1");
	time = host_time_ns();
	imgu_rig_pass(check_mmu_remap);
	assert_in_range(host_time_ns() - time, 50 * MS, 70 * MS);
	assert_int_equal(told("W 0x4300.4 0x1") - invalidates, 15);
	imgu_rig_down();
	imgu_trace_down();
}

/* Any word of the dummy page that is read where nothing is mapped. */
static void what_is_seen_behind_an_unmap_is_told(void **state)
{
	(void)state;
	for (unsigned word = 0; word < 16; word += 5) {
		char want_words[120];
		uint32_t *dummy;

		imgu_rig_up(NULL);
		dummy = imgu_rig()->mmu.dummy_page.cpu;
		dummy[word] ^= 1;
		cache_lines_clflush(imgu_rig()->mmu.dummy_page.cpu, 1);
		cache_fence();
		assert_int_equal(rig_check(check_mmu_unmap, 0), VERDICT_FAIL);
		snprintf(want_words, sizeof want_words,
			 "the device reads 0x%08x at IOVA 0x%08x, want the dummy page's 0x%08x",
			 mmu_dummy_word(4 * word) ^ 1, 0x21000 + 4 * word,
			 mmu_dummy_word(4 * word));
		rig_says(want_words);
		imgu_rig_down();
	}
}

static enum fl_err never_quiet(void *context)
{
	(void)context;
	return diag_fail(&rig.session.diag, FL_ERR_STATE, "power-cycle", "it may still write");
}

/* What a row cannot give back is its failure. */
static void pages_that_cannot_be_given_back_fail(void **state)
{
	static const check_fn checks[] = {check_mmu_unmap, check_mmu_sizes, check_mmu_frame};

	(void)state;
	for (size_t i = 0; i < COUNT(checks); i++) {
		imgu_rig_up(NULL);
		imgu_rig_pass(check_stream_start);
		imgu_rig_pass(check_stream_frame);
		dma_set_quiesce(&imgu_rig()->dma, never_quiet, NULL);
		assert_int_equal(rig_check(checks[i], 0), VERDICT_FAIL);
		rig_says("it may still write");
		host_detach();
	}
}

/* ---- mmu.frame ------------------------------------------------------------------------------ */

static void frame_up(void)
{
	imgu_rig_up(NULL);
	imgu_rig_pass(check_stream_start);
	imgu_rig_pass(check_stream_frame);
}

static void a_frame_that_is_not_there_is_no_failure(void **state)
{
	struct session_camera *camera = &rig.session.cameras[0];

	(void)state;
	frame_up();
	camera->frames[1].buffer = NULL; /* the first is looked at */
	imgu_rig_pass(check_mmu_frame);
	ipu3_of(rig.session.device)->has_imgu = false;
	assert_int_equal(rig_check(check_mmu_frame, 0), VERDICT_SKIP);
	ipu3_of(rig.session.device)->has_imgu = true;
	camera->frame_count = 0;
	assert_int_equal(rig_check(check_mmu_frame, 0), VERDICT_SKIP);
	camera->frame_count = 2;
	camera->frames[0].buffer = NULL;
	assert_int_equal(rig_check(check_mmu_frame, 0), VERDICT_SKIP);
	rig_says("no frame in memory, or no MMU to read it through");
	imgu_rig_down();
}

static void a_frame_without_memory_is_no_failure(void **state)
{
	unsigned errors = 0;

	(void)state;
	for (unsigned k = 2; k <= 24; k++) {
		unsigned long leaks;
		enum verdict verdict;

		frame_up();
		leaks = host_leaks();
		host_fail_allocation(k);
		verdict = rig_check(check_mmu_frame, 0);
		host_fail_allocation(0);
		if (verdict)
			assert_int_equal(verdict, VERDICT_ERROR);
		errors += verdict == VERDICT_ERROR;
		nothing_is_left(leaks);
		imgu_rig_down();
	}
	assert_int_equal(errors, 20);
}

/* A word of the dummy page that no row reads. */
static void damage_of_the_dummy_page_is_found(void **state)
{
	(void)state;
	for (size_t i = 2; i < COUNT(rows); i++) {
		uint32_t *dummy;

		imgu_rig_up(NULL);
		dummy = imgu_rig()->mmu.dummy_page.cpu;
		dummy[500] ^= 1;
		assert_int_equal(rig_check(rows[i].run, 0), VERDICT_FAIL);
		rig_says("1 words of the MMU's dummy page were overwritten by the device");
		rig_hints("something writes outside its mapping");
		rig_has_no("unmapped-read");
		imgu_rig_down();
	}
}

/* One allocation of a row fails: the host's trouble, in words. */
static void each_allocation_that_fails_is_an_error_in_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		unsigned errors = 0;

		for (unsigned k = 2; k <= 24; k++) {
			unsigned long leaks;
			enum verdict verdict;

			imgu_rig_up(NULL);
			leaks = host_leaks();
			host_fail_allocation(k);
			verdict = rig_check(rows[i].run, 0);
			host_fail_allocation(0);
			if (verdict != VERDICT_PASS && verdict != VERDICT_ERROR)
				fail_msg("%s %u: %s", rows[i].name, k, rig.check->message);
			if (verdict == VERDICT_ERROR)
				rig_says("memory");
			errors += verdict == VERDICT_ERROR;
			nothing_is_left(leaks);
			imgu_rig_down();
		}
		assert_int_equal(errors, rows[i].allocations);
	}
}

/* ---- the file ------------------------------------------------------------------------------- */

static void a_long_name_is_found_too(void **state)
{
	size_t size;
	const void *file;

	(void)state;
	rom_prepare(1);
	rom_put_firmware();
	file = host_file_get("firstlight/firmware/ipu3-fw.bin", &size);
	host_file_put("firstlight/firmware/irci_irci_ecr-master_20161208_0213_20170112_1500.bin",
		      file, size);
	platform_file_remove("firstlight/firmware/ipu3-fw.bin");
	host_limit_dma(2000);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run(MMU), 0);
	want("mmu.boot", "PASS", "_1500.bin\"");
}

static void no_file_is_a_skip_and_a_bad_one_an_error(void **state)
{
	(void)state;
	rom_prepare(1);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run("cache --at-end exit"), 0);
	want("mmu.boot", "SKIP", "no firmware on the stick (firstlight/firmware/ipu3-fw.bin)");
	want("mmu.read", "SKIP", "no firmware on the stick");
	want("cache.snoop", "SKIP", "needs the MMU and firmware on the stick: see mmu.boot");
	assert_int_equal(host_leaks(), 0);
	rom_prepare(1);
	host_file_put("firstlight/firmware/ipu3-fw.bin/x", "x", 1); /* a folder */
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run(MMU), 2);
	want("mmu.boot", "ERROR", "ipu3-fw.bin cannot be read (transfer failed)");
	want("mmu.boot", "ERROR", "\"hint\": \"is the stick sound? copy the file again\"");
}

/* ---- memory --------------------------------------------------------------------------------- */

/* What failed or could not be judged says why. */
static void no_row_is_without_words(void)
{
	const char *json = rom_result("report.json", NULL);

	json = json ? strstr(json, "\"checks\": [") : NULL;
	for (const char *at = json; at && (at = strstr(at, "\"result\": \"ERROR\"")); at++) {
		const char *message = strstr(at, "\"message\": \"");

		if (message && message[12] == '"')
			fail_msg("no words: %.300s", at - 60);
	}
}

/* Whatever allocation fails: nothing is blamed on the device, and nothing is lost. */
static void memory_that_is_short_is_no_failure(void **state)
{
	unsigned errors = 0;

	(void)state;
	for (unsigned k = 1; k < 700; k += 11) {
		int status;

		rom_prepare(1);
		rom_put_firmware();
		host_limit_dma(300);
		rom_attach(NULL, VBOARD_FPS_SENSOR);
		host_fail_allocation(k);
		status = rom_run("cache --at-end exit");
		if (status == 1)
			fail_msg("allocation %u\n%s", k, host_console());
		errors += status == 2;
		no_row_is_without_words();
		assert_int_equal(host_leaks(), 0);
	}
	assert_true(errors > 2);
}

/* ---- the cache ------------------------------------------------------------------------------ */

static void cache_figures_are_told(void **state)
{
	(void)state;
	assert_int_equal(run(NULL, "cache --at-end exit", 2000), 0);
	want("cache.maintenance", "PASS", "\"line-size\": 64");
	want("cache.maintenance", "PASS", "\"instructions\": \"clflush ");
	want("cache.maintenance", "PASS", "wbinvd\"");
	want("cache.maintenance", "PASS", "\"method\": \"clflush");
	want("cache.maintenance", "PASS", "\"clflush\": \"ns per KiB: ");
	want("cache.maintenance", "PASS", " clean, ");
	want("cache.maintenance", "PASS", "\"wbinvd-us\": ");
	want("cache.snoop", "PASS", "\"words-from-memory\": 1024");
	want("cache.snoop", "PASS", "\"words-from-cache\": 0");
	want("cache.snoop", "PASS", "\"device\": \"does not snoop\"");
	rom_prepare(1);
	rom_put_firmware();
	host_limit_dma(2000);
	host_set_coherent(true);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run("cache --at-end exit"), 0);
	want("cache.snoop", "PASS", "\"words-from-memory\": 0");
	want("cache.snoop", "PASS", "\"words-from-cache\": 1024");
	want("cache.snoop", "PASS", "snoops (or every line was evicted by luck)");
}

/* A CPU that lacks an instruction, and one that lacks them all. */
static void without_clflushopt(struct session *session)
{
	session->cache.features.clflushopt = session->cache.features.clwb = false;
	session->cache.method = CACHE_CLFLUSH;
}

static void with_all(struct session *session)
{
	session->cache.features.clflushopt = session->cache.features.clwb = true;
}

static void without_clflush(struct session *session)
{
	session->cache.features.clflush = session->cache.features.clflushopt = false;
	session->cache.features.clwb = false;
	session->cache.method = CACHE_WBINVD;
}

static void what_the_cpu_lacks_is_told(void **state)
{
	(void)state;
	rom_prepare(1);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run_spoilt(RUNG(11), "--at-end exit", without_clflushopt), 0);
	want("cache.maintenance", "PASS", "\"instructions\": \"clflush wbinvd\"");
	want("cache.maintenance", "PASS", "\"method\": \"clflush\"");
	assert_false(rom_says("cache.maintenance", "", "\"clwb\""));
	assert_false(rom_says("cache.maintenance", "", "\"clflushopt\""));
	rom_prepare(1);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run_spoilt(RUNG(11), "--at-end exit", with_all), 0);
	want("cache.maintenance", "PASS", "\"instructions\": \"clflush clflushopt clwb wbinvd\"");
	want("cache.maintenance", "PASS", "\"cpu\": \"");
	want("cache.maintenance", "PASS", "\"clflush\": \"ns per KiB: ");
	want("cache.maintenance", "PASS", "\"clflushopt\": \"ns per KiB: ");
	want("cache.maintenance", "PASS", "\"clwb\": \"ns per KiB: ");
	rom_prepare(1);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run_spoilt(RUNG(11), "--at-end exit", without_clflush), 1);
	want("cache.maintenance", "FAIL", "CPUID offers no CLFLUSH: only WBINVD is left");
	want("cache.maintenance", "FAIL", "\"instructions\": \"wbinvd\"");
	want("cache.maintenance", "FAIL", "\"method\": \"wbinvd\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_are_told),
		cmocka_unit_test(a_frame_is_seen_by_both_devices),
		cmocka_unit_test(all_sizes_are_tried_where_memory_allows),
		cmocka_unit_test(a_tlb_that_forgets_is_told),
		cmocka_unit_test(each_row_looks_where_it_says),
		cmocka_unit_test(wrong_bits_show_where_the_device_is_asked),
		cmocka_unit_test(no_two_words_are_alike),
		cmocka_unit_test(a_remap_waits_and_tells_the_device),
		cmocka_unit_test(what_is_seen_behind_an_unmap_is_told),
		cmocka_unit_test(pages_that_cannot_be_given_back_fail),
		cmocka_unit_test(a_frame_that_is_not_there_is_no_failure),
		cmocka_unit_test(a_frame_without_memory_is_no_failure),
		cmocka_unit_test(damage_of_the_dummy_page_is_found),
		cmocka_unit_test(each_start_that_fails_is_its_rows_failure),
		cmocka_unit_test(each_allocation_that_fails_is_an_error_in_words),
		cmocka_unit_test(a_long_name_is_found_too),
		cmocka_unit_test(no_file_is_a_skip_and_a_bad_one_an_error),
		cmocka_unit_test(memory_that_is_short_is_no_failure),
		cmocka_unit_test(cache_figures_are_told),
		cmocka_unit_test(what_the_cpu_lacks_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
