/*
 * fuzz_pci.c: a machine whose configuration space is the input. Records of four bytes: a new
 * function (bus, device and function, header type), two bytes of its configuration space, which
 * bits of a BAR can be written, or a link of its capability list. Enumeration, description and
 * pci_open must end, in bounded time, leave configuration space as it was, and leak nothing.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pci/pci.h"
#include "tests/host/host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUNCTIONS    8u
#define MAX_ACCESSES 400000ul

static void check(int holds)
{
	if (!holds)
		abort();
}

static void make_function(struct host_pci *f, const uint8_t *record)
{
	memset(f, 0, sizeof *f);
	host_pci_init(f, record[1] & 3, record[2] >> 3, record[2] & 7, 0x8086, 0x9d32, 0x048000);
	f->config[0x0e] = record[3] & 0x83;
	f->config[6] = 0x10;
}

/* Changes to the function under way; see the top. */
static void apply(struct host_pci *f, const uint8_t *record)
{
	const uint8_t offset = record[1];

	if (record[0] % 4 == 1) {
		f->config[offset] = record[2];
		f->config[(offset + 1) & 0xff] = record[3];
	} else if (record[0] % 4 == 2) {
		f->writable[0x10 + offset % 24] = record[2];
	} else {
		f->config[offset & 0xfc] = record[2];
		f->config[(offset & 0xfc) + 1] = record[3];
		f->config[0x34] = record[0] & 4 ? offset : f->config[0x34];
	}
}

static void open_and_close(const struct pci_function *f)
{
	struct diag diag = {.message = ""};
	struct pci_device device;

	if (!pci_open(&device, f, 16, 4, &diag))
		pci_close(&device);
	else
		check(diag.message[0] != '\0');
}

/* Adds the functions that the records make. */
static unsigned build(const uint8_t *data, size_t size, struct host_pci **copies)
{
	static struct host_pci f;
	bool is_open = false;
	unsigned count = 0;

	for (; size >= 4 && count < FUNCTIONS; data += 4, size -= 4) {
		if (data[0] % 4 && is_open) {
			apply(&f, data);
			continue;
		}
		if (is_open)
			copies[count++] = host_add_pci(&f);
		make_function(&f, data);
		is_open = true;
	}
	if (is_open && count < FUNCTIONS)
		copies[count++] = host_add_pci(&f);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t before[FUNCTIONS][4096];
	struct host_pci *copies[FUNCTIONS];
	struct text_buffer text = {0};
	struct diag diag = {.message = ""};
	struct pci_list list;
	unsigned count;

	host_reset(1);
	count = build(data, size, copies);
	for (unsigned i = 0; i < count; i++)
		memcpy(before[i], copies[i]->config, sizeof before[i]);
	if (pci_enumerate(&list, &diag))
		check(diag.message[0] != '\0');
	for (size_t i = 0; i < list.count; i++)
		pci_print(&list.functions[i], NULL, &text);
	for (unsigned i = 0; i < count; i++)
		check(!memcmp(copies[i]->config, before[i], sizeof before[i]));
	for (size_t i = 0; i < list.count; i++)
		open_and_close(&list.functions[i]);
	check(host_access_count() < MAX_ACCESSES);
	text_buffer_free(&text);
	pci_list_free(&list);
	check(host_leaks() == 0);
	return 0;
}
