/* pci_enumerate.c: walks root bridges, buses, devices and functions; the list of what is there. */
#include "core/field.h"
#include "core/mem.h"
#include "pci/pci.h"
#include "pci/pci_function.h"
#include "pci/pci_regs.h"

#define FIRST_CAPACITY 32u

/* One root bridge. Each bus is scanned once: `visited` grows, whatever the bridges claim. */
struct walk {
	struct pci_list *list;
	struct pci_root root;
	uint32_t pending[8], visited[8]; /* a bit per bus number */
};

static bool bit_get(const uint32_t *bits, unsigned index)
{
	return bits[index / 32] & BIT(index % 32);
}

static void bit_set(uint32_t *bits, unsigned index)
{
	bits[index / 32] |= BIT(index % 32);
}

/* ---- the list ---- */

static struct pci_function *list_add(struct pci_list *list)
{
	if (list->count == list->capacity) {
		const size_t capacity = list->capacity ? 2 * list->capacity : FIRST_CAPACITY;
		struct pci_function *grown = platform_alloc(capacity * sizeof(*grown));

		if (!grown) {
			list->truncated = true;
			return NULL;
		}
		if (list->count)
			memcpy(grown, list->functions, list->count * sizeof(*grown));
		platform_free(list->functions);
		list->functions = grown;
		list->capacity = capacity;
	}
	return &list->functions[list->count++];
}

void pci_list_free(struct pci_list *list)
{
	platform_free(list->functions);
	*list = (struct pci_list){0};
}

const struct pci_function *pci_find(const struct pci_list *list, uint16_t vendor, uint16_t device,
				    unsigned nth)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct pci_function *f = &list->functions[i];

		if (f->vendor == vendor && f->device == device && nth-- == 0)
			return f;
	}
	return NULL;
}

static bool is_same(struct pci_address a, struct pci_address b)
{
	return a.segment == b.segment && a.bus == b.bus && a.device == b.device &&
	       a.function == b.function;
}

const struct pci_function *pci_at(const struct pci_list *list, struct pci_address address)
{
	for (size_t i = 0; i < list->count; i++)
		if (is_same(list->functions[i].address, address))
			return &list->functions[i];
	return NULL;
}

/* ---- the walk ---- */

static void add_bridge(struct walk *walk, struct pci_function *bridge)
{
	const uint8_t bus = bridge->secondary;

	if (bus <= bridge->address.bus || bridge->subordinate < bus ||
	    bit_get(walk->visited, bus) || bit_get(walk->pending, bus))
		bridge->findings |= PCI_BRIDGE_NUMBERS;
	if (bus < walk->root.first_bus || bus > walk->root.last_bus) {
		bridge->findings |= PCI_BRIDGE_NUMBERS;
		return;
	}
	bit_set(walk->pending, bus); /* one that was visited is not scanned again */
}

static struct pci_function *add_function(struct walk *walk, struct pci_address address)
{
	struct pci_function *function = list_add(walk->list);

	if (!function)
		return NULL;
	pci_function_read(address, function);
	if (pci_function_is_bridge(function))
		add_bridge(walk, function);
	return function;
}

/* Some single-function devices answer to all eight numbers: the same function over and over. */
static bool is_alias(struct pci_address zero, struct pci_address other)
{
	static const uint8_t offsets[] = {PCI_VENDOR_ID, PCI_REVISION_ID, PCI_BAR(0), PCI_BAR(1),
					  PCI_SUBSYSTEM_VENDOR};

	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++)
		if (platform_pci_read(zero, offsets[i], 4) !=
		    platform_pci_read(other, offsets[i], 4))
			return false;
	return true;
}

static void scan_device(struct walk *walk, struct pci_address address)
{
	const struct pci_address zero = address;
	const bool has_zero = pci_function_exists(zero);
	uint32_t finding = has_zero ? 0 : PCI_NO_FUNCTION_0;

	if (has_zero) {
		const struct pci_function *f = add_function(walk, zero);

		if (f && !(f->header_type & PCI_HEADER_TYPE_MULTI))
			finding = PCI_NOT_MULTIFUNCTION;
	}
	/* The other numbers are asked even if the header says that there are none: a camera that
	 * hides because of that bit is what this is for. */
	for (address.function = 1; address.function < 8 && !walk->list->truncated;
	     address.function++) {
		struct pci_function *f;

		if (!pci_function_exists(address) ||
		    (finding == PCI_NOT_MULTIFUNCTION && is_alias(zero, address)))
			continue;
		f = add_function(walk, address);
		if (f)
			f->findings |= finding;
	}
}

static void scan_bus(struct walk *walk, unsigned bus)
{
	struct pci_address address = {.segment = walk->root.segment, .bus = (uint8_t)bus};

	bit_set(walk->visited, bus);
	for (; address.device < 32 && !walk->list->truncated; address.device++)
		scan_device(walk, address);
}

/* Lowest bus first, as lspci lists them; ends because `visited` grows with every round. */
static void scan_root(struct walk *walk)
{
	for (unsigned bus = 0; bus < 256 && !walk->list->truncated;) {
		if (!bit_get(walk->pending, bus) || bit_get(walk->visited, bus)) {
			bus++;
			continue;
		}
		scan_bus(walk, bus);
		bus = 0; /* a bridge may have named a lower one */
	}
}

enum fl_err pci_enumerate(struct pci_list *list, struct diag *diag)
{
	struct pci_root root;

	*list = (struct pci_list){0};
	for (unsigned i = 0; platform_pci_root(i, &root) && !list->truncated; i++) {
		struct walk walk = {.list = list, .root = root};

		/* Roots that share a segment may overlap when firmware is wrong. */
		for (size_t k = 0; k < list->count; k++)
			if (list->functions[k].address.segment == root.segment)
				bit_set(walk.visited, list->functions[k].address.bus);
		bit_set(walk.pending, root.first_bus);
		scan_root(&walk);
	}
	if (list->truncated)
		return diag_fail(diag, FL_ERR_NOMEM, NULL,
				 "no memory for more than %zu PCI functions", list->count);
	if (!list->count)
		return diag_fail(diag, FL_ERR_NOTFOUND,
				 "the firmware offers no PCI host bridge to "
				 "applications; is it UEFI 2.x?",
				 "no PCI function answers at all");
	return FL_OK;
}
