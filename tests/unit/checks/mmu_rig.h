/* mmu_rig.h: the session by hand with the virtual board's ImgU, for checks of the MMU one by one: how often a row
 * asks the device, what it says of each thing that fails, and what it leaves behind. */
#ifndef TESTS_UNIT_CHECKS_MMU_RIG_H
#define TESTS_UNIT_CHECKS_MMU_RIG_H

#include "tests/host/rom.h"
#include "tests/unit/checks/rig.h"
#include "vboard/firmware_image.h"

static inline void imgu_rig_file(char layout)
{
	size_t size;
	uint8_t *file = firmware_image_build(layout, &size);

	assert_non_null(file);
	host_file_put("firstlight/firmware/ipu3-fw.bin", file, size);
	free(file);
}

static struct {
	FILE *file;
	char *text;
	size_t size, read;
} imgu_trace;

/* The board with this fault (NULL: none), and nothing open. */
static inline void imgu_rig_board(const char *fault)
{
	const struct vboard_options options = {.seed = 1,
					       .faults = &fault,
					       .fault_count = fault != NULL,
					       .trace = imgu_trace.file};

	rig_up();
	host_limit_dma(2000);
	host_set_adversary(0);
	assert_non_null(host_attach_board(&options));
	assert_int_equal(pci_enumerate(&rig.session.pci, &rig.session.diag), FL_OK);
	imgu_rig_file('a');
}

static inline void imgu_rig_pass(check_fn fn)
{
	if (rig_check(fn, 0) != VERDICT_PASS)
		fail_msg("%s", rig.check->message);
}

static inline void imgu_rig_up(const char *fault)
{
	imgu_rig_board(fault);
	imgu_rig_pass(check_mmu_up);
	imgu_rig_pass(check_mmu_boot);
}

/* From now on it is noted what the processors copy. */
static inline void imgu_trace_up(void)
{
	memset(&imgu_trace, 0, sizeof imgu_trace);
	imgu_trace.file = open_memstream(&imgu_trace.text, &imgu_trace.size);
	assert_non_null(imgu_trace.file);
}

static inline void imgu_trace_down(void)
{
	fclose(imgu_trace.file);
	free(imgu_trace.text);
	memset(&imgu_trace, 0, sizeof imgu_trace);
}

/* The copies since the last call, in order: "SP1 64 00021000, SP0 64 00021000". */
static inline void imgu_copies(const char *want)
{
	char copies[2000] = "";
	size_t used = 0;
	const char *at;

	fflush(imgu_trace.file);
	at = imgu_trace.text + imgu_trace.read;
	imgu_trace.read = imgu_trace.size;
	while ((at = strstr(at, "bytes of data at IOVA 0x"))) {
		const char *line = at;
		unsigned n, bytes, iova;

		while (line[-1] != 'S' || *line != 'P')
			line--;
		assert_int_equal(
			sscanf(line, "P%u: %u bytes of data at IOVA 0x%x", &n, &bytes, &iova), 3);
		used += (size_t)snprintf(copies + used, sizeof copies - used, "%sSP%u %u %08x",
					 used ? ", " : "", n, bytes, iova);
		at++;
	}
	assert_string_equal(copies, want);
}

static inline void imgu_rig_close(void)
{
	if (rig.session.has_imgu)
		imgu_close(&rig.session.imgu);
	rig.session.has_imgu = false;
	platform_free(rig.session.firmware);
	pci_list_free(&rig.session.pci);
}

static inline void imgu_rig_down(void)
{
	imgu_rig_close();
	rig_down();
	host_detach();
}

#endif
