/* test_p2sb.c: the sideband bridge and the pads behind it, by the addresses of camera-acpi.md 9. */
#include "tests/unit/vboard/ipu3/camera_bench.h"

#define C10  0xae0450u
#define C11  0xae0458u
#define TX   0x001u
#define RX   0x002u
#define OFF  0x100u /* TX disable */
#define DEAF 0x200u /* RX disable */
#define MODE 0x400u /* native function 1 */

/* No help from the bench: the pads as firmware left them. */
static struct cb *pads_new(const char *const *decisions, const char *fault)
{
	struct vboard_options options = {
		.seed = 5, .decisions = decisions, .faults = &fault, .fault_count = fault ? 1 : 0};
	struct cb *b;

	while (decisions[options.decision_count])
		options.decision_count++;
	b = cb_new_options(&options);
	vboard_reset(b->board, cb_find(b, "p2sb"));
	return b;
}

static uint32_t pad(struct cb *b, uint32_t offset)
{
	return cb_read(b, cb_find(b, "p2sb"), offset);
}

static void set_pad(struct cb *b, uint32_t offset, uint32_t value)
{
	cb_write(b, cb_find(b, "p2sb"), offset, value);
}

static bool pmic_answers(struct cb *b)
{
	uint8_t revision = 0;

	cb_i2c_init(b, b->i2c2);
	if (cb_i2c(b, b->i2c2, 0x4d, (const uint8_t[]){0xff}, 1, &revision, 1))
		return false;
	assert_int_equal(revision, 0x21);
	return true;
}

/* ---- The function ---- */

static void a_hidden_bridge_is_not_there_but_decodes(void **state)
{
	static const char *const hidden[] = {"p2sb=0", "pads-left=0", NULL};
	struct cb *b = pads_new(hidden, NULL);
	const unsigned index = cb_find(b, "p2sb");

	(void)state;
	assert_int_equal(vboard_function(b->board, index)->window, 0xfd000000u);
	for (unsigned offset = 0; offset < 256; offset += 4) {
		vboard_config_write(b->board, index, offset, 4, 0);
		assert_int_equal(vboard_config_read(b->board, index, offset, 4), UINT32_MAX);
	}
	assert_int_equal(vboard_config_read(b->board, index, 0, 2), 0xffff);
	assert_int_equal(pad(b, C11), TX | RX);
	cb_assert_clean(b);
	cb_free(b);
}

static void a_visible_bridge_decodes_at_its_bar(void **state)
{
	static const char *const visible[] = {"p2sb=1", "pads-left=1", NULL};
	struct cb *b = pads_new(visible, NULL);
	const unsigned index = cb_find(b, "p2sb");

	(void)state;
	assert_int_equal(vboard_function(b->board, index)->window, 0);
	assert_int_equal(vboard_config_read(b->board, index, 0, 4), 0x9d208086);
	assert_int_equal(vboard_function(b->board, index)->bar_size, 16u << 20);
	/* Power-on: no address and no decoding until firmware gives them. */
	assert_int_equal(pad(b, C11), UINT32_MAX);
	cb_enable(b, index);
	assert_int_equal(pad(b, C11), 0);
	cb_assert_clean(b);
	cb_free(b);
}

/* ---- A pad ---- */

static void a_pad_drives_in_gpio_mode_with_its_transmitter_on(void **state)
{
	static const char *const left[] = {"p2sb=0", "pads-left=1", "pads-rx-off=0", NULL};
	static const struct {
		uint32_t written;
		bool high;
	} cases[] = {{TX, true}, {0, false}, {TX | OFF, false}, {TX | MODE, false}, {TX, true}};
	struct cb *b = pads_new(left, NULL);

	(void)state;
	set_pad(b, C10, TX);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		set_pad(b, C11, cases[i].written);
		assert_int_equal(pad(b, C11), cases[i].written | (cases[i].high ? RX : 0));
		cb_wait(b, 3 * CB_MS);
		assert_int_equal(pmic_answers(b), cases[i].high);
	}
	/* RX state is the wire's, not what is written there; a receiver that is off sees nothing. */
	set_pad(b, C11, RX);
	assert_int_equal(pad(b, C11), 0);
	set_pad(b, C11, TX | DEAF);
	assert_int_equal(pad(b, C11), TX | DEAF);
	cb_assert_clean(b);
	cb_free(b);
}

static void an_undriven_pad_is_where_its_termination_pulls_it(void **state)
{
	static const char *const left[] = {"p2sb=0", "pads-left=2", NULL};
	struct cb *b = pads_new(left, NULL);

	(void)state;
	assert_int_equal(pad(b, C11), OFF);
	set_pad(b, C11 + 4, 0x3000); /* pull-up */
	assert_int_equal(pad(b, C11), OFF | RX);
	assert_int_equal(pad(b, C11 + 4), 0x3000);
	set_pad(b, C11 + 4, 0x1000); /* pull-down */
	assert_int_equal(pad(b, C11), OFF);
	cb_free(b);
}

static void firmware_leaves_the_pads_as_it_is_decided(void **state)
{
	static const struct {
		const char *decision;
		uint32_t left;
	} cases[] = {{"pads-left=0", TX | RX},
		     {"pads-left=1", 0},
		     {"pads-left=2", OFF},
		     {"pads-left=3", MODE | OFF}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *const decisions[] = {"p2sb=0", cases[i].decision, NULL};
		struct cb *b = pads_new(decisions, NULL);

		assert_int_equal(pad(b, C10), cases[i].left);
		assert_int_equal(pad(b, C11), cases[i].left);
		/* What switches nothing has its native function; SDA and SCL rest high. */
		assert_int_equal(pad(b, 0xaf0400), MODE);
		assert_int_equal(pad(b, 0xac0420), MODE | RX);
		assert_int_equal(pad(b, 0xac0428), MODE | RX);
		cb_wait(b, 3 * CB_MS);
		assert_int_equal(pmic_answers(b), !i);
		cb_assert_clean(b);
		cb_free(b);
	}
}

static void a_controller_reaches_its_bus_through_native_pads(void **state)
{
	static const char *const left[] = {"p2sb=0", "pads-left=0", NULL};
	struct cb *b = pads_new(left, NULL);

	(void)state;
	cb_wait(b, 3 * CB_MS);
	for (uint32_t line = 0xac0420; line <= 0xac0428; line += 8) { /* SDA, SCL of I2C2 */
		assert_true(pmic_answers(b));
		set_pad(b, line, OFF);
		assert_int_equal(pad(b, line), OFF | RX);
		assert_false(pmic_answers(b));
		set_pad(b, line, MODE);
	}
	assert_true(pmic_answers(b));
	cb_assert_clean(b);
	cb_free(b);
}

static void a_stuck_bus_shows_at_its_pad(void **state)
{
	static const char *const left[] = {"p2sb=0", "pads-left=0", NULL};
	struct cb *b = pads_new(left, "i2c-stuck=2");

	(void)state;
	assert_int_equal(pad(b, 0xac0420), MODE);
	assert_int_equal(pad(b, 0xac0428), MODE | RX);
	assert_int_equal(pad(b, 0xac0440), MODE | RX); /* I2C4's */
	cb_free(b);
}

/* ---- Who may not ---- */

static const char *const low[] = {"p2sb=0", "pads-left=1", NULL};

static void assert_takes_nothing(struct cb *b)
{
	set_pad(b, C11, TX);
	set_pad(b, C11 + 4, 0x3000);
	assert_int_equal(pad(b, C11), 0);
	assert_int_equal(pad(b, C11 + 4), 0);
	set_pad(b, C10, TX);
	assert_int_equal(pad(b, C10), TX | RX);
	cb_assert_clean(b);
	cb_free(b);
}

static void a_locked_pad_takes_nothing_and_says_so(void **state)
{
	struct cb *b = pads_new(low, "pad-locked=59");

	(void)state;
	/* Eight bytes a group: group C is the first of its community. */
	assert_int_equal(pad(b, 0xae00a0), 1u << 11);
	assert_int_equal(pad(b, 0xae00a4), 1u << 11);
	assert_int_equal(pad(b, 0xae00a8), 0);
	assert_int_equal(pad(b, 0xae0024), 0);
	assert_takes_nothing(b);
}

static void a_pad_of_another_agent_takes_nothing_and_says_so(void **state)
{
	struct cb *b = pads_new(low, "pad-owned=59");

	(void)state;
	/* Four bits a pad, 16 bytes a group. */
	assert_int_equal(pad(b, 0xae0020), 0);
	assert_int_equal(pad(b, 0xae0024), 1u << 12);
	assert_int_equal(pad(b, 0xae00a0), 0);
	assert_takes_nothing(b);
}

static void ownership_and_locks_of_the_second_and_last_group_have_their_place(void **state)
{
	struct cb *b = pads_new(low, "pad-owned=76"); /* GPP_D4 */

	(void)state;
	assert_int_equal(pad(b, 0xae0030), 1u << 16);
	cb_free(b);
	b = pads_new(low, "pad-locked=151"); /* GPP_G7 */
	assert_int_equal(pad(b, 0xac00a8), 1u << 7);
	assert_int_equal(pad(b, 0xac00ac), 1u << 7);
	cb_free(b);
}

static void a_stuck_wire_stays_low(void **state)
{
	struct cb *b = pads_new(low, "pad-stuck=59");

	(void)state;
	set_pad(b, C11, TX);
	set_pad(b, C10, TX);
	assert_int_equal(pad(b, C11), TX);
	cb_wait(b, 3 * CB_MS);
	assert_false(pmic_answers(b));
	cb_free(b);
}

static void a_dead_window_reads_all_ones(void **state)
{
	struct cb *b = pads_new(low, "pads-hidden");

	(void)state;
	set_pad(b, C11, TX);
	set_pad(b, C10, TX);
	assert_int_equal(pad(b, C11), UINT32_MAX);
	assert_int_equal(pad(b, 0xae0020), UINT32_MAX);
	cb_wait(b, 3 * CB_MS);
	assert_false(pmic_answers(b));
	cb_assert_clean(b);
	cb_free(b);
}

/* ---- What is not known ---- */

static void what_is_not_known_is_reported_and_reads_as_decided(void **state)
{
	static const uint32_t unknown[] = {0xae0640, 0xac0500, 0xae0030 + 32,
					   0xac00d8, 0xad0400, 0xc60000};

	(void)state;
	for (unsigned zero = 0; zero < 2; zero++) {
		const char *const decisions[] = {zero ? "pads-unknown=1" : "pads-unknown=0", NULL};

		for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
			struct cb *b = cb_new_options(&(struct vboard_options){
				.seed = 5, .decisions = decisions, .decision_count = 1});

			assert_int_equal(pad(b, unknown[i]), zero ? 0 : UINT32_MAX);
			cb_assert_complaint(b, "pads: read of unknown register");
			cb_free(b);
		}
	}
}

static void what_only_firmware_writes_is_reported(void **state)
{
	static const uint32_t fixed[] = {0xae0020, 0xae00a0, 0xae000c, 0xad0400};

	(void)state;
	for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
		struct cb *b = cb_new(5, NULL);
		const uint32_t before = i < 3 ? pad(b, fixed[i]) : 0;

		set_pad(b, fixed[i], 0x12345678);
		cb_assert_complaint(b, " unknown register 0x");
		if (i < 3)
			assert_int_equal(pad(b, fixed[i]), before);
		cb_free(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hidden_bridge_is_not_there_but_decodes),
		cmocka_unit_test(a_visible_bridge_decodes_at_its_bar),
		cmocka_unit_test(a_pad_drives_in_gpio_mode_with_its_transmitter_on),
		cmocka_unit_test(an_undriven_pad_is_where_its_termination_pulls_it),
		cmocka_unit_test(firmware_leaves_the_pads_as_it_is_decided),
		cmocka_unit_test(a_controller_reaches_its_bus_through_native_pads),
		cmocka_unit_test(a_stuck_bus_shows_at_its_pad),
		cmocka_unit_test(a_locked_pad_takes_nothing_and_says_so),
		cmocka_unit_test(a_pad_of_another_agent_takes_nothing_and_says_so),
		cmocka_unit_test(ownership_and_locks_of_the_second_and_last_group_have_their_place),
		cmocka_unit_test(a_stuck_wire_stays_low),
		cmocka_unit_test(a_dead_window_reads_all_ones),
		cmocka_unit_test(what_is_not_known_is_reported_and_reads_as_decided),
		cmocka_unit_test(what_only_firmware_writes_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
