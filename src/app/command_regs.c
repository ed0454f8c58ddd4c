/* command_regs.c: `regs`: registers of the camera devices, as found after bringing them to D0, and the
 * first words of any function's BAR 0. */
#include "app/app.h"

#define TEXT_MAX    4096u
#define WORDS_SHOWN 16u

/* Registers worth a look, as the generation has them. */
static int show_block(struct session *session, const struct camera_block *block, char *text)
{
	enum fl_err err;

	text[0] = '\0';
	err = block->dump(session->device, text, TEXT_MAX);
	if (*text) {
		session_print(session, "%s\n", block->title);
		platform_console_write(text);
	}
	return err ? app_fail(session) : APP_PASS;
}

/* Block `word`, or all for NULL; those of the generation that this machine has. */
static int show_blocks(struct session *session, const char *word, char *text)
{
	int status = APP_PASS;

	if (!session->device) {
		camera_absent(session->generations, &session->pci, &session->diag);
		return app_fail(session);
	}
	for (size_t i = 0; i < session->device->ops->block_count; i++) {
		const struct camera_block *block = &session->device->ops->blocks[i];

		if ((!word || text_equal_nocase(word, block->name)) &&
		    show_block(session, block, text) != APP_PASS)
			status = APP_ERROR;
	}
	return status;
}

/* The words that name a block of any generation, with commas. True when `word` is one of them. */
static bool block_names(const struct session *session, const char *word, char *names,
			size_t capacity)
{
	bool is_known = false;
	size_t used = 0;

	for (unsigned g = 0; session->generations[g]; g++) {
		const struct camera_ops *ops = session->generations[g];

		for (size_t i = 0; i < ops->block_count; i++) {
			is_known |= text_equal_nocase(word, ops->blocks[i].name);
			used += text_format(names + used, capacity - used, "%s%s", used ? ", " : "",
					    ops->blocks[i].name);
		}
	}
	return is_known;
}

/* ---- any function ------------------------------------------------------------------------ */

/* "00:15.2 0x200 8": words of BAR 0. */
struct window {
	const struct pci_function *function;
	uint64_t offset, count;
};

static enum fl_err misunderstood(struct session *session, const char *what, const char *word)
{
	char names[80], hint[240];

	block_names(session, word, names, sizeof names);
	text_format(hint, sizeof hint,
		    "regs takes %s, nothing for all, or words of BAR 0 of a function: "
		    "regs 00:15.2 0x200 8 (offset, count)",
		    names);
	return diag_fail(&session->diag, FL_ERR_INVALID, hint, "regs: %s '%.40s'", what, word);
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
	char names[80], *text;
	int status;

	if (count && !block_names(session, words[0], names, sizeof names))
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
	status = show_blocks(session, count ? words[0] : NULL, text);
	platform_free(text);
	return status;
}
