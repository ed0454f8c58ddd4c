/* pads.c: see pads.h. */
#include "vboard/pch/pads.h"

#include "vboard/core/knobs.h"

#include <string.h>

/* camera-acpi.md 9. How the ownership and lock registers are laid out is in the public datasheet of the PCH (volume 2, GPIO
 * community registers), and so are those that only Linux's driver asks for: PADBAR, GPI_IS, GPI_IE. */
#define REVID          0x000
#define CAPABILITIES   0x004
#define PADBAR         0x00c
#define PAD_OWN        0x020 /* 16 bytes a group, 4 bits a pad */
#define PADCFGLOCK     0x0a0 /* 8 bytes a group: configuration, then level */
#define HOSTSW_OWN     0x0d0 /* 4 bytes a group, as the next two */
#define GPI_IS         0x100
#define GPI_IE         0x120
#define PADCFG         0x400 /* 8 bytes a pad */
#define TX_STATE       0x00000001u
#define RX_STATE       0x00000002u
#define TX_DISABLE     0x00000100u
#define RX_DISABLE     0x00000200u
#define MODE           0x00003c00u
#define MODE_NATIVE    0x00000400u
#define TERMINATION_UP 0x00002000u
#define TERMINATION    0x00001c00u

#define OWNER_CSME 1

static const struct community {
	uint8_t port, first, count; /* pads */
} communities[] = {{0xaf, PAD(A, 0), 48}, {0xae, PAD(C, 0), 72}, {0xac, PAD(F, 0), 32}};

static const struct vboard_fault_info faults[] = {
	{"pad-locked", VBOARD_NUMBER,
	 "firmware has locked the configuration of pad N (number as in ACPI: GPP_A0 is 0, C0 48, "
	 "F0 "
	 "120; default the first that switches something of the cameras)"},
	{"pad-owned", VBOARD_NUMBER,
	 "pad N belongs to the management engine, and takes nothing from the host (default as "
	 "above)"},
	{"pad-stuck", VBOARD_NUMBER,
	 "the wire of pad N stays low whatever the pad drives (default as above)"},
	{0},
};

static const struct decision decisions[] = {
	{"pads-left",
	 "how firmware leaves the pads that switch something of the cameras (camera-acpi.md 9)",
	 {"outputs, high", "outputs, low", "inputs", "in a native function"}},
	{"pads-host",
	 "which of the host's drivers a pad is set up for, which does not bear on its level "
	 "(camera-acpi.md 9)",
	 {"ACPI", "the GPIO driver"}},
	{"pads-rx-off",
	 "RX state of a pad whose receiver is off (camera-acpi.md 9)",
	 {"0", "the level"}},
	{"pads-unknown",
	 "what the sideband reads at a port or offset that is not known (camera-acpi.md 9)",
	 {"all ones", "0"}},
	{0},
};

const struct knobs pads_knobs = {faults, decisions};

/* ---- Levels ---- */

static bool pad_drives(const struct pad *pad)
{
	return !(pad->config[0] & (MODE | TX_DISABLE));
}

/* An undriven wire is where its resistors pull it, the pad's own before the board's. */
static bool pad_level(const struct pad *pad)
{
	if (pad->outside == PAD_HELD_LOW)
		return false;
	if (pad_drives(pad))
		return pad->config[0] & TX_STATE;
	if (pad->config[1] & TERMINATION)
		return pad->config[1] & TERMINATION_UP;
	return pad->outside == PAD_PULLED_UP;
}

bool pads_level(const struct pads *pads, unsigned pad)
{
	return pad_level(&pads->pads[pad]);
}

bool pads_native(const struct pads *pads, unsigned pad)
{
	return pads->pads[pad].config[0] & MODE;
}

static void pads_tell(struct pads *pads)
{
	if (pads->changed)
		pads->changed(pads->context);
}

/* ---- What firmware leaves ---- */

static uint8_t pads_of_fault(const struct pads *pads, const char *name)
{
	uint64_t pad = pads->switch_count ? pads->switches[0] : 0;

	return vboard_fault(pads->board, name, &pad) && pad < PADS ? (uint8_t)pad : PADS;
}

void pads_reset(struct pads *pads)
{
	/* By the decision pads-left. */
	static const uint32_t left[] = {TX_STATE, 0, TX_DISABLE, MODE_NATIVE | TX_DISABLE};
	const uint32_t config = left[vboard_decide(pads->board, "pads-left")];
	const uint32_t host = vboard_decide(pads->board, "pads-host") ? 0x00ffffff : 0;
	uint8_t pad;

	for (unsigned i = 0; i < PADS; i++) {
		pads->pads[i].config[0] = MODE_NATIVE;
		pads->pads[i].config[1] = 0;
	}
	for (unsigned i = 0; i < pads->switch_count; i++)
		pads->pads[pads->switches[i]].config[0] = config;
	for (unsigned i = 0; i < PAD_GROUPS; i++) {
		pads->host_owned[i] = host;
		pads->interrupts[i] = 0;
	}
	if ((pad = pads_of_fault(pads, "pad-locked")) < PADS)
		pads->pads[pad].locked = true;
	if ((pad = pads_of_fault(pads, "pad-owned")) < PADS)
		pads->pads[pad].owner = OWNER_CSME;
	if ((pad = pads_of_fault(pads, "pad-stuck")) < PADS)
		pads->pads[pad].outside = PAD_HELD_LOW;
	pads->is_reset = true;
	pads_tell(pads);
	pads->is_reset = false;
}

void pads_init(struct pads *pads, struct vboard *board, const uint8_t *switches,
	       unsigned switch_count, void (*changed)(void *context), void *context)
{
	memset(pads, 0, sizeof(*pads));
	pads->board = board;
	pads->switches = switches;
	pads->switch_count = switch_count;
	pads_reset(pads);
	pads->changed = changed;
	pads->context = context;
}

void pads_wire(struct pads *pads, unsigned pad, enum pad_outside outside)
{
	pads->pads[pad].outside = outside;
}

/* ---- Registers ---- */

static uint32_t pads_unknown(struct pads *pads, const char *what, uint8_t port, uint16_t offset)
{
	vboard_violation(pads->board, "pads", "%s unknown register 0x%x of sideband port 0x%02x",
			 what, offset, port);
	return vboard_decide(pads->board, "pads-unknown") ? 0 : UINT32_MAX;
}

static const struct community *pads_community(uint8_t port)
{
	for (size_t i = 0; i < sizeof(communities) / sizeof(communities[0]); i++)
		if (communities[i].port == port)
			return &communities[i];
	return NULL;
}

/* The pad of a PADCFG register, PADS when there is none there. */
static unsigned pads_at(const struct community *community, uint16_t offset)
{
	if (offset < PADCFG || offset >= PADCFG + 8u * community->count)
		return PADS;
	return community->first + (offset - PADCFG) / 8u;
}

/* Which of the registers of `stride` bytes a group is at `offset`: its group, and what is left of the offset. */
static bool pads_group_at(const struct community *community, uint16_t offset, uint16_t base,
			  unsigned stride, unsigned *group, unsigned *rest)
{
	const unsigned groups = (community->count + PAD_GROUP_SIZE - 1) / PAD_GROUP_SIZE;

	if (offset < base || offset >= base + stride * groups)
		return false;
	*group = community->first / PAD_GROUP_SIZE + (unsigned)(offset - base) / stride;
	*rest = (unsigned)(offset - base) % stride;
	return true;
}

static unsigned group_pad(unsigned group, unsigned n)
{
	const unsigned pad = group * PAD_GROUP_SIZE + n;

	return n < PAD_GROUP_SIZE && pad < PADS ? pad : PADS;
}

static uint32_t pads_owners(const struct pads *pads, unsigned group, unsigned offset)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < 8; i++) {
		const unsigned pad = group_pad(group, offset * 2 + i);

		if (pad < PADS)
			value |= (uint32_t)pads->pads[pad].owner << (4 * i);
	}
	return value;
}

/* Configuration and level are locked together. */
static uint32_t pads_locks(const struct pads *pads, unsigned group)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < PAD_GROUP_SIZE; i++) {
		const unsigned pad = group_pad(group, i);

		if (pad < PADS)
			value |= (uint32_t)pads->pads[pad].locked << i;
	}
	return value;
}

static uint32_t pads_config(const struct pads *pads, unsigned pad, bool second)
{
	const struct pad *p = &pads->pads[pad];
	const bool receives =
		!(p->config[0] & RX_DISABLE) || vboard_decide(pads->board, "pads-rx-off");

	if (second)
		return p->config[1];
	return p->config[0] | (receives && pad_level(p) ? RX_STATE : 0);
}

uint32_t pads_read(struct pads *pads, uint8_t port, uint16_t offset)
{
	const struct community *community = pads_community(port);
	unsigned group, rest;

	if (!community)
		return pads_unknown(pads, "read of", port, offset);
	if (pads_at(community, offset) < PADS)
		return pads_config(pads, pads_at(community, offset), offset & 4);
	if (offset == REVID || offset == CAPABILITIES)
		return 0;
	if (offset == PADBAR)
		return PADCFG;
	if (pads_group_at(community, offset, GPI_IE, 4, &group, &rest))
		return pads->interrupts[group];
	if (pads_group_at(community, offset, GPI_IS, 4, &group, &rest))
		return 0;
	if (pads_group_at(community, offset, HOSTSW_OWN, 4, &group, &rest))
		return pads->host_owned[group];
	if (pads_group_at(community, offset, PADCFGLOCK, 8, &group, &rest))
		return pads_locks(pads, group);
	if (pads_group_at(community, offset, PAD_OWN, 16, &group, &rest))
		return pads_owners(pads, group, rest);
	return pads_unknown(pads, "read of", port, offset);
}

static void pads_configure(struct pads *pads, unsigned pad, bool second, uint32_t value)
{
	struct pad *p = &pads->pads[pad];
	const bool before = pad_level(p);

	if (p->owner || p->locked) {
		vboard_trace(pads->board, "pads", "GPP_%c%u takes nothing: %s",
			     'A' + pad / PAD_GROUP_SIZE, pad % PAD_GROUP_SIZE,
			     p->owner ? "it is not the host's" : "it is locked");
		return;
	}
	p->config[second] = second ? value : value & ~RX_STATE;
	if (before != pad_level(p))
		vboard_trace(pads->board, "pads", "GPP_%c%u %s", 'A' + pad / PAD_GROUP_SIZE,
			     pad % PAD_GROUP_SIZE, before ? "falls" : "rises");
	pads_tell(pads);
}

void pads_write(struct pads *pads, uint8_t port, uint16_t offset, uint32_t value)
{
	const struct community *community = pads_community(port);
	unsigned group, rest;

	if (!community)
		pads_unknown(pads, "write to", port, offset);
	else if (pads_at(community, offset) < PADS)
		pads_configure(pads, pads_at(community, offset), offset & 4, value);
	else if (pads_group_at(community, offset, GPI_IE, 4, &group, &rest))
		pads->interrupts[group] = value;
	else if (pads_group_at(community, offset, HOSTSW_OWN, 4, &group, &rest))
		pads->host_owned[group] = value;
	else if (!pads_group_at(community, offset, GPI_IS, 4, &group, &rest))
		pads_unknown(pads, "write to read-only or", port, offset);
}
