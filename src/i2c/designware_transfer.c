/* designware_transfer.c: see designware_transfer.h. Sections are those of lpss-i2c.md. */
#include "i2c/designware_transfer.h"

#include "core/deadline.h"
#include "i2c/designware_regs.h"

#define BUS_IDLE_US     20000u /* section 7.4 */
#define DISABLE_US      10000u
#define DISABLE_POLL_US 25u
#define QUIET_US        20000u /* 7.4: four times a byte's time and 10 ms, at least 20 ms */
#define ABORT_STOP_US   2000u  /* the STOP after an abort: one bit, and slow targets */
#define POLL_US         5u     /* a quarter of a byte at 400 kHz */

static const char hold_hint[] = "a device or a short holds SDA or SCL low: look for a camera "
				"without supply on a pulled-up bus, "
				"measure both lines, power-cycle the camera";

struct transaction {
	struct designware_message *message;
	size_t sent, received; /* commands pushed, bytes read */
	uint32_t waiting;      /* commands in the FIFO at the last look */
	uint32_t raw;          /* RAW_INTR_STAT at the last look */
};

/* ---- what an abort means (section 8) ---- */

static const struct abort_cause {
	uint32_t bit;
	enum fl_err err;
	const char *words;
	const char *hint;
} abort_causes[] = {
	{IC_ABRT_7B_ADDR_NOACK, FL_ERR_NACK, "did not acknowledge its address",
	 "device unpowered, in reset, or wrong address: check rails, clock and reset, then the "
	 "address "
	 "in the board file"},
	{IC_ABRT_TXDATA_NOACK, FL_ERR_NACK, "did not acknowledge a data byte",
	 "the device refused a register or value, or its supply dipped during the transfer"},
	{IC_ABRT_10ADDR1_NOACK, FL_ERR_NACK, "did not acknowledge its 10-bit address", NULL},
	{IC_ABRT_10ADDR2_NOACK, FL_ERR_NACK, "did not acknowledge its 10-bit address", NULL},
	{IC_ABRT_GCALL_NOACK, FL_ERR_NACK, "general call was not acknowledged", NULL},
	{IC_ABRT_ARB_LOST, FL_ERR_ARBITRATION, "lost arbitration",
	 "another master drives this bus, or SDA is pulled down: short, missing pull-up, noise"},
	{IC_ABRT_GCALL_READ, FL_ERR_INVALID, "read after a general call", NULL},
	{IC_ABRT_HS_ACKDET, FL_ERR_IO, "acknowledged the high-speed master code", NULL},
	{IC_ABRT_SBYTE_ACKDET, FL_ERR_IO, "acknowledged the start byte", NULL},
	{IC_ABRT_HS_NORSTRT, FL_ERR_IO, "high-speed transfer without restart", NULL},
	{IC_ABRT_SBYTE_NORSTRT, FL_ERR_IO, "start byte without restart", NULL},
	{IC_ABRT_10B_RD_NORSTRT, FL_ERR_IO, "10-bit read without restart", NULL},
	{IC_ABRT_MASTER_DIS, FL_ERR_IO, "transfer while the controller's master is off",
	 "something else wrote the controller's CON register: firmware driver still active?"},
	{IC_ABRT_SLVFLUSH_TXFIFO, FL_ERR_IO, "slave request flushed the FIFO", NULL},
	{IC_ABRT_SLV_ARBLOST, FL_ERR_IO, "slave lost the bus", NULL},
	{IC_ABRT_SLVRD_INTX, FL_ERR_IO, "slave in the wrong direction", NULL},
	{IC_ABRT_USER, FL_ERR_IO, "transfer was aborted by software", NULL},
	{0, FL_ERR_IO, "transfer was aborted without a cause", NULL},
};

static enum fl_err abort_fail(struct designware *dw, const struct designware_message *message,
			      uint32_t source)
{
	const struct abort_cause *cause = abort_causes;

	while (cause->bit && !(source & cause->bit))
		cause++;
	return diag_fail(&dw->attempt, cause->err, cause->hint,
			 "%s 0x%02x %s (TX_ABRT_SOURCE 0x%08x)", dw->bus.name, message->address,
			 cause->words, source);
}

/* ---- enable ---- */

static bool is_off(struct designware *dw, uint32_t *status)
{
	*status = reg_read(&dw->regs, IC_ENABLE_STATUS);
	return !(*status & IC_ENABLE_STATUS_ON);
}

enum fl_err designware_disable(struct designware *dw)
{
	struct deadline deadline = deadline_in_us(DISABLE_US);
	uint32_t status;

	/* Written again each time: a core that was busy may have missed it (section 6, step 3). Looked at
	 * at once and a while after that: it need not obey at once, however late we come. */
	do {
		reg_write(&dw->regs, IC_ENABLE, 0);
		if (is_off(dw, &status))
			return FL_OK;
		platform_delay_us(DISABLE_POLL_US);
		if (is_off(dw, &status))
			return FL_OK;
		if (status == UINT32_MAX)
			return diag_fail(&dw->attempt, FL_ERR_GONE,
					 "the controller is powered down, disabled or lost its BAR",
					 "%s ENABLE_STATUS reads all ones", dw->bus.name);
	} while (deadline_again(&deadline, 0));
	return diag_fail(&dw->attempt, FL_ERR_TIMEOUT, hold_hint,
			 "%s is still enabled %u us after it was switched off", dw->bus.name,
			 DISABLE_US);
}

static enum fl_err wait_idle(struct designware *dw, uint8_t address)
{
	enum fl_err err = reg_wait(&dw->regs, IC_STATUS, IC_STATUS_ACTIVITY, 0, BUS_IDLE_US, NULL);

	if (err == FL_ERR_TIMEOUT) {
		diag_clear(&dw->attempt);
		diag_fail(&dw->attempt, err, hold_hint,
			  "%s 0x%02x: bus still busy after %u ms, STATUS 0x%02x", dw->bus.name,
			  address, BUS_IDLE_US / 1000, reg_read(&dw->regs, IC_STATUS));
	}
	return err;
}

static enum fl_err begin(struct designware *dw, struct transaction *t)
{
	const struct designware_message *m = t->message;
	enum fl_err err = wait_idle(dw, m->address);

	if (!err)
		err = designware_disable(dw);
	if (err)
		return err;
	reg_update(&dw->regs, IC_CON, IC_CON_10BIT_MASTER, 0);
	reg_write(&dw->regs, IC_TAR, m->address);
	reg_write(&dw->regs, IC_INTR_MASK, 0);
	reg_write(&dw->regs, IC_ENABLE, IC_ENABLE_ON);
	reg_read(&dw->regs, IC_ENABLE_STATUS);
	reg_read(&dw->regs, IC_CLR_INTR);
	return FL_OK;
}

/* ---- FIFOs ---- */

/* STOP and RESTART are always said: not every core adds them itself (sections 7.2, 7.3). */
static uint32_t command(const struct designware_message *m, size_t index)
{
	uint32_t value = index < m->write_length ? m->write[index] : IC_DATA_CMD_READ;

	if (index && index == m->write_length)
		value |= IC_DATA_CMD_RESTART;
	if (index + 1 == m->write_length + m->read_length)
		value |= IC_DATA_CMD_STOP;
	return value;
}

/* Fills all free space at once, so that the FIFO does not run dry within a message. */
static void push(struct designware *dw, struct transaction *t)
{
	const struct designware_message *m = t->message;
	const size_t total = m->write_length + m->read_length;
	size_t space = t->waiting < dw->tx_depth ? dw->tx_depth - t->waiting : 0;

	while (t->sent < total && space--) {
		/* Answers that are asked for must fit into the RX FIFO. */
		if (t->sent >= m->write_length &&
		    t->sent - m->write_length - t->received >= dw->rx_depth)
			break;
		reg_write(&dw->regs, IC_DATA_CMD, command(m, t->sent++));
	}
}

static void pull(struct designware *dw, struct transaction *t)
{
	uint32_t level = reg_read(&dw->regs, IC_RXFLR);

	while (level-- && t->received < t->message->read_length)
		t->message->read[t->received++] =
			(uint8_t)field_get(IC_DATA_CMD_DAT, reg_read(&dw->regs, IC_DATA_CMD));
}

/* ---- the transaction ---- */

static enum fl_err aborted(struct designware *dw, struct transaction *t)
{
	const uint32_t source = reg_read(&dw->regs, IC_TX_ABRT_SOURCE);
	enum fl_err err;

	dw->last_abort = source;
	reg_read(&dw->regs, IC_CLR_TX_ABRT);
	err = abort_fail(dw, t->message, source);
	/* The core sends STOP by itself; switching it off before would cut that short. */
	reg_wait(&dw->regs, IC_STATUS, IC_STATUS_MST_ACTIVITY, 0, ABORT_STOP_US, NULL);
	return err;
}

static enum fl_err expired(struct designware *dw, const struct transaction *t)
{
	const struct designware_message *m = t->message;

	return diag_fail(&dw->attempt, FL_ERR_TIMEOUT, hold_hint,
			 "%s 0x%02x: no end of transfer: %zu of %zu commands given, %u still wait, "
			 "%zu of %zu bytes read, RAW_INTR_STAT 0x%04x, nothing moved for %u ms",
			 dw->bus.name, m->address, t->sent, m->write_length + m->read_length,
			 t->waiting, t->received, m->read_length, t->raw, QUIET_US / 1000);
}

/*
 * One look: gives commands, takes bytes. Says whether the transfer moves: a command given or
 * executed, a byte that came, a START. The time of the last move counts, not that of the first
 * command: between two looks this CPU may be away for longer than the whole transfer takes.
 */
static bool look(struct designware *dw, struct transaction *t)
{
	const size_t sent = t->sent, received = t->received;
	const uint32_t raw = reg_read(&dw->regs, IC_RAW_INTR_STAT);
	const uint32_t waiting = reg_read(&dw->regs, IC_TXFLR);
	const bool moves = raw != t->raw || waiting != t->waiting;

	t->raw = raw;
	t->waiting = waiting;
	t->message->was_started = raw & IC_START_DET; /* latched */
	if (!(raw & IC_TX_ABRT))
		pull(dw, t);
	if (!(raw & (IC_TX_ABRT | IC_STOP_DET)))
		push(dw, t);
	return moves || t->sent != sent || t->received != received;
}

/* Until STOP, abort or silence. The abort is looked for in every round: after it no byte comes. */
static enum fl_err run(struct designware *dw, struct transaction *t)
{
	struct deadline quiet = deadline_in_us(QUIET_US);

	do {
		if (look(dw, t))
			quiet = deadline_in_us(QUIET_US);
		if (t->raw == UINT32_MAX)
			return diag_fail(&dw->attempt, FL_ERR_GONE,
					 "the controller is powered down, disabled or lost its BAR",
					 "%s reads all ones during a transfer", dw->bus.name);
		if (t->raw & IC_TX_ABRT)
			return aborted(dw, t);
		if (t->raw & IC_STOP_DET)
			return FL_OK;
	} while (deadline_again(&quiet, POLL_US));
	return expired(dw, t);
}

static enum fl_err finish(struct designware *dw, struct transaction *t)
{
	const struct designware_message *m = t->message;
	enum fl_err err;

	reg_read(&dw->regs, IC_CLR_STOP_DET);
	err = reg_wait(&dw->regs, IC_STATUS, IC_STATUS_MST_ACTIVITY | IC_STATUS_TFE, IC_STATUS_TFE,
		       ABORT_STOP_US, hold_hint);
	pull(dw, t);
	if (!err && (t->received < m->read_length || t->sent < m->write_length + m->read_length))
		err = diag_fail(&dw->attempt, FL_ERR_IO,
				"the controller stopped early: another user of it, or a clock that "
				"is too fast",
				"%s 0x%02x: STOP after %zu of %zu commands, %zu of %zu bytes read",
				dw->bus.name, m->address, t->sent, m->write_length + m->read_length,
				t->received, m->read_length);
	return err;
}

enum fl_err designware_transact(struct designware *dw, struct designware_message *message)
{
	struct transaction t = {.message = message};
	enum fl_err err, off;

	message->was_started = false;
	err = begin(dw, &t);
	if (err)
		return err;
	err = run(dw, &t);
	if (!err)
		err = finish(dw, &t);
	off = designware_disable(dw);
	return err ? err : off;
}
