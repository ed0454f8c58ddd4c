/*
 * test_power_sequence.c: power domains as a script: every write to PMIC, chips and pads and every
 * wait, in order, on the way up, on the way down and after every failure. On chips that are plain
 * memory and answer at once, so that virtual time is what was waited.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "power/power.h"
#include "power/tps68470.h"
#include "tests/host/host.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PMIC         0x4d
#define CHIP         0x21
#define PMIC_BUS     1
#define CHIP_BUS     0
#define LOG          4096

/* ---- the script ----------------------------------------------------------------------------- */

static struct {
	struct i2c_bus buses[2];
	struct i2c_bus *bus_pointers[3]; /* one that the board does not have */
	struct diag diag;
	uint8_t pmic[256], chip[1024];
	uint8_t others[2][1024]; /* PMIC's address on the chip's bus, and the other way round */
	uint32_t pads[2];        /* GPP_C10, GPP_C11 */
	char log[LOG];
	size_t used;
	uint64_t last_ns;
	unsigned transfers;
	unsigned fails_at[2]; /* transfers, from 1; 0 = none */
	bool is_taken;        /* the chip did it, the answer got lost */
	enum fl_err fails_with[2];
	unsigned stuck_reg, stuck_chip_reg; /* ignore writes; 0 = none */
	/* These read 0 once the PMIC's register `trigger_reg` was written. */
	unsigned trigger_reg, falls_reg, falls_chip_reg;
	struct power power;
	struct board_desc board;
} b;

static uint64_t waited(void)
{
	return host_time_ns() - 1000ull * host_access_count();
}

static void note(const char *format, ...)
{
	const uint64_t now = waited();
	va_list args;

	if (now - b.last_ns >= 1000)
		b.used += (size_t)snprintf(b.log + b.used, LOG - b.used, "+%llu ",
					   (unsigned long long)(now - b.last_ns) / 1000);
	b.last_ns = now;
	va_start(args, format);
	b.used += (size_t)vsnprintf(b.log + b.used, LOG - b.used, format, args);
	va_end(args);
	assert_true(b.used < LOG);
}

/* The script since the last look, waits at its end included. */
static const char *script(void)
{
	note("%s", "");
	b.used = 0;
	return b.log;
}

static enum fl_err fail_now(struct i2c_bus *bus)
{
	for (unsigned i = 0; i < 2; i++)
		if (b.transfers == b.fails_at[i])
			return diag_fail(bus->diag, b.fails_with[i], "wiggle the cable",
					 "transfer %u broke", b.transfers);
	return FL_OK;
}

static uint8_t *memory_of(const struct i2c_bus *bus, uint8_t address)
{
	const bool is_pmic_bus = bus == &b.buses[PMIC_BUS];

	assert_true(address == PMIC || address == CHIP);
	if (address == PMIC)
		return is_pmic_bus ? b.pmic : b.others[0];
	return is_pmic_bus ? b.others[1] : b.chip;
}

static void write_register(uint8_t *memory, unsigned reg, uint8_t value)
{
	const bool is_pmic = memory == b.pmic;

	note("%s%02x=%02x ", is_pmic ? "" : memory == b.chip ? "chip:" : "other:", reg, value);
	if (is_pmic && reg == 0x50)
		memset(b.pmic, 0, sizeof b.pmic);
	else if (!is_pmic || reg != b.stuck_reg)
		if (memory != b.chip || reg != b.stuck_chip_reg)
			memory[reg] = value;
	if (is_pmic && b.trigger_reg && reg == b.trigger_reg) {
		b.pmic[b.falls_reg] = 0;
		b.chip[b.falls_chip_reg] = 0;
		b.others[0][b.falls_chip_reg] = b.others[1][b.falls_chip_reg] = 0;
	}
}

static enum fl_err transfer(struct i2c_bus *bus, uint8_t address, const uint8_t *write,
			    size_t write_length, uint8_t *read, size_t read_length)
{
	uint8_t *memory = memory_of(bus, address);
	unsigned reg = write[0];
	enum fl_err err;

	assert_true(read_length <= 1);
	b.transfers++;
	err = fail_now(bus);
	if (err && !(b.is_taken && !read_length))
		return err;
	if (memory != b.pmic && write_length - !read_length == 2)
		reg = reg << 8 | write[1];
	assert_true(reg < (memory == b.pmic ? COUNT(b.pmic) : COUNT(b.chip)));
	if (read_length)
		read[0] = memory[reg];
	else
		write_register(memory, reg, write[write_length - 1]);
	return err;
}

static uint32_t pad_read(void *context, uint64_t offset, unsigned width)
{
	(void)context, (void)width;
	if (offset < 0x400) /* nobody else's, not locked */
		return 0;
	return offset == 0x450 ? b.pads[0] : offset == 0x458 ? b.pads[1] : UINT32_MAX;
}

static void pad_write(void *context, uint64_t offset, unsigned width, uint32_t value)
{
	(void)context, (void)width;
	note("C1%u=%03x ", offset == 0x458, value);
	b.pads[offset == 0x458] = value;
}

/* ---- the board ------------------------------------------------------------------------------ */

static struct power_step io_steps[] = {
	{.kind = POWER_PAD, .pad = "GPP_C11", .value = 1, .line = 10, .off_delay_us = 100},
	{.kind = POWER_DELAY, .value = 3000, .line = 11},
	{.kind = POWER_RAIL,
	 .target = RAIL_VSIO,
	 .value = 1800600,
	 .line = 12,
	 .off_delay_us = 200},
};
static struct power_step cam_steps[] = {
	{.kind = POWER_INPUT, .target = 1, .line = 20},
	{.kind = POWER_CLOCK, .value = 19200000, .line = 21, .off_delay_us = 300},
	{.kind = POWER_GPIO, .target = 4, .value = 1, .line = 22, .off_delay_us = 400},
	{.kind = POWER_RAIL, .target = RAIL_VD, .value = 1200000, .line = 23, .off_delay_us = 500},
	{.kind = POWER_DELAY, .value = 1000, .line = 24, .off_delay_us = 600},
	{.kind = POWER_WRITE,
	 .bus = CHIP_BUS,
	 .address = CHIP,
	 .register_bytes = 2,
	 .reg = 0x123,
	 .value = 0x40,
	 .mask = 0xf0,
	 .line = 25,
	 .off_delay_us = 700},
	{.kind = POWER_WRITE,
	 .bus = CHIP_BUS,
	 .address = CHIP,
	 .register_bytes = 1,
	 .reg = 0x12,
	 .value = 0x05,
	 .mask = 0xff,
	 .line = 26},
	{.kind = POWER_DAISY, .line = 27},
	{.kind = POWER_GPIO, .target = 9, .value = 1, .line = 28, .off_delay_us = 800},
};
static struct power_step led_steps[] = {
	{.kind = POWER_GPIO, .target = 3, .value = 1, .line = 30},
};
static struct power_domain domains[] = {
	{.name = "io", .pmic = 0, .steps = io_steps, .count = COUNT(io_steps)},
	{.name = "led",
	 .pmic = 0,
	 .requires = {0},
	 .require_count = 1,
	 .steps = led_steps,
	 .count = COUNT(led_steps)},
	{.name = "cam",
	 .pmic = 0,
	 .requires = {0, 1},
	 .require_count = 2,
	 .steps = cam_steps,
	 .count = COUNT(cam_steps)},
	{.name = "none", .pmic = 0xff, .requires = {0}, .require_count = 1},
};
enum { IO, LED, CAM, NONE };
static struct board_pmic pmics[] = {
	{.name = "tps68470", .bus = PMIC_BUS, .address = PMIC, .crystal = 20000000},
	{.name = "beyond"}};
static struct board_bus board_buses[] = {{.name = "I2C4"}, {.name = "I2C2"}, {.name = "-"}};

/* What was in the registers before, with bits beside ours. */
static void fill(void)
{
	memset(b.pmic, 0, sizeof b.pmic);
	memset(b.chip, 0, sizeof b.chip);
	b.pmic[0x0d] = 0x50;
	b.pmic[0x16] = 0x81;
	b.pmic[0x27] = 0x02;
	b.pmic[0x41] = 0x80;
	b.chip[0x123] = 0x9a;
	b.chip[0x12] = 0x77;
	b.pads[0] = 0x100;
	b.pads[1] = 0x500;
}

static void up(void)
{
	const struct host_mmio pads = {0xfdae0000u, 0x10000, pad_read, pad_write, NULL};

	memset(&b, 0, sizeof b);
	host_reset(1);
	host_add_mmio(&pads);
	fill();
	for (unsigned i = 0; i < 2; i++) {
		b.buses[i] = (struct i2c_bus){board_buses[i].name, &b.diag, transfer};
		b.bus_pointers[i] = &b.buses[i];
	}
	b.bus_pointers[2] = &b.buses[0];
	b.board = (struct board_desc){.name = "toy",
				      .file = "toy.ini",
				      .buses = board_buses,
				      .bus_count = 2,
				      .pmics = pmics,
				      .pmic_count = 1,
				      .domains = domains,
				      .domain_count = COUNT(domains)};
	assert_int_equal(power_init(&b.power, &b.board, b.bus_pointers, &b.diag), FL_OK);
}

/* Another board on the same chips: one domain, with these steps. */
static void up_alone(struct power_domain *domain)
{
	up();
	power_exit(&b.power);
	b.board.domains = domain;
	b.board.domain_count = 1;
	assert_int_equal(power_init(&b.power, &b.board, b.bus_pointers, &b.diag), FL_OK);
}

static void assert_as_found(void)
{
	uint8_t pmic[256], chip[1024];
	uint32_t pads[2];

	memcpy(pmic, b.pmic, sizeof pmic);
	memcpy(chip, b.chip, sizeof chip);
	memcpy(pads, b.pads, sizeof pads);
	fill();
	assert_memory_equal(pmic, b.pmic, sizeof pmic);
	assert_memory_equal(chip, b.chip, sizeof chip);
	assert_memory_equal(pads, b.pads, sizeof pads);
	assert_int_equal(b.power.undo_count, 0);
	for (unsigned i = 0; b.power.users && i < b.board.domain_count; i++)
		assert_int_equal(b.power.users[i], 0);
}

static void down(void)
{
	power_exit(&b.power);
	assert_int_equal(host_leaks(), 0);
}

/* ---- up and down ---------------------------------------------------------------------------- */

#define IO_UP  "C11=001 +3000 40=34 43=03 "
#define LED_UP "27=0a 1a=02 "
#define CAM_UP                                                                                     \
	"16=80 " /* input */                                                                       \
	"0d=50 07=03 08=02 09=13 0a=aa 0b=20 0c=01 06=01 10=05 0f=0a 0d=d1 +5000 "                 \
	"27=1a 1c=02 " /* level, then push-pull */                                                 \
	"42=0c 48=01 " /* voltage, then switch */                                                  \
	"+1000 "       /* delay */                                                                 \
	"chip:123=4a chip:12=05 "                                                                  \
	"43=03 22=04 "
/* Exactly the reverse, each step's wait behind it; the pin's driver goes last of all. */
#define CAM_DOWN                                                                                   \
	"22=00 +800 43=03 chip:12=77 chip:123=9a +1300 "                                           \
	"48=00 42=00 +500 27=0a +400 "                                                             \
	"0d=50 0f=00 10=00 06=00 0c=00 0b=00 0a=00 09=00 08=00 07=00 0d=50 +300 16=81 "            \
	"1c=00 "
#define LED_DOWN "27=02 1a=00 "
#define IO_DOWN  "43=00 40=00 +200 C11=500 +100 "

static void down_is_the_reverse_of_up(void **state)
{
	(void)state;
	up();
	assert_int_equal(power_up(&b.power, CAM), FL_OK);
	assert_string_equal(script(), IO_UP LED_UP CAM_UP);
	assert_int_equal(b.pmic[0x41], 0x80);
	assert_int_equal(power_down(&b.power, CAM), FL_OK);
	assert_string_equal(script(), CAM_DOWN LED_DOWN IO_DOWN);
	assert_as_found();
	assert_string_equal(b.diag.message, "");
	/* Once more: nothing of the first time is in the way. */
	assert_int_equal(power_up(&b.power, CAM), FL_OK);
	assert_string_equal(script(), IO_UP LED_UP CAM_UP);
	assert_int_equal(power_exit(&b.power), FL_OK);
	assert_string_equal(script(), CAM_DOWN LED_DOWN IO_DOWN);
	assert_as_found();
	down();
}

/* A user more changes nothing; the last one less takes the domain and what it required. */
static void users_are_counted(void **state)
{
	(void)state;
	up();
	assert_int_equal(power_up(&b.power, LED), FL_OK);
	assert_string_equal(script(), IO_UP LED_UP);
	assert_int_equal(power_up(&b.power, LED), FL_OK);
	assert_int_equal(power_up(&b.power, IO), FL_OK);
	assert_string_equal(script(), "");
	assert_int_equal(b.power.users[IO], 2);
	assert_int_equal(b.power.users[LED], 2);
	assert_int_equal(power_down(&b.power, LED), FL_OK);
	assert_string_equal(script(), "");
	assert_int_equal(power_down(&b.power, LED), FL_OK);
	assert_string_equal(script(), LED_DOWN);
	assert_int_equal(power_down(&b.power, LED), FL_ERR_STATE);
	assert_string_equal(b.diag.message, "power led is not up");
	assert_string_equal(script(), "");
	assert_int_equal(power_down(&b.power, IO), FL_OK);
	assert_string_equal(script(), IO_DOWN);
	assert_as_found();
	down();
}

/* One without steps only takes along what it requires. */
static void a_domain_without_steps_has_its_requirements(void **state)
{
	(void)state;
	up();
	assert_int_equal(power_up(&b.power, NONE), FL_OK);
	assert_string_equal(script(), IO_UP);
	assert_int_equal(power_down(&b.power, NONE), FL_OK);
	assert_string_equal(script(), IO_DOWN);
	assert_as_found();
	down();
}

/* The lowest domain is not taken down when a part of the ones above is. */
static void the_highest_number_of_users_is_255(void **state)
{
	(void)state;
	up();
	b.power.users[IO] = 254;
	assert_int_equal(power_up(&b.power, NONE), FL_OK);
	assert_int_equal(b.power.users[IO], 255);
	assert_int_equal(power_up(&b.power, LED), FL_ERR_BUSY);
	assert_string_equal(b.diag.message, "power io has too many users");
	assert_int_equal(b.power.users[IO], 255);
	assert_int_equal(b.power.users[LED], 0);
	assert_string_equal(script(), "");
	down();
}

/* ---- failures ------------------------------------------------------------------------------- */

/* Transfer k of the way up breaks: words, then everything back, and nothing is on. */
static void nothing_stays_on_wherever_it_stops(void **state)
{
	unsigned total = 0;

	(void)state;
	for (unsigned n = 2;; n++) {
		const unsigned k = n / 2;
		enum fl_err err;

		up();
		b.fails_at[0] = k;
		b.is_taken = n % 2;
		b.fails_with[0] = FL_ERR_NACK;
		err = power_up(&b.power, CAM);
		if (!err) {
			total = b.transfers;
			assert_int_equal(total, k - 1);
			down();
			break;
		}
		assert_int_equal(err, FL_ERR_NACK);
		assert_non_null(strstr(b.diag.message, "broke"));
		assert_true(!strncmp(b.diag.message, "power ", 6));
		assert_non_null(strstr(b.diag.message, "toy.ini:"));
		assert_string_equal(b.diag.hint, "wiggle the cable");
		assert_as_found();
		assert_int_equal(power_down(&b.power, CAM), FL_ERR_STATE);
		down();
	}
	/* 24 updates, each a read, a write and a look; a look at all that is up before a pin goes
	 * high (2, 15, 21) and at the end of each domain (2, 4, 22). */
	assert_int_equal(total, 24 * 3 + 2 + 15 + 21 + 2 + 4 + 22);
}

/* The waits of the way down are kept then, too, and steps that were not made are not undone. */
static void a_failed_step_is_undone_with_its_waits(void **state)
{
	(void)state;
	up();
	b.stuck_reg = 0x48;
	assert_int_equal(power_up(&b.power, CAM), FL_ERR_MISMATCH);
	assert_string_equal(
		b.diag.message,
		"power cam, step 4 (VD, toy.ini:23): I2C2 0x4d register 0x48 (VD, line 23) reads "
		"0x00, want 0x01 under mask 0x01");
	script();
	b.used = (size_t)(strstr(b.log, "48=01 ") + 6 - b.log); /* the failed write */
	memmove(b.log, b.log + b.used, strlen(b.log + b.used) + 1);
	assert_string_equal(
		b.log, "48=00 42=00 +500 27=0a +400 "
		       "0d=50 0f=00 10=00 06=00 0c=00 0b=00 0a=00 09=00 08=00 07=00 0d=50 +300 "
		       "16=81 1c=00 " LED_DOWN IO_DOWN "");
	b.stuck_reg = 0;
	assert_as_found();
	down();
}

/* Each step by its number, what it is, and its line in the file. */
static void a_failure_names_the_step(void **state)
{
	static const struct {
		unsigned reg;
		const char *words;
	} cases[] = {
		{0x40, "power io, step 3 (VSIO, toy.ini:12): I2C2 0x4d register 0x40 (VSIO, line "
		       "12) reads 0x00, want 0x34 under mask 0x7f"},
		{0x1a, "power led, step 1 (gpio, toy.ini:30): I2C2 0x4d register 0x1a (gpio, line "
		       "30) reads 0x00, want 0x02 under mask 0x03"},
		{0x16, "power cam, step 1 (gpio input, toy.ini:20): I2C2 0x4d register 0x16 (gpio "
		       "input, line 20) reads 0x81, want 0x00 under mask 0x03"},
		{0x0b,
		 "power cam, step 2 (clock, toy.ini:21): I2C2 0x4d register 0x0b (clock, line "
		 "21) reads 0x00, want 0x20 under mask 0xff"},
		{0x22, "power cam, step 9 (gpio, toy.ini:28): I2C2 0x4d register 0x22 (gpio, line "
		       "28) reads 0x00, want 0x04 under mask 0x04"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		up();
		b.stuck_reg = cases[i].reg;
		assert_int_equal(power_up(&b.power, CAM), FL_ERR_MISMATCH);
		assert_string_equal(b.diag.message, cases[i].words);
		b.stuck_reg = 0;
		assert_as_found();
		down();
	}
}

/* Going down goes on after an error, and the first one is told: of the domain before what it
 * required. */
static void the_first_error_of_the_way_down_is_told(void **state)
{
	static const struct {
		unsigned first, second;
		enum fl_err want;
	} cases[] = {{1, 0, FL_ERR_NACK}, {1, 10, FL_ERR_NACK}, {2, 0, FL_ERR_NACK}};
	unsigned last;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		up();
		assert_int_equal(power_up(&b.power, LED), FL_OK);
		script();
		b.fails_at[0] = b.transfers + cases[i].first;
		b.fails_with[0] = FL_ERR_NACK;
		b.fails_at[1] = cases[i].second ? b.transfers + cases[i].second : 0;
		b.fails_with[1] = FL_ERR_IO;
		assert_int_equal(power_down(&b.power, LED), cases[i].want);
		assert_non_null(strstr(script(), "C11=500 +100 "));
		assert_int_equal(b.power.undo_count, 0);
		assert_int_equal(b.power.users[IO], 0);
		down();
	}
	/* Every transfer of the way down, in the domain or below it. */
	up();
	assert_int_equal(power_up(&b.power, LED), FL_OK);
	last = b.transfers;
	assert_int_equal(power_down(&b.power, LED), FL_OK);
	last = b.transfers - last;
	down();
	assert_int_equal(last, 3 * 4); /* read, write, look; four registers */
	for (unsigned k = 1; k <= last; k++) {
		for (unsigned whole = 0; whole < 2; whole++) {
			up();
			assert_int_equal(power_up(&b.power, LED), FL_OK);
			b.fails_at[0] = b.transfers + k;
			b.fails_with[0] = FL_ERR_NACK;
			assert_int_equal(whole ? power_exit(&b.power) : power_down(&b.power, LED),
					 FL_ERR_NACK);
			assert_int_equal(b.pads[1], 0x500);
			down();
		}
	}
}

/* What cannot be read is put back all the same, as it was found. */
static void an_unreadable_register_is_written_back(void **state)
{
	(void)state;
	up();
	assert_int_equal(power_up(&b.power, LED), FL_OK);
	script();
	b.fails_at[0] = b.transfers + 1;
	b.fails_with[0] = FL_ERR_NACK;
	assert_int_equal(power_down(&b.power, LED), FL_ERR_NACK);
	assert_string_equal(script(), LED_DOWN IO_DOWN);
	assert_as_found();
	down();
}

/* What other domains wrote to the register meanwhile stays. */
static void only_the_own_bits_are_put_back(void **state)
{
	(void)state;
	up();
	assert_int_equal(power_up(&b.power, LED), FL_OK);
	b.pmic[0x27] |= 0x40;
	b.pmic[0x1a] |= 0x80;
	script();
	assert_int_equal(power_down(&b.power, LED), FL_OK);
	assert_string_equal(script(), "27=42 1a=80 " IO_DOWN);
	down();
}

/* ---- what is not checked -------------------------------------------------------------------- */

/* An unchecked register need not read back, up or down; a checked one must, at the end too. */
static void unchecked_registers_are_written_and_left(void **state)
{
	struct power_step steps[] = {
		{.kind = POWER_WRITE,
		 .bus = PMIC_BUS,
		 .address = PMIC,
		 .register_bytes = 1,
		 .reg = 0x60,
		 .value = 0xff,
		 .mask = 0xff,
		 .is_unchecked = true,
		 .line = 1},
	};
	struct power_domain domain = {.name = "one", .pmic = 0xff, .steps = steps, .count = 1};

	(void)state;
	for (unsigned unchecked = 0; unchecked < 2; unchecked++) {
		up_alone(&domain);
		steps[0].is_unchecked = unchecked;
		b.stuck_reg = 0x60;
		assert_int_equal(power_up(&b.power, 0), unchecked ? FL_OK : FL_ERR_MISMATCH);
		if (unchecked)
			assert_int_equal(power_down(&b.power, 0), FL_OK);
		else
			assert_string_equal(b.diag.message,
					    "power one, step 1 (write, toy.ini:1): I2C2 0x4d "
					    "register 0x60 (write, line 1) reads 0x00, want 0xff "
					    "under mask 0xff");
		down();
	}
}

/* ---- what falls again ----------------------------------------------------------------------- */

/* Two writes to one register: the later counts, and each is undone. */
static void a_register_may_be_written_twice(void **state)
{
	struct power_step steps[] = {
		{.kind = POWER_WRITE,
		 .bus = CHIP_BUS,
		 .address = CHIP,
		 .register_bytes = 1,
		 .reg = 0x12,
		 .value = 0x05,
		 .mask = 0xff},
		{.kind = POWER_WRITE,
		 .bus = CHIP_BUS,
		 .address = CHIP,
		 .register_bytes = 1,
		 .reg = 0x12,
		 .value = 0x06,
		 .mask = 0xff},
		{.kind = POWER_GPIO, .target = 8, .value = 1},
	};
	struct power_domain domain = {.name = "one", .pmic = 0, .steps = steps, .count = 3};

	(void)state;
	up_alone(&domain);
	assert_int_equal(power_up(&b.power, 0), FL_OK);
	assert_string_equal(script(), "chip:12=05 chip:12=06 22=02 ");
	assert_int_equal(power_down(&b.power, 0), FL_OK);
	assert_string_equal(script(), "22=00 chip:12=05 chip:12=77 ");
	assert_as_found();
	down();
}

/* Whatever was switched on first, last or in between, on PMIC or chip: at the end it must be on. */
static void what_falls_again_is_seen_at_the_end(void **state)
{
	static const struct {
		unsigned domain, trigger, reg, chip_reg;
		const char *words;
	} cases[] = {
		{IO, 0x43, 0x40, 0,
		 "power io, after its last step (toy.ini:12): I2C2 0x4d register "
		 "0x40 (VSIO, line 12) reads 0x00, want 0x34 under mask 0x7f"},
		{CAM, 0x22, 0x22, 0,
		 "power cam, step 9 (gpio, toy.ini:28): I2C2 0x4d register 0x22 "
		 "(gpio, line 28) reads 0x00, want 0x04 under mask 0x04"},
		{CAM, 0x22, 0x43, 0,
		 "power cam, after its last step (toy.ini:28): I2C2 0x4d register "
		 "0x43 (daisy-chain, line 27) reads 0x00, want 0x03 under mask "
		 "0x03"},
		{CAM, 0x22, 0, 0x123,
		 "power cam, after its last step (toy.ini:28): I2C4 0x21 register "
		 "0x0123 (write, line 25) reads 0x00, want 0x40 under mask 0xf0"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		up();
		b.trigger_reg = cases[i].trigger;
		b.falls_reg = cases[i].reg;
		b.falls_chip_reg = cases[i].chip_reg;
		assert_int_equal(power_up(&b.power, cases[i].domain), FL_ERR_MISMATCH);
		assert_string_equal(b.diag.message, cases[i].words);
		assert_int_equal(b.power.undo_count, 0);
		down();
	}
}

/* What is written to the same register of another chip hides nothing. */
static void another_chips_register_is_another(void **state)
{
	struct power_step steps[] = {
		{.kind = POWER_WRITE,
		 .bus = CHIP_BUS,
		 .address = CHIP,
		 .register_bytes = 1,
		 .reg = 0x12,
		 .value = 0x05,
		 .mask = 0xff,
		 .line = 1},
		{.kind = POWER_WRITE,
		 .register_bytes = 1,
		 .reg = 0x12,
		 .value = 0x05,
		 .mask = 0xff},
		{.kind = POWER_DAISY},
	};
	static const struct {
		uint8_t bus, address;
	} chips[] = {{PMIC_BUS, CHIP}, {CHIP_BUS, PMIC}};
	struct power_domain domain = {.name = "one", .pmic = 0, .steps = steps, .count = 3};

	(void)state;
	for (size_t i = 0; i < COUNT(chips); i++) {
		steps[1].bus = chips[i].bus;
		steps[1].address = chips[i].address;
		up_alone(&domain);
		b.trigger_reg = 0x43;
		b.falls_chip_reg = 0x12;
		assert_int_equal(power_up(&b.power, 0), FL_ERR_MISMATCH);
		assert_non_null(strstr(b.diag.message, "I2C4 0x21 register 0x12 (write, line 1)"));
		down();
	}
}

/* What an earlier time left behind hides nothing either. */
static void an_earlier_time_is_forgotten(void **state)
{
	struct power_step steps[] = {
		{.kind = POWER_WRITE,
		 .bus = PMIC_BUS,
		 .address = PMIC,
		 .register_bytes = 1,
		 .reg = 0x27,
		 .value = 0x08,
		 .mask = 0x08,
		 .line = 1},
		{.kind = POWER_DAISY, .line = 2},
		{.kind = POWER_GPIO, .target = 3, .value = 1, .line = 3},
	};
	struct power_domain domain = {.name = "one", .pmic = 0, .steps = steps, .count = 3};

	(void)state;
	up_alone(&domain);
	assert_int_equal(power_up(&b.power, 0), FL_OK);
	assert_int_equal(power_down(&b.power, 0), FL_OK);
	b.trigger_reg = 0x43;
	b.falls_reg = 0x27;
	assert_int_equal(power_up(&b.power, 0), FL_ERR_MISMATCH);
	assert_non_null(strstr(b.diag.message, "power one, step 3 (gpio, toy.ini:3)"));
	assert_non_null(strstr(b.diag.message, "(write, line 1)"));
	down();
}

/* A pin goes high only when all that is behind it is on; low it may go at any time. */
static void a_pin_is_not_released_without_supplies(void **state)
{
	static struct power_step steps[] = {
		{.kind = POWER_RAIL, .target = RAIL_VA, .value = 2815200, .line = 1},
		{.kind = POWER_DAISY, .line = 2},
		{.kind = POWER_GPIO, .target = 9, .value = 1, .line = 3},
	};
	static const struct {
		struct power_step pin;
		bool is_looked;
	} cases[] = {
		{{.kind = POWER_GPIO, .target = 9, .value = 1, .line = 3}, true},
		{{.kind = POWER_GPIO, .target = 9, .value = 0, .line = 3}, false},
		{{.kind = POWER_PAD, .pad = "GPP_C10", .value = 1, .line = 3}, true},
		{{.kind = POWER_PAD, .pad = "GPP_C10", .value = 0, .line = 3}, false},
		{{.kind = POWER_DELAY, .value = 5, .line = 3}, false},
	};
	static const struct {
		unsigned reg;
		const char *words;
	} falls[] = {{0x47, "register 0x47 (VA, line 1) reads 0x00"},
		     {0x41, "register 0x41 (VA, line 1) reads 0x00"}};

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(cases); i++) {
		struct power_domain domain = {.name = "one", .pmic = 0, .steps = steps, .count = 3};

		steps[2] = cases[i / 2].pin;
		up_alone(&domain);
		b.trigger_reg = 0x43;
		b.falls_reg = falls[i % 2].reg;
		assert_int_equal(power_up(&b.power, 0), FL_ERR_MISMATCH);
		assert_non_null(strstr(b.diag.message, falls[i % 2].words));
		assert_true(!strncmp(b.diag.message,
				     cases[i / 2].is_looked ? "power one, step 3 "
							    : "power one, after its last step ",
				     18));
		down();
	}
}

/* A reset of the PMIC: what was written to it before holds no longer; other chips' registers do. */
static void a_reset_of_the_pmic_concerns_only_it(void **state)
{
	struct power_step steps[] = {
		{.kind = POWER_RAIL, .target = RAIL_VA, .value = 2815200, .line = 1},
		{.kind = POWER_WRITE,
		 .bus = 0,
		 .register_bytes = 1,
		 .reg = 0x12,
		 .value = 0x05,
		 .mask = 0xff,
		 .line = 2},
		{.kind = POWER_RESET, .line = 3},
	};
	static const struct {
		uint8_t bus, address;
	} chips[] = {{PMIC_BUS, CHIP}, {CHIP_BUS, PMIC}};
	struct power_domain domain = {.name = "one", .pmic = 0, .steps = steps, .count = 3};

	(void)state;
	for (size_t i = 0; i < COUNT(chips); i++) {
		steps[1].bus = chips[i].bus;
		steps[1].address = chips[i].address;
		up_alone(&domain);
		assert_int_equal(power_up(&b.power, 0), FL_OK);
		assert_string_equal(script(), "41=ed 47=01 other:12=05 50=ff ");
		assert_int_equal(power_down(&b.power, 0), FL_OK);
		assert_string_equal(script(), "other:12=00 47=00 41=00 ");
		down();
		up_alone(&domain);
		b.trigger_reg = 0x50;
		b.falls_chip_reg = 0x12;
		assert_int_equal(power_up(&b.power, 0), FL_ERR_MISMATCH);
		assert_non_null(strstr(b.diag.message, "after its last step (toy.ini:3)"));
		assert_non_null(strstr(b.diag.message, "register 0x12 (write, line 2)"));
		down();
	}
	/* The reset itself may fail, too. */
	for (unsigned k = 8; k <= 9; k++) {
		up_alone(&domain);
		b.fails_at[0] = 3 * 3 + k - 7;
		b.fails_with[0] = FL_ERR_NACK;
		assert_int_equal(power_up(&b.power, 0), FL_ERR_NACK);
		assert_non_null(
			strstr(b.diag.message, "power one, step 3 (pmic-reset, toy.ini:3)"));
		down();
	}
}

/* ---- what is not there ------------------------------------------------------------------------ */

static void a_missing_controller_is_told_at_every_step(void **state)
{
	struct power_step write = {.kind = POWER_WRITE,
				   .bus = CHIP_BUS,
				   .address = CHIP,
				   .register_bytes = 1,
				   .reg = 0x12,
				   .value = 1,
				   .mask = 0xff};
	struct power_domain domain = {.name = "one", .pmic = 0, .steps = &write, .count = 1};

	(void)state;
	up();
	b.bus_pointers[PMIC_BUS] = NULL;
	assert_int_equal(power_up(&b.power, IO), FL_ERR_NOTFOUND);
	assert_string_equal(b.diag.message,
			    "power io, step 3 (VSIO, toy.ini:12): I2C controller I2C2 is missing");
	assert_int_equal(b.pads[1], 0x500); /* step 1 is undone */
	down();
	/* Gone on the way down: the rest is still put back. */
	up();
	assert_int_equal(power_up(&b.power, IO), FL_OK);
	script();
	b.bus_pointers[PMIC_BUS] = NULL;
	assert_int_equal(power_down(&b.power, IO), FL_ERR_NOTFOUND);
	assert_string_equal(b.diag.message, "I2C controller I2C2 is missing");
	assert_string_equal(script(), "+200 C11=500 +100 ");
	down();
	/* One that the board does not even name. */
	up_alone(&domain);
	write.bus = 2;
	assert_int_equal(power_up(&b.power, 0), FL_ERR_NOTFOUND);
	assert_string_equal(b.diag.message,
			    "power one, step 1 (write, toy.ini:0): I2C controller ? is missing");
	down();
	/* The reset of a PMIC on a controller that is not there. */
	write = (struct power_step){.kind = POWER_RESET};
	up_alone(&domain);
	b.bus_pointers[PMIC_BUS] = NULL;
	assert_int_equal(power_up(&b.power, 0), FL_ERR_NOTFOUND);
	down();
	/* A PMIC that the board does not have. */
	domain.pmic = 1;
	up_alone(&domain);
	assert_int_equal(power_up(&b.power, 0), FL_ERR_INVALID);
	assert_string_equal(b.diag.message,
			    "power one, step 1 (pmic-reset, toy.ini:0): the domain has no PMIC");
	assert_non_null(strstr(b.diag.hint, "pmic ="));
	down();
	/* A domain that the board does not have. */
	diag_clear(&b.diag);
	up();
	assert_int_equal(power_up(&b.power, COUNT(domains)), FL_ERR_INVALID);
	assert_string_equal(b.diag.message, "power domain 4 does not exist");
	assert_int_equal(power_down(&b.power, COUNT(domains)), FL_ERR_INVALID);
	down();
}

/* The largest step there is, with a wait behind it, alone on its board. */
static void a_clock_alone_is_undone_whole(void **state)
{
	struct power_step clock = {.kind = POWER_CLOCK, .value = 19200000, .off_delay_us = 7};
	struct power_domain domain = {.name = "one", .pmic = 0, .steps = &clock, .count = 1};

	(void)state;
	up_alone(&domain);
	assert_int_equal(power_up(&b.power, 0), FL_OK);
	assert_int_equal(b.power.undo_count, 12);
	script();
	assert_int_equal(power_down(&b.power, 0), FL_OK);
	assert_string_equal(script(), "0d=50 0f=00 10=00 06=00 0c=00 0b=00 0a=00 09=00 08=00 "
				      "07=00 0d=50 +7 ");
	assert_as_found();
	down();
}

/* A message that was there before is about something else: no step's name is put before it. */
static void an_older_message_is_kept(void **state)
{
	(void)state;
	up();
	diag_fail(&b.diag, FL_ERR_IO, NULL, "?");
	b.stuck_reg = 0x43;
	assert_int_equal(power_up(&b.power, IO), FL_ERR_MISMATCH);
	assert_string_equal(b.diag.message, "?");
	b.stuck_reg = 0;
	b.trigger_reg = 0x43;
	b.falls_reg = 0x40;
	assert_int_equal(power_up(&b.power, IO), FL_ERR_MISMATCH);
	assert_string_equal(b.diag.message, "?");
	down();
}

/* A register with a two-byte address is named with all of it. */
static void a_long_register_is_named_whole(void **state)
{
	(void)state;
	up();
	b.stuck_chip_reg = 0x123;
	assert_int_equal(power_up(&b.power, CAM), FL_ERR_MISMATCH);
	assert_string_equal(
		b.diag.message,
		"power cam, step 6 (write, toy.ini:25): I2C4 0x21 register 0x0123 (write, line 25) "
		"reads 0x9a, want 0x40 under mask 0xf0");
	down();
}

/* ---- what no PMIC makes --------------------------------------------------------------------- */

/* Refused with the step's name, before a register is touched: nothing is rounded or cut off. */
static void what_the_pmic_cannot_make_is_refused(void **state)
{
	static const struct {
		struct power_step step;
		const char *words;
	} cases[] = {
		{{.kind = POWER_CLOCK, .value = 83200000, .line = 7},
		 "power one, step 1 (clock, toy.ini:7): the PMIC (crystal 20000000 Hz) cannot make "
		 "83200000 on clock 0"},
		{{.kind = POWER_CLOCK, .value = 2400000, .line = 7},
		 "power one, step 1 (clock, toy.ini:7): the PMIC (crystal 20000000 Hz) cannot make "
		 "2400000 on clock 0"},
		{{.kind = POWER_RAIL, .target = RAIL_VA, .value = 3153400, .line = 7},
		 "power one, step 1 (VA, toy.ini:7): the PMIC (crystal 20000000 Hz) cannot make "
		 "3153400 on rail 5"},
		{{.kind = POWER_GPIO, .target = 10, .line = 7},
		 "power one, step 1 (gpio, toy.ini:7): the PMIC (crystal 20000000 Hz) cannot make "
		 "0 on gpio 10"},
		{{.kind = POWER_INPUT, .target = 7, .line = 7},
		 "power one, step 1 (gpio input, toy.ini:7): the PMIC (crystal 20000000 Hz) cannot "
		 "make 0 on gpio input 7"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct power_step step = cases[i].step;
		struct power_domain domain = {.name = "one", .pmic = 0, .steps = &step, .count = 1};

		up_alone(&domain);
		assert_int_equal(power_up(&b.power, 0), FL_ERR_RANGE);
		assert_string_equal(b.diag.message, cases[i].words);
		assert_non_null(strstr(b.diag.hint, "crystal"));
		assert_string_equal(script(), "");
		assert_int_equal(b.transfers, 0);
		down();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(down_is_the_reverse_of_up),
		cmocka_unit_test(users_are_counted),
		cmocka_unit_test(a_domain_without_steps_has_its_requirements),
		cmocka_unit_test(the_highest_number_of_users_is_255),
		cmocka_unit_test(nothing_stays_on_wherever_it_stops),
		cmocka_unit_test(a_failed_step_is_undone_with_its_waits),
		cmocka_unit_test(a_failure_names_the_step),
		cmocka_unit_test(the_first_error_of_the_way_down_is_told),
		cmocka_unit_test(an_unreadable_register_is_written_back),
		cmocka_unit_test(only_the_own_bits_are_put_back),
		cmocka_unit_test(unchecked_registers_are_written_and_left),
		cmocka_unit_test(a_register_may_be_written_twice),
		cmocka_unit_test(what_falls_again_is_seen_at_the_end),
		cmocka_unit_test(another_chips_register_is_another),
		cmocka_unit_test(an_earlier_time_is_forgotten),
		cmocka_unit_test(a_pin_is_not_released_without_supplies),
		cmocka_unit_test(a_reset_of_the_pmic_concerns_only_it),
		cmocka_unit_test(a_missing_controller_is_told_at_every_step),
		cmocka_unit_test(a_clock_alone_is_undone_whole),
		cmocka_unit_test(an_older_message_is_kept),
		cmocka_unit_test(a_long_register_is_named_whole),
		cmocka_unit_test(what_the_pmic_cannot_make_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
