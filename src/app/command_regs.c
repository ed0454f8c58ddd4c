/* command_regs.c: `regs`: registers of the camera devices, as found after bringing them to D0, and the
 * first words of any function's BAR 0. */
#include "app/app.h"
#include "camera/ipu3/cio2.h"
#include "camera/ipu3/imgu_regs.h"
#include "pci/pci.h"

#define TEXT_MAX    4096u
#define WORDS_SHOWN 16u

static int show_cio2(struct session *session, char *text)
{
	const struct pci_function *function = pci_find(&session->pci, CIO2_VENDOR, CIO2_DEVICE, 0);
	struct cio2 cio2;

	if (!function)
		diag_fail(&session->diag, FL_ERR_NOTFOUND,
			  "firmware has disabled it (FSP PchCio2Enable)",
			  "no CIO2 (8086:9d32) on PCI");
	if (!function || cio2_wake(&cio2, function, &session->diag))
		return app_fail(session);
	cio2_dump(&cio2.receiver, text, TEXT_MAX);
	session_print(session, "%s\n", cio2.receiver.ops->name);
	platform_console_write(text);
	return cio2_sleep(&cio2) ? app_fail(session) : APP_PASS;
}

/* The MMU is not brought up for this: only its function is woken, and the CSS left alone in power-down. */
static int show_imgu(struct session *session, char *text)
{
	const struct pci_function *function = pci_find(&session->pci, IMGU_VENDOR, IMGU_DEVICE, 0);
	struct imgu *imgu = &session->imgu;
	enum fl_err err = FL_OK, step;

	if (!function)
		diag_fail(&session->diag, FL_ERR_NOTFOUND,
			  "firmware has disabled it (FSP SaImguEnable)",
			  "no ImgU (8086:1919) on PCI");
	if (!function || pci_open(&imgu->pci, function, IMGU_BAR_SIZE, IMGU_STATE, &session->diag))
		return app_fail(session);
	regs_init(&imgu->regs, "ImgU", imgu->pci.bar0, IMGU_BAR_SIZE, &session->diag);
	if (reg_read(&imgu->regs, IMGU_STATE) == UINT32_MAX) {
		err = diag_fail(&session->diag, FL_ERR_GONE,
				"power-cycle the board; `list` shows the power state",
				"the ImgU answers config space, but its registers read all ones");
	} else {
		imgu_dump(imgu, text, TEXT_MAX);
		session_print(session, "IPU3 ImgU\n");
		platform_console_write(text);
	}
	step = pci_close(&imgu->pci);
	return err || step ? app_fail(session) : APP_PASS;
}

/* ---- any function ------------------------------------------------------------------------ */

/* "00:15.2 0x200 8": words of BAR 0. */
struct window {
	const struct pci_function *function;
	uint64_t offset, count;
};

static enum fl_err misunderstood(struct session *session, const char *what, const char *word)
{
	return diag_fail(
		&session->diag, FL_ERR_INVALID,
		"regs takes cio2, imgu, nothing for both, or words of BAR 0 of a function: "
		"regs 00:15.2 0x200 8 (offset, count)",
		"regs: %s '%.40s'", what, word);
}

static enum fl_err parse_window(struct session *session, const char *const *words, size_t count,
				struct window *window)
{
	struct pci_address address;

	*window = (struct window){.count = WORDS_SHOWN};
	if (!pci_address_parse(words[0], &address))
		return misunderstood(session, "no device", words[0]);
	if (count > 1 && (!text_u64(words[1], &window->offset) || window->offset % 4))
		return misunderstood(session, "no offset of a 32-bit register:", words[1]);
	if (count > 2 && (!text_u64(words[2], &window->count) || !window->count))
		return misunderstood(session, "no count:", words[2]);
	window->function = pci_at(&session->pci, address);
	if (!window->function)
		return diag_fail(&session->diag, FL_ERR_NOTFOUND, "`list` shows what is there",
				 "no PCI function at %.40s", words[0]);
	return FL_OK;
}

static enum fl_err check_window(struct session *session, const struct pci_device *device,
				const struct window *window)
{
	const uint64_t words = device->bar0_size / 4;

	if (!words)
		return diag_fail(
			&session->diag, FL_ERR_NOTFOUND,
			"stop what uses it (`disconnect` in the UEFI shell), then try again",
			"regs: the function is in use, so that nobody asked it for the size "
			"of BAR 0, and firmware does not know it");
	if (window->offset / 4 < words && window->count <= words - window->offset / 4)
		return FL_OK;
	return diag_fail(&session->diag, FL_ERR_RANGE, "`list` shows its size",
			 "regs: %llu words at 0x%llx leave BAR 0, which has 0x%llx bytes",
			 (unsigned long long)window->count, (unsigned long long)window->offset,
			 (unsigned long long)device->bar0_size);
}

/* Each register is read once: reading may change it. */
static enum fl_err print_words(struct session *session, struct pci_device *device,
			       const struct window *window)
{
	const uint64_t at = device->bar0 + window->offset;
	uint32_t value;
	enum fl_err err = pci_first_read(device, window->offset, &value);

	if (err)
		return err;
	session_print(session, "BAR 0 at 0x%llx\n", (unsigned long long)device->bar0);
	for (uint64_t i = 0; i < window->count; i++) {
		const unsigned long long offset = window->offset + 4 * i;

		if (i)
			value = platform_mmio_read(at + 4 * i, 4);
		session_print(session, "0x%05llx 0x%08x\n", offset, value);
	}
	return FL_OK;
}

/* One that somebody uses is only looked at; one that is off or asleep is switched on for it. */
static int show_function(struct session *session, const char *const *words, size_t count)
{
	struct pci_device device;
	struct window window;
	enum fl_err err = parse_window(session, words, count, &window), step;

	if (!err)
		err = pci_look(&device, window.function, &session->diag);
	if (err)
		return app_fail(session);
	err = check_window(session, &device, &window);
	if (!err)
		err = print_words(session, &device, &window);
	step = pci_close(&device);
	return err || step ? app_fail(session) : APP_PASS;
}

int command_regs(struct session *session, const char *const *words, size_t count)
{
	const bool cio2 = !count || text_equal_nocase(words[0], "cio2"),
		   imgu = !count || text_equal_nocase(words[0], "imgu");
	int status = APP_PASS;
	char *text;

	if (!cio2 && !imgu)
		return show_function(session, words, count);
	if (count > 1) {
		misunderstood(session, "one device at a time, not", words[1]);
		return app_fail(session);
	}
	text = platform_alloc(TEXT_MAX);
	if (!text) {
		diag_fail(&session->diag, FL_ERR_NOMEM, NULL, "no memory for the list");
		return app_fail(session);
	}
	if (cio2)
		status = show_cio2(session, text);
	if (imgu)
		status = show_imgu(session, text) ? APP_ERROR : status;
	platform_free(text);
	return status;
}
