/* ladder.c: the rungs in order, what each needs, and the loop that climbs them. */
#include "checks/checks.h"
#include "core/field.h"

const struct check ladder[] = {
	{1, "pci.receiver", CHECK_BOARD, check_pci_receiver, {NULL}},
	{1, "pci.imgu", CHECK_BOARD, check_pci_imgu, {NULL}},
	{2, "pci.ready", CHECK_BOARD, check_pci_ready, {"pci.receiver"}},
	{3, "board.file", CHECK_BOARD, check_board_file, {NULL}},
	{3, "sensor.file", CHECK_CAMERA, check_sensor_file, {"board.file"}},
	/* Which controllers matter is in the board file. */
	{2, "pci.i2c", CHECK_CAMERA, check_pci_i2c, {"board.file"}},
	{4, "power.up", CHECK_CAMERA, check_power, {"sensor.file", "pci.i2c"}},
	{5, "i2c.bus", CHECK_CAMERA, check_i2c, {"pci.i2c"}},
	{6, "sensor.acknowledge", CHECK_CAMERA, check_sensor_acknowledge, {"power.up", "i2c.bus"}},
	{7, "sensor.id", CHECK_CAMERA, check_sensor_id, {"sensor.acknowledge"}},
	{7, "module.eeprom", CHECK_CAMERA, check_module_eeprom, {"power.up"}},
	{7, "module.vcm", CHECK_CAMERA, check_module_vcm, {"power.up"}},
	{8, "sensor.mode", CHECK_CAMERA, check_sensor_mode, {"sensor.id"}},
	{9, "csi.timing", CHECK_CAMERA, check_csi_timing, {"sensor.file"}},
	{10, "mmu.up", CHECK_BOARD, check_mmu_up, {"pci.imgu"}},
	{11, "cache.maintenance", CHECK_BOARD, check_cache, {NULL}},
	{12, "mmu.boot", CHECK_BOARD, check_mmu_boot, {"mmu.up"}},
	{12, "mmu.read", CHECK_BOARD, check_mmu_read, {"mmu.boot"}},
	{12, "mmu.remap", CHECK_BOARD, check_mmu_remap, {"mmu.boot"}},
	{12, "mmu.unmap", CHECK_BOARD, check_mmu_unmap, {"mmu.boot"}},
	{12, "mmu.sizes", CHECK_BOARD, check_mmu_sizes, {"mmu.boot"}},
	{RUNG_SNOOP, "cache.snoop", CHECK_BOARD, check_cache_snoop, {"mmu.up"}},
	{13,
	 "stream.start",
	 CHECK_CAMERA,
	 check_stream_start,
	 {"pci.ready", "sensor.mode", "csi.timing"}},
	{14, "stream.frame", CHECK_CAMERA, check_stream_frame, {"stream.start"}},
	{15, "stream.errors", CHECK_CAMERA, check_stream_errors, {"stream.start"}},
	/* Before anything else is tried the frames are on the stick. */
	{20, "files.written", CHECK_CAMERA, check_files, {"stream.start"}},
	{19, "stream.stop", CHECK_CAMERA, check_stream_stop, {"stream.start"}},
	{12, "mmu.frame", CHECK_CAMERA, check_mmu_frame, {"mmu.boot", "stream.frame"}},
	{16, "image.pattern", CHECK_CAMERA, check_image_pattern, {"stream.frame", "stream.stop"}},
	{17, "stream.rate", CHECK_CAMERA, check_stream_rate, {"stream.frame"}},
	{18, "image.statistics", CHECK_CAMERA, check_image_statistics, {"stream.frame"}},
	{19, "stream.cycles", CHECK_CAMERA, check_stream_cycles, {"stream.start", "stream.stop"}},
	{21, "device.restored", CHECK_BOARD, check_restored, {"pci.ready"}},
};
const size_t ladder_count = ARRAY_SIZE(ladder);

enum verdict check_skip(const struct check_run *run, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_vformat(run->session->diag.message, sizeof run->session->diag.message, format, args);
	va_end(args);
	run->session->diag.hint[0] = '\0';
	return VERDICT_SKIP;
}

/* The result of `id` for this camera, or board-wide; NULL when it has not run. */
static const struct report_check *result_of(const struct report *report, const char *id,
					    const char *camera)
{
	for (size_t i = report->check_count; i-- > 0;) {
		const struct report_check *check = &report->checks[i];

		if (text_equal(check->id, id) &&
		    (!check->camera[0] || text_equal(check->camera, camera)))
			return check;
	}
	return NULL;
}

/* The first thing needed that did not pass; a rung that was left out on purpose does not count. */
static const struct report_check *missing(const struct session *session, const struct check *check,
					  const char *camera)
{
	for (unsigned i = 0; i < CHECK_NEEDS && check->needs[i]; i++) {
		const struct report_check *needed =
			result_of(&session->report, check->needs[i], camera);

		if (needed && needed->verdict != VERDICT_PASS)
			return needed;
	}
	return NULL;
}

static void publish(struct session *session)
{
	struct text_buffer lines = {0};

	report_ktap_check(&session->report, session->report.check_count - 1, &lines);
	if (lines.data)
		platform_console_write(lines.data);
	text_append_raw(&session->log, lines.data ? lines.data : "", lines.length);
	text_buffer_free(&lines);
	store_report(session, false);
}

static void run_one(struct session *session, const struct check *check,
		    struct session_camera *camera)
{
	const char *name = camera ? camera->board->name : "";
	const struct report_check *needed;
	struct check_run run = {.session = session, .camera = camera};
	uint64_t start = platform_time_ns();
	enum verdict verdict;

	diag_clear(&session->diag);
	run.facts = report_begin(&session->report, check->id, name);
	needed = missing(session, check, name); /* after report_begin, which may move the results */
	if (session_cancelled(session) && check->run != check_restored)
		verdict = check_skip(&run, "the operator pressed ESC");
	else if (needed)
		verdict = check_skip(&run, "needs %s, which is %s", needed->id,
				     verdict_name(needed->verdict));
	else if (check->scope == CHECK_CAMERA && !camera)
		verdict = check_skip(&run, "no camera: no board file was read");
	else
		verdict = check->run(&run);
	report_end(run.facts, verdict, (double)(platform_time_ns() - start) / 1e6, &session->diag);
	publish(session);
}

static void run_for_cameras(struct session *session, const struct check *check)
{
	unsigned ran = 0;

	for (unsigned i = 0; i < session->camera_count; i++) {
		if (!session->cameras[i].is_selected)
			continue;
		run_one(session, check, &session->cameras[i]);
		ran++;
	}
	if (!ran) /* no board file: the rung is not forgotten, it is skipped with its reason */
		run_one(session, check, NULL);
}

/* Streaming rungs go camera by camera, all others rung by rung. */
static bool is_streaming(const struct check *check)
{
	return check->scope == CHECK_CAMERA && (check->rung >= 13 || check->run == check_mmu_frame);
}

void ladder_run(struct session *session, uint32_t rungs)
{
	size_t first = ladder_count, last = 0;

	for (size_t i = 0; i < ladder_count; i++) {
		if (!is_streaming(&ladder[i]))
			continue;
		first = i < first ? i : first;
		last = i;
	}
	for (size_t i = 0; i < ladder_count; i++) {
		if (i == first) {
			for (unsigned c = 0; c < session->camera_count; c++)
				for (size_t j = first; j <= last; j++)
					if ((rungs & RUNG(ladder[j].rung)) &&
					    session->cameras[c].is_selected)
						run_one(session, &ladder[j], &session->cameras[c]);
			if (!session->camera_count)
				for (size_t j = first; j <= last; j++)
					if (rungs & RUNG(ladder[j].rung))
						run_one(session, &ladder[j], NULL);
			i = last;
			continue;
		}
		if (!(rungs & RUNG(ladder[i].rung)))
			continue;
		if (ladder[i].scope == CHECK_BOARD)
			run_one(session, &ladder[i], NULL);
		else
			run_for_cameras(session, &ladder[i]);
	}
}
