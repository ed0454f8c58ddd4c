/* test_sensor.c: the sensor driver with the shipped files: on the virtual board, and on a fake
 * chip. */
#include "power/power.h"
#include "sensor/sensor.h"
#include "tests/unit/i2c/rig.h"

/* ---- the board with one camera powered -------------------------------------------------- */

struct bench {
	struct rig rig;
	struct power power;
	struct sensor_desc desc;
	struct sensor sensor;
};

static void load_sensor(struct sensor_desc *desc, const char *name, struct diag *diag)
{
	char file[64];
	size_t size;
	char *text = shipped_read("sensors/", name, &size);

	snprintf(file, sizeof file, "%s.ini", name);
	if (sensor_parse(file, text, size, desc, diag))
		fail_msg("%s", diag->message);
	free(text);
}

static void bench_up(struct bench *b, const char *camera, const char *const *faults)
{
	const struct board_camera *c = NULL;

	memset(b, 0, sizeof *b);
	rig_up(&b->rig, 11, faults);
	for (size_t i = 0; i < b->rig.board.camera_count; i++)
		if (!strcmp(b->rig.board.cameras[i].name, camera))
			c = &b->rig.board.cameras[i];
	assert_non_null(c);
	assert_int_equal(power_init(&b->power, &b->rig.board, b->rig.buses, &b->rig.diag), FL_OK);
	if (power_up(&b->power, c->power))
		fail_msg("%s", b->rig.diag.message);
	load_sensor(&b->desc, c->sensor, &b->rig.diag);
	sensor_init(&b->sensor, &b->desc, b->rig.buses[c->bus], c->address, &b->rig.diag);
}

static void bench_down(struct bench *b)
{
	sensor_free(&b->desc);
	assert_int_equal(power_exit(&b->power), FL_OK);
	rig_down(&b->rig);
}

static void each_mode_is_written_and_reads_back(void **state)
{
	static const char *const cameras[] = {"ov13858", "ov5670"};
	static const uint32_t ids[] = {0xd855, 0x5670};

	(void)state;
	for (size_t i = 0; i < COUNT(cameras); i++) {
		struct bench b;
		uint32_t seen;

		bench_up(&b, cameras[i], NULL);
		assert_int_equal(sensor_acknowledge(&b.sensor), FL_OK);
		assert_int_equal(sensor_identify(&b.sensor, &seen), FL_OK);
		assert_int_equal(seen, ids[i]);
		for (size_t m = 0; m < b.desc.mode_count; m++) {
			const struct sensor_mode *mode = &b.desc.modes[m];
			struct sensor_read_back back;
			uint32_t width;

			assert_int_equal(sensor_configure(&b.sensor, mode), FL_OK);
			assert_ptr_equal(b.sensor.mode, mode);
			assert_int_equal(sensor_verify(&b.sensor, &back), FL_OK);
			assert_int_equal(back.different, 0);
			assert_true(back.checked > 150 && back.checked < mode->registers.count);
			assert_int_equal(sensor_read(&b.sensor, 0x3808, 2, &width), FL_OK);
			assert_int_equal(width, mode->width);
		}
		assert_string_equal(b.rig.diag.message, "");
		bench_down(&b);
	}
}

static void stream_and_patterns_go_on_and_off(void **state)
{
	struct bench b;
	uint32_t value;

	(void)state;
	bench_up(&b, "ov13858", NULL);
	assert_int_equal(sensor_configure(&b.sensor, &b.desc.modes[0]), FL_OK);
	assert_int_equal(sensor_set_pattern(&b.sensor, sensor_find_pattern(&b.desc, "bars-2")),
			 FL_OK);
	assert_int_equal(sensor_read(&b.sensor, 0x4503, 1, &value), FL_OK);
	assert_int_equal(value & 0x83, 0x81);
	assert_int_equal(sensor_set_pattern(&b.sensor, sensor_find_pattern(&b.desc, "bars")),
			 FL_OK);
	assert_int_equal(sensor_read(&b.sensor, 0x4503, 1, &value), FL_OK);
	assert_int_equal(value & 0x83, 0x80);
	assert_int_equal(sensor_stream_on(&b.sensor), FL_OK);
	assert_true(b.sensor.is_streaming);
	assert_int_equal(sensor_read(&b.sensor, 0x0100, 1, &value), FL_OK);
	assert_int_equal(value, 1);
	assert_int_equal(sensor_configure(&b.sensor, &b.desc.modes[0]), FL_ERR_STATE);
	assert_int_equal(sensor_stream_off(&b.sensor), FL_OK);
	assert_false(b.sensor.is_streaming);
	assert_int_equal(sensor_read(&b.sensor, 0x0100, 1, &value), FL_OK);
	assert_int_equal(value, 0);
	assert_int_equal(sensor_set_pattern(&b.sensor, NULL), FL_OK);
	assert_int_equal(sensor_read(&b.sensor, 0x4503, 1, &value), FL_OK);
	assert_int_equal(value & 0x83, 0);
	assert_null(b.sensor.pattern);
	bench_down(&b);
}

/* ---- what goes wrong -------------------------------------------------------------------- */

static void wrong_chip_is_told_with_both_ids(void **state)
{
	static const char *const faults[] = {"wrong-id=ov5670", NULL};
	struct bench b;
	uint32_t seen;

	(void)state;
	bench_up(&b, "ov5670", faults);
	assert_int_equal(sensor_acknowledge(&b.sensor), FL_OK);
	assert_int_equal(sensor_identify(&b.sensor, &seen), FL_ERR_MISMATCH);
	assert_int_equal(seen, 0x568f);
	assert_contains(b.rig.diag.message, "ov5670 (ov5670.ini:");
	assert_contains(b.rig.diag.message, "0x300a reads 0x00568f, want 0x005670");
	assert_contains(b.rig.diag.hint, "another chip");
	bench_down(&b);
}

static void silent_sensor_is_named(void **state)
{
	static const char *const faults[] = {"ov5670-nack", NULL};
	struct bench b;

	(void)state;
	bench_up(&b, "ov5670", faults);
	assert_int_equal(sensor_acknowledge(&b.sensor), FL_ERR_NACK);
	assert_contains(b.rig.diag.message, "ov5670: I2C4 0x36 did not acknowledge its address");
	assert_contains(b.rig.diag.hint, "reset");
	bench_down(&b);
}

static void refused_byte_names_the_line(void **state)
{
	static const char *const faults[] = {"data-nack=ov5670", NULL};
	struct bench b;

	(void)state;
	bench_up(&b, "ov5670", faults);
	assert_int_equal(sensor_configure(&b.sensor, &b.desc.modes[0]), FL_ERR_NACK);
	assert_contains(b.rig.diag.message, "ov5670 (ov5670.ini:");
	assert_contains(b.rig.diag.message, "did not acknowledge a data byte");
	assert_null(b.sensor.mode);
	bench_down(&b);
}

static void register_that_does_not_take_is_found(void **state)
{
	static const char *const faults[] = {"register-stuck=ov13858:0x380a", NULL};
	struct bench b;
	struct sensor_read_back back;

	(void)state;
	bench_up(&b, "ov13858", faults);
	assert_int_equal(sensor_configure(&b.sensor, &b.desc.modes[0]), FL_OK);
	assert_int_equal(sensor_verify(&b.sensor, &back), FL_OK);
	assert_int_equal(back.different, 1);
	assert_int_equal(back.first[0].reg, 0x380a);
	assert_int_equal(back.first[0].want, 0x0c);
	assert_int_equal(back.decisive, 1);
	assert_int_equal(back.first_decisive.reg, 0x380a);
	assert_string_equal(b.rig.diag.message, "");
	bench_down(&b);
}

static void lost_supply_is_seen_by_verify(void **state)
{
	struct bench b;
	struct sensor_read_back back;

	(void)state;
	bench_up(&b, "ov5670", NULL);
	assert_int_equal(sensor_verify(&b.sensor, &back), FL_ERR_STATE);
	diag_clear(&b.rig.diag);
	assert_int_equal(sensor_configure(&b.sensor, &b.desc.modes[0]), FL_OK);
	assert_int_equal(power_exit(&b.power), FL_OK);
	assert_int_equal(power_init(&b.power, &b.rig.board, b.rig.buses, &b.rig.diag), FL_OK);
	assert_int_equal(sensor_verify(&b.sensor, &back), FL_ERR_NACK);
	bench_down(&b);
}

/* ---- a fake chip ---------------------------------------------------------------------------- */

struct chip {
	struct i2c_bus bus; /* first member */
	uint8_t registers[65536];
	unsigned pointer_bytes; /* register address width */
	uint32_t pointer;
	unsigned transfers, fail_at, reads_without_write;
	unsigned polls_left; /* register 0x9000 reads 0 so often */
};

static enum fl_err chip_transfer(struct i2c_bus *bus, uint8_t address, const uint8_t *write,
				 size_t write_length, uint8_t *read, size_t read_length)
{
	struct chip *chip = (struct chip *)bus;

	assert_int_equal(address, 0x21);
	if (++chip->transfers == chip->fail_at)
		return diag_fail(bus->diag, FL_ERR_IO, "hint", "bus broke");
	if (write_length) {
		assert_true(write_length >= chip->pointer_bytes);
		chip->pointer = 0;
		for (unsigned i = 0; i < chip->pointer_bytes; i++)
			chip->pointer = chip->pointer << 8 | write[i];
	} else {
		chip->reads_without_write++;
	}
	for (size_t i = chip->pointer_bytes; i < write_length; i++)
		chip->registers[chip->pointer++ & 0xffff] = write[i];
	for (size_t i = 0; i < read_length; i++) {
		if (chip->pointer == 0x9000)
			chip->registers[0x9000] = chip->polls_left ? chip->polls_left--, 0 : 1;
		read[i] = chip->registers[chip->pointer++ & 0xffff];
	}
	return FL_OK;
}

static struct chip chip;
static struct diag diag;

static void chip_up(struct sensor *sensor, const struct sensor_desc *desc)
{
	memset(&chip, 0, sizeof chip);
	diag_clear(&diag);
	chip.bus = (struct i2c_bus){"FAKE", &diag, chip_transfer};
	chip.pointer_bytes = desc->register_bytes == 1 ? 1 : 2;
	sensor_init(sensor, desc, &chip.bus, 0x21, &diag);
}

/* All shipped files, all modes and patterns; a chip that stores what it is told verifies clean. */
static void every_shipped_file_runs(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(shipped_sensors); i++) {
		struct sensor_desc desc;
		struct sensor sensor;

		host_reset(1);
		load_sensor(&desc, shipped_sensors[i], &diag);
		chip_up(&sensor, &desc);
		for (size_t m = 0; m < desc.mode_count; m++) {
			struct sensor_read_back back;

			if (sensor_configure(&sensor, &desc.modes[m]) ||
			    sensor_verify(&sensor, &back))
				fail_msg("%s", diag.message);
			assert_int_equal(back.different, 0);
			assert_true(back.checked > 80);
			for (size_t p = 0; p < desc.pattern_count; p++)
				assert_int_equal(sensor_set_pattern(&sensor, &desc.patterns[p]),
						 FL_OK);
			assert_int_equal(sensor_set_pattern(&sensor, NULL), FL_OK);
			assert_int_equal(sensor_stream_on(&sensor), FL_OK);
			assert_int_equal(sensor_stream_off(&sensor), FL_OK);
		}
		assert_int_equal(!!chip.reads_without_write, desc.read_with_stop);
		sensor_free(&desc);
	}
}

static void failure_at_any_transfer_names_file_and_line(void **state)
{
	struct sensor_desc desc;
	struct sensor sensor;
	unsigned k = 1;

	(void)state;
	host_reset(1);
	load_sensor(&desc, "ov8865", &diag);
	for (;; k++) {
		enum fl_err err;

		chip_up(&sensor, &desc);
		chip.fail_at = k;
		err = sensor_configure(&sensor, &desc.modes[0]);
		if (!err)
			break;
		assert_int_equal(err, FL_ERR_IO);
		assert_int_equal(chip.transfers, k); /* nothing after it */
		assert_contains(diag.message, "ov8865 (ov8865.ini:");
		assert_contains(diag.message, "bus broke");
		assert_string_equal(diag.hint, "hint");
		assert_null(sensor.mode);
	}
	assert_true(k > 264);
	sensor_free(&desc);
}

static void steps_do_what_they_say(void **state)
{
	struct reg_step steps[] = {
		{.kind = REG_WRITE, .width = 1, .reg = 0x1000, .value = 0xa5, .mask = 0xff},
		{.kind = REG_WRITE, .width = 3, .reg = 0x1001, .value = 0x123456, .mask = 0xffffff},
		{.kind = REG_UPDATE, .width = 2, .reg = 0x1000, .value = 0x0007, .mask = 0x000f},
		{.kind = REG_DELAY, .value = 5000},
		{.kind = REG_EXPECT, .width = 1, .reg = 0x1001, .value = 0x17, .mask = 0xff},
		{.kind = REG_POLL,
		 .width = 1,
		 .reg = 0x9000,
		 .value = 1,
		 .mask = 1,
		 .timeout_us = 10000},
	};
	const struct reg_list list = {steps, COUNT(steps)};
	const struct sensor_desc desc = {.name = "any", .file = "any.ini", .register_bytes = 2};
	struct sensor sensor;
	uint64_t start;
	uint32_t seen;

	(void)state;
	chip_up(&sensor, &desc);
	chip.polls_left = 3;
	start = host_time_ns();
	assert_int_equal(sensor_run(&sensor, &list, &seen), FL_OK);
	assert_int_equal(seen, 1);
	assert_int_equal(chip.registers[0x1000], 0xa5);
	assert_int_equal(chip.registers[0x1001], 0x17);
	assert_int_equal(chip.registers[0x1002], 0x34);
	assert_int_equal(chip.registers[0x1003], 0x56);
	assert_true(host_time_ns() - start >= 5000000);
	chip.polls_left = UINT32_MAX;
	steps[5].line = 42;
	assert_int_equal(sensor_run(&sensor, &list, NULL), FL_ERR_TIMEOUT);
	assert_contains(diag.message,
			"any (any.ini:42): register 0x9000 reads 0x00 after 10000 us");
	diag_clear(&diag);
	steps[0].kind = 99;
	assert_int_equal(sensor_run(&sensor, &list, NULL), FL_ERR_INVALID);
}

static void narrow_register_addresses_work(void **state)
{
	const struct sensor_desc desc = {.name = "any", .file = "any.ini", .register_bytes = 1};
	struct sensor sensor;
	uint32_t value;

	(void)state;
	chip_up(&sensor, &desc);
	assert_int_equal(sensor_write(&sensor, 0x20, 4, 0x01020304), FL_OK);
	assert_int_equal(chip.registers[0x23], 4);
	assert_int_equal(sensor_read(&sensor, 0x20, 4, &value), FL_OK);
	assert_int_equal(value, 0x01020304);
	assert_int_equal(sensor_write(&sensor, 0x20, 0, 1), FL_ERR_INVALID);
	assert_int_equal(sensor_read(&sensor, 0x20, 5, &value), FL_ERR_INVALID);
}

/* What a later step overwrites, in whole or in part, is not held against the sensor. */
static void verify_compares_only_what_was_written_last(void **state)
{
	struct reg_step steps[] = {
		{.kind = REG_WRITE,
		 .width = 1,
		 .reg = 0x2000,
		 .value = 0x11,
		 .mask = 0xff}, /* lost in the reset */
		{.kind = REG_WRITE, .width = 1, .reg = 0x0103, .value = 1, .mask = 0xff},
		{.kind = REG_DELAY, .value = 10},
		{.kind = REG_WRITE, .width = 2, .reg = 0x3000, .value = 0xaabb, .mask = 0xffff},
		{.kind = REG_WRITE, .width = 1, .reg = 0x3001, .value = 0xcc, .mask = 0xff},
		{.kind = REG_UPDATE, .width = 1, .reg = 0x3000, .value = 0x05, .mask = 0x0f},
		{.kind = REG_WRITE, .width = 1, .reg = 0xffff, .value = 0x77, .mask = 0xff},
	};
	struct sensor_mode mode = {.name = "m", .registers = {steps, COUNT(steps)}};
	const struct sensor_desc desc = {.name = "any",
					 .file = "any.ini",
					 .register_bytes = 2,
					 .modes = &mode,
					 .mode_count = 1};
	struct sensor sensor;
	struct sensor_read_back back;

	(void)state;
	chip_up(&sensor, &desc);
	assert_int_equal(sensor_configure(&sensor, &mode), FL_OK);
	chip.registers[0x0103] = 0;
	chip.registers[0x2000] = 0;
	assert_int_equal(sensor_verify(&sensor, &back), FL_OK);
	assert_int_equal(back.checked, 4);
	chip.registers[0x3000] ^= 0x40; /* upper half: of the first write */
	chip.registers[0xffff] = 0;
	assert_int_equal(sensor_verify(&sensor, &back), FL_OK);
	assert_int_equal(back.different, 2);
	assert_int_equal(back.first[0].reg, 0x3000);
	assert_int_equal(back.decisive, 0);
}

static void failed_stream_on_still_gets_its_off(void **state)
{
	struct reg_step on[] = {
		{.kind = REG_WRITE, .width = 1, .reg = 0x100, .value = 1, .mask = 0xff},
		{.kind = REG_WRITE, .width = 1, .reg = 0x101, .value = 1, .mask = 0xff}};
	struct reg_step off[] = {
		{.kind = REG_WRITE, .width = 1, .reg = 0x100, .value = 0, .mask = 0xff}};
	const struct sensor_desc desc = {.name = "any",
					 .file = "any.ini",
					 .register_bytes = 2,
					 .stream_on = {on, 2},
					 .stream_off = {off, 1}};
	struct sensor sensor;

	(void)state;
	chip_up(&sensor, &desc);
	chip.fail_at = 2;
	assert_int_equal(sensor_stream_on(&sensor), FL_ERR_IO);
	assert_true(sensor.is_streaming);
	assert_int_equal(chip.registers[0x100], 1);
	assert_int_equal(sensor_stream_off(&sensor), FL_OK);
	assert_int_equal(chip.registers[0x100], 0);
	assert_false(sensor.is_streaming);
}

/* ---- what the first error says stays ------------------------------------------------------------- */

static const struct sensor_desc plain = {.name = "any", .file = "any.ini", .register_bytes = 2};

static void an_earlier_message_is_kept_as_it_is(void **state)
{
	struct reg_step step = {.kind = REG_WRITE, .width = 1, .reg = 1, .mask = 0xff};
	const struct reg_list list = {&step, 1};
	struct sensor sensor;

	(void)state;
	chip_up(&sensor, &plain);
	assert_int_equal(sensor_acknowledge(&sensor), FL_OK);
	assert_string_equal(diag.message, "");
	assert_int_equal(sensor_run(&sensor, &list, NULL), FL_OK);
	assert_string_equal(diag.message, "");
	diag_fail(&diag, FL_ERR_TIMEOUT, NULL, "?");
	chip.fail_at = 3;
	assert_int_equal(sensor_acknowledge(&sensor), FL_ERR_IO);
	assert_string_equal(diag.message, "?");
	chip.fail_at = 4;
	assert_int_equal(sensor_run(&sensor, &list, NULL), FL_ERR_IO);
	assert_string_equal(diag.message, "?");
	sensor.diag = NULL; /* nobody listens */
	chip.bus.diag = NULL;
	chip.fail_at = 5;
	assert_int_equal(sensor_acknowledge(&sensor), FL_ERR_IO);
	chip.fail_at = 6;
	assert_int_equal(sensor_run(&sensor, &list, NULL), FL_ERR_IO);
}

/* A step that reads fails with the bus, whatever it would have seen. */
static void steps_that_read_fail_with_the_bus(void **state)
{
	static const uint8_t kinds[] = {REG_UPDATE, REG_EXPECT, REG_POLL};

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct reg_step step = {.kind = kinds[i],
					.width = 2,
					.reg = 0x1000,
					.value = 0x5678,
					.mask = 0xffff,
					.timeout_us = 1000};
		const struct reg_list list = {&step, 1};
		struct sensor sensor;

		chip_up(&sensor, &plain);
		chip.fail_at = 1;
		assert_int_equal(sensor_run(&sensor, &list, NULL), FL_ERR_IO);
		assert_int_equal(chip.transfers, 1);
	}
}

static void numbers_are_as_wide_as_the_register(void **state)
{
	struct reg_step step = {
		.kind = REG_EXPECT, .width = 1, .reg = 0x1000, .value = 0x5, .mask = 0xf};
	const struct reg_list list = {&step, 1};
	struct sensor sensor;
	uint64_t start;

	(void)state;
	host_reset(1);
	chip_up(&sensor, &plain);
	chip.registers[0x1000] = 0x9;
	assert_int_equal(sensor_run(&sensor, &list, NULL), FL_ERR_MISMATCH);
	assert_contains(diag.message, "register 0x1000 reads 0x09, want 0x05 under mask 0x0f");
	diag_clear(&diag);
	step.kind = REG_POLL;
	step.timeout_us = 10000;
	chip.transfers = 0;
	start = host_time_ns();
	assert_int_equal(sensor_run(&sensor, &list, NULL), FL_ERR_TIMEOUT);
	assert_contains(diag.message, "register 0x1000 reads 0x09 after 10000 us, want 0x05 "
				      "under mask 0x0f");
	assert_contains(diag.hint, "is the sensor clocked?");
	assert_in_range(host_time_ns() - start, 10000000, 10400000);
	assert_in_range(chip.transfers, 20, 22); /* every 500 us, and once behind the end */
}

static void identify_without_a_list_has_seen_nothing(void **state)
{
	struct sensor sensor;
	uint32_t seen = 77;

	(void)state;
	chip_up(&sensor, &plain);
	assert_int_equal(sensor_identify(&sensor, &seen), FL_OK);
	assert_int_equal(seen, 0);
}

/* ---- mode and pattern ---------------------------------------------------------------------------- */

static struct reg_step write_to(uint16_t reg, uint8_t width, uint32_t value)
{
	return (struct reg_step){.kind = REG_WRITE,
				 .width = width,
				 .reg = reg,
				 .value = value,
				 .mask = 0xffffffffu >> (32 - 8 * width)};
}

static void a_reset_takes_mode_and_pattern_away(void **state)
{
	struct reg_step soft[] = {write_to(0x0103, 1, 1)}, other[] = {write_to(0x0104, 1, 1)};
	struct sensor_mode with = {.name = "w", .registers = {soft, 1}};
	struct sensor_mode without = {.name = "o", .registers = {other, 1}};
	struct sensor_pattern pattern = {.look.name = "bars", .on = {other, 1}, .off = {other, 1}};
	struct sensor sensor;

	(void)state;
	chip_up(&sensor, &plain);
	assert_int_equal(sensor_set_pattern(&sensor, &pattern), FL_OK);
	assert_int_equal(sensor_configure(&sensor, &without), FL_OK);
	assert_ptr_equal(sensor.pattern, &pattern);
	assert_int_equal(sensor_configure(&sensor, &with), FL_OK);
	assert_null(sensor.pattern);
	assert_ptr_equal(sensor.mode, &with);
	chip.fail_at = chip.transfers + 1;
	assert_int_equal(sensor_configure(&sensor, &without), FL_ERR_IO);
	assert_null(sensor.mode); /* half of it may have been taken */
}

static void a_pattern_that_does_not_go_stays(void **state)
{
	struct reg_step on[] = {write_to(0x5000, 1, 1)}, off[] = {write_to(0x5000, 1, 0)};
	struct sensor_pattern one = {.look.name = "one", .on = {on, 1}, .off = {off, 1}};
	struct sensor_pattern two = {.look.name = "two", .on = {on, 1}, .off = {off, 1}};
	struct sensor sensor;

	(void)state;
	chip_up(&sensor, &plain);
	assert_int_equal(sensor_set_pattern(&sensor, &one), FL_OK);
	chip.fail_at = chip.transfers + 1;
	assert_int_equal(sensor_set_pattern(&sensor, &two), FL_ERR_IO);
	assert_ptr_equal(sensor.pattern, &one);
	assert_int_equal(chip.registers[0x5000], 1);
	chip.fail_at = chip.transfers + 2;
	assert_int_equal(sensor_set_pattern(&sensor, &two), FL_ERR_IO);
	assert_ptr_equal(sensor.pattern, &two); /* it may be on */
}

static void a_failed_stream_off_still_streams(void **state)
{
	struct reg_step off[] = {write_to(0x100, 1, 0)};
	const struct sensor_desc desc = {
		.name = "any", .file = "any.ini", .register_bytes = 2, .stream_off = {off, 1}};
	struct sensor sensor;

	(void)state;
	chip_up(&sensor, &desc);
	assert_int_equal(sensor_stream_on(&sensor), FL_OK);
	chip.fail_at = chip.transfers + 1;
	assert_int_equal(sensor_stream_off(&sensor), FL_ERR_IO);
	assert_true(sensor.is_streaming);
	assert_int_equal(sensor_stream_off(&sensor), FL_OK);
	assert_false(sensor.is_streaming);
}

static uint64_t rest_us(const struct sensor *sensor)
{
	uint64_t before = host_time_ns();

	sensor_rest(sensor);
	return (host_time_ns() - before) / 1000;
}

/* A frame's time and 10 ms from the command on (sensor-clocks.md 12), what has passed of it is not waited for. */
static void a_stopped_sensor_rests(void **state)
{
	struct reg_step on[] = {write_to(0x100, 1, 1)}, off[] = {write_to(0x100, 1, 0)};
	struct sensor_mode mode = {.name = "mode", .frame_us = 30000, .registers = {on, 1}};
	const struct sensor_desc desc = {.name = "any",
					 .file = "any.ini",
					 .register_bytes = 2,
					 .stream_on = {on, 1},
					 .stream_off = {off, 1}};
	struct sensor sensor;

	(void)state;
	chip_up(&sensor, &desc);
	host_advance_ns(1000000);
	assert_int_equal(rest_us(&sensor), 0);
	assert_int_equal(sensor_configure(&sensor, &mode), FL_OK);
	assert_int_equal(rest_us(&sensor), 0); /* never streamed */
	assert_int_equal(sensor_stream_on(&sensor), FL_OK);
	assert_int_equal(sensor_stream_off(&sensor), FL_OK);
	assert_in_range(rest_us(&sensor), 39900, 40100);
	assert_int_equal(rest_us(&sensor), 0);
	assert_int_equal(sensor_stream_off(&sensor), FL_OK);
	host_advance_ns(25000000);
	assert_in_range(rest_us(&sensor), 14900, 15100);
	mode.frame_us = 0; /* not known */
	assert_int_equal(sensor_stream_off(&sensor), FL_OK);
	assert_in_range(rest_us(&sensor), 209900, 210100);
}

/* ---- read-back ----------------------------------------------------------------------------------- */

/* A register decides when any of its bytes lies in the range. */
static void decisive_registers_are_counted_by_their_bytes(void **state)
{
	struct reg_step steps[] = {write_to(0x3007, 1, 1),     write_to(0x3010, 1, 1),
				   write_to(0x4006, 2, 1),     write_to(0x3008, 1, 2),
				   write_to(0x300f, 1, 3),     write_to(0x4007, 2, 0x0401),
				   write_to(0x400f, 2, 0x0501)};
	struct sensor_mode mode = {.name = "m", .registers = {steps, COUNT(steps)}};
	const struct sensor_desc desc = {
		.name = "any",
		.file = "any.ini",
		.register_bytes = 2,
		.decisive = {{0x3008, 0x300f}, {0x4008, 0x400f}, {0x3010, 0x3010}},
		.decisive_count = 2};
	struct sensor_read_back back;
	struct sensor sensor;

	(void)state;
	chip_up(&sensor, &desc);
	assert_int_equal(sensor_configure(&sensor, &mode), FL_OK);
	memset(chip.registers, 0xee, sizeof chip.registers);
	memset(&back, 0xff, sizeof back);
	assert_int_equal(sensor_verify(&sensor, &back), FL_OK);
	assert_int_equal(back.checked, COUNT(steps));
	assert_int_equal(back.different, COUNT(steps));
	assert_int_equal(back.decisive, 4);
	assert_int_equal(back.first_decisive.reg, 0x3008);
	assert_int_equal(back.first_decisive.want, 2);
	assert_int_equal(back.first_decisive.seen, 0xee);
	for (size_t i = 0; i < COUNT(steps); i++) {
		assert_int_equal(back.first[i].reg, steps[i].reg);
		assert_int_equal(back.first[i].width, steps[i].width);
	}
}

/* A later write of four bytes takes its own and no neighbour. */
static void a_neighbour_of_a_later_write_is_compared(void **state)
{
	struct reg_step steps[] = {write_to(0x3000, 2, 0xaabb), write_to(0x2ffd, 4, 0x11223344)};
	struct sensor_mode mode = {.name = "m", .registers = {steps, COUNT(steps)}};
	struct sensor_read_back back;
	struct sensor sensor;

	(void)state;
	chip_up(&sensor, &plain);
	assert_int_equal(sensor_configure(&sensor, &mode), FL_OK);
	assert_int_equal(sensor_verify(&sensor, &back), FL_OK);
	assert_int_equal(back.checked, 2);
	assert_int_equal(back.different, 0);
	chip.registers[0x3001] ^= 1;
	assert_int_equal(sensor_verify(&sensor, &back), FL_OK);
	assert_int_equal(back.different, 1);
	assert_int_equal(back.first[0].reg, 0x3000);
}

/* The first of four bytes is compared, although a later write takes all behind it. */
static void a_byte_before_a_later_write_is_compared(void **state)
{
	struct reg_step steps[] = {write_to(0x3000, 4, 0x11223344),
				   write_to(0x3001, 4, 0x55667788)};
	struct sensor_mode mode = {.name = "m", .registers = {steps, COUNT(steps)}};
	struct sensor_read_back back;
	struct sensor sensor;

	(void)state;
	chip_up(&sensor, &plain);
	assert_int_equal(sensor_configure(&sensor, &mode), FL_OK);
	chip.registers[0x3000] ^= 1;
	assert_int_equal(sensor_verify(&sensor, &back), FL_OK);
	assert_int_equal(back.checked, 2);
	assert_int_equal(back.different, 1);
	assert_int_equal(back.first[0].reg, 0x3000);
	chip.registers[0x3004] ^= 1; /* the last byte of the later one */
	assert_int_equal(sensor_verify(&sensor, &back), FL_OK);
	assert_int_equal(back.different, 2);
}

/* What stands behind a list is not of it: a reset there takes nothing away, a write is not compared. */
static void a_list_ends_where_it_ends(void **state)
{
	struct reg_step steps[] = {write_to(0x3000, 1, 0x11), write_to(0x0103, 1, 1)};
	struct reg_step others[] = {write_to(0x3000, 1, 0x11), write_to(0x3001, 1, 0x22)};
	struct sensor_mode mode = {.name = "m", .registers = {steps, 1}};
	struct sensor_mode other = {.name = "o", .registers = {others, 1}};
	struct sensor_pattern pattern = {.look.name = "bars"};
	struct sensor_read_back back;
	struct sensor sensor;

	(void)state;
	chip_up(&sensor, &plain);
	assert_int_equal(sensor_set_pattern(&sensor, &pattern), FL_OK);
	assert_int_equal(sensor_configure(&sensor, &mode), FL_OK);
	assert_ptr_equal(sensor.pattern, &pattern);
	assert_int_equal(sensor_verify(&sensor, &back), FL_OK);
	assert_int_equal(back.checked, 1);
	assert_int_equal(sensor_configure(&sensor, &other), FL_OK);
	assert_int_equal(sensor_verify(&sensor, &back), FL_OK);
	assert_int_equal(back.checked, 1);
}

/* All are counted, and the first ones kept, as many as there is room for. */
static void differences_beyond_the_room_are_counted(void **state)
{
	struct reg_step steps[SENSOR_DIFFERENCES + 2];
	struct sensor_mode mode = {.name = "m", .registers = {steps, COUNT(steps)}};
	struct sensor_read_back back;
	struct sensor sensor;

	(void)state;
	chip_up(&sensor, &plain);
	for (uint16_t i = 0; i < COUNT(steps); i++)
		steps[i] = write_to(0x3000 + i, 1, 0x11);
	assert_int_equal(sensor_configure(&sensor, &mode), FL_OK);
	memset(chip.registers, 0, sizeof chip.registers);
	assert_int_equal(sensor_verify(&sensor, &back), FL_OK);
	assert_int_equal(back.different, COUNT(steps));
	assert_int_equal(back.first[SENSOR_DIFFERENCES - 1].reg, 0x3000 + SENSOR_DIFFERENCES - 1);
	assert_int_equal(back.decisive, 0);
	assert_int_equal(back.first_decisive.reg, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mode_is_written_and_reads_back),
		cmocka_unit_test(stream_and_patterns_go_on_and_off),
		cmocka_unit_test(wrong_chip_is_told_with_both_ids),
		cmocka_unit_test(silent_sensor_is_named),
		cmocka_unit_test(refused_byte_names_the_line),
		cmocka_unit_test(register_that_does_not_take_is_found),
		cmocka_unit_test(lost_supply_is_seen_by_verify),
		cmocka_unit_test(every_shipped_file_runs),
		cmocka_unit_test(failure_at_any_transfer_names_file_and_line),
		cmocka_unit_test(steps_do_what_they_say),
		cmocka_unit_test(narrow_register_addresses_work),
		cmocka_unit_test(verify_compares_only_what_was_written_last),
		cmocka_unit_test(failed_stream_on_still_gets_its_off),
		cmocka_unit_test(an_earlier_message_is_kept_as_it_is),
		cmocka_unit_test(steps_that_read_fail_with_the_bus),
		cmocka_unit_test(numbers_are_as_wide_as_the_register),
		cmocka_unit_test(identify_without_a_list_has_seen_nothing),
		cmocka_unit_test(a_reset_takes_mode_and_pattern_away),
		cmocka_unit_test(a_pattern_that_does_not_go_stays),
		cmocka_unit_test(a_failed_stream_off_still_streams),
		cmocka_unit_test(a_stopped_sensor_rests),
		cmocka_unit_test(decisive_registers_are_counted_by_their_bytes),
		cmocka_unit_test(a_neighbour_of_a_later_write_is_compared),
		cmocka_unit_test(a_byte_before_a_later_write_is_compared),
		cmocka_unit_test(a_list_ends_where_it_ends),
		cmocka_unit_test(differences_beyond_the_room_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
