/* ipu3.c: what the IPU3 is to the rest of the ROM; see camera/camera.h. */
#include "camera/ipu3/ipu3.h"

#include "camera/ipu3/cio2_timing.h"
#include "camera/ipu3/imgu_regs.h"

/* ---- life ----------------------------------------------------------------------------------- */

static enum fl_err ipu3_create(const struct camera_host *host, struct camera_device **out)
{
	struct ipu3 *ipu3 = platform_alloc(sizeof *ipu3);

	if (!ipu3)
		return diag_fail(host->diag, FL_ERR_NOMEM, NULL, "no memory for the IPU3 driver");
	ipu3->cio2.device.ops = &ipu3_camera;
	ipu3->cio2.device.host = *host;
	*out = &ipu3->cio2.device;
	return FL_OK;
}

/* The ImgU first: it may have imported what the CIO2's domain owns. */
static enum fl_err ipu3_close(struct camera_device *device)
{
	struct ipu3 *ipu3 = ipu3_of(device);
	enum fl_err err = FL_OK, step;

	if (ipu3->has_imgu)
		err = imgu_close(&ipu3->imgu);
	ipu3->has_imgu = false;
	step = cio2_close(&ipu3->cio2);
	return err ? err : step;
}

static void ipu3_destroy(struct camera_device *device)
{
	platform_free(device->firmware.data);
	if (!device->is_dead) /* its buffers stay listed: the device may write to them */
		platform_free(device);
}

/* ---- link ----------------------------------------------------------------------------------- */

static enum fl_err ipu3_link_facts(const struct camera_device *device,
				   const struct camera_config *config, struct report_check *facts,
				   struct diag *diag)
{
	struct cio2_timing timing;
	enum fl_err err = cio2_timing(config->link_frequency, &timing, diag);

	(void)device; /* there is only one */
	if (err)
		return err;
	report_number(facts, "mbit-per-lane", timing.mbit_per_lane);
	report_text(facts, "clock-settle", "%u (window to %u)", timing.clock_settle,
		    timing.clock_settle_max);
	report_text(facts, "data-settle", "%u (window to %u)", timing.data_settle,
		    timing.data_settle_max);
	report_text(facts, "data-termen", "%u (window to %u)", timing.data_termen,
		    timing.data_termen_max);
	return FL_OK;
}

/* ---- for the report and for `regs` ----------------------------------------------------------- */

static uint64_t ipu3_bytes_shared(const struct camera_device *device)
{
	const struct ipu3 *ipu3 = (const struct ipu3 *)device;

	return device->dma.bytes_shared + ipu3->imgu.dma.bytes_shared +
	       ipu3->imgu.mmu.table_bytes_written;
}

static enum fl_err dump_cio2(struct camera_device *device, char *out, size_t capacity)
{
	struct cio2 *cio2 = &ipu3_of(device)->cio2;
	enum fl_err err = cio2_wake(cio2);

	if (err)
		return err;
	cio2_dump(cio2, out, capacity);
	return cio2_sleep(cio2);
}

/* The MMU is not brought up for this: only its function is woken, and the CSS left alone in power-down. */
static enum fl_err dump_imgu(struct camera_device *device, char *out, size_t capacity)
{
	const struct camera_host *host = &device->host;
	const struct pci_function *function = pci_find(host->pci, IMGU_VENDOR, IMGU_DEVICE, 0);
	struct imgu *imgu = &ipu3_of(device)->imgu;
	enum fl_err err, step;

	if (!function)
		return diag_fail(host->diag, FL_ERR_NOTFOUND,
				 "firmware has disabled it (FSP SaImguEnable)",
				 "no ImgU (8086:1919) on PCI");
	err = pci_open(&imgu->pci, function, IMGU_BAR_SIZE, IMGU_STATE, host->diag);
	if (err)
		return err;
	regs_init(&imgu->regs, "ImgU", imgu->pci.bar0, IMGU_BAR_SIZE, host->diag);
	if (reg_read(&imgu->regs, IMGU_STATE) == UINT32_MAX)
		err = diag_fail(host->diag, FL_ERR_GONE,
				"power-cycle the board; `list` shows the power state",
				"the ImgU answers config space, but its registers read all ones");
	else
		imgu_dump(imgu, out, capacity);
	step = pci_close(&imgu->pci);
	return err ? err : step;
}

/* ---- the generation --------------------------------------------------------------------------- */

static const struct camera_function functions[] = {
	{CIO2_VENDOR, CIO2_DEVICE, "CIO2", "Sunrise Point-LP CSI-2 Host Controller (IPU3 CIO2)",
	 "firmware has disabled it (FSP PchCio2Enable), or this is not an IPU3 machine", true},
	{IMGU_VENDOR, IMGU_DEVICE, "ImgU", "Imaging Unit (IPU3 ImgU)",
	 "firmware has disabled it (FSP SaImguEnable)", false},
};

static const struct camera_block blocks[] = {
	{"cio2", "IPU3 CIO2", dump_cio2},
	{"imgu", "IPU3 ImgU", dump_imgu},
};

const struct camera_ops ipu3_camera = {
	.name = "IPU3",
	.functions = functions,
	.function_count = ARRAY_SIZE(functions),
	.blocks = blocks,
	.block_count = ARRAY_SIZE(blocks),
	.rungs = ipu3_rungs,
	.create = ipu3_create,
	.close = ipu3_close,
	.destroy = ipu3_destroy,
	.link_facts = ipu3_link_facts,
	.layout = cio2_layout,
	.open = cio2_open,
	.attach = cio2_attach,
	.detach = cio2_detach,
	.prepare = cio2_prepare,
	.queue = cio2_queue,
	.start = cio2_start,
	.poll = cio2_poll,
	.stop = cio2_stop,
	.bytes_shared = ipu3_bytes_shared,
};
