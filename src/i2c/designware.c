/* designware.c: see designware.h. Sections are those of lpss-i2c.md. */
#include "i2c/designware.h"

#include "i2c/bus_clear.h"
#include "i2c/designware_regs.h"
#include "i2c/designware_transfer.h"

#define RESET_SETTLE_US      10u /* Linux needs none (section 12) */
#define ARBITRATION_RETRIES  3u  /* section 7.5 */
#define ARBITRATION_PAUSE_US 200u
#define PROBE_ADDRESS        0x03u /* reserved by the I2C specification: nobody answers */

#define STANDARD  100000u /* Hz */
#define FAST      400000u
#define FAST_PLUS 1000000u

/* The two words of the private block that are written here, then all that a block reset takes from
 * whoever set the controller up before (section 4). ENABLE comes last: the others want it off. */
#define SAVED_PRIVATE 2u
static const uint16_t saved_registers[] = {
	LPSS_REMAP_ADDR_LOW, LPSS_REMAP_ADDR_HIGH,  IC_CON,         IC_TAR,         IC_SAR,
	IC_HS_MADDR,         IC_SS_SCL_HCNT,        IC_SS_SCL_LCNT, IC_FS_SCL_HCNT, IC_FS_SCL_LCNT,
	IC_HS_SCL_HCNT,      IC_HS_SCL_LCNT,        IC_INTR_MASK,   IC_RX_TL,       IC_TX_TL,
	IC_SDA_HOLD,         IC_SLV_DATA_NACK_ONLY, IC_DMA_CR,      IC_DMA_TDLR,    IC_DMA_RDLR,
	IC_SDA_SETUP,        IC_ACK_GENERAL_CALL,   IC_FS_SPKLEN,   IC_HS_SPKLEN,   IC_ENABLE,
};
_Static_assert(ARRAY_SIZE(saved_registers) == DESIGNWARE_SAVED, "DESIGNWARE_SAVED");

/* ---- reset and set-up ---- */

static bool is_released(uint32_t resets)
{
	return resets != UINT32_MAX && field_get(LPSS_RESETS_HOST, resets) == 3;
}

static enum fl_err reset_block(struct designware *dw)
{
	reg_write(&dw->regs, LPSS_RESETS, 0);
	platform_delay_us(RESET_SETTLE_US);
	reg_write(&dw->regs, LPSS_RESETS, LPSS_RESETS_RELEASE);
	platform_delay_us(RESET_SETTLE_US);
	reg_write(&dw->regs, LPSS_REMAP_ADDR_LOW, (uint32_t)dw->regs.base);
	reg_write(&dw->regs, LPSS_REMAP_ADDR_HIGH, (uint32_t)(dw->regs.base >> 32));
	if (is_released(reg_read(&dw->regs, LPSS_RESETS)))
		return FL_OK;
	return diag_fail(&dw->attempt, FL_ERR_GONE,
			 "the function is powered down, disabled by firmware or lost its BAR",
			 "%s stays in reset: RESETS reads 0x%08x", dw->bus.name,
			 reg_read(&dw->regs, LPSS_RESETS));
}

static enum fl_err identify(struct designware *dw)
{
	const uint32_t type = reg_read(&dw->regs, IC_COMP_TYPE);
	const uint32_t parameters = reg_read(&dw->regs, IC_COMP_PARAM_1);

	if (type == UINT32_MAX)
		return diag_fail(
			&dw->attempt, FL_ERR_GONE,
			"the function is powered down, disabled by firmware or lost its BAR",
			"%s COMP_TYPE reads all ones", dw->bus.name);
	if (type != IC_COMP_TYPE_DESIGNWARE)
		return diag_fail(&dw->attempt, FL_ERR_NOTFOUND,
				 "the board file names a function that is no LPSS I2C controller",
				 "%s COMP_TYPE reads 0x%08x, want 0x%08x", dw->bus.name, type,
				 IC_COMP_TYPE_DESIGNWARE);
	dw->tx_depth = field_get(IC_COMP_PARAM_1_TX_DEPTH, parameters) + 1;
	dw->rx_depth = field_get(IC_COMP_PARAM_1_RX_DEPTH, parameters) + 1;
	return FL_OK;
}

static void write_timing(struct designware *dw)
{
	const struct designware_timing *t = &dw->timing;
	const uint16_t fast_hcnt = dw->speed == FAST_PLUS ? t->fp_hcnt : t->fs_hcnt;
	const uint16_t fast_lcnt = dw->speed == FAST_PLUS ? t->fp_lcnt : t->fs_lcnt;
	const bool is_slow = dw->speed == STANDARD;

	reg_write(&dw->regs, IC_SS_SCL_HCNT, is_slow && dw->hcnt ? dw->hcnt : t->ss_hcnt);
	reg_write(&dw->regs, IC_SS_SCL_LCNT, is_slow && dw->lcnt ? dw->lcnt : t->ss_lcnt);
	reg_write(&dw->regs, IC_FS_SCL_HCNT, !is_slow && dw->hcnt ? dw->hcnt : fast_hcnt);
	reg_write(&dw->regs, IC_FS_SCL_LCNT, !is_slow && dw->lcnt ? dw->lcnt : fast_lcnt);
	/* A receive hold of 0 is not legal in cores that have the register. */
	if (reg_read(&dw->regs, IC_COMP_VERSION) >= IC_COMP_VERSION_SDA_HOLD)
		reg_write(&dw->regs, IC_SDA_HOLD,
			  field_put(IC_SDA_HOLD_RX, 1) |
				  field_put(IC_SDA_HOLD_TX,
					    dw->sda_hold ? dw->sda_hold : t->sda_hold));
}

/* Section 6; also the first step of freeing a stuck bus. */
static enum fl_err set_up(struct designware *dw)
{
	enum fl_err err = designware_disable(dw);

	if (err)
		return err;
	write_timing(dw);
	reg_write(&dw->regs, IC_TX_TL, 0);
	reg_write(&dw->regs, IC_RX_TL, 0);
	reg_write(&dw->regs, IC_CON,
		  IC_CON_MASTER | IC_CON_RESTART_EN | IC_CON_SLAVE_DISABLE |
			  field_put(IC_CON_SPEED, dw->speed == STANDARD ? 1 : 2));
	reg_write(&dw->regs, IC_INTR_MASK, 0);
	reg_read(&dw->regs, IC_CLR_INTR);
	reg_write(&dw->regs, IC_DMA_CR, 0);
	return FL_OK;
}

/* ---- freeing a stuck bus (section 9) ---- */

static enum fl_err reset_and_set_up(struct designware *dw)
{
	enum fl_err err = reset_block(dw);

	return err ? err : set_up(dw);
}

/* By hand on the pads, which only some controllers have at known places (Sunrise Point-LP). */
static enum fl_err clock_by_hand(struct designware *dw)
{
	static const struct {
		uint16_t pci_device;
		const char *sda, *scl;
	} pads[] = {
		{0x9d62, "GPP_F4", "GPP_F5"},
		{0x9d64, "GPP_F8", "GPP_F9"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(pads); i++) {
		enum fl_err err;

		if (pads[i].pci_device != dw->pci_device)
			continue;
		err = designware_disable(dw);
		if (!err)
			err = i2c_bus_clear(pads[i].sda, pads[i].scl);
		return err ? err : reset_and_set_up(dw);
	}
	return FL_ERR_UNSUPPORTED;
}

/* Alone: a transaction with its retries, words left in dw->attempt. */
static enum fl_err transact(struct designware *dw, struct designware_message *message)
{
	for (unsigned retry = 0;; retry++) {
		enum fl_err err;

		diag_clear(&dw->attempt);
		err = designware_transact(dw, message);
		if (err != FL_ERR_ARBITRATION || retry == ARBITRATION_RETRIES)
			return err;
		dw->retries++;
		platform_delay_us(ARBITRATION_PAUSE_US);
	}
}

/* A bus that can carry an address and a missing acknowledge is free. */
static enum fl_err probe(struct designware *dw)
{
	uint8_t byte;
	struct designware_message message = {
		.address = PROBE_ADDRESS, .read = &byte, .read_length = 1};
	enum fl_err err = transact(dw, &message);

	return err == FL_ERR_NACK ? FL_OK : err;
}

static bool is_stuck(enum fl_err err)
{
	return err == FL_ERR_TIMEOUT || err == FL_ERR_ARBITRATION;
}

/* From mild to hard, until the bus answers. The last error stays in dw->attempt. */
static enum fl_err recover(struct designware *dw)
{
	enum fl_err (*const ladder[])(struct designware *) = {set_up, reset_and_set_up,
							      clock_by_hand};
	enum fl_err err = FL_ERR_TIMEOUT;

	for (size_t i = 0; i < ARRAY_SIZE(ladder); i++) {
		if (ladder[i](dw))
			continue;
		err = probe(dw);
		if (!err)
			dw->recoveries++;
		if (!is_stuck(err))
			break;
	}
	return err;
}

/* ---- the bus as users see it ---- */

static enum fl_err publish(struct designware *dw, enum fl_err err, const char *more)
{
	return diag_fail(dw->bus.diag, err, dw->attempt.hint, "%s%s", dw->attempt.message, more);
}

/* Frees the bus. What nobody has seen a START of is sent once more; the rest stays an error. */
static enum fl_err after_stuck(struct designware *dw, struct designware_message *message,
			       enum fl_err err)
{
	const struct diag first = dw->attempt;
	const enum fl_err left = recover(dw);

	if (!left && !message->was_started) {
		err = transact(dw, message);
		return err ? publish(dw, err, "") : FL_OK;
	}
	dw->attempt = first;
	return publish(dw, err,
		       left ? "; a new set-up and a reset of the controller do not free the bus"
			    : "; the bus is free again");
}

static enum fl_err transfer(struct i2c_bus *bus, uint8_t address, const uint8_t *write,
			    size_t write_length, uint8_t *read, size_t read_length)
{
	struct designware *dw = (struct designware *)bus;
	struct designware_message message = {.address = address,
					     .write = write,
					     .write_length = write_length,
					     .read = read,
					     .read_length = read_length};
	enum fl_err err;

	if (address > 0x7f || !(write_length + read_length))
		return diag_fail(bus->diag, FL_ERR_INVALID, NULL, "%s 0x%02x: %s", bus->name,
				 address,
				 address > 0x7f ? "no 7-bit address" : "a transfer without bytes");
	if (!dw->is_open)
		return diag_fail(bus->diag, FL_ERR_STATE, NULL, "%s 0x%02x: controller is closed",
				 bus->name, address);
	err = transact(dw, &message);
	if (is_stuck(err))
		return after_stuck(dw, &message, err);
	return err ? publish(dw, err, "") : FL_OK;
}

enum fl_err designware_check(struct designware *dw)
{
	const bool is_first = dw->bus.diag && !dw->bus.diag->message[0];
	enum fl_err err = probe(dw);

	if (is_stuck(err))
		err = recover(dw);
	if (!err)
		return FL_OK;
	publish(dw, err, "");
	if (is_first)
		diag_prefix(dw->bus.diag, "asking an address that nobody has: ");
	return err;
}

/* ---- open, close ---- */

/* The board's counts make SCL no faster than its speed allows: a tenth for what tuning to the wires takes. High lasts
 * hcnt + 8 cycles at least, low lcnt + 1 (lpss-i2c.md 5). */
static enum fl_err check_counts(struct designware *dw, const struct designware_clock *clock)
{
	const uint32_t cycles = dw->hcnt + 8u + dw->lcnt + 1u, hz = clock->khz * 1000u / cycles;

	if (!dw->hcnt || hz <= dw->speed + dw->speed / 10)
		return FL_OK;
	return diag_fail(
		&dw->attempt, FL_ERR_INVALID,
		"correct the bus's hcnt and lcnt in the board file, or drop both",
		"%s: hcnt %u and lcnt %u make SCL of up to %u kHz, more than its speed of %u kHz",
		dw->bus.name, dw->hcnt, dw->lcnt, hz / 1000, dw->speed / 1000);
}

static enum fl_err configure(struct designware *dw)
{
	struct designware_clock clock;

	if (!designware_input_clock(dw->pci_device, &clock))
		return diag_fail(&dw->attempt, FL_ERR_UNSUPPORTED,
				 "correct the bus's pci address in the board file",
				 "%s: 8086:%04x is no I2C controller known here", dw->bus.name,
				 dw->pci_device);
	if (dw->speed != STANDARD && dw->speed != FAST && dw->speed != FAST_PLUS)
		return diag_fail(&dw->attempt, FL_ERR_UNSUPPORTED, "write 100kHz, 400kHz or 1MHz",
				 "%s: speed %u Hz", dw->bus.name, dw->speed);
	designware_timing(&clock, &dw->timing);
	return check_counts(dw, &clock);
}

/* Of a block in reset only the private words say something, of one that answers with all ones
 * nothing does. */
static unsigned saved_count(const struct designware *dw)
{
	if (dw->found_resets == UINT32_MAX)
		return 0;
	return is_released(dw->found_resets) ? DESIGNWARE_SAVED : SAVED_PRIVATE;
}

static void save(struct designware *dw)
{
	dw->found_resets = reg_read(&dw->regs, LPSS_RESETS);
	for (unsigned i = 0; i < saved_count(dw); i++)
		dw->found[i] = reg_read(&dw->regs, saved_registers[i]);
}

/* What differs is written: a core does not have all of these registers. */
static void put_back(struct designware *dw)
{
	for (unsigned i = 0; i < saved_count(dw); i++)
		if (reg_read(&dw->regs, saved_registers[i]) != dw->found[i])
			reg_write(&dw->regs, saved_registers[i], dw->found[i]);
}

static enum fl_err restore(struct designware *dw)
{
	/* All ones is how some blocks answer while in reset. */
	const uint32_t resets = dw->found_resets == UINT32_MAX ? 0 : dw->found_resets;
	enum fl_err err = is_released(dw->found_resets) ? designware_disable(dw) : FL_OK;

	if (err)
		return err;
	put_back(dw);
	reg_write(&dw->regs, LPSS_RESETS, resets);
	return FL_OK;
}

enum fl_err designware_init(struct designware *dw, const struct board_bus *config,
			    uint16_t pci_device, uint64_t base, struct diag *diag)
{
	enum fl_err err;

	*dw = (struct designware){
		.bus = {config->name, diag, transfer},
		.pci_device = pci_device,
		.speed = config->speed,
		.hcnt = config->hcnt,
		.lcnt = config->lcnt,
		.sda_hold = config->sda_hold,
	};
	regs_init(&dw->regs, config->name, base, LPSS_I2C_WINDOW, diag);
	dw->regs.diag = &dw->attempt;
	err = configure(dw);
	if (err)
		return publish(dw, err, "");
	save(dw);
	err = reset_block(dw);
	if (err)
		goto out_found;
	err = identify(dw);
	if (err)
		goto out_found;
	err = set_up(dw);
	if (err)
		goto out_found;
	dw->is_open = true;
	return FL_OK;
out_found:
	publish(dw, err, ""); /* before what restore has to say */
	restore(dw);
	return err;
}

enum fl_err designware_exit(struct designware *dw)
{
	enum fl_err err;

	if (!dw->is_open)
		return FL_OK;
	dw->is_open = false;
	diag_clear(&dw->attempt);
	err = restore(dw);
	return err ? publish(dw, err, "") : FL_OK;
}
