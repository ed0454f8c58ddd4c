/*
 * camera_bench.h: a machine for the models of the camera path: flat RAM, a clock that moves when a
 * register is touched, and a host that follows the sheets step by step (lpss-i2c.md 6, 7;
 * camera-acpi.md 7.1; cio2.md 6, 9). It uses neither the drivers in src/ nor the models' headers
 * with register names.
 */
#ifndef TESTS_UNIT_VBOARD_CAMERA_BENCH_H
#define TESTS_UNIT_VBOARD_CAMERA_BENCH_H

#include "tests/unit/vboard/flat_host.h"

#define CB_RAM       (64u << 20)
#define CB_PAGE      4096u
#define CB_ACCESS_NS 1000u
#define CB_MS        1000000u

/* Where the host keeps its structures. */
#define CB_FBPT      0x100000u
#define CB_DUMMY     0x101000u
#define CB_DUMMY_LOP 0x102000u
#define CB_LOPS      0x110000u
#define CB_FRAME     0x1000000u
/* From a page before the frame on: enough for the smallest mode and a page behind it. */
#define CB_FILLED    0x80000u

struct cb {
	struct flat_host flat; /* first member */
	struct vboard *board;
	unsigned msi;
	bool intx[16];
	unsigned cio2, i2c2, i2c4;
};

/* ---- Host callbacks ---- */

static inline void cb_count_msi(void *context, uint64_t address, uint32_t data)
{
	assert_int_equal(address, 0xfee00000u);
	assert_int_equal(data, 0x41);
	((struct cb *)context)->msi++;
}

static inline void cb_set_intx(void *context, unsigned index, bool level)
{
	((struct cb *)context)->intx[index] = level;
}

/* ---- The machine ---- */

static inline unsigned cb_find(struct cb *b, const char *name)
{
	for (unsigned i = 0; i < vboard_function_count(b->board); i++) {
		if (!strcmp(vboard_function(b->board, i)->name, name))
			return i;
	}
	return UINT32_MAX;
}

static inline void cb_enable(struct cb *b, unsigned index)
{
	vboard_config_write(b->board, index, 0x10, 4, 0xd0000000u + 0x100000u * index);
	vboard_config_write(b->board, index, 0x04, 2, 0x0006);
}

/* What the pads GPP_C10 and GPP_C11 hold back on soraka (camera-acpi.md 7.1 steps 1 and 2, 9 addresses): the PMIC is supplied and
 * released, whatever firmware left. */
static inline void cb_release_pmic(struct cb *b)
{
	const unsigned p2sb = cb_find(b, "p2sb");

	if (p2sb == UINT32_MAX)
		return;
	vboard_mmio_write(b->board, p2sb, 0xae0458, 4, 1);
	vboard_mmio_write(b->board, p2sb, 0xae0450, 4, 1);
	b->flat.now += 3 * CB_MS;
}

/* Unless the test chooses, what it counts on is not left to the seed; test_decide.c tries the rest. */
static inline struct cb *cb_new_options(const struct vboard_options *given)
{
	static const char *const usual[] = {"cio2-read-pointer=2", "cio2-pointer-bits=0",
					    "cio2-valid=0",        "cio2-pointer-moves=0",
					    "cio2-last-byte=0",    "i2c-fifo=0",
					    "sensor-restart=0"};
	struct vboard_options options = *given;
	struct cb *b = calloc(1, sizeof(*b));
	struct vboard_host host = {.context = b,
				   .now_ns = flat_now,
				   .dma_read = flat_read,
				   .dma_write = flat_write,
				   .msi = cb_count_msi,
				   .intx = cb_set_intx,
				   .violation = flat_complain};
	char error[2048];

	assert_non_null(b);
	b->flat.ram = calloc(1, CB_RAM);
	b->flat.size = CB_RAM;
	assert_non_null(b->flat.ram);
	memset(b->flat.ram + CB_FRAME - CB_PAGE, 0xa5, CB_FILLED);
	b->flat.now = 1000000000u;
	if (!options.decision_count) {
		options.decisions = usual;
		options.decision_count = sizeof(usual) / sizeof(usual[0]);
	}
	if (!options.board)
		options.board = boards[0];
	b->board = vboard_new(&options, &host, error, sizeof(error));
	if (!b->board)
		fail_msg("%s", error);
	b->cio2 = cb_find(b, "cio2");
	b->i2c2 = cb_find(b, "i2c2");
	b->i2c4 = cb_find(b, "i2c4");
	for (unsigned i = 0; i < vboard_function_count(b->board); i++)
		cb_enable(b, i);
	cb_release_pmic(b);
	return b;
}

static inline struct cb *cb_new(uint64_t seed, const char *fault)
{
	struct vboard_options options = {
		.seed = seed, .faults = &fault, .fault_count = fault ? 1 : 0};

	return cb_new_options(&options);
}

static inline void cb_free(struct cb *b)
{
	vboard_free(b->board);
	free(b->flat.ram);
	free(b);
}

static inline void cb_assert_clean(const struct cb *b)
{
	assert_string_equal(b->flat.complaint, "");
}

static inline void cb_assert_complaint(const struct cb *b, const char *part)
{
	if (!strstr(b->flat.complaint, part))
		fail_msg("no violation with '%s'; the first was '%s'", part, b->flat.complaint);
}

/* Lets time pass; what is due happens in order. */
static inline void cb_wait(struct cb *b, uint64_t ns)
{
	uint64_t end = b->flat.now + ns;

	for (;;) {
		uint64_t next = vboard_run(b->board);

		if (next > end)
			break;
		if (next > b->flat.now)
			b->flat.now = next;
	}
	b->flat.now = end;
	vboard_run(b->board);
}

static inline uint32_t cb_read(struct cb *b, unsigned index, uint32_t offset)
{
	b->flat.now += CB_ACCESS_NS;
	vboard_run(b->board);
	return (uint32_t)vboard_mmio_read(b->board, index, offset, 4);
}

static inline void cb_write(struct cb *b, unsigned index, uint32_t offset, uint32_t value)
{
	b->flat.now += CB_ACCESS_NS;
	vboard_run(b->board);
	vboard_mmio_write(b->board, index, offset, 4, value);
}

/* ---- I2C by polling (lpss-i2c.md 6, 7) ---- */

static inline void cb_i2c_init(struct cb *b, unsigned bus)
{
	cb_write(b, bus, 0x204, 0);
	cb_write(b, bus, 0x204, 7);
	cb_write(b, bus, 0x1c, 105);
	cb_write(b, bus, 0x20, 191);
	cb_write(b, bus, 0x7c, 0x0001001c);
	cb_write(b, bus, 0x38, 0);
	cb_write(b, bus, 0x3c, 32);
	cb_write(b, bus, 0x00, 0x65);
	cb_write(b, bus, 0x30, 0);
}

static inline void cb_i2c_disable(struct cb *b, unsigned bus)
{
	cb_write(b, bus, 0x6c, 0);
	for (unsigned i = 0; i < 1000 && cb_read(b, bus, 0x9c) & 1; i++)
		;
	assert_int_equal(cb_read(b, bus, 0x9c) & 1, 0);
}

/* Returns 0, or TX_ABRT_SOURCE bits 16:0, or UINT32_MAX after 100 ms without an end. */
static inline uint32_t cb_i2c(struct cb *b, unsigned bus, uint8_t address, const uint8_t *out,
			      unsigned out_count, uint8_t *in, unsigned in_count)
{
	uint64_t deadline = b->flat.now + 100 * CB_MS;
	uint32_t source = 0;
	unsigned got = 0;

	cb_i2c_disable(b, bus);
	cb_write(b, bus, 0x04, address);
	cb_write(b, bus, 0x6c, 1);
	cb_read(b, bus, 0x40);
	for (unsigned i = 0; i < out_count; i++)
		cb_write(b, bus, 0x10, out[i] | (i + 1 == out_count && !in_count ? 0x200u : 0));
	for (unsigned i = 0; i < in_count; i++)
		cb_write(b, bus, 0x10,
			 0x100u |
				 (i           ? 0
				  : out_count ? 0x400u
					      : 0) |
				 (i + 1 == in_count ? 0x200u : 0));
	while (!(cb_read(b, bus, 0x34) & 0x200)) {
		if (b->flat.now > deadline) {
			cb_i2c_disable(b, bus);
			return UINT32_MAX;
		}
	}
	if (cb_read(b, bus, 0x34) & 0x40) {
		source = cb_read(b, bus, 0x80) & 0x1ffff;
		cb_read(b, bus, 0x54);
	}
	while (cb_read(b, bus, 0x70) & 8)
		in[got++] = (uint8_t)cb_read(b, bus, 0x10);
	if (!source)
		assert_int_equal(got, in_count);
	cb_write(b, bus, 0x6c, 0);
	return source;
}

/* ---- PMIC and sensors (camera-acpi.md 7.1) ---- */

static inline void cb_pmic(struct cb *b, uint8_t address, uint8_t value)
{
	uint8_t bytes[2] = {address, value};

	assert_int_equal(cb_i2c(b, b->i2c2, 0x4d, bytes, 2, NULL, 0), 0);
}

static inline void cb_pmic_clock(struct cb *b)
{
	static const uint8_t clock[][2] = {
		{0x07, 3}, {0x08, 2}, {0x09, 0x13}, {0x0a, 170}, {0x0b, 32},
		{0x0c, 1}, {0x06, 1}, {0x10, 5},    {0x0f, 10},  {0x0d, 0xd1},
	};

	for (unsigned i = 0; i < sizeof(clock) / sizeof(clock[0]); i++)
		cb_pmic(b, clock[i][0], clock[i][1]);
	cb_wait(b, 5 * CB_MS);
}

static inline void cb_pmic_io(struct cb *b)
{
	cb_pmic(b, 0x3f, 52);
	cb_pmic(b, 0x40, 52);
	cb_pmic(b, 0x43, 3);
	cb_wait(b, 3 * CB_MS);
}

static inline void cb_power_ov13858(struct cb *b)
{
	cb_pmic(b, 0x41, 109);
	cb_pmic(b, 0x47, 1);
	cb_pmic(b, 0x42, 12);
	cb_pmic(b, 0x48, 1);
	cb_wait(b, 1 * CB_MS);
	cb_pmic(b, 0x22, 4);
	cb_wait(b, 5 * CB_MS);
}

static inline void cb_power_ov5670(struct cb *b)
{
	cb_pmic(b, 0x3e, 52);
	cb_pmic(b, 0x46, 1);
	cb_pmic(b, 0x27, 0x10);
	cb_pmic(b, 0x1c, 2);
	cb_wait(b, 1 * CB_MS);
	cb_pmic(b, 0x3d, 19);
	cb_pmic(b, 0x45, 1);
	cb_wait(b, 1 * CB_MS);
	cb_pmic(b, 0x27, 0x30);
	cb_pmic(b, 0x1e, 2);
	cb_wait(b, 10 * CB_MS);
}

/* Both controllers, clock, both sensors. */
static inline void cb_power_up(struct cb *b)
{
	cb_i2c_init(b, b->i2c2);
	cb_i2c_init(b, b->i2c4);
	cb_pmic_io(b);
	cb_pmic_clock(b);
	cb_power_ov13858(b);
	cb_power_ov5670(b);
}

/* Camera by CSI-2 port: 0 OV13858, 1 OV5670. */
static inline uint32_t cb_sensor_write(struct cb *b, unsigned port, uint16_t address, uint8_t value)
{
	uint8_t bytes[3] = {(uint8_t)(address >> 8), (uint8_t)address, value};

	return cb_i2c(b, port ? b->i2c4 : b->i2c2, port ? 0x36 : 0x10, bytes, 3, NULL, 0);
}

static inline uint32_t cb_sensor_read(struct cb *b, unsigned port, uint16_t address, uint8_t *in,
				      unsigned count)
{
	uint8_t bytes[2] = {(uint8_t)(address >> 8), (uint8_t)address};

	return cb_i2c(b, port ? b->i2c4 : b->i2c2, port ? 0x36 : 0x10, bytes, 2, in, count);
}

struct cb_mode {
	unsigned port, width, height;
	uint16_t x0, y0, x1, y1;
	uint8_t offset_x, offset_y, step;   /* step: odd increment 1, 3, 7 */
	bool half_rate;                     /* OV13858 at 270 MHz */
	uint16_t clock_settle, data_settle; /* cio2.md 4 */
};

/* sensors.md 1, 2 and the settle values of cio2.md 4. */
static const struct cb_mode cb_modes[] = {
	{0, 4224, 3136, 0, 8, 4255, 3159, 4, 5, 1, false, 1402, 1331},
	{0, 2112, 1568, 0, 0, 4255, 3167, 4, 5, 3, true, 1283, 1301},
	{0, 2112, 1188, 0, 388, 4255, 2771, 8, 3, 3, true, 1283, 1301},
	{0, 1056, 784, 0, 0, 4255, 3167, 4, 5, 7, true, 1283, 1301},
	{1, 2592, 1944, 12, 4, 2611, 1955, 4, 2, 1, false, 1369, 1323},
	{1, 1296, 972, 12, 4, 2611, 1955, 4, 4, 3, false, 1369, 1323},
	{1, 648, 486, 12, 4, 2611, 1955, 4, 2, 7, false, 1369, 1323},
	{1, 2560, 1440, 12, 4, 2611, 1955, 4, 2, 1, false, 1369, 1323},
	{1, 1280, 720, 12, 4, 2611, 1955, 4, 2, 3, false, 1369, 1323},
	{1, 640, 360, 12, 4, 2611, 1955, 4, 2, 7, false, 1369, 1323},
};

#define CB_MODES              (sizeof(cb_modes) / sizeof(cb_modes[0]))
#define CB_MODE_OV13858_SMALL (&cb_modes[3])
#define CB_MODE_OV5670_SMALL  (&cb_modes[9])

static inline void cb_sensor_write16(struct cb *b, unsigned port, uint16_t address, uint16_t value)
{
	assert_int_equal(cb_sensor_write(b, port, address, (uint8_t)(value >> 8)), 0);
	assert_int_equal(cb_sensor_write(b, port, (uint16_t)(address + 1), (uint8_t)value), 0);
}

static inline void cb_set_pll(struct cb *b, const struct cb_mode *mode)
{
	static const uint16_t ov13858[][2] = {
		{0x0300, 7},    {0x0301, 1}, {0x0302, 0xc2}, {0x030b, 5},    {0x030c, 1},
		{0x030d, 0x0e}, {0x030e, 5}, {0x030f, 1},    {0x3016, 0x72},
	};
	static const uint16_t ov5670[][2] = {
		{0x0300, 4},    {0x0301, 0}, {0x0302, 0x84}, {0x030b, 0},    {0x030c, 0},
		{0x030d, 0x26}, {0x030e, 0}, {0x030f, 6},    {0x3018, 0x32},
	};

	for (unsigned i = 0; i < 9; i++) {
		const uint16_t *line = mode->port ? ov5670[i] : ov13858[i];

		assert_int_equal(cb_sensor_write(b, mode->port, line[0], (uint8_t)line[1]), 0);
	}
	assert_int_equal(cb_sensor_write(b, mode->port, 0x0303, mode->half_rate), 0);
}

/* Registers of a mode that this machine's models look at, and unit exposure and gains. */
static inline void cb_set_mode(struct cb *b, const struct cb_mode *mode)
{
	unsigned p = mode->port;

	assert_int_equal(cb_sensor_write(b, p, 0x0103, 1), 0);
	cb_wait(b, 10 * CB_MS); /* enough for all (sensor-clocks.md 12) */
	cb_set_pll(b, mode);
	cb_sensor_write16(b, p, 0x3800, mode->x0);
	cb_sensor_write16(b, p, 0x3802, mode->y0);
	cb_sensor_write16(b, p, 0x3804, mode->x1);
	cb_sensor_write16(b, p, 0x3806, mode->y1);
	cb_sensor_write16(b, p, 0x3808, (uint16_t)mode->width);
	cb_sensor_write16(b, p, 0x380a, (uint16_t)mode->height);
	cb_sensor_write16(b, p, 0x380c, p ? 1680 : 1122);
	cb_sensor_write16(b, p, 0x380e, p ? 2056 : 3214);
	cb_sensor_write16(b, p, 0x3810, mode->offset_x);
	cb_sensor_write16(b, p, 0x3812, mode->offset_y);
	assert_int_equal(cb_sensor_write(b, p, 0x3814, mode->step), 0);
	assert_int_equal(cb_sensor_write(b, p, p ? 0x382a : 0x3816, mode->step), 0);
	cb_sensor_write16(b, p, 0x3500, (uint16_t)((p ? 2048 : 1600) * 16 >> 8));
	assert_int_equal(cb_sensor_write(b, p, 0x3502, 0), 0);
	cb_sensor_write16(b, p, 0x3508, 0x80);
}

/* ---- CIO2 (cio2.md 3, 6, 9) ---- */

static inline void cb_put32(struct cb *b, uint32_t address, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		b->flat.ram[address + i] = (uint8_t)(value >> (8 * i));
}

static inline uint32_t cb_get32(const struct cb *b, uint32_t address)
{
	const uint8_t *p = b->flat.ram + address;

	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint32_t cb_stride(const struct cb_mode *mode)
{
	return (mode->width + 49) / 50 * 64;
}

static inline uint32_t cb_frame_size(const struct cb_mode *mode)
{
	return cb_stride(mode) * mode->height;
}

static inline void cb_dummy_entry(struct cb *b, unsigned entry)
{
	uint32_t at = CB_FBPT + 128 * entry;

	memset(b->flat.ram + at, 0, 128);
	cb_put32(b, at + 24, 8192u << 16 | 4095);
	for (unsigned s = 0; s < 8; s++)
		cb_put32(b, at + 16 * s + 12, CB_DUMMY_LOP >> 12);
	cb_put32(b, at, 7);
}

static inline void cb_dummies(struct cb *b)
{
	for (unsigned i = 0; i < 1024; i++)
		cb_put32(b, CB_DUMMY_LOP + 4 * i, CB_DUMMY >> 12);
	for (unsigned e = 0; e < 32; e++)
		cb_dummy_entry(b, e);
}

/* A real buffer: pages in falling order, so that a walk by address alone fails. */
static inline void cb_buffer_entry(struct cb *b, unsigned entry, uint32_t size)
{
	uint32_t at = CB_FBPT + 128 * entry, pages = (size + 4095) / 4096, lops = pages / 1024 + 1;

	cb_dummy_entry(b, entry);
	for (unsigned i = 0; i <= pages; i++)
		cb_put32(b, CB_LOPS + 4 * i,
			 i == pages ? CB_DUMMY >> 12 : (CB_FRAME >> 12) + pages - 1 - i);
	for (unsigned s = 0; s < lops; s++)
		cb_put32(b, at + 16 * s + 12, (CB_LOPS >> 12) + s);
	cb_put32(b, at + 24, pages << 16 | ((size % 4096 ? size % 4096 : 4096) - 1));
}

/* The buffer of cb_buffer_entry as one piece; the caller frees. */
static inline uint8_t *cb_frame(const struct cb *b, uint32_t size)
{
	uint32_t pages = (size + 4095) / 4096;
	uint8_t *frame = malloc((size_t)pages * 4096);

	assert_non_null(frame);
	for (unsigned i = 0; i < pages; i++)
		memcpy(frame + 4096 * i, b->flat.ram + CB_FRAME + 4096 * (pages - 1 - i), 4096);
	return frame;
}

static inline void cb_cio2_timing(struct cb *b, const struct cb_mode *mode)
{
	uint32_t p = 0x400 * mode->port;

	cb_write(b, b->cio2, p + 0x24, 0);
	cb_write(b, b->cio2, p + 0x28, mode->clock_settle);
	for (unsigned lane = 0; lane < (mode->port ? 2u : 4u); lane++) {
		cb_write(b, b->cio2, p + 0x2c + 8 * lane, 0);
		cb_write(b, b->cio2, p + 0x30 + 8 * lane, mode->data_settle);
	}
}

/* Steps 4 to 40 of the table, without the enables. */
static inline void cb_cio2_setup(struct cb *b, const struct cb_mode *mode)
{
	uint32_t p = 0x400 * mode->port, f = 0x30 * mode->port;
	unsigned c = b->cio2;

	cb_cio2_timing(b, mode);
	for (unsigned m = 0; m < 16; m++)
		cb_write(b, c, p + 0x184 + 4 * m, 1);
	cb_write(b, c, 0x17e8, 0xffffffff);
	cb_write(b, c, p + 0x304, 0x3ffff);
	cb_write(b, c, p + 0x310, 0x3ffff);
	cb_write(b, c, 0x1424, 0x8f0fffff);
	cb_write(b, c, 0x1420, 0x01001001);
	cb_write(b, c, 0x1700 + f, 4);
	cb_write(b, c, p + 0x184, 0x1580);
	cb_write(b, c, p + 0x108, 0);
	cb_write(b, c, p + 0x120, 0);
	cb_write(b, c, 0x1724 + f, 0);
	cb_write(b, c, p + 0x004, mode->port ? 2 : 4);
	cb_write(b, c, 0x1500, CB_FBPT >> 12);
	cb_write(b, c, 0x1508, 0xdc00021f);
	cb_write(b, c, 0x150c, 0x00010000);
	cb_write(b, c, 0x1474, 0);
	cb_write(b, c, 0x1720 + f, 0x780);
}

static inline void cb_cio2_enable(struct cb *b, unsigned port)
{
	cb_write(b, b->cio2, 0x400 * port + 0x100, 1);
	cb_write(b, b->cio2, 0x400 * port + 0x000, 1);
}

/* Everything up to stream-on; entry 1 is the buffer, the others swallow frames. */
static inline void cb_start(struct cb *b, const struct cb_mode *mode)
{
	cb_set_mode(b, mode);
	cb_dummies(b);
	cb_buffer_entry(b, 1, cb_frame_size(mode));
	cb_cio2_setup(b, mode);
	cb_cio2_enable(b, mode->port);
	assert_int_equal(cb_sensor_write(b, mode->port, 0x0100, 1), 0);
}

static inline bool cb_entry_done(const struct cb *b, unsigned entry)
{
	return !(cb_get32(b, CB_FBPT + 128 * entry) & 1);
}

static inline uint32_t cb_entry_bytes(const struct cb *b, unsigned entry)
{
	return cb_get32(b, CB_FBPT + 128 * entry + 20);
}

static inline void cb_stop(struct cb *b, unsigned port)
{
	unsigned c = b->cio2;

	cb_sensor_write(b, port, 0x0100, 0);
	cb_write(b, c, 0x400 * port + 0x304, 0);
	cb_write(b, c, 0x400 * port + 0x310, 0);
	cb_write(b, c, 0x400 * port + 0x000, 0);
	cb_write(b, c, 0x400 * port + 0x100, 0);
	cb_write(b, c, 0x1508, 0);
}

#endif
