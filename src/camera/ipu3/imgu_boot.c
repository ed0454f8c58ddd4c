/* imgu_boot.c: firmware behind the MMU, boot loader, the two scalar processors (imgu.md section 5). */
#include "camera/ipu3/imgu.h"
#include "camera/ipu3/imgu_regs.h"
#include "core/deadline.h"
#include "core/mem.h"
#include "core/text.h"

#define BOOT_TIMEOUT_US    100000u
#define BOOT_POLL_US       100u
#define SP_GROUP_SIZE      380u /* 7.3 */
#define HOST_SP_READY      1u   /* host_sp_com command (6.5) */
#define EVENT_MASKS        6u   /* in host_sp_com from 0x60 (5.3) */
#define EVENT_MASKS_OFFSET 0x60u
#define EVENT_MASK         0x00000bffu
#define HOST_SP_QUEUE_SIZE 1224u /* 6.1 */

/* ---- load -------------------------------------------------------------------------------- */

/* Whole and unchanged, in its own range of scattered pages (4.9). */
static enum fl_err place(struct imgu *imgu, const char *name, const uint8_t *data, size_t size,
			 struct dma_buffer **out)
{
	enum fl_err err = dma_create(&imgu->dma, name, size, DMA_TO_DEVICE, out);

	if (err)
		return err;
	if (data)
		dma_write(*out, 0, data, size);
	dma_sync_for_device(*out); /* just mapped: there is nothing to fail */
	return FL_OK;
}

enum fl_err imgu_load(struct imgu *imgu, const uint8_t *file, size_t size)
{
	const struct firmware *firmware = &imgu->firmware;
	enum fl_err err;

	if (imgu->is_loaded)
		return diag_fail(imgu->diag, FL_ERR_STATE, "a driver error",
				 "ImgU firmware is loaded already");
	err = firmware_parse(file, size, &imgu->firmware, imgu->diag);
	if (err)
		return err;
	err = place(imgu, "sp_group", NULL, SP_GROUP_SIZE, &imgu->sp_group);
	for (unsigned n = 0; !err && n < 2; n++)
		err = place(imgu, n ? "firmware SP1" : "firmware SP0",
			    file + firmware->sp[n].binary.offset, firmware->sp[n].binary.size,
			    &imgu->blob_sp[n]);
	if (!err)
		err = place(imgu, "firmware boot loader", file + firmware->bootloader.binary.offset,
			    firmware->bootloader.binary.size, &imgu->blob_bootloader);
	imgu->is_loaded = !err;
	if (err)
		imgu_unload(imgu);
	return err;
}

void imgu_unload(struct imgu *imgu)
{
	dma_destroy(&imgu->sp_group);
	dma_destroy(&imgu->blob_bootloader);
	dma_destroy(&imgu->blob_sp[1]);
	dma_destroy(&imgu->blob_sp[0]);
	imgu->is_loaded = false;
}

/* ---- what the host leaves in a processor's memory -------------------------------------------- */

uint32_t imgu_poison_word(size_t index)
{
	return 0x5eed0000u ^ (uint32_t)index * 0x01010005u;
}

static void poison(struct imgu *imgu, unsigned n, uint32_t target, uint32_t size)
{
	for (uint32_t i = 0; i < size / 4; i++)
		reg_write(&imgu->regs, IMGU_SP_DMEM(n) + target + 4 * i, imgu_poison_word(i));
}

static uint32_t data_word(const struct imgu *imgu, unsigned n, uint32_t index)
{
	uint32_t word;

	dma_read(imgu->blob_sp[n], imgu->firmware.sp[n].binary.data.source + 4 * (size_t)index,
		 &word, 4);
	return word;
}

/* ---- boot loader ------------------------------------------------------------------------- */

static uint32_t blob_iova(const struct dma_buffer *blob, uint32_t offset)
{
	return (uint32_t)dma_device_address(blob, offset);
}

/* Nothing may be in flight between the cells (2.6). */
static enum fl_err check_health(struct imgu *imgu)
{
	static const struct {
		const char *name;
		uint32_t offset, valid;
	} monitors[] = {
		{"SP1 monitor", IMGU_MONITOR_SP1, BIT(2) | BIT(6)},
		{"ISP monitor", IMGU_MONITOR_ISP, BIT(2) | BIT(10)},
		{"MOD monitor", IMGU_MONITOR_MOD, BIT(0) | BIT(8) | BIT(12) | BIT(14)},
	};
	uint32_t isp = reg_read(&imgu->regs, IMGU_ISP_CTRL);
	uint32_t sp0 = reg_read(&imgu->regs, IMGU_SP_CTRL(0));

	if (!(isp & IMGU_CTRL_IDLE) || !(sp0 & IMGU_CTRL_IDLE))
		return diag_fail(imgu->diag, FL_ERR_BUSY, "the CSS reset did not take; power-cycle",
				 "ImgU processors are not idle before the boot: ISP_CTRL 0x%08x, "
				 "SP0_CTRL 0x%08x",
				 isp, sp0);
	for (unsigned i = 0; i < ARRAY_SIZE(monitors); i++) {
		uint32_t value = reg_read(&imgu->regs, monitors[i].offset);

		if (value & monitors[i].valid)
			return diag_fail(
				imgu->diag, FL_ERR_BUSY, "the CSS reset did not take; power-cycle",
				"ImgU %s (0x%04x) reads 0x%08x before the boot, want no bit of "
				"0x%08x",
				monitors[i].name, monitors[i].offset, value, monitors[i].valid);
	}
	return FL_OK;
}

/* Keys' cubic with a = -0.5, 1024 = 1.0 (5.1). t runs over 256 steps; all in integers of 2^-25:
 * near(x) = 1.5x^3 - 2.5x^2 + 1 and far(x) = -0.5x^3 + 2.5x^2 - 4x + 2, x in 1/256. */
static int32_t near_256(int64_t x)
{
	return (int32_t)(3 * x * x * x - 5 * 256 * x * x + 2 * 256 * 256 * 256); /* * 2^25 */
}

static int32_t far_256(int64_t x)
{
	return (int32_t)(-x * x * x + 5 * 256 * x * x - 8 * 256 * 256 * x + 4 * 256 * 256 * 256);
}

static void write_gdc_table(struct imgu *imgu)
{
	for (int32_t i = 0; i < (int32_t)IMGU_GDC_LUT_ENTRIES; i++) {
		int32_t c1 = near_256(256 - i) >> 15; /* floor(1024 * near) */
		int32_t c2 = near_256(i) >> 15;
		int32_t c0 = far_256(512 - i) / 32768; /* toward zero */
		int32_t c3 = 1024 - c0 - c1 - c2;
		uint32_t offset = IMGU_GDC_LUT + 8u * (uint32_t)i;

		reg_write(&imgu->regs, offset,
			  ((uint32_t)c0 & 0xfff) | ((uint32_t)c1 & 0xfff) << 16);
		reg_write(&imgu->regs, offset + 4,
			  ((uint32_t)c2 & 0xfff) | ((uint32_t)c3 & 0xfff) << 16);
	}
}

/* From here on the device may fetch: what was handed over is in memory. */
static void set_icache(struct imgu *imgu)
{
	dma_publish(&imgu->dma);
	for (unsigned n = 0; n < 2; n++) {
		reg_write(&imgu->regs, IMGU_SP_ICACHE_ADDR(n), blob_iova(imgu->blob_sp[n], 0));
		reg_set(&imgu->regs, IMGU_SP_CTRL(n), IMGU_CTRL_ICACHE_INV);
	}
	reg_write(&imgu->regs, IMGU_ISP_ICACHE_ADDR, blob_iova(imgu->blob_bootloader, 0));
	reg_set(&imgu->regs, IMGU_ISP_CTRL, IMGU_CTRL_ICACHE_INV);
}

/* One DMA command of the boot loader: the text of SP n into its program memory (5.2). */
static void write_command(struct imgu *imgu, unsigned index, unsigned n)
{
	const struct firmware_section *text = &imgu->firmware.sp[n].binary.text;
	uint32_t at = IMGU_ISP_DMEM + imgu->firmware.bootloader.dma_cmd_list + 16 * index;

	reg_write(&imgu->regs, at, blob_iova(imgu->blob_sp[n], text->source));
	reg_write(&imgu->regs, at + 4, text->size);
	reg_write(&imgu->regs, at + 8, IMGU_DMA_TO_PMEM);
	reg_write(&imgu->regs, at + 12, IMGU_PMEM_SP(n));
}

/* Waits for a word in DMEM that firmware writes. */
static enum fl_err wait_state(struct imgu *imgu, const char *who, uint32_t offset, uint32_t want,
			      const char *hint)
{
	struct deadline deadline = deadline_in_us(BOOT_TIMEOUT_US);
	uint32_t state;

	do {
		state = reg_read(&imgu->regs, offset);
		if (state == want)
			return FL_OK;
		if (state == IMGU_BOOT_ERROR && want == IMGU_BOOT_OK)
			return diag_fail(imgu->diag, FL_ERR_IO,
					 "the pages that its DMA commands name: page tables, their "
					 "flush, or the L1 base",
					 "%s reports a DMA error (sw_state 0x%x)", who, state);
	} while (deadline_again(&deadline, BOOT_POLL_US));
	if (state == 0xffffffff)
		return diag_fail(imgu->diag, FL_ERR_GONE,
				 "the function is powered down, disabled or lost its BAR",
				 "%s: its sw_state reads all ones", who);
	return diag_fail(imgu->diag, FL_ERR_TIMEOUT, hint,
			 "%s: sw_state is 0x%x after %u us, want 0x%x; ISP_PC 0x%x, SP0_PC 0x%x, "
			 "SP1_PC 0x%x",
			 who, state, BOOT_TIMEOUT_US, want, reg_read(&imgu->regs, IMGU_ISP_PC),
			 reg_read(&imgu->regs, IMGU_SP_PC(0)),
			 reg_read(&imgu->regs, IMGU_SP_PC(1)));
}

static enum fl_err run_bootloader(struct imgu *imgu)
{
	const struct firmware_bootloader *bootloader = &imgu->firmware.bootloader;
	struct regs *regs = &imgu->regs;

	reg_write(regs, IMGU_TLB_INVALIDATE, 1);
	reg_write(regs, IMGU_ISP_DMEM + bootloader->sw_state, IMGU_BOOT_BUSY);
	reg_write(regs, IMGU_ISP_DMEM + bootloader->num_dma_cmds, 2);
	write_command(imgu, 0, 1);
	write_command(imgu, 1, 0);
	reg_write(regs, IMGU_ISP_START_ADDR, bootloader->entry);
	imgu->is_fresh = false;
	reg_set(regs, IMGU_ISP_CTRL, IMGU_CTRL_START | IMGU_CTRL_RUN);
	return wait_state(
		imgu, "boot loader", IMGU_ISP_DMEM + bootloader->sw_state, IMGU_BOOT_OK,
		"it never ran, or what it fetched is garbage: MMU, cache flush, icache address");
}

/* ---- scalar processors ------------------------------------------------------------------- */

/* Where SP n's data section comes from and goes to; 24 bytes in its DMEM (5.4). */
struct data_copy {
	uint32_t iova, target, size, bss_target, bss_size;
};

static void start_sp(struct imgu *imgu, unsigned n, const struct data_copy *copy)
{
	const struct firmware_sp *sp = &imgu->firmware.sp[n];
	uint32_t at = IMGU_SP_DMEM(n) + sp->init_dmem_data;
	struct regs *regs = &imgu->regs;

	reg_write(regs, IMGU_SP_DMEM(n) + sp->sw_state, 0);
	reg_write(regs, at, copy->iova);
	reg_write(regs, at + 4, copy->target);
	reg_write(regs, at + 8, copy->bss_target);
	reg_write(regs, at + 12, copy->size);
	reg_write(regs, at + 16, copy->bss_size);
	reg_write(regs, at + 20, n);
	reg_write(regs, IMGU_SP_START_ADDR(n), sp->entry);
	reg_set(regs, IMGU_SP_CTRL(n), IMGU_CTRL_START | IMGU_CTRL_RUN);
}

static enum fl_err wait_sp(struct imgu *imgu, unsigned n)
{
	return wait_state(
		imgu, n ? "SP1" : "SP0", IMGU_SP_DMEM(n) + imgu->firmware.sp[n].sw_state,
		IMGU_SP_INITIALISED,
		"its program memory or the copy of its data section is wrong, or it never ran");
}

static void prepare_sp0(struct imgu *imgu)
{
	const struct firmware_sp *sp = &imgu->firmware.sp[0];

	reg_write(&imgu->regs, IMGU_SP_DMEM(0) + sp->per_frame_data, blob_iova(imgu->sp_group, 0));
	reg_write(&imgu->regs, IMGU_SP_DMEM(0) + sp->invalidate_tlb, 1);
}

/* What the host says once SP0 is up (5.3). */
static void greet_sp0(struct imgu *imgu)
{
	const struct firmware_sp *sp = &imgu->firmware.sp[0];
	struct regs *regs = &imgu->regs;

	reg_write(regs, IMGU_SP_DMEM(0) + sp->isp_started, 0);
	reg_write(regs, IMGU_SP_DMEM(0) + sp->host_sp_queues_initialized, 0);
	reg_write(regs, IMGU_SP_DMEM(0) + sp->sleep_mode, 0);
	reg_write(regs, IMGU_SP_DMEM(0) + sp->invalidate_tlb, 0);
	reg_write(regs, IMGU_SP_DMEM(0) + sp->host_sp_com, HOST_SP_READY);
	for (unsigned i = 0; i < EVENT_MASKS; i++)
		reg_write(regs, IMGU_SP_DMEM(0) + sp->host_sp_com + EVENT_MASKS_OFFSET + 4 * i,
			  EVENT_MASK);
	reg_write(regs, IMGU_SP_DMEM(0) + sp->host_sp_queues_initialized, 1);
}

static enum fl_err boot_sp(struct imgu *imgu, unsigned n)
{
	const struct firmware_binary *binary = &imgu->firmware.sp[n].binary;
	struct data_copy copy = {blob_iova(imgu->blob_sp[n], binary->data.source),
				 binary->data_target, binary->data.size, binary->bss_target,
				 binary->bss_size};
	struct imgu_data data;
	enum fl_err err;

	poison(imgu, n, binary->data_target, binary->data.size);
	start_sp(imgu, n, &copy);
	err = wait_sp(imgu, n);
	if (err != FL_ERR_TIMEOUT || imgu_compare_data(imgu, n, &data))
		return err;
	diag_prefix(imgu->diag, "%u of %u words of its data section arrived; ",
		    data.total - data.missing, data.total);
	return err;
}

static enum fl_err check_loaded(struct imgu *imgu)
{
	if (!imgu->is_loaded)
		return diag_fail(imgu->diag, FL_ERR_STATE,
				 "put ipu3-fw.bin into firstlight/firmware/",
				 "no ImgU firmware is loaded");
	return FL_OK;
}

enum fl_err imgu_boot(struct imgu *imgu)
{
	enum fl_err err = check_loaded(imgu);

	if (!err && !imgu->is_fresh)
		err = imgu_restart(imgu);
	if (err)
		return err;
	set_icache(imgu);
	err = check_health(imgu);
	if (err)
		return err;
	write_gdc_table(imgu);
	err = run_bootloader(imgu);
	if (err)
		return err;
	prepare_sp0(imgu);
	err = boot_sp(imgu, 0);
	if (err)
		return err;
	greet_sp0(imgu);
	err = boot_sp(imgu, 1);
	if (!err)
		reg_write(&imgu->regs, IMGU_SP_DMEM(1) + imgu->firmware.sp[1].host_sp_com,
			  HOST_SP_READY);
	return err;
}

/* ---- what the device fetched ------------------------------------------------------------- */

enum fl_err imgu_compare_data(struct imgu *imgu, unsigned n, struct imgu_data *out)
{
	const struct firmware_binary *binary = &imgu->firmware.sp[n].binary;
	enum fl_err err = check_loaded(imgu);

	*out = (struct imgu_data){.total = binary->data.size / 4};
	for (uint32_t i = 0; !err && i < out->total; i++) {
		uint32_t at = binary->data_target + 4 * i;
		uint32_t seen = reg_read(&imgu->regs, IMGU_SP_DMEM(n) + at);

		if (seen == data_word(imgu, n, i)) {
			out->equal++;
			continue;
		}
		if (out->equal == i)
			out->first = 4 * i;
		if (seen == imgu_poison_word(i))
			out->missing++;
		else if (out->changed++ < IMGU_CHANGED_SHOWN)
			out->changed_at[out->changed - 1] = at;
	}
	return err;
}

#define STACK_ROOM                                                                                 \
	1024u /* at the top of an SP's DMEM: a stack grows down from there, its size is unknown */

/* The first byte of SP n's DMEM behind its data, its bss and every variable that the host knows (4.3). */
static uint32_t peek_place(const struct firmware_sp *sp)
{
	const struct {
		uint32_t at, size;
	} used[] = {
		{sp->binary.bss_target, sp->binary.bss_size},
		{sp->init_dmem_data, FIRMWARE_INIT_DMEM},
		{sp->per_frame_data, 4},
		{sp->host_sp_com, FIRMWARE_HOST_SP_COM},
		{sp->isp_started, 4},
		{sp->sw_state, 4},
		{sp->host_sp_queues_initialized, 4},
		{sp->sleep_mode, 4},
		{sp->invalidate_tlb, 4},
		{sp->host_sp_queue, HOST_SP_QUEUE_SIZE},
	};
	uint32_t end = sp->binary.data_target + sp->binary.data.size;

	for (unsigned i = 0; i < ARRAY_SIZE(used); i++)
		if (used[i].at + used[i].size > end)
			end = used[i].at + used[i].size;
	return (end + 15) / 16 * 16;
}

uint32_t imgu_peek_room(const struct imgu *imgu, unsigned n)
{
	uint32_t place = peek_place(&imgu->firmware.sp[n]), top = FIRMWARE_SP_DMEM - STACK_ROOM;
	uint32_t room = place < top ? top - place : 0;

	return room < IMGU_PEEK_MAX ? room : IMGU_PEEK_MAX;
}

/* Where SP n's start code expects its data section it is, and where a copy is to arrive there is poison. Done
 * early, so that between a peek's call and the device's read there are a few register writes and no more. */
static void prepare_peek(struct imgu *imgu, unsigned n)
{
	const struct firmware_sp *sp = &imgu->firmware.sp[n];

	for (uint32_t i = 0; i < sp->binary.data.size / 4; i++)
		reg_write(&imgu->regs, IMGU_SP_DMEM(n) + sp->binary.data_target + 4 * i,
			  data_word(imgu, n, i));
	poison(imgu, n, peek_place(sp), imgu_peek_room(imgu, n));
}

enum fl_err imgu_peek_begin(struct imgu *imgu)
{
	enum fl_err err = check_loaded(imgu);

	if (!err && !imgu->is_fresh)
		err = imgu_restart(imgu);
	if (err)
		return err;
	set_icache(imgu);
	err = check_health(imgu);
	if (!err)
		err = run_bootloader(imgu);
	for (unsigned n = 0; !err && n < 2; n++)
		prepare_peek(imgu, n);
	return err;
}

enum fl_err imgu_peek(struct imgu *imgu, unsigned n, uint32_t iova, void *out, uint32_t size)
{
	const struct firmware_sp *sp = &imgu->firmware.sp[n];
	const struct firmware_binary *binary = &sp->binary;
	struct data_copy copy = {.iova = iova,
				 .target = peek_place(sp),
				 .size = size,
				 .bss_target = binary->bss_target,
				 .bss_size = binary->bss_size};
	enum fl_err err;

	if (size > imgu_peek_room(imgu, n) || size % 4)
		return diag_fail(imgu->diag, FL_ERR_INVALID, NULL,
				 "no place for %u bytes in the DMEM of SP%u", size, n);
	dma_publish(&imgu->dma);
	start_sp(imgu, n, &copy);
	err = wait_sp(imgu, n);
	for (uint32_t i = 0; !err && i < size / 4; i++)
		((uint32_t *)out)[i] = reg_read(&imgu->regs, IMGU_SP_DMEM(n) + copy.target + 4 * i);
	return err;
}
