/* cio2.c: see cio2.h. Section numbers are those of the hardware sheet cio2.md. */
#include "camera/ipu3/cio2.h"

#include "camera/ipu3/cio2_errors.h"
#include "camera/ipu3/cio2_ring.h"
#include "camera/ipu3/cio2_timing.h"
#include "core/mem.h"
#include "core/text.h"

#define CHANNEL          CIO2_CHANNEL
#define HALT_TIMEOUT_US  2000000u /* section 9 */
#define FORCE_TIMEOUT_US 100000u

static struct cio2 *cio2_of(struct camera_device *device)
{
	return (struct cio2 *)device;
}

/* ---- buffers ----------------------------------------------------------------------------- */

/* Every buffer has room for more than a frame may have, so that an excess is seen and counted: an eighth, for lines
 * that are longer, and at least what sensors add to a picture in dark lines. */
static size_t spare_lines(unsigned height)
{
	return height / 8 + 16;
}

void cio2_layout(const struct camera_config *config, struct camera_layout *out)
{
	const struct pixel_format *format = &pixel_format_ipu3;
	size_t stride = format_stride(format, config->width);
	size_t room = stride * (config->max_height + spare_lines(config->max_height));

	*out = (struct camera_layout){
		.format = format,
		.stride = stride,
		.frame_bytes = format_frame_bytes(format, config->width, config->height),
		/* Whole pages: whether it stops at a byte of the last one is not known (evidence.md 1.4). */
		.buffer_bytes = (room + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE,
	};
}

enum fl_err cio2_attach(struct camera_device *device, struct camera_buffer *buffer)
{
	struct cio2 *cio2 = cio2_of(device);
	unsigned count = cio2_lop_pages(buffer->pixels->length);
	uint32_t *lop[CIO2_FBPT_SUB_ENTRIES];
	struct cio2_lops *lops;
	enum fl_err err;

	if (!count)
		return diag_fail(
			device->host.diag, FL_ERR_RANGE, "use a smaller mode",
			"a frame of %zu bytes does not fit the 32 MiB that one FBPT entry reaches",
			buffer->pixels->length);
	lops = platform_alloc(sizeof *lops);
	if (!lops)
		return diag_fail(device->host.diag, FL_ERR_NOMEM, NULL, "no memory to describe %s",
				 buffer->name);
	err = dma_create(&cio2->device.dma, "LOP", (size_t)count * PAGE_SIZE, DMA_TO_DEVICE,
			 &lops->dma);
	if (err) {
		platform_free(lops);
		return err;
	}
	lops->count = count;
	for (unsigned i = 0; i < count; i++) {
		lop[i] = dma_cpu(lops->dma, (size_t)i * PAGE_SIZE);
		lops->page[i] = cio2_bus_page(lops->dma, i);
	}
	cio2_lop_fill(lop, count, buffer->pixels->page_bus, buffer->pixels->pages,
		      cio2_bus_page(cio2->ring.dummy_page, 0));
	buffer->tables = lops;
	return dma_sync_for_device(lops->dma);
}

void cio2_detach(struct camera_device *device, struct camera_buffer *buffer)
{
	struct cio2_lops *lops = buffer->tables;

	(void)device;
	if (!lops)
		return;
	dma_destroy(&lops->dma);
	platform_free(lops);
	buffer->tables = NULL;
}

static enum fl_err check_config(struct cio2 *cio2, const struct camera_config *config)
{
	unsigned lanes_max = config->port < 2 ? 4 : 2; /* the 4-4-2-2 split (4.1) */

	if (config->port >= CIO2_PORTS || !config->lanes || config->lanes > lanes_max)
		return diag_fail(
			cio2->device.host.diag, FL_ERR_INVALID,
			"correct port and data-lanes in the board file",
			"CSI-2 port %u with %u lanes; ports 0 and 1 have up to 4, 2 and 3 up to 2",
			config->port, config->lanes);
	if (!config->width || config->width > CIO2_WIDTH_MAX || !config->height ||
	    config->height > CIO2_HEIGHT_MAX || config->max_height < config->height)
		return diag_fail(cio2->device.host.diag, FL_ERR_RANGE,
				 "correct the mode in the sensor file",
				 "a picture of %ux%u; up to %ux%u is known to work", config->width,
				 config->height, CIO2_WIDTH_MAX, CIO2_HEIGHT_MAX);
	return FL_OK;
}

enum fl_err cio2_prepare(struct camera_device *device, const struct camera_config *config)
{
	struct cio2 *cio2 = cio2_of(device);
	enum fl_err err = check_config(cio2, config);

	if (err)
		return err;
	device->config = *config;
	return cio2_ring_prepare(cio2);
}

void cio2_queue(struct camera_device *device, struct camera_buffer *buffer)
{
	cio2_ring_queue(cio2_of(device), buffer);
}

/* ---- start ------------------------------------------------------------------------------- */

/* Values that do not depend on the stream; meaning in 2.3, order and figures in 6. */
static const struct {
	uint32_t offset, value;
} global_setup[] = {
	{CIO2_PBM_WMCTRL1, 0x00151004},
	{CIO2_PBM_WMCTRL2, 0x21021628},
	{CIO2_PBM_ARB_CTRL, 0x01e00280},
	{CIO2_FB_HPLL_FREQ, 0x00000002},
	{CIO2_ISCLK_RATIO, 0x0000000c},
	{CIO2_INT_EN_EXT_IE, 0xffffffff},
	{CIO2_INT_EN_EXT_OE, 0x8f0fffff},
	/* Status is known to latch with these on; MSI and INTx are off, so nothing leaves (13). */
	{CIO2_INT_EN, CIO2_INT_IOIRQ | CIO2_INT_IOS0 | CIO2_INT_IOC0},
	{CIO2_CGC, 0x05303d6e},
	{CIO2_LTRCTRL, 0x00010000},
	{CIO2_LTRVAL01, 0x085a08af},
	{CIO2_LTRVAL23, 0x085a085a},
};

static void setup_dphy(struct cio2 *cio2, const struct cio2_timing *timing)
{
	struct regs *regs = &cio2->regs;
	unsigned port = cio2->device.config.port;

	reg_write(regs, CIO2_CSIRX_DLY_CNT_TERMEN_CLANE(port), timing->clock_termen);
	reg_write(regs, CIO2_CSIRX_DLY_CNT_SETTLE_CLANE(port), timing->clock_settle);
	for (unsigned lane = 0; lane < cio2->device.config.lanes; lane++) {
		reg_write(regs, CIO2_CSIRX_DLY_CNT_TERMEN_DLANE(port, lane), timing->data_termen);
		reg_write(regs, CIO2_CSIRX_DLY_CNT_SETTLE_DLANE(port, lane), timing->data_settle);
	}
	reg_write(regs, CIO2_CSIRX_STATUS_DLANE_HS(port), CIO2_DLANE_HS_ALL);
	reg_write(regs, CIO2_CSIRX_STATUS_DLANE_LP(port), CIO2_DLANE_LP_ALL);
}

/* RAW10 of virtual channel 0 goes to DMA channel 0, all else nowhere. */
static void setup_backend(struct cio2 *cio2)
{
	struct regs *regs = &cio2->regs;
	unsigned port = cio2->device.config.port;

	for (unsigned vc = 0; vc < CIO2_MIPIBE_SP_LUT_ENTRIES; vc++)
		reg_write(regs, CIO2_MIPIBE_SP_LUT_ENTRY(port, vc), CIO2_LUT_DISREGARD);
	for (unsigned m = 0; m < CIO2_MIPIBE_LP_LUT_ENTRIES; m++)
		reg_write(regs, CIO2_MIPIBE_LP_LUT_ENTRY(port, m), CIO2_LUT_DISREGARD);
	reg_write(regs, CIO2_MIPIBE_GLOBAL_LUT_DISREGARD(port), 1);
	reg_write(regs, CIO2_IRQCTRL_MASK(port), CIO2_IRQCTRL_ALL);
	reg_write(regs, CIO2_IRQCTRL_ENABLE(port), CIO2_IRQCTRL_ALL);
	reg_write(regs, CIO2_IRQCTRL_EDGE(port), 0);
	reg_write(regs, CIO2_IRQCTRL_LEVEL_NOT_PULSE(port), 0);
	reg_write(regs, CIO2_PXF_FMT_CFG0(port), CIO2_FMT_PACK_64B | CIO2_FMT_BPP_10);
	reg_write(regs, CIO2_MIPIBE_LP_LUT_ENTRY(port, 0),
		  field_put(CIO2_LUT_DATA_TYPE, CIO2_DATA_TYPE_RAW10));
	reg_write(regs, CIO2_MIPIBE_COMP_FORMAT(port, 0), 0);
	reg_write(regs, CIO2_MIPIBE_FORCE_RAW8(port), 0);
	reg_write(regs, CIO2_SID2BID0(port), 0);
	reg_write(regs, CIO2_CSIRX_NOF_ENABLED_LANES(port), cio2->device.config.lanes);
}

static void setup_dma(struct cio2 *cio2)
{
	struct regs *regs = &cio2->regs;

	for (unsigned n = 0; n < CIO2_DMA_CHANNELS; n++) {
		reg_write(regs, CIO2_CDMABA(n), 0);
		reg_write(regs, CIO2_CDMAC0(n), 0);
		reg_write(regs, CIO2_CDMAC1(n), 0);
	}
	reg_write(regs, CIO2_CDMABA(CHANNEL), cio2_bus_page(cio2->ring.fbpt, 0));
	reg_write(regs, CIO2_CDMAC0(CHANNEL),
		  field_put(CIO2_CDMAC0_FBPT_LEN, CIO2_FBPT_ENTRIES - 1) |
			  field_put(CIO2_CDMAC0_FBPT_WIDTH, CIO2_FBPT_SUB_ENTRIES / 4) |
			  CIO2_CDMAC0_INTR_ON_FS | CIO2_CDMAC0_INTR_ON_FE |
			  CIO2_CDMAC0_FBPT_UPDATE_FIFO_FULL | CIO2_CDMAC0_DMA_EN |
			  CIO2_CDMAC0_DMA_HALTED /* written as 1 by the reference (6) */);
	reg_write(regs, CIO2_CDMAC1(CHANNEL), field_put(CIO2_CDMAC1_LINENUMUPDATE, 1));
}

static void clear_status(struct cio2 *cio2)
{
	struct regs *regs = &cio2->regs;

	reg_write(regs, CIO2_IRQCTRL_CLEAR(cio2->device.config.port), CIO2_IRQCTRL_ALL);
	reg_write(regs, CIO2_INT_STS_EXT_OE, 0xffffffff);
	reg_write(regs, CIO2_INT_STS_EXT_IE, 0xffffffff);
	reg_write(regs, CIO2_INT_STS, 0xffffffff);
}

enum fl_err cio2_start(struct camera_device *device)
{
	struct cio2 *cio2 = cio2_of(device);
	struct regs *regs = &cio2->regs;
	unsigned port = device->config.port;
	struct cio2_timing timing;
	enum fl_err err = cio2_timing(device->config.link_frequency, &timing, device->host.diag);

	if (err)
		return err;
	camera_counters_clear(device);
	cio2->errors_since_frame = 0;
	cio2->has_stopped = cio2->was_away = false;
	setup_dphy(cio2, &timing);
	for (unsigned i = 0; i < ARRAY_SIZE(global_setup); i++)
		reg_write(regs, global_setup[i].offset, global_setup[i].value);
	setup_backend(cio2);
	setup_dma(cio2);
	/* The DMA looks at an entry when a frame starts (7.1), and none can before the port is on. */
	err = cio2_ring_begin(cio2);
	if (err)
		return err;
	reg_write(regs, CIO2_PBM_FOPN_ABORT, 0);
	/* CRC threshold 16, three ECC and D-PHY masks; takes away an ABORT of the last stop. */
	reg_write(regs, CIO2_FRF_CFG(port), 0x00000780);
	clear_status(cio2);
	/* From the memory side toward the sensor. */
	reg_write(regs, CIO2_MIPIBE_ENABLE(port), 1);
	reg_write(regs, CIO2_CSIRX_ENABLE(port), 1);
	if (reg_read(regs, CIO2_CSIRX_ENABLE(port)) == 0xffffffff)
		return diag_fail(device->host.diag, FL_ERR_GONE,
				 "look at power state and BAR of 8086:9d32",
				 "CIO2 CSIRX_ENABLE reads all ones: the function is gone");
	cio2->idle_ns = platform_time_ns();
	device->is_running = true;
	return FL_OK;
}

/* ---- running ----------------------------------------------------------------------------- */

/* An output error of the channel: it stands still until DMA and sensor are set up again (7.1). When all that
 * was armed has been used, the host is the cause and nothing is wrong with the link. */
static enum fl_err note_output_error(struct cio2 *cio2, uint32_t *oe)
{
	enum fl_err err = FL_OK;

	if (!(*oe & BIT(CHANNEL)))
		return FL_OK;
	if (!cio2->has_stopped)
		err = cio2_ring_ran_out(cio2, &cio2->was_away);
	cio2->has_stopped = true;
	if (cio2->was_away)
		*oe = 0;
	return err;
}

/* Status in the order of 8.4, but every register at every look: whether the summary bits latch
 * while disabled is not known. */
static enum fl_err read_status(struct cio2 *cio2)
{
	struct regs *regs = &cio2->regs;
	struct camera_device *device = &cio2->device;
	unsigned port = device->config.port;
	uint32_t status = reg_read(regs, CIO2_INT_STS);
	uint32_t oe = reg_read(regs, CIO2_INT_STS_EXT_OE);
	uint32_t ie = reg_read(regs, CIO2_INT_STS_EXT_IE);
	uint32_t irq = reg_read(regs, CIO2_IRQCTRL_STATUS(port));
	enum fl_err err;

	if (status)
		reg_write(regs, CIO2_INT_STS, status);
	if (oe)
		reg_write(regs, CIO2_INT_STS_EXT_OE, oe);
	if (irq)
		reg_write(regs, CIO2_IRQCTRL_CLEAR(port), irq);
	if (ie)
		reg_write(regs, CIO2_INT_STS_EXT_IE, ie);
	device->frames_started += (status & CIO2_INT_IOS0) != 0;
	cio2->ring.completion_seen |= (status & CIO2_INT_IOC0) != 0;
	err = note_output_error(cio2, &oe);
	cio2->errors_since_frame +=
		cio2_errors_count(device->counters, irq & CIO2_IRQCTRL_ALL, ie >> (8 * port), oe);
	if (!device->frames_started)
		device->lanes_active |=
			(reg_read(regs, CIO2_CSIRX_STATUS_DLANE_HS(port)) & CIO2_DLANE_HS_ALL) ||
			(reg_read(regs, CIO2_CSIRX_STATUS_DLANE_LP(port)) & CIO2_DLANE_LP_ALL);
	return err;
}

static void take_frame(struct cio2 *cio2, uint64_t now, struct camera_event *event)
{
	struct camera_device *device = &cio2->device;

	cio2_ring_take(cio2, event);
	event->errors = cio2->errors_since_frame;
	event->since_ns = cio2->idle_ns;
	event->time_ns = now;
	cio2->errors_since_frame = 0;
	if (++device->frames_ended == device->config.skip)
		camera_counters_mark(device);
}

/* All frames that had ended have been told. */
static enum fl_err tell_stop(struct cio2 *cio2)
{
	if (cio2->was_away)
		return FL_ERR_AWAY; /* what that means is the caller's to say */
	return diag_fail(
		cio2->device.host.diag, FL_ERR_IO,
		"a frame larger than its buffer, one whose end is lost, or memory latency: see "
		"the frames before",
		"the receiver's DMA stopped with an output error after %u frames",
		cio2->device.frames_ended);
}

enum fl_err cio2_poll(struct camera_device *device, struct camera_event *event)
{
	struct cio2 *cio2 = cio2_of(device);
	uint64_t before = platform_time_ns(), now;
	const bool had_stopped = cio2->has_stopped;
	uint32_t rp = reg_read(&cio2->regs, CIO2_CDMARI(CHANNEL));
	bool ended = false;
	enum fl_err err;

	event->kind = CAMERA_NOTHING;
	if (rp == 0xffffffff)
		return diag_fail(device->host.diag, FL_ERR_GONE,
				 "look at power state and BAR of 8086:9d32",
				 "CIO2 CDMARI reads all ones: the function is gone");
	err = read_status(cio2);
	now = platform_time_ns(); /* behind all that can tell of an end */
	if (!err)
		err = cio2_ring_ended(cio2, field_get(CIO2_CDMARI_FBPT_RP, rp), &ended);
	if (err)
		return err;
	if (ended) {
		take_frame(cio2, now, event);
		return FL_OK;
	}
	cio2->ring.burst = 0;
	cio2->idle_ns = before;
	/* The frame that stopped it may have ended behind the look at the read pointer: one more look. */
	if (cio2->has_stopped)
		return had_stopped ? tell_stop(cio2) : FL_OK;
	return cio2_ring_feed(cio2);
}

/* ---- stop -------------------------------------------------------------------------------- */

static void abort_ports(struct cio2 *cio2, bool force)
{
	for (unsigned port = 0; port < CIO2_PORTS; port++) {
		reg_set(&cio2->regs, CIO2_FRF_CFG(port), CIO2_FRF_ABORT);
		reg_set(&cio2->regs, CIO2_PBM_FOPN_ABORT,
			force ? CIO2_FOPN_FORCE_ABORT(port) : CIO2_FOPN_ABORT(port));
	}
}

/* Forced abort, one more wait, and if that fails: no bus mastering, and the memory is lost. What is told is that it
 * did not halt when asked to. */
static void halt_by_force(struct cio2 *cio2)
{
	abort_ports(cio2, true);
	if (!reg_wait_named(&cio2->regs, "CDMAC0", CIO2_CDMAC0(CHANNEL), CIO2_CDMAC0_DMA_HALTED,
			    CIO2_CDMAC0_DMA_HALTED, FORCE_TIMEOUT_US, NULL))
		return;
	pci_stop_master(&cio2->pci);
	cio2->device.is_dead = true;
}

enum fl_err cio2_stop(struct camera_device *device)
{
	struct cio2 *cio2 = cio2_of(device);
	struct regs *regs = &cio2->regs;
	unsigned port = device->config.port;
	enum fl_err err;

	reg_write(regs, CIO2_IRQCTRL_MASK(port), 0);
	reg_write(regs, CIO2_IRQCTRL_ENABLE(port), 0);
	reg_write(regs, CIO2_CSIRX_ENABLE(port), 0);
	reg_write(regs, CIO2_MIPIBE_ENABLE(port), 0);
	reg_write(regs, CIO2_CDMAC0(CHANNEL), 0);
	err = reg_wait_named(
		regs, "CDMAC0", CIO2_CDMAC0(CHANNEL), CIO2_CDMAC0_DMA_HALTED,
		CIO2_CDMAC0_DMA_HALTED, HALT_TIMEOUT_US,
		"DMA does not halt: its memory is left alone; power-cycle the machine");
	if (err)
		halt_by_force(cio2);
	abort_ports(cio2, false);
	reg_write(regs, CIO2_INT_EN, 0);
	reg_write(regs, CIO2_INT_STS, 0xffffffff);
	device->is_running = false;
	dma_order(&device->dma); /* behind the load of DMA_HALTED: nothing is written any more */
	return err;
}

/* ---- open, close ------------------------------------------------------------------------- */

/* A register of which all but one bit are zero. Config space may answer when the registers do not. */
static enum fl_err check_answers(struct cio2 *cio2)
{
	if (reg_read(&cio2->regs, CIO2_CSIRX_ENABLE(0)) != UINT32_MAX)
		return FL_OK;
	return diag_fail(cio2->device.host.diag, FL_ERR_GONE,
			 "powered down, decoding at another address, or disabled by firmware: "
			 "power-cycle, then look for a firmware option that hides the camera",
			 "CIO2 CSIRX_ENABLE reads all ones in D0 with memory decoding on");
}

/*
 * No reset and no D3hot cleans the CIO2 (evidence.md 1.2): ports and DMA channels that an OS or an earlier
 * program left on are switched off before bus mastering is on. A channel's last reads and writes may need it
 * to come to their end.
 */
static enum fl_err quiet(struct cio2 *cio2)
{
	struct regs *regs = &cio2->regs;
	uint32_t running = 0;
	enum fl_err err;

	reg_write(regs, CIO2_INT_EN, 0);
	for (unsigned port = 0; port < CIO2_PORTS; port++) {
		reg_write(regs, CIO2_CSIRX_ENABLE(port), 0);
		reg_write(regs, CIO2_MIPIBE_ENABLE(port), 0);
	}
	for (unsigned n = 0; n < CIO2_DMA_CHANNELS; n++) {
		if (reg_read(regs, CIO2_CDMAC0(n)) & CIO2_CDMAC0_DMA_EN)
			running |= BIT(n);
		reg_write(regs, CIO2_CDMAC0(n), 0);
	}
	err = pci_start_master(&cio2->pci);
	for (unsigned n = 0; !err && n < CIO2_DMA_CHANNELS; n++)
		if (running & BIT(n))
			err = reg_wait_named(regs, "CDMAC0", CIO2_CDMAC0(n), CIO2_CDMAC0_DMA_HALTED,
					     CIO2_CDMAC0_DMA_HALTED, HALT_TIMEOUT_US,
					     "DMA that an earlier program left running does not "
					     "halt: power-cycle the machine");
	if (err)
		pci_stop_master(&cio2->pci);
	return err;
}

enum fl_err cio2_sleep(struct cio2 *cio2)
{
	if (cio2->pci.old_state) /* before it goes back to D3 (1.1) */
		reg_write(&cio2->regs, CIO2_D0I3C, CIO2_D0I3C_I3);
	return pci_close(&cio2->pci);
}

enum fl_err cio2_wake(struct cio2 *cio2)
{
	const struct camera_host *host = &cio2->device.host;
	const struct pci_function *function = pci_find(host->pci, CIO2_VENDOR, CIO2_DEVICE, 0);
	enum fl_err err;

	if (!function)
		return diag_fail(host->diag, FL_ERR_NOTFOUND,
				 "firmware has disabled it (FSP PchCio2Enable)",
				 "no CIO2 (8086:9d32) on PCI");
	err = pci_open(&cio2->pci, function, CIO2_BAR_SIZE, CIO2_D0I3C, host->diag);
	if (err)
		return err;
	regs_init(&cio2->regs, "CIO2", cio2->pci.bar0, CIO2_BAR_SIZE, host->diag);
	reg_write(&cio2->regs, CIO2_D0I3C, CIO2_D0I3C_RR);
	err = check_answers(cio2);
	if (err)
		cio2_sleep(cio2);
	return err;
}

enum fl_err cio2_open(struct camera_device *device)
{
	struct cio2 *cio2 = cio2_of(device);
	const struct camera_host *host = &device->host;
	enum fl_err err = cio2_wake(cio2);

	if (err)
		return err;
	cio2_errors_init(cio2->counters);
	device->counters = cio2->counters;
	device->counter_count = CIO2_COUNTERS;
	/* Page numbers have 32 bits, but what the device decodes beyond 4 GiB is unknown (section 1). */
	dma_domain_init(&device->dma, cio2->pci.address, 32, host->cache, host->scatter_seed,
			host->diag);
	err = quiet(cio2);
	if (err)
		goto out_sleep;
	err = cio2_ring_create(cio2);
	if (err)
		goto out_sleep;
	device->is_open = true;
	return FL_OK;

out_sleep:
	cio2_sleep(cio2);
	return err;
}

enum fl_err cio2_close(struct cio2 *cio2)
{
	if (!cio2->device.is_open)
		return FL_OK;
	cio2->device.is_open = false;
	if (!cio2->device.is_dead)
		cio2_ring_free(cio2);
	return cio2_sleep(cio2);
}

size_t cio2_dump(struct cio2 *cio2, char *out, size_t capacity)
{
	static const struct {
		const char *name;
		uint32_t offset;
		bool per_port;
	} shown[] = {
		{"CSIRX_ENABLE", CIO2_CSIRX_ENABLE(0), true},
		{"NOF_ENABLED_LANES", CIO2_CSIRX_NOF_ENABLED_LANES(0), true},
		{"STATUS_DLANE_HS", CIO2_CSIRX_STATUS_DLANE_HS(0), true},
		{"STATUS_DLANE_LP", CIO2_CSIRX_STATUS_DLANE_LP(0), true},
		{"SETTLE_CLANE", CIO2_CSIRX_DLY_CNT_SETTLE_CLANE(0), true},
		{"SETTLE_DLANE0", CIO2_CSIRX_DLY_CNT_SETTLE_DLANE(0, 0), true},
		{"MIPIBE_ENABLE", CIO2_MIPIBE_ENABLE(0), true},
		{"LP_LUT_ENTRY0", CIO2_MIPIBE_LP_LUT_ENTRY(0, 0), true},
		{"IRQCTRL_STATUS", CIO2_IRQCTRL_STATUS(0), true},
		{"D0I3C", CIO2_D0I3C, false},
		{"INT_STS", CIO2_INT_STS, false},
		{"INT_STS_EXT_OE", CIO2_INT_STS_EXT_OE, false},
		{"INT_EN", CIO2_INT_EN, false},
		{"PBM_FOPN_ABORT", CIO2_PBM_FOPN_ABORT, false},
		{"CDMABA0", CIO2_CDMABA(CHANNEL), false},
		{"CDMARI0", CIO2_CDMARI(CHANNEL), false},
		{"CDMAC0_0", CIO2_CDMAC0(CHANNEL), false},
		{"CDMAC1_0", CIO2_CDMAC1(CHANNEL), false},
		{"INT_STS_EXT_IE", CIO2_INT_STS_EXT_IE, false},
	};
	size_t used = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(shown); i++) {
		for (unsigned port = 0; port < (shown[i].per_port ? CIO2_PORTS : 1); port++) {
			uint32_t offset = shown[i].offset + CIO2_PORT(port);

			used += text_format(out + used, capacity - used, "%s", shown[i].name);
			if (shown[i].per_port)
				used += text_format(out + used, capacity - used, ".%u", port);
			used += text_format(out + used, capacity - used, " 0x%04x 0x%08x\n", offset,
					    reg_read(&cio2->regs, offset));
		}
	}
	return used;
}
