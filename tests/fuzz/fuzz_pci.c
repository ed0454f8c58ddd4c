/*
 * fuzz_pci.c: a machine whose configuration space is the input: up to eight functions of 256 bytes
 * on the first buses, BARs as writable as the input's next bytes say. Enumeration, description and
 * pci_open must end, in bounded time, leave configuration space as it was, and leak nothing.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pci/pci.h"
#include "tests/host/host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUNCTIONS 8u
#define MAX_ACCESSES 400000ul

static void check(int holds)
{
	if (!holds)
		abort();
}

/* One function: two bytes of address, 24 of BAR mask, then configuration space. */
static size_t add_function(const uint8_t *data, size_t size, struct host_pci **copy)
{
	static struct host_pci f;
	const size_t used = size < 26 + 256 ? size : 26 + 256;

	memset(&f, 0, sizeof f);
	if (size < 26)
		return size;
	f.address = (struct pci_address){0, data[0] & 3, data[1] >> 3, data[1] & 7};
	memcpy(f.config, data + 26, used - 26);
	memcpy(f.writable + 0x10, data + 2, 24);
	f.writable[4] = 0x07;
	f.writable[5] = 0x04;
	*copy = host_add_pci(&f);
	return used;
}

static void open_and_close(const struct pci_function *f)
{
	struct diag diag = {.message = ""};
	struct pci_device device;

	if (!pci_open(&device, f, 16, &diag))
		pci_close(&device);
	else
		check(diag.message[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t before[FUNCTIONS][4096];
	struct host_pci *copies[FUNCTIONS] = {NULL};
	struct text_buffer text = {0};
	struct diag diag = {.message = ""};
	struct pci_list list;
	unsigned count = 0;

	host_reset(1);
	for (; size && count < FUNCTIONS; count++) {
		const size_t used = add_function(data, size, &copies[count]);

		data += used;
		size -= used;
		if (copies[count])
			memcpy(before[count], copies[count]->config, sizeof before[count]);
	}
	if (pci_enumerate(&list, &diag))
		check(diag.message[0] != '\0');
	for (size_t i = 0; i < list.count; i++)
		pci_print(&list.functions[i], &text);
	for (unsigned i = 0; i < count; i++)
		if (copies[i])
			check(!memcmp(copies[i]->config, before[i], sizeof before[i]));
	for (size_t i = 0; i < list.count; i++)
		open_and_close(&list.functions[i]);
	check(host_access_count() < MAX_ACCESSES);
	text_buffer_free(&text);
	pci_list_free(&list);
	check(host_leaks() == 0);
	return 0;
}
