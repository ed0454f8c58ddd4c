/* command_regs.c: `regs`: registers of the camera devices, as found after bringing them to D0. */
#include "app/app.h"
#include "camera/cio2/cio2.h"
#include "camera/imgu/imgu_regs.h"

#define TEXT_MAX 4096u

static int show_cio2(struct session *session, char *text)
{
	if (session_open_receiver(session))
		return app_fail(session);
	cio2_dump(session->receiver, text, TEXT_MAX);
	session_print(session, "%s\n", session->receiver->ops->name);
	platform_console_write(text);
	return APP_PASS;
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

int command_regs(struct session *session, const char *const *words, size_t count)
{
	bool all = !count, cio2 = all || text_equal_nocase(words[0], "cio2"),
	     imgu = all || text_equal_nocase(words[0], "imgu");
	char *text = platform_alloc(TEXT_MAX);
	int status = APP_PASS;

	if (!text) {
		diag_fail(&session->diag, FL_ERR_NOMEM, NULL, "no memory for the list");
		return app_fail(session);
	}
	if (!cio2 && !imgu) {
		diag_fail(&session->diag, FL_ERR_NOTFOUND,
			  "regs takes cio2, imgu, or nothing for both", "regs: no device '%.40s'",
			  words[0]);
		status = app_fail(session);
	}
	if (cio2)
		status = show_cio2(session, text);
	if (imgu)
		status = show_imgu(session, text) ? APP_ERROR : status;
	platform_free(text);
	return status;
}
