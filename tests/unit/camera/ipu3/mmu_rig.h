/* mmu_rig.h: the session by hand with the virtual board's ImgU, for checks of the MMU one by one: how often a row
 * asks the device, what it says of each thing that fails, and what it leaves behind. */
#ifndef TESTS_UNIT_CHECKS_MMU_RIG_H
#define TESTS_UNIT_CHECKS_MMU_RIG_H

#include <zlib.h>

#include "camera/ipu3/ipu3.h"
#include "camera/ipu3/rungs.h"
#include "tests/host/rom.h"
#include "tests/unit/checks/rig.h"
#include "vboard/ipu3/firmware_image.h"

static inline void imgu_rig_file(char layout)
{
	size_t size;
	uint8_t *file = firmware_image_build(layout, &size);

	assert_non_null(file);
	host_file_put("firstlight/firmware/ipu3-fw.bin", file, size);
	free(file);
}

/* The descriptor's CRC of its blob, anew. */
static inline void imgu_rig_sign(uint8_t *blob)
{
	uint32_t size, crc = 0;

	memcpy(&size, blob + 16, 4);
	memcpy(blob + 20, &crc, 4);
	crc = (uint32_t)crc32(0, blob, size);
	memcpy(blob + 20, &crc, 4);
}

/* A firmware 'c' with other numbers: `from` (words, as they stand one after the other) becomes `to`; `blob` bytes behind
 * the begin of a blob, or 0: in a header. */
static inline void imgu_rig_patch(size_t blob, unsigned count, const uint32_t *from,
				  const uint32_t *to)
{
	size_t size;
	uint8_t *file = firmware_image_build('c', &size), *at;

	assert_non_null(file);
	at = memmem(file, size, from, count * 4);
	assert_non_null(at);
	memcpy(at, to, count * 4);
	if (blob)
		imgu_rig_sign(at - blob);
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
	const struct camera_host host = {.pci = &rig.session.pci,
					 .cache = &rig.session.cache,
					 .diag = &rig.session.diag,
					 .scatter_seed = rig.session.plan.scatter_seed};

	rig_up();
	host_limit_dma(2000);
	host_set_adversary(0);
	assert_non_null(host_attach_board(&options));
	assert_int_equal(pci_enumerate(&rig.session.pci, &rig.session.diag), FL_OK);
	assert_int_equal(ipu3_camera.create(&host, &rig.session.device), FL_OK);
	imgu_rig_file('a');
}

static inline struct imgu *imgu_rig(void)
{
	return &ipu3_of(rig.session.device)->imgu;
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

/* What the host has read of all copies since `from`, words in order; how many. */
static inline unsigned imgu_words(size_t from, uint32_t *words, unsigned room)
{
	unsigned count = 0;

	fflush(imgu_trace.file);
	for (const char *at = imgu_trace.text + from; (at = strstr(at, " R 0x")); at++) {
		unsigned reg, value;

		/* where copies arrive in SP1's memory, and in SP0's */
		if (sscanf(at, " R 0x%x.4 0x%x", &reg, &value) != 2 ||
		    !((reg >= 0xdf20 && reg < 0xef20) || (reg >= 0xbaa0 && reg < 0xbc00)))
			continue;
		assert_true(count < room);
		words[count++] = value;
	}
	return count;
}

static inline void imgu_rig_close(void)
{
	rig.session.device->ops->close(rig.session.device);
	rig.session.device->ops->destroy(rig.session.device);
	rig.session.device = NULL;
	pci_list_free(&rig.session.pci);
}

static inline void imgu_rig_down(void)
{
	imgu_rig_close();
	rig_down();
	host_detach();
}

#endif
