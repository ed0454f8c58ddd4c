/*
 * imgu_firmware.c: high-level emulation of the ImgU's firmware: the ISP's boot loader and the
 * start-up of the two SPs (imgu.md 5, 8.3). No firmware code is executed: the model does what that
 * code does to memory and data memories, through the MMU, step by step and late.
 *
 * The model never sees the firmware file. It learns where the firmware keeps its variables from
 * the descriptor at the start of a synthetic blob (9.3), or knows Intel's build by its CRC-32s.
 * Anything else is reported and not guessed at.
 */
#include "vboard/ipu3/imgu.h"

#include "vboard/core/bytes.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define US 1000u

/* Words of the boot loader's union (4.4). */
enum { BL_NUM_DMA_CMDS, BL_DMA_CMD_LIST, BL_SW_STATE, BL_ENTRY };

#define BL_OK           0x100u
#define BL_BUSY         0x101u
#define BL_ERROR        0x102u
#define BL_MAX_COMMANDS 10u
#define BL_TO_SP_PMEM   1u

#define SP_INITIALISED   1u
#define SP_COM_READY     1u
#define SP_COM_TERMINATE 4u

/* Event masks in the command block (5.3): six from 0x60. */
#define SP_COM_MASKS     0x60u
#define SP_COM_MASK_LAST 0x74u
#define SP_COM_MASK      0xBFFu

/* Steps of a core; each is one action, and the next follows after a seeded delay. */
enum { STEP_FETCH, STEP_COPY, STEP_DONE, STEP_SERVE, STEP_FRAME, STEP_STOP };

/* Intel's irci_irci_ecr-master_20161208_0213_20170112_1500.bin, as every loader reads it (8.3). */
#define INTEL_BL_SIZE 10624u
#define INTEL_BL_CRC  0xFCBFA657u

static const uint32_t intel_text_size[2] = {13632, 14912};
static const uint32_t intel_text_crc[2] = {0x995E1314, 0x7A41AC36};

static const uint32_t intel_bl_words[IMGU_BL_WORDS] = {0xA4, 0x0, 0xA0, 0x800};
static const uint32_t intel_sp_words[2][IMGU_SP_WORDS] = {
	{0x38DC, 0x23C8, 0x23E0, 0x23D0, 0x2D7C, 0x2350, 0x3474, 0x38D8, 0x2348, 0x234C, 0x346C,
	 0x128,  0,      0x1DC,  0x1F0,  0x240,  0,      0,      0,      0xB9D,  0},
	{0x1EFC, 0, 0, 0, 0, 0x1DCC, 0, 0x1EF8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xF9D, 0},
};

/* Descriptor of a synthetic blob (9.3). */
#define DESCRIPTOR_WORDS_AT 24u
#define DESCRIPTOR_START_AT 108u
#define DESCRIPTOR_MAX_BLOB 0x400000u

struct descriptor {
	uint32_t type, blob_size, crc;
	uint32_t words[IMGU_SP_WORDS];
	struct imgu_start_code start; /* version 2 alone */
};

/* ---- Data memories ---- */

static uint8_t *core_dmem(struct imgu *imgu, enum imgu_core_id id, uint32_t *size)
{
	*size = id == IMGU_ISP ? VB_IMGU_ISP_DMEM_SIZE : VB_IMGU_SP_DMEM_SIZE;
	return id == IMGU_ISP ? imgu->isp_dmem : imgu->sp_dmem[id];
}

/* `bytes` at `offset`, or NULL when the firmware's own numbers do not fit the memory. */
uint8_t *imgu_dmem_at(struct imgu *imgu, enum imgu_core_id id, uint32_t offset, uint32_t bytes)
{
	uint32_t size;
	uint8_t *dmem = core_dmem(imgu, id, &size);

	if (offset <= size && bytes <= size - offset)
		return dmem + offset;
	model_violation(&imgu->model, "%s: %u bytes at 0x%x are outside its data memory",
			imgu_core_name(id), bytes, offset);
	return NULL;
}

uint32_t imgu_dmem_get(struct imgu *imgu, enum imgu_core_id id, uint32_t offset)
{
	const uint8_t *p = imgu_dmem_at(imgu, id, offset, 4);

	return p ? get_le32(p) : 0;
}

void imgu_dmem_put(struct imgu *imgu, enum imgu_core_id id, uint32_t offset, uint32_t value)
{
	uint8_t *p = imgu_dmem_at(imgu, id, offset, 4);

	if (!p)
		return;
	put_le32(p, value);
	model_trace(&imgu->model, "%s DMEM 0x%x = 0x%x", imgu_core_name(id), offset, value);
}

/* ---- Pace ---- */

static void core_next(struct imgu *imgu, enum imgu_core_id id, unsigned step, uint64_t low_us,
		      uint64_t high_us)
{
	struct imgu_core *core = &imgu->core[id];

	core->step = step;
	core->due = vboard_now(imgu->model.board) +
		    vboard_delay_ns(imgu->model.board, low_us * US, high_us * US);
}

/* The core hangs: it runs, and nothing more comes of it. */
static void core_hang(struct imgu *imgu, enum imgu_core_id id)
{
	imgu->core[id].due = UINT64_MAX;
}

/* ---- Knowing the firmware ---- */

static bool descriptor_parse(const uint8_t *head, size_t size, struct descriptor *d)
{
	static const uint8_t magic[8] = {'F', 'L', 'H', 'L', 'E', 0, 0, 1};
	uint32_t words, version = get_le32(head + 8);

	if (memcmp(head, magic, sizeof(magic)) || (version != 1 && version != 2))
		return false;
	memset(d, 0, sizeof(*d));
	d->type = get_le32(head + 12);
	d->blob_size = get_le32(head + 16);
	d->crc = get_le32(head + 20);
	words = d->type == 3 ? IMGU_BL_WORDS : IMGU_SP_WORDS;
	if (d->blob_size < size || d->blob_size > DESCRIPTOR_MAX_BLOB)
		return false;
	for (uint32_t i = 0; i < words; i++)
		d->words[i] = get_le32(head + DESCRIPTOR_WORDS_AT + 4 * i);
	if (version == 2 && d->type != 3)
		d->start = (struct imgu_start_code){get_le32(head + DESCRIPTOR_START_AT),
						    get_le32(head + DESCRIPTOR_START_AT + 4),
						    get_le32(head + DESCRIPTOR_START_AT + 8),
						    get_le32(head + DESCRIPTOR_START_AT + 12)};
	return true;
}

/* Names the first page of the blob that leads where IOVA 0 leads: never mapped, so the dummy. */
static void report_dummy_page(struct imgu *imgu, uint32_t iova, uint32_t size)
{
	uint32_t dummy = imgu_mmu_peek(imgu, 0);

	for (uint32_t at = 0; at < size && dummy != UINT32_MAX; at += VB_IMGU_PAGE_SIZE) {
		if (imgu_mmu_peek(imgu, iova + at) == dummy) {
			imgu_complain(imgu,
				      "page %u of the blob at IOVA 0x%08x is the page that IOVA 0 "
				      "leads to: not mapped, or a stale TLB entry",
				      at / VB_IMGU_PAGE_SIZE, iova);
			return;
		}
	}
}

/* Reads the whole blob: each of its pages is part of the proof. The caller frees. */
static uint8_t *blob_read(struct imgu *imgu, enum imgu_core_id id, const struct descriptor *d)
{
	uint32_t iova = imgu->core[id].icache, crc;
	uint8_t *blob = malloc(d->blob_size);

	if (!blob)
		return NULL;
	imgu->purpose = "firmware blob";
	imgu_mmu_read(imgu, iova, blob, d->blob_size);
	put_le32(blob + 20, 0);
	crc = (uint32_t)crc32(0, blob, d->blob_size);
	put_le32(blob + 20, d->crc);
	if (crc == d->crc)
		return blob;
	imgu_complain(imgu,
		      "%s: blob of %u bytes at IOVA 0x%08x has CRC-32 %08x, its "
		      "descriptor says %08x",
		      imgu_core_name(id), d->blob_size, iova, crc, d->crc);
	report_dummy_page(imgu, iova, d->blob_size);
	free(blob);
	return NULL;
}

static void program_set(struct imgu *imgu, enum imgu_core_id id, const uint32_t *words,
			unsigned count)
{
	struct imgu_program *program = &imgu->program[id];

	program->known = true;
	memset(program->words, 0, sizeof(program->words));
	memcpy(program->words, words, count * sizeof(*words));
}

static bool entry_ok(struct imgu *imgu, enum imgu_core_id id, uint32_t entry)
{
	if (imgu->core[id].start_address == entry)
		return true;
	model_violation(&imgu->model, "%s: started at 0x%x, the firmware's entry is 0x%x",
			imgu_core_name(id), imgu->core[id].start_address, entry);
	return false;
}

/* ---- Boot loader ---- */

/* The host announced the boot with sw_state = 0x101; where that is in an unknown firmware, only
 * that word tells. */
static void loader_fail_unknown(struct imgu *imgu)
{
	uint32_t found = UINT32_MAX;

	for (uint32_t at = 0; at < VB_IMGU_ISP_DMEM_SIZE; at += 4) {
		if (get_le32(imgu->isp_dmem + at) != BL_BUSY)
			continue;
		if (found != UINT32_MAX)
			return;
		found = at;
	}
	if (found != UINT32_MAX)
		imgu_dmem_put(imgu, IMGU_ISP, found, BL_ERROR);
}

static void loader_end(struct imgu *imgu, uint32_t state)
{
	if (imgu->faults.boot_busy) {
		core_hang(imgu, IMGU_ISP);
		return;
	}
	imgu_dmem_put(imgu, IMGU_ISP, imgu->program[IMGU_ISP].words[BL_SW_STATE],
		      imgu->faults.boot_error ? BL_ERROR : state);
	imgu_core_set_running(imgu, IMGU_ISP, false);
}

static bool loader_identify_intel(struct imgu *imgu)
{
	uint8_t blob[INTEL_BL_SIZE];
	uint32_t crc;

	imgu_mmu_read(imgu, imgu->core[IMGU_ISP].icache, blob, sizeof(blob));
	crc = (uint32_t)crc32(0, blob, sizeof(blob));
	if (crc == INTEL_BL_CRC) {
		program_set(imgu, IMGU_ISP, intel_bl_words, IMGU_BL_WORDS);
		return true;
	}
	imgu_complain(imgu,
		      "unknown ImgU firmware: CRC-32 of the %u bytes at the ISP's "
		      "icache address 0x%08x is %08x",
		      INTEL_BL_SIZE, imgu->core[IMGU_ISP].icache, crc);
	report_dummy_page(imgu, imgu->core[IMGU_ISP].icache, INTEL_BL_SIZE);
	loader_fail_unknown(imgu);
	imgu_core_set_running(imgu, IMGU_ISP, false);
	return false;
}

/* Instruction fetch: learns what firmware this is. */
static void loader_fetch(struct imgu *imgu)
{
	struct imgu_core *core = &imgu->core[IMGU_ISP];
	uint8_t head[128], *blob;
	struct descriptor d;
	bool ok = true;

	imgu->purpose = "instruction fetch";
	imgu_mmu_read(imgu, core->icache, head, sizeof(head));
	if (descriptor_parse(head, sizeof(head), &d) && d.type == 3) {
		program_set(imgu, IMGU_ISP, d.words, IMGU_BL_WORDS);
		blob = blob_read(imgu, IMGU_ISP, &d);
		ok = blob;
		free(blob);
	} else if (!loader_identify_intel(imgu)) {
		return;
	}
	ok &= entry_ok(imgu, IMGU_ISP, imgu->program[IMGU_ISP].words[BL_ENTRY]);
	if (imgu_dmem_get(imgu, IMGU_ISP, imgu->program[IMGU_ISP].words[BL_SW_STATE]) != BL_BUSY)
		model_violation(&imgu->model, "ISP: boot loader started with sw_state not 0x101");
	if (ok)
		core_next(imgu, IMGU_ISP, STEP_COPY, 5, 300);
	else
		loader_end(imgu, BL_ERROR);
}

static bool loader_command(struct imgu *imgu, const uint8_t *command)
{
	uint32_t iova = get_le32(command), size = get_le32(command + 4);
	uint32_t type = get_le32(command + 8), to = get_le32(command + 12);
	unsigned n = to == VB_IMGU_SP_PMEM(1);

	if (type != BL_TO_SP_PMEM || to != VB_IMGU_SP_PMEM(n) || !size ||
	    size > VB_IMGU_SP_PMEM_SIZE) {
		model_violation(&imgu->model,
				"boot loader command {0x%08x, %u, %u, 0x%x} is not "
				"a copy to program memory",
				iova, size, type, to);
		return false;
	}
	model_trace(&imgu->model, "boot loader: %u bytes at IOVA 0x%08x to SP%u PMEM", size, iova,
		    n);
	imgu->purpose = "program text";
	imgu->program[n].text_iova = iova;
	imgu->program[n].text_size = size;
	imgu->program[n].text_loaded = imgu_mmu_copy(imgu, iova, imgu->sp_pmem[n], size);
	return imgu->program[n].text_loaded;
}

/* All commands, then the verdict a little later. */
static void loader_copy(struct imgu *imgu)
{
	const uint32_t *words = imgu->program[IMGU_ISP].words;
	uint32_t count = imgu_dmem_get(imgu, IMGU_ISP, words[BL_NUM_DMA_CMDS]);
	bool ok = count && count <= BL_MAX_COMMANDS;

	if (!ok)
		model_violation(&imgu->model, "boot loader: num_dma_cmds is %u", count);
	for (uint32_t i = 0; ok && i < count; i++) {
		const uint8_t *command =
			imgu_dmem_at(imgu, IMGU_ISP, words[BL_DMA_CMD_LIST] + 16 * i, 16);

		ok = command && loader_command(imgu, command);
	}
	if (ok)
		core_next(imgu, IMGU_ISP, STEP_DONE, 50, 2000);
	else
		loader_end(imgu, BL_ERROR);
}

/* ---- Start of an SP ---- */

static bool sp_text_is_of_blob(struct imgu *imgu, unsigned n, const uint8_t *blob, uint32_t size)
{
	const struct imgu_program *program = &imgu->program[n];
	uint32_t at = program->text_iova - imgu->core[n].icache;

	if (at <= size && program->text_size <= size - at &&
	    !memcmp(blob + at, imgu->sp_pmem[n], program->text_size))
		return true;
	imgu_complain(imgu,
		      "SP%u: program memory, loaded from IOVA 0x%08x, is not what "
		      "its blob at 0x%08x holds",
		      n, program->text_iova, imgu->core[n].icache);
	return false;
}

static bool sp_identify_intel(struct imgu *imgu, unsigned n)
{
	uint32_t size = imgu->program[n].text_size;
	uint32_t crc = (uint32_t)crc32(0, imgu->sp_pmem[n], size);

	if (size == intel_text_size[n] && crc == intel_text_crc[n]) {
		program_set(imgu, n, intel_sp_words[n], IMGU_SP_WORDS);
		return true;
	}
	imgu_complain(imgu,
		      "unknown ImgU firmware: CRC-32 of SP%u's program text (%u "
		      "bytes) is %08x",
		      n, size, crc);
	return false;
}

/* Which firmware runs here. Asked once after the boot loader ran; a start without a new boot
 * (3.13) finds program memory and this knowledge as they were. */
static bool sp_identify(struct imgu *imgu, unsigned n, const uint8_t *head, size_t size)
{
	struct descriptor d;
	uint8_t *blob;
	bool ok;

	if (imgu->program[n].known)
		return true;
	if (!descriptor_parse(head, size, &d))
		return sp_identify_intel(imgu, n);
	if (d.type != n) {
		model_violation(&imgu->model, "SP%u: its icache address holds a blob of type %u", n,
				d.type);
		return false;
	}
	blob = blob_read(imgu, n, &d);
	ok = blob && sp_text_is_of_blob(imgu, n, blob, d.blob_size);
	if (ok)
		program_set(imgu, n, d.words, IMGU_SP_WORDS);
	imgu->program[n].start = d.start;
	free(blob);
	return ok;
}

static void sp_fetch(struct imgu *imgu, unsigned n)
{
	uint8_t head[128];
	const uint32_t *words = imgu->program[n].words;

	imgu->purpose = "instruction fetch";
	imgu_mmu_read(imgu, imgu->core[n].icache, head, sizeof(head));
	if (!sp_identify(imgu, n, head, sizeof(head)) || !entry_ok(imgu, n, words[IMGU_SP_ENTRY])) {
		core_hang(imgu, n);
		return;
	}
	if (imgu_dmem_get(imgu, n, words[IMGU_SP_SW_STATE]))
		model_violation(&imgu->model, "SP%u started with sw_state not 0", n);
	core_next(imgu, n, STEP_COPY, 5, 300);
}

/* Copies the data section as the 24 bytes at init_dmem_data say (5.4). bss is left alone: the
 * words that the host has written before the start lie in it (4.3). */
static bool sp_copy_data(struct imgu *imgu, unsigned n)
{
	const uint8_t *config =
		imgu_dmem_at(imgu, n, imgu->program[n].words[IMGU_SP_INIT_DMEM_DATA], 24);
	uint32_t iova, target, size;
	uint8_t *to;

	if (!config)
		return false;
	iova = get_le32(config);
	target = imgu->program[n].start.fixed_target;
	if (!target)
		target = get_le32(config + 4);
	size = get_le32(config + 12);
	if (get_le32(config + 20) != n) {
		model_violation(&imgu->model, "SP%u: its DMEM configuration is for SP%u", n,
				get_le32(config + 20));
		return false;
	}
	to = imgu_dmem_at(imgu, n, target, size);
	if (!to || !imgu_dmem_at(imgu, n, get_le32(config + 8), get_le32(config + 16)))
		return false;
	model_trace(&imgu->model, "SP%u: %u bytes of data at IOVA 0x%08x to DMEM 0x%x", n, size,
		    iova, target);
	imgu->purpose = "data section";
	imgu_mmu_copy(imgu, iova, to, size);
	if (imgu->faults.data_flip && size) {
		uint32_t bit = vboard_random(imgu->model.board, 8 * size);

		to[bit / 8] ^= (uint8_t)(1u << bit % 8);
		model_trace(&imgu->model, "fault imgu-data-flip: SP%u bit %u", n, bit);
	}
	return true;
}

static bool sp_is_silent(const struct imgu *imgu, unsigned n)
{
	const uint64_t at = imgu->faults.sp_silent_at[n];

	return imgu->faults.sp_silent[n] && (!at || imgu->sp_starts[n] == at);
}

static void sp_copy(struct imgu *imgu, unsigned n)
{
	const struct imgu_start_code *start = &imgu->program[n].start;

	imgu->sp_starts[n]++;
	if (!sp_copy_data(imgu, n) || sp_is_silent(imgu, n)) {
		core_hang(imgu, n);
		return;
	}
	for (uint32_t i = 0; i < start->own_words; i++)
		imgu_dmem_put(imgu, n, start->own_first + i * start->own_stride,
			      vboard_random(imgu->model.board, UINT32_MAX));
	if (n == IMGU_SP0)
		imgu_stream_init_queues(imgu);
	core_next(imgu, n, STEP_DONE, 20, 3000);
}

static void sp_done(struct imgu *imgu, unsigned n)
{
	imgu_dmem_put(imgu, n, imgu->program[n].words[IMGU_SP_SW_STATE], SP_INITIALISED);
	core_hang(imgu, n); /* waits for work */
	if (n == IMGU_SP0)
		imgu_firmware_wake(imgu, 5, 200);
}

/* Terminate (6.6): all cores stop. */
static void sp_stop(struct imgu *imgu)
{
	imgu_dmem_put(imgu, IMGU_SP0, imgu->program[IMGU_SP0].words[IMGU_SP_SW_STATE], 0);
	for (unsigned i = 0; i < IMGU_CORES; i++)
		imgu_core_set_running(imgu, i, false);
	imgu_stream_reset(imgu);
}

/* ---- From imgu.c ---- */

void imgu_firmware_reset(struct imgu *imgu)
{
	memset(imgu->program, 0, sizeof(imgu->program));
	imgu->copied_pages = 0;
	imgu_stream_reset(imgu);
}

void imgu_firmware_start(struct imgu *imgu, enum imgu_core_id id)
{
	if (id == IMGU_ISP) {
		imgu_firmware_reset(imgu);
	} else if (!imgu->program[id].text_loaded) {
		model_violation(&imgu->model,
				"START of %s without program text from the boot "
				"loader",
				imgu_core_name(id));
		return;
	}
	imgu_core_set_running(imgu, id, true);
	core_next(imgu, id, STEP_FETCH, 2, 200);
}

bool imgu_firmware_wants_memory(const struct imgu *imgu, enum imgu_core_id id)
{
	switch (imgu->core[id].step) {
	case STEP_DONE:
	case STEP_STOP:
		return false;
	case STEP_SERVE:
		return imgu_stream_active(imgu);
	default:
		return true;
	}
}

void imgu_firmware_step(struct imgu *imgu, enum imgu_core_id id)
{
	switch (imgu->core[id].step) {
	case STEP_FETCH:
		if (id == IMGU_ISP)
			loader_fetch(imgu);
		else
			sp_fetch(imgu, id);
		break;
	case STEP_COPY:
		if (id == IMGU_ISP)
			loader_copy(imgu);
		else
			sp_copy(imgu, id);
		break;
	case STEP_DONE:
		if (id == IMGU_ISP)
			loader_end(imgu, BL_OK);
		else
			sp_done(imgu, id);
		break;
	case STEP_SERVE:
		core_hang(imgu, id);
		imgu_stream_serve(imgu);
		break;
	case STEP_FRAME:
		core_hang(imgu, id);
		imgu_stream_frame(imgu);
		break;
	default:
		sp_stop(imgu);
		break;
	}
}

void imgu_firmware_wake(struct imgu *imgu, uint64_t low_us, uint64_t high_us)
{
	if (imgu->core[IMGU_SP0].running && imgu->core[IMGU_SP0].due == UINT64_MAX)
		core_next(imgu, IMGU_SP0, STEP_SERVE, low_us, high_us);
}

void imgu_firmware_start_frame(struct imgu *imgu, uint64_t low_us, uint64_t high_us)
{
	imgu_core_set_running(imgu, IMGU_ISP, true);
	core_next(imgu, IMGU_ISP, STEP_FRAME, low_us, high_us);
}

void imgu_firmware_retry_frame(struct imgu *imgu)
{
	core_next(imgu, IMGU_ISP, STEP_FRAME, 100, 500);
}

/* What the host has told SP0 by the time that it says READY to SP1 (5.3, 5.5). One that takes the places of
 * its variables from SP1 has told it to somebody else. */
static void check_greeting(struct imgu *imgu)
{
	static const struct {
		const char *name;
		enum imgu_sp_word word;
		uint32_t offset, want;
	} told[] = {
		{"isp_started", IMGU_SP_ISP_STARTED, 0, 0},
		{"host_sp_queues_initialized", IMGU_SP_QUEUES_INITIALIZED, 0, 1},
		{"sleep_mode", IMGU_SP_SLEEP_MODE, 0, 0},
		{"invalidate_tlb", IMGU_SP_INVALIDATE_TLB, 0, 0},
		{"host_sp_com", IMGU_SP_HOST_SP_COM, 0, SP_COM_READY},
		{"its first event mask", IMGU_SP_HOST_SP_COM, SP_COM_MASKS, SP_COM_MASK},
		{"its last event mask", IMGU_SP_HOST_SP_COM, SP_COM_MASK_LAST, SP_COM_MASK},
	};
	const uint32_t *words = imgu->program[IMGU_SP0].words;
	uint32_t group = imgu_dmem_get(imgu, IMGU_SP0, words[IMGU_SP_PER_FRAME_DATA]);

	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		uint32_t seen = imgu_dmem_get(imgu, IMGU_SP0, words[told[i].word] + told[i].offset);

		if (seen != told[i].want)
			model_violation(&imgu->model,
					"SP1 is told READY, but %s of SP0 is 0x%x, want 0x%x",
					told[i].name, seen, told[i].want);
	}
	if (imgu_mmu_peek(imgu, group) == imgu_mmu_peek(imgu, 0))
		imgu_complain(imgu,
			      "SP1 is told READY, but per_frame_data of SP0 is 0x%08x: not mapped",
			      group);
}

void imgu_firmware_dmem_written(struct imgu *imgu, unsigned n, uint32_t offset)
{
	const struct imgu_program *program = &imgu->program[IMGU_SP0];
	uint32_t com = program->words[IMGU_SP_HOST_SP_COM];

	if (n == IMGU_SP1 && imgu->program[n].known && imgu->core[n].running &&
	    offset == imgu->program[n].words[IMGU_SP_HOST_SP_COM] &&
	    imgu_dmem_get(imgu, n, offset) == SP_COM_READY)
		check_greeting(imgu);
	if (n != IMGU_SP0 || !program->known || !imgu->core[IMGU_SP0].running ||
	    sp_is_silent(imgu, 0))
		return;
	if (offset == com && imgu_dmem_get(imgu, IMGU_SP0, com) == SP_COM_TERMINATE)
		core_next(imgu, IMGU_SP0, STEP_STOP, 10, 2000);
	else if (imgu_stream_is_doorbell(imgu, offset))
		imgu_firmware_wake(imgu, 5, 200);
}
