/* test_power.c: the power domains of soraka.ini on the virtual board: up, down, and stopped at
 * every step. */
#include "power/power.h"
#include "power/tps68470.h"
#include "tests/unit/i2c/rig.h"

#define PMIC 0x4d

/* ---- a bus that fails on request, and remembers ----------------------------------------- */

enum failure { FAIL_NEVER, FAIL_NOT_TAKEN, FAIL_TAKEN };

struct spy {
	struct i2c_bus bus; /* first member */
	struct i2c_bus *real;
	unsigned *count;      /* transfers of all spies */
	unsigned fail_at;     /* this one fails; 0 = none */
	enum failure failure; /* FAIL_TAKEN: the device did it, the answer got lost */
	bool fails_for_ever;
	struct {
		uint8_t reg, value;
	} writes[256];
	unsigned write_count;
	uint8_t stuck_reg; /* of the PMIC: ignores writes */
	/* Falls to 0 when `trigger_reg` has been written and read back: a rail switched off again. */
	uint8_t falls_reg, trigger_reg;
	unsigned falls_in; /* transfers */
};

static enum fl_err spy_transfer(struct i2c_bus *bus, uint8_t address, const uint8_t *write,
				size_t write_length, uint8_t *read, size_t read_length)
{
	struct spy *spy = (struct spy *)bus;
	const unsigned number = ++*spy->count;
	const bool fails = spy->fail_at &&
			   (spy->fails_for_ever ? number >= spy->fail_at : number == spy->fail_at);

	if (address == PMIC && write_length == 2 && !read_length && spy->write_count < 256) {
		spy->writes[spy->write_count].reg = write[0];
		spy->writes[spy->write_count++].value = write[1];
	}
	if (spy->falls_in && !--spy->falls_in) {
		const uint8_t off[] = {spy->falls_reg, 0};

		assert_int_equal(spy->real->transfer(spy->real, PMIC, off, 2, NULL, 0), FL_OK);
	}
	if (spy->falls_reg && address == PMIC && write_length == 2 && write[0] == spy->trigger_reg)
		spy->falls_in = 2;
	if (spy->stuck_reg && address == PMIC && write_length == 2 && write[0] == spy->stuck_reg)
		return FL_OK;
	if (!fails || spy->failure == FAIL_TAKEN) {
		enum fl_err err = spy->real->transfer(spy->real, address, write, write_length, read,
						      read_length);
		if (err || !fails)
			return err;
	}
	return diag_fail(bus->diag, FL_ERR_IO, "wiggle the cable", "%s 0x%02x broke", bus->name,
			 address);
}

/* ---- the bench ------------------------------------------------------------------------------ */

struct bench {
	struct rig rig;
	struct spy spies[RIG_BUSES];
	struct i2c_bus *buses[RIG_BUSES];
	struct power power;
	unsigned transfers;
	uint8_t before[256];
};

static void pmic_registers(struct bench *b, uint8_t *registers)
{
	const uint8_t first = 0;
	struct i2c_bus *bus = rig_bus(&b->rig, "I2C2");

	assert_int_equal(bus->transfer(bus, PMIC, &first, 1, registers, 256), FL_OK);
}

static void bench_up_seeded(struct bench *b, uint64_t seed, const char *const *faults)
{
	memset(b, 0, sizeof *b);
	rig_up(&b->rig, seed, faults);
	for (size_t i = 0; i < b->rig.board.bus_count; i++) {
		b->spies[i] = (struct spy){
			.bus = *b->rig.buses[i], .real = b->rig.buses[i], .count = &b->transfers};
		b->spies[i].bus.transfer = spy_transfer;
		b->buses[i] = &b->spies[i].bus;
	}
	if (!faults)
		pmic_registers(b, b->before);
	assert_int_equal(power_init(&b->power, &b->rig.board, b->buses, &b->rig.diag), FL_OK);
}

static void bench_up(struct bench *b, const char *const *faults)
{
	bench_up_seeded(b, 7, faults);
}

static void assert_as_found(struct bench *b)
{
	uint8_t after[256];

	pmic_registers(b, after);
	assert_memory_equal(after, b->before, sizeof after);
	assert_int_equal(b->power.undo_count, 0);
	for (size_t i = 0; b->power.users && i < b->rig.board.domain_count; i++)
		assert_int_equal(b->power.users[i], 0);
}

static void bench_down(struct bench *b)
{
	power_exit(&b->power);
	rig_down(&b->rig);
}

static unsigned domain(const struct bench *b, const char *name)
{
	for (unsigned i = 0; i < b->rig.board.domain_count; i++)
		if (!strcmp(b->rig.board.domains[i].name, name))
			return i;
	fail_msg("no domain %s", name);
	return 0;
}

/* Chip id of a camera as the board file wires it, 0 when it does not acknowledge. */
static uint32_t chip_id(struct bench *b, const char *bus_name, uint8_t address)
{
	const uint8_t reg[] = {0x30, 0x0a};
	struct i2c_bus *bus = rig_bus(&b->rig, bus_name);
	struct diag saved = b->rig.diag;
	uint8_t id[3];
	enum fl_err err = bus->transfer(bus, address, reg, 2, id, 3);

	b->rig.diag = saved;
	return err ? 0 : (uint32_t)(id[0] << 16 | id[1] << 8 | id[2]);
}

/* ---- up and down ---------------------------------------------------------------------------- */

/* The seed decides how long rails, PLL and sensors take. */
static void cameras_answer_while_their_domain_is_up(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++) {
		struct bench b;

		bench_up_seeded(&b, seed, NULL);
		assert_int_equal(chip_id(&b, "I2C4", 0x36), 0);
		assert_int_equal(power_up(&b.power, domain(&b, "front")), FL_OK);
		assert_int_equal(chip_id(&b, "I2C4", 0x36), 0x5670);
		assert_int_equal(chip_id(&b, "I2C2", 0x10), 0);
		assert_int_equal(power_down(&b.power, domain(&b, "front")), FL_OK);
		assert_int_equal(chip_id(&b, "I2C4", 0x36), 0);
		assert_as_found(&b);
		assert_int_equal(power_up(&b.power, domain(&b, "rear")), FL_OK);
		assert_int_equal(chip_id(&b, "I2C2", 0x10), 0xd855);
		assert_int_equal(power_down(&b.power, domain(&b, "rear")), FL_OK);
		assert_as_found(&b);
		assert_string_equal(b.rig.diag.message, "");
		bench_down(&b);
	}
}

/* camera-acpi.md 7.1, rows 4 to 9b. */
static void registers_are_those_of_the_sheet(void **state)
{
	static const uint8_t want[][2] = {
		{0x43, 3},    {0x3f, 52},  {0x40, 52},   {0x07, 3},  {0x08, 2}, {0x09, 0x13},
		{0x0a, 170},  {0x0b, 32},  {0x0c, 1},    {0x06, 1},  {0x10, 5}, {0x0f, 10},
		{0x0d, 0xd1}, {0x41, 109}, {0x47, 1},    {0x42, 12}, {0x48, 1}, {0x22, 4},
		{0x3e, 52},   {0x46, 1},   {0x27, 0x30}, {0x1c, 2},  {0x1e, 2}, {0x3d, 19},
		{0x45, 1},    {0x16, 0},   {0x18, 0},
	};
	uint8_t registers[256];
	struct bench b;

	(void)state;
	bench_up(&b, NULL);
	assert_int_equal(power_up(&b.power, domain(&b, "front")), FL_OK);
	assert_int_equal(power_up(&b.power, domain(&b, "rear")), FL_OK);
	pmic_registers(&b, registers);
	for (size_t i = 0; i < COUNT(want); i++)
		assert_int_equal(registers[want[i][0]], want[i][1]);
	bench_down(&b);
}

static void shared_domains_go_with_their_last_user(void **state)
{
	struct bench b;
	unsigned front, rear;

	(void)state;
	bench_up(&b, NULL);
	front = domain(&b, "front");
	rear = domain(&b, "rear");
	assert_int_equal(power_up(&b.power, front), FL_OK);
	assert_int_equal(power_up(&b.power, rear), FL_OK);
	assert_int_equal(power_up(&b.power, rear), FL_OK);
	/* Out of the middle of the stack. */
	assert_int_equal(power_down(&b.power, front), FL_OK);
	assert_int_equal(chip_id(&b, "I2C4", 0x36), 0);
	assert_int_equal(chip_id(&b, "I2C2", 0x10), 0xd855);
	assert_int_equal(power_down(&b.power, rear), FL_OK);
	assert_int_equal(chip_id(&b, "I2C2", 0x10), 0xd855);
	assert_int_equal(power_down(&b.power, rear), FL_OK);
	assert_as_found(&b);
	assert_int_equal(power_down(&b.power, rear), FL_ERR_STATE);
	bench_down(&b);
}

static void exit_takes_everything_down(void **state)
{
	struct bench b;

	(void)state;
	bench_up(&b, NULL);
	for (unsigned i = 0; i < b.rig.board.domain_count; i++)
		assert_int_equal(power_up(&b.power, i), FL_OK);
	assert_int_equal(power_exit(&b.power), FL_OK);
	assert_as_found(&b);
	bench_down(&b);
}

/* Reset first, then core, then analogue: 7.1 "Off, CAM0"; pins are released when all is off. */
static void rear_goes_down_in_the_order_of_the_sheet(void **state)
{
	static const uint8_t want[] = {0x22, 0x48, 0x42, 0x47, 0x41, 0x18, 0x16};
	struct bench b;

	(void)state;
	bench_up(&b, NULL);
	assert_int_equal(power_up(&b.power, domain(&b, "rear")), FL_OK);
	b.spies[0].write_count = 0;
	assert_int_equal(power_down(&b.power, domain(&b, "rear")), FL_OK);
	for (size_t i = 0; i < COUNT(want); i++)
		assert_int_equal(b.spies[0].writes[i].reg, want[i]);
	bench_down(&b);
}

static void pins_are_released_after_the_supplies(void **state)
{
	static const uint8_t want[] = {0x27, 0x45, 0x3d, 0x27, 0x46, 0x3e, 0x1e, 0x1c};
	struct bench b;

	(void)state;
	bench_up(&b, NULL);
	assert_int_equal(power_up(&b.power, domain(&b, "front")), FL_OK);
	b.spies[0].write_count = 0;
	assert_int_equal(power_down(&b.power, domain(&b, "front")), FL_OK);
	for (size_t i = 0; i < COUNT(want); i++)
		assert_int_equal(b.spies[0].writes[i].reg, want[i]);
	bench_down(&b);
}

static void waits_on_the_way_down_are_kept(void **state)
{
	struct bench b;
	uint64_t start;

	(void)state;
	bench_up(&b, NULL);
	assert_int_equal(power_up(&b.power, domain(&b, "front")), FL_OK);
	start = host_time_ns();
	assert_int_equal(power_down(&b.power, domain(&b, "front")), FL_OK);
	/* 2 + 3 + 1 + 1 + 1 ms of the camera, 3 + 1 + 1 ms of what it requires. */
	assert_true(host_time_ns() - start >= 13000000ull);
	bench_down(&b);
}

/* ---- failures ------------------------------------------------------------------------------- */

/* Stops at transfer k, in both kinds of failure: as found, and it works next time. A sample on the
 * whole board: test_power_sequence.c has every k. */
static void every_failing_transfer_is_undone(void **state)
{
	static const enum failure failures[] = {FAIL_NOT_TAKEN, FAIL_TAKEN};
	unsigned total = 0;

	(void)state;
	for (size_t f = 0; f < COUNT(failures); f++) {
		for (unsigned k = 1 + (unsigned)f;; k += 41) {
			struct bench b;
			enum fl_err err;

			bench_up(&b, NULL);
			b.transfers = 0;
			b.spies[0].fail_at = k;
			b.spies[0].failure = failures[f];
			err = power_up(&b.power, domain(&b, "front"));
			if (!err) {
				bench_down(&b);
				total = k;
				break;
			}
			assert_int_equal(err, FL_ERR_IO);
			assert_contains(b.rig.diag.message, "power ");
			assert_contains(b.rig.diag.message, "soraka.ini:");
			assert_contains(b.rig.diag.message, "I2C2 0x4d broke");
			assert_string_equal(b.rig.diag.hint, "wiggle the cable");
			assert_as_found(&b);
			b.spies[0].fail_at = 0;
			assert_int_equal(power_up(&b.power, domain(&b, "front")), FL_OK);
			assert_int_equal(chip_id(&b, "I2C4", 0x36), 0x5670);
			assert_int_equal(power_down(&b.power, domain(&b, "front")), FL_OK);
			assert_as_found(&b);
			bench_down(&b);
		}
	}
	assert_true(total > 30);
}

/* Each register that a camera's sequence writes, and the step that is blamed. */
static void register_that_ignores_writes_is_told(void **state)
{
	static const struct {
		uint8_t reg;
		const char *words, *domain;
	} cases[] = {
		{0x47, "VA", "rear"},     {0x41, "VA", "rear"},    {0x48, "VD", "rear"},
		{0x0d, "clock", "front"}, {0x0b, "clock", "rear"}, {0x45, "VAUX1", "front"},
		{0x43, "VSIO", "rear"},   {0x22, "gpio", "rear"},  {0x27, "gpio", "front"},
		{0x1e, "gpio", "front"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct bench b;

		bench_up(&b, NULL);
		b.spies[0].stuck_reg = cases[i].reg;
		if (power_up(&b.power, domain(&b, cases[i].domain)) != FL_ERR_MISMATCH)
			fail_msg("register 0x%02x: %s", cases[i].reg, b.rig.diag.message);
		assert_contains(b.rig.diag.message, cases[i].words);
		assert_contains(b.rig.diag.message, "soraka.ini:");
		assert_contains(b.rig.diag.hint, "short");
		b.spies[0].stuck_reg = 0;
		assert_as_found(&b);
		bench_down(&b);
	}
}

/* A rail or the clock that goes away between its own step and the reset: reset is not released.
 * One that goes away with the load that the release brings is told, too. */
static void rail_that_falls_again_is_told(void **state)
{
	static const struct {
		uint8_t reg, trigger;
		const char *where, *what;
	} cases[] = {
		{0x47, 0x48, "(gpio, soraka.ini:", "register 0x47 (VA, line"},
		{0x0d, 0x48, "(gpio, soraka.ini:", "register 0x0d (clock, line"},
		{0x47, 0x22, "after its last step", "register 0x47 (VA, line"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		bool was_released = false;
		struct bench b;

		bench_up(&b, NULL);
		b.spies[0].falls_reg = cases[i].reg;
		b.spies[0].trigger_reg = cases[i].trigger;
		assert_int_equal(power_up(&b.power, domain(&b, "rear")), FL_ERR_MISMATCH);
		assert_contains(b.rig.diag.message, cases[i].where);
		assert_contains(b.rig.diag.message, cases[i].what);
		for (unsigned k = 0; k < b.spies[0].write_count; k++)
			was_released |= b.spies[0].writes[k].reg == 0x22;
		assert_int_equal(was_released, cases[i].trigger == 0x22);
		b.spies[0].falls_reg = 0;
		assert_as_found(&b);
		bench_down(&b);
	}
}

/* What was written to the PMIC before its reset holds no longer, and nobody may miss it. */
static void reset_of_the_pmic_undoes_what_came_before(void **state)
{
	struct power_step steps[] = {
		{.kind = POWER_RAIL, .target = RAIL_VA, .value = 2815200},
		{.kind = POWER_RESET},
		{.kind = POWER_GPIO, .target = 3, .value = 1},
	};
	struct power_domain domain = {.name = "one", .pmic = 0, .steps = steps, .count = 3};
	struct board_desc board;
	struct power power;
	struct bench b;

	(void)state;
	bench_up(&b, NULL);
	board = b.rig.board;
	board.domains = &domain;
	board.domain_count = 1;
	assert_int_equal(power_init(&power, &board, b.buses, &b.rig.diag), FL_OK);
	assert_int_equal(power_up(&power, 0), FL_OK);
	assert_int_equal(power_down(&power, 0), FL_OK);
	assert_int_equal(power_exit(&power), FL_OK);
	bench_down(&b);
}

/* Two domains with pins in one register: each puts back its own. */
static void domains_share_a_register(void **state)
{
	struct power_step steps[] = {{.kind = POWER_GPIO, .target = 3, .value = 1},
				     {.kind = POWER_GPIO, .target = 6, .value = 1}};
	struct power_domain domains[] = {
		{.name = "one", .pmic = 0, .steps = steps, .count = 1},
		{.name = "two", .pmic = 0, .steps = steps + 1, .count = 1},
	};
	struct board_desc board;
	struct power power;
	uint8_t registers[256];
	struct bench b;

	(void)state;
	bench_up(&b, NULL);
	board = b.rig.board;
	board.domains = domains;
	board.domain_count = 2;
	assert_int_equal(power_init(&power, &board, b.buses, &b.rig.diag), FL_OK);
	assert_int_equal(power_up(&power, 0), FL_OK);
	assert_int_equal(power_up(&power, 1), FL_OK);
	assert_int_equal(power_down(&power, 0), FL_OK);
	pmic_registers(&b, registers);
	assert_int_equal(registers[0x27], 0x40);
	assert_int_equal(power_down(&power, 1), FL_OK);
	power_exit(&power);
	assert_as_found(&b);
	bench_down(&b);
}

static void going_down_goes_on_after_an_error(void **state)
{
	struct bench b;

	(void)state;
	bench_up(&b, NULL);
	assert_int_equal(power_up(&b.power, domain(&b, "rear")), FL_OK);
	b.transfers = 0;
	b.spies[0].fail_at = 1; /* the reset line; everything behind it works again */
	b.spies[0].failure = FAIL_TAKEN;
	assert_int_equal(power_down(&b.power, domain(&b, "rear")), FL_ERR_IO);
	assert_as_found(&b);
	bench_down(&b);
}

static void dead_pmic_ends_and_says_so(void **state)
{
	static const char *const faults[] = {"pmic-nack", NULL};
	struct bench b;

	(void)state;
	bench_up(&b, faults);
	assert_int_equal(power_up(&b.power, domain(&b, "front")), FL_ERR_NACK);
	assert_contains(b.rig.diag.message, "power pmic, step 5 (pmic-reset, soraka.ini:");
	assert_contains(b.rig.diag.message, "I2C2 0x4d did not acknowledge its address");
	assert_int_equal(b.power.undo_count, 0);
	bench_down(&b);
}

static void bus_that_breaks_for_good_leaves_nothing_counted(void **state)
{
	struct bench b;

	(void)state;
	bench_up(&b, NULL);
	assert_int_equal(power_up(&b.power, domain(&b, "front")), FL_OK);
	b.spies[0].fail_at = b.transfers + 1;
	b.spies[0].fails_for_ever = true;
	b.spies[0].failure = FAIL_NOT_TAKEN;
	assert_int_equal(power_down(&b.power, domain(&b, "front")), FL_ERR_IO);
	assert_int_equal(b.power.undo_count, 0);
	bench_down(&b);
}

static void missing_controller_is_named(void **state)
{
	struct bench b;

	(void)state;
	bench_up(&b, NULL);
	b.buses[0] = NULL;
	assert_int_equal(power_up(&b.power, domain(&b, "front")), FL_ERR_NOTFOUND);
	assert_contains(b.rig.diag.message, "I2C controller I2C2 is missing");
	bench_down(&b);
}

static void domains_that_do_not_exist_are_refused(void **state)
{
	struct bench b;

	(void)state;
	bench_up(&b, NULL);
	assert_int_equal(power_up(&b.power, 99), FL_ERR_INVALID);
	assert_int_equal(power_down(&b.power, 99), FL_ERR_INVALID);
	bench_down(&b);
}

static void every_failing_allocation_is_told(void **state)
{
	(void)state;
	for (unsigned long k = 1; k <= 2; k++) {
		struct bench b;

		bench_up(&b, NULL);
		power_exit(&b.power);
		host_fail_allocation(k);
		assert_int_equal(power_init(&b.power, &b.rig.board, b.buses, &b.rig.diag),
				 FL_ERR_NOMEM);
		host_fail_allocation(0);
		assert_int_equal(power_up(&b.power, 0), FL_ERR_INVALID);
		bench_down(&b);
	}
}

/* A domain that somebody else holds keeps its count when a third cannot have it. */
static void refused_users_are_not_counted(void **state)
{
	struct bench b;
	unsigned clock;

	(void)state;
	bench_up(&b, NULL);
	clock = domain(&b, "clock");
	b.power.users[clock] = UINT8_MAX;
	assert_int_equal(power_up(&b.power, domain(&b, "front")), FL_ERR_BUSY);
	assert_contains(b.rig.diag.message, "power clock has too many users");
	assert_int_equal(b.power.users[clock], UINT8_MAX);
	assert_int_equal(b.power.users[domain(&b, "front")], 0);
	bench_down(&b);
}

/* ---- pads ----------------------------------------------------------------------------------- */

struct pads {
	uint32_t c10, c11, locked;
};

static uint32_t pads_read(void *context, uint64_t offset, unsigned width)
{
	const struct pads *pads = context;

	(void)width;
	if (offset < 0x400) /* nobody else's, not locked */
		return 0;
	return offset == 0x450 ? pads->c10 : offset == 0x458 ? pads->c11 : UINT32_MAX;
}

static void pads_write(void *context, uint64_t offset, unsigned width, uint32_t value)
{
	struct pads *pads = context;
	uint32_t *pad = offset == 0x450 ? &pads->c10 : &pads->c11;

	(void)width;
	*pad = (*pad & pads->locked) | (value & ~pads->locked);
}

static void add_pads(struct pads *pads)
{
	const struct host_mmio window = {0xfdae0000u, 0x10000, pads_read, pads_write, pads};

	host_add_mmio(&window);
}

static void pads_are_driven_and_put_back(void **state)
{
	struct pads pads = {0x40000000u, 0x40000100u, 0};
	struct bench b;

	(void)state;
	bench_up(&b, NULL);
	add_pads(&pads);
	assert_int_equal(power_up(&b.power, domain(&b, "front")), FL_OK);
	assert_int_equal(pads.c11, 0x40000001u);
	assert_int_equal(pads.c10, 0x40000001u);
	assert_int_equal(b.power.notes, 0);
	assert_int_equal(power_down(&b.power, domain(&b, "front")), FL_OK);
	assert_int_equal(pads.c11, 0x40000100u);
	assert_int_equal(pads.c10, 0x40000000u);
	bench_down(&b);
}

static void optional_pads_are_noted(void **state)
{
	struct pads pads = {0x40000100u, 0x40000100u, 0xffffffffu};
	struct bench b;

	(void)state;
	bench_up(&b, NULL); /* all ones */
	assert_int_equal(power_up(&b.power, domain(&b, "front")), FL_OK);
	assert_int_equal(b.power.notes, 3);
	assert_contains(b.power.note, "GPP_C10 at 0xfdae0450 reads all ones");
	assert_string_equal(b.rig.diag.message, "");
	bench_down(&b);
	bench_up(&b, NULL);
	add_pads(&pads); /* locked */
	assert_int_equal(power_up(&b.power, domain(&b, "front")), FL_OK);
	assert_int_equal(b.power.notes, 3);
	assert_contains(b.power.note, "GPP_C10");
	bench_down(&b);
}

static void other_pads_must_be_there(void **state)
{
	struct bench b;

	(void)state;
	bench_up(&b, NULL);
	for (size_t i = 0; i < b.rig.board.domain_count; i++)
		for (size_t k = 0; k < b.rig.board.domains[i].count; k++)
			b.rig.board.domains[i].steps[k].is_optional = false;
	assert_int_equal(power_up(&b.power, domain(&b, "front")), FL_ERR_GONE);
	assert_contains(b.rig.diag.message, "power 3v3, step 1 (pad, soraka.ini:");
	assert_contains(b.rig.diag.hint, "sideband");
	assert_as_found(&b);
	bench_down(&b);
}

/* ---- other steps ---------------------------------------------------------------------------- */

static void write_steps_change_and_put_back_one_register(void **state)
{
	struct power_step steps[] = {
		{.kind = POWER_WRITE,
		 .address = PMIC,
		 .reg = 0x3c,
		 .register_bytes = 1,
		 .value = 0x05,
		 .mask = 0x0f},
	};
	struct power_domain one = {.name = "one", .pmic = 0xff, .steps = steps, .count = 1};
	struct board_desc board;
	struct power power;
	uint8_t registers[256];
	struct bench b;

	(void)state;
	bench_up(&b, NULL);
	board = b.rig.board;
	board.domains = &one;
	board.domain_count = 1;
	assert_int_equal(power_init(&power, &board, b.buses, &b.rig.diag), FL_OK);
	assert_int_equal(power_up(&power, 0), FL_OK);
	pmic_registers(&b, registers);
	assert_int_equal(registers[0x3c], 0x05);
	assert_int_equal(power_down(&power, 0), FL_OK);
	power_exit(&power);
	assert_as_found(&b);
	bench_down(&b);
}

static void clock_is_given_time_to_lock(void **state)
{
	struct power_step steps[] = {{.kind = POWER_CLOCK, .value = 19200000}};
	struct power_domain one = {.name = "one", .pmic = 0, .steps = steps, .count = 1};
	struct board_desc board;
	struct power power;
	uint64_t start;
	struct bench b;

	(void)state;
	bench_up(&b, NULL);
	board = b.rig.board;
	board.domains = &one;
	board.domain_count = 1;
	assert_int_equal(power_init(&power, &board, b.buses, &b.rig.diag), FL_OK);
	start = host_time_ns();
	assert_int_equal(power_up(&power, 0), FL_OK);
	/* 22 transfers of 3 and 4 bytes at 400 kHz take 2 ms. */
	assert_true(host_time_ns() - start >= 6500000ull);
	assert_int_equal(power_exit(&power), FL_OK);
	assert_as_found(&b);
	bench_down(&b);
}

static void pmic_steps_need_a_pmic(void **state)
{
	struct power_step steps[] = {{.kind = POWER_DAISY},
				     {.kind = POWER_RAIL, .target = 99, .value = 1}};
	struct power_domain domains[] = {
		{.name = "none", .pmic = 0xff, .steps = steps, .count = 1},
		{.name = "wrong", .pmic = 0, .steps = steps + 1, .count = 1},
	};
	struct board_desc board;
	struct power power;
	struct bench b;

	(void)state;
	bench_up(&b, NULL);
	board = b.rig.board;
	board.domains = domains;
	board.domain_count = 2;
	assert_int_equal(power_init(&power, &board, b.buses, &b.rig.diag), FL_OK);
	assert_int_equal(power_up(&power, 0), FL_ERR_INVALID);
	assert_contains(b.rig.diag.message, "has no PMIC");
	diag_clear(&b.rig.diag);
	assert_int_equal(power_up(&power, 1), FL_ERR_RANGE);
	assert_contains(b.rig.diag.message, "cannot make 1 on rail 99");
	power_exit(&power);
	bench_down(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cameras_answer_while_their_domain_is_up),
		cmocka_unit_test(registers_are_those_of_the_sheet),
		cmocka_unit_test(shared_domains_go_with_their_last_user),
		cmocka_unit_test(exit_takes_everything_down),
		cmocka_unit_test(rear_goes_down_in_the_order_of_the_sheet),
		cmocka_unit_test(pins_are_released_after_the_supplies),
		cmocka_unit_test(waits_on_the_way_down_are_kept),
		cmocka_unit_test(every_failing_transfer_is_undone),
		cmocka_unit_test(register_that_ignores_writes_is_told),
		cmocka_unit_test(rail_that_falls_again_is_told),
		cmocka_unit_test(reset_of_the_pmic_undoes_what_came_before),
		cmocka_unit_test(domains_share_a_register),
		cmocka_unit_test(going_down_goes_on_after_an_error),
		cmocka_unit_test(dead_pmic_ends_and_says_so),
		cmocka_unit_test(bus_that_breaks_for_good_leaves_nothing_counted),
		cmocka_unit_test(missing_controller_is_named),
		cmocka_unit_test(domains_that_do_not_exist_are_refused),
		cmocka_unit_test(every_failing_allocation_is_told),
		cmocka_unit_test(refused_users_are_not_counted),
		cmocka_unit_test(pads_are_driven_and_put_back),
		cmocka_unit_test(optional_pads_are_noted),
		cmocka_unit_test(other_pads_must_be_there),
		cmocka_unit_test(write_steps_change_and_put_back_one_register),
		cmocka_unit_test(clock_is_given_time_to_lock),
		cmocka_unit_test(pmic_steps_need_a_pmic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
