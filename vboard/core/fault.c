/* fault.c: every fault of the virtual board by name, with the sentence that --fault help prints. */
#include "vboard/core/fault.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct vboard_fault_info fault_table[] = {
	/* PCI */
	{"no-cio2", VBOARD_PLAIN, "firmware has disabled the CIO2: no function at 00:14.3"},
	{"no-imgu", VBOARD_PLAIN, "firmware has disabled the ImgU: no function at 00:05.0"},
	{"cio2-all-ones", VBOARD_PLAIN,
	 "the CIO2 answers config space, but every register reads all ones"},
	{"bar-lost", VBOARD_PLAIN,
	 "BAR 0 of the CIO2 implements no address bits, so nothing can place it"},
	{"d3-stuck", VBOARD_PLAIN, "the CIO2 wakes in D3hot and refuses to enter D0"},
	{"d0-stuck", VBOARD_PLAIN, "the CIO2 wakes in D3hot, enters D0 and refuses to leave it"},
	/* I2C and power */
	{"i2c-stuck", VBOARD_NUMBER,
	 "SDA of a bus is held low for ever (=0,1,2,4: which; default all): busy, nothing "
	 "completes"},
	{"i2c-timeout", VBOARD_NUMBER,
	 "a target stretches SCL without end (=bus; default all): transfers start and never "
	 "finish"},
	{"i2c-arbitration", VBOARD_NUMBER, "every Nth transfer loses arbitration (default 3)"},
	{"i2c-controller-gone", VBOARD_NUMBER,
	 "firmware has disabled an I2C controller: its function is not there (=0,1,2,4; default "
	 "4)"},
	{"i2c-all-ones", VBOARD_NUMBER,
	 "an I2C controller answers config space, but every register reads all ones (=0,1,2,4; "
	 "default all)"},
	{"pmic-nack", VBOARD_PLAIN, "the TPS68470 does not acknowledge"},
	{"pmic-no-pll", VBOARD_PLAIN,
	 "the PLL of the TPS68470 never locks: no sensor clock, no core rail (what its registers "
	 "show "
	 "of it: --decide pmic-status)"},
	{"pmic-register-stuck", VBOARD_NUMBER,
	 "register N of the PMIC ignores what is written (default 0x47, the switch of the analogue "
	 "rail)"},
	{"pmic-register-latched", VBOARD_NUMBER,
	 "bits of register N of the PMIC that were set stay set until it is reset (default 0x47, "
	 "the switch of the analogue rail)"},
	{"rail-stuck", VBOARD_CAMERA_NUMBER,
	 "a rail stays at 0 V whatever the PMIC is told (=N: 0 analogue, 1 I/O, 2 core; default "
	 "0; what the registers show of a rail that the PMIC makes: --decide pmic-status)"},
	{"clock-stuck", VBOARD_CAMERA,
	 "no clock arrives at the sensor, though the PMIC's registers say that it is on"},
	{"wrong-clock", VBOARD_CAMERA_NUMBER,
	 "the sensor's clock is N Hz, whatever the PMIC's registers say (default 24000000)"},
	{"reset-stuck", VBOARD_CAMERA, "the sensor's reset line stays low: it is never released"},
	{"sensor-nack", VBOARD_CAMERA_NUMBER,
	 "the sensor does not acknowledge its address (=N: only the first N times)"},
	{"ov13858-nack", VBOARD_PLAIN, "same as sensor-nack=ov13858"},
	{"ov5670-nack", VBOARD_PLAIN, "same as sensor-nack=ov5670"},
	{"data-nack", VBOARD_CAMERA_NUMBER,
	 "the sensor refuses a data byte, every Nth (default 100)"},
	{"wrong-id", VBOARD_CAMERA_NUMBER,
	 "the sensor's chip id is another one (default: lowest byte inverted)"},
	{"other-sensor", VBOARD_CAMERA_NUMBER,
	 "another sensor of the same maker sits there: its id is N, three bytes (default "
	 "0x005675)"},
	{"moved-sensor", VBOARD_CAMERA_NUMBER,
	 "the sensor answers at address N instead (default: 0x10 and 0x36 exchanged)"},
	{"register-stuck", VBOARD_CAMERA_NUMBER,
	 "the register at address N cannot be changed (default 0x3808)"},
	{"eeprom-nack", VBOARD_PLAIN, "the module's EEPROM does not acknowledge"},
	{"eeprom-flip", VBOARD_PLAIN,
	 "one bit of the module's EEPROM, at a seeded place, is another one each time it is read"},
	{"vcm-nack", VBOARD_PLAIN, "the focus motor does not acknowledge"},
	{"vcm-stuck", VBOARD_PLAIN,
	 "the focus motor acknowledges, but keeps the position that it had at power-on"},
	/* CSI-2 */
	{"no-sof", VBOARD_CAMERA, "the sensor acknowledges stream-on, but sends nothing"},
	{"lost-start", VBOARD_CAMERA_NUMBER,
	 "every Nth stream-on is acknowledged, but nothing is sent (default 3)"},
	{"no-eof", VBOARD_CAMERA_NUMBER, "frame end is lost (=N: from frame N on; default 0)"},
	{"short-frame", VBOARD_CAMERA_NUMBER, "frames end N lines early (default 16)"},
	{"more-lines", VBOARD_CAMERA_NUMBER,
	 "the sensor sends N lines more than its registers say (default 2)"},
	{"long-lines", VBOARD_CAMERA_NUMBER,
	 "the sensor's lines are N pixels longer than its registers say (default 50)"},
	{"crc", VBOARD_CAMERA_NUMBER,
	 "a payload bit flips and the checksum fails, in every Nth frame (default 1)"},
	{"ecc", VBOARD_CAMERA_NUMBER,
	 "a packet header has one wrong bit, corrected, in every Nth frame (default 1)"},
	{"ecc-fatal", VBOARD_CAMERA_NUMBER,
	 "a packet header has several wrong bits and the line is lost, in every Nth frame (default "
	 "1)"},
	{"dphy", VBOARD_CAMERA,
	 "the D-PHY never synchronises: start-of-transmission errors, no frame"},
	{"lane-dead", VBOARD_CAMERA, "one data lane is broken: synchronisation errors, no frame"},
	{"wrong-data-type", VBOARD_CAMERA, "the sensor sends RAW8 packets whatever it is told"},
	{"slow-fps", VBOARD_CAMERA_NUMBER,
	 "frames come at N per second, not at the programmed rate (default 5)"},
	{"jitter", VBOARD_CAMERA_NUMBER, "frame periods vary by up to N percent (default 50)"},
	/* Receiver and DMA */
	{"fifo-overflow", VBOARD_CAMERA_NUMBER,
	 "the receiver's FIFO overflows and lines are lost, in every Nth frame (default 1)"},
	{"dma-no-halt", VBOARD_PLAIN, "DMA channel 0 never reports that it halted"},
	{"stale-frame", VBOARD_CAMERA,
	 "completion is signalled, but the data is not written: the buffer keeps what it held"},
	{"late-frame", VBOARD_CAMERA_NUMBER,
	 "the data is written N us after completion was signalled (default 3000)"},
	{"torn-frame", VBOARD_CAMERA,
	 "only the upper half is written: the lower half is what the buffer held"},
	{"frozen", VBOARD_CAMERA, "frames are counted on, but the picture is always the first one"},
	{"swapped-bytes", VBOARD_CAMERA, "the bytes of each pair arrive exchanged"},
	{"shifted-frame", VBOARD_CAMERA_NUMBER, "each line starts N pixels late (default 1)"},
	{"bad-pixels", VBOARD_CAMERA_NUMBER,
	 "N pixels are stuck at 0 or 1023 (default 64), at seeded places"},
	{"hot-pixels", VBOARD_CAMERA_NUMBER,
	 "N pixels are always saturated (default 60), at seeded places"},
	{"hot-cluster", VBOARD_CAMERA_NUMBER,
	 "a block of N x N pixels is saturated (default 12), at a seeded place"},
	{"hot-column", VBOARD_CAMERA_NUMBER,
	 "column N is saturated (default: a third of the width)"},
	{"column-offset", VBOARD_CAMERA_NUMBER, "one column is N brighter (default 60)"},
	{"row-stripes", VBOARD_CAMERA_NUMBER,
	 "lines are N brighter and darker in turn, by fours (default 25)"},
	{"dead-line", VBOARD_CAMERA_NUMBER, "line N is all zero (default: a third of the height)"},
	{"dead-plane", VBOARD_CAMERA_NUMBER,
	 "one colour is always black (=N: 0 red, 1 green, 2 blue; default 2)"},
	{"weak-plane", VBOARD_CAMERA_NUMBER,
	 "one colour has a sixth of its light (=N: 0 red, 1 green, 2 blue; default 0)"},
	{"half-black", VBOARD_CAMERA, "the left half of the picture is black"},
	{"bit-high", VBOARD_CAMERA_NUMBER, "data bit N of each sample is always 1 (default 5)"},
	{"bit-low", VBOARD_CAMERA_NUMBER, "data bit N of each sample is always 0 (default 5)"},
	{"swapped-bits", VBOARD_CAMERA_NUMBER,
	 "data bits N and N + 1 of each sample are exchanged (default 4)"},
	{"noise", VBOARD_CAMERA_NUMBER, "more noise, of standard deviation N (default 40)"},
	{"black-offset", VBOARD_CAMERA_NUMBER, "each sample is N too high (default 200)"},
	{"low-light", VBOARD_CAMERA_NUMBER, "N percent of the light reach the sensor (default 12)"},
	{"vignette", VBOARD_CAMERA_NUMBER,
	 "the corners have N percent of the centre's light (default 32)"},
	{"obstruction", VBOARD_CAMERA_NUMBER,
	 "something before the lens: N x N pixels get an eighth of the light (default 500)"},
	{"blur", VBOARD_CAMERA_NUMBER,
	 "out of focus: a blur of N pixels of the full array around each (default 80)"},
	{"upside-down", VBOARD_CAMERA, "the module is built in upside down"},
	{"dark", VBOARD_CAMERA, "no light reaches the sensor (lens cap): black level and noise"},
	{"bright", VBOARD_CAMERA, "the picture is saturated all over"},
	{"no-interrupt", VBOARD_PLAIN, "the CIO2 sends no MSI"},
	/* ImgU (acted on by its own model) */
	{"imgu-all-ones", VBOARD_NUMBER,
	 "the ImgU's registers all read ones (=N: from the Nth access on; default 0)"},
	{"imgu-no-power", VBOARD_PLAIN, "the ImgU never leaves the power-down state"},
	{"imgu-no-start", VBOARD_PLAIN, "START in the ImgU's PM_CTRL never clears"},
	{"imgu-no-idle", VBOARD_PLAIN, "the ImgU never reports that it is idle"},
	{"imgu-no-halt", VBOARD_PLAIN, "the ImgU's memory gate never reports that it halted"},
	{"imgu-burst-stuck", VBOARD_PLAIN,
	 "the ImgU's memory gate always reports a burst in flight"},
	{"imgu-stale-tlb", VBOARD_PLAIN, "the ImgU's TLB ignores invalidation"},
	{"imgu-tlb-evict", VBOARD_NUMBER,
	 "the ImgU's TLB loses entries at random, in N of 100 accesses (default 10): legal"},
	{"imgu-prefetch", VBOARD_PLAIN,
	 "the ImgU's walker reads all tables anew when the gate opens and at each invalidate: "
	 "legal"},
	{"imgu-wrong-l1", VBOARD_PLAIN,
	 "the ImgU's walker never takes what is written to L1_PHYS, which reads back all the same"},
	{"imgu-boot-error", VBOARD_PLAIN, "the ImgU's boot loader ends with its error code 0x102"},
	{"imgu-boot-busy", VBOARD_PLAIN, "the ImgU's boot loader stays busy (0x101) for ever"},
	{"imgu-sp0-silent", VBOARD_NUMBER,
	 "the ImgU's SP0 starts, but never says that it is initialised (=N: only its Nth start)"},
	{"imgu-sp1-silent", VBOARD_NUMBER,
	 "the ImgU's SP1 starts, but never says that it is initialised (=N: only its Nth start)"},
	{"imgu-data-flip", VBOARD_PLAIN,
	 "one bit of each data section that an SP of the ImgU copies is wrong, at a seeded place"},
	{"imgu-bad-page", VBOARD_NUMBER,
	 "a bit is wrong of what the ImgU reads through page N of its aperture (default 1, the "
	 "first that is used)"},
	{"imgu-dma-drop", VBOARD_NUMBER,
	 "one page of the ImgU's copies since the boot is not moved (=N: which; default 0)"},
};

#define FAULT_COUNT (sizeof(fault_table) / sizeof(fault_table[0]))

_Static_assert(FAULT_COUNT <= FAULT_MAX, "FAULT_MAX");

static size_t fault_index(const char *name, size_t length)
{
	for (size_t i = 0; i < FAULT_COUNT; i++) {
		if (!strncmp(fault_table[i].name, name, length) && !fault_table[i].name[length])
			return i;
	}
	return FAULT_COUNT;
}

static void fault_list_names(char *error, size_t error_size)
{
	size_t used = strlen(error);

	for (size_t i = 0; i < FAULT_COUNT && used < error_size; i++) {
		int n = snprintf(error + used, error_size - used, " %s", fault_table[i].name);

		if (n < 0)
			return;
		used += (size_t)n;
	}
}

static bool fault_parse_number(const char *text, uint64_t *value)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	*value = strtoull(text, &end, 0);
	return !*end;
}

/* `text` is what follows '='. */
static bool fault_parse_argument(struct fault_set *set, size_t index, const char *text)
{
	enum vboard_argument kind = fault_table[index].argument;
	size_t length = strcspn(text, ":");
	uint8_t camera = 0;

	if (length == 7 && !memcmp(text, "ov13858", 7))
		camera = FAULT_CAMERA_OV13858;
	else if (length == 6 && !memcmp(text, "ov5670", 6))
		camera = FAULT_CAMERA_OV5670;
	if (camera) {
		if (kind != VBOARD_CAMERA && kind != VBOARD_CAMERA_NUMBER)
			return false;
		set->cameras[index] = camera;
		if (!text[length])
			return true;
		text += length + 1;
	}
	if (kind != VBOARD_NUMBER && kind != VBOARD_CAMERA_NUMBER)
		return false;
	set->has_value[index] = true;
	return fault_parse_number(text, &set->value[index]);
}

bool fault_parse(struct fault_set *set, const char *spec, char *error, size_t error_size)
{
	size_t length = strcspn(spec, "=");
	size_t index = fault_index(spec, length);

	if (index == FAULT_COUNT) {
		snprintf(error, error_size, "unknown fault '%.*s'; there are:", (int)length, spec);
		fault_list_names(error, error_size);
		return false;
	}
	if (!set->on[index])
		set->chosen[set->count++] = (uint8_t)index;
	set->on[index] = true;
	set->cameras[index] = FAULT_CAMERA_ALL;
	if (!spec[length])
		return true;
	if (fault_parse_argument(set, index, spec + length + 1))
		return true;
	snprintf(error, error_size, "fault '%s': '%s' does not fit; see --fault help",
		 fault_table[index].name, spec + length + 1);
	return false;
}

/* Asked at every step of every model, so only among those that are on. */
static size_t fault_chosen(const struct fault_set *set, const char *name)
{
	for (unsigned i = 0; i < set->count; i++)
		if (!strcmp(fault_table[set->chosen[i]].name, name))
			return set->chosen[i];
	return FAULT_COUNT;
}

bool fault_get(const struct fault_set *set, const char *name, uint64_t *value)
{
	const size_t index = fault_chosen(set, name);

	if (index == FAULT_COUNT)
		return false;
	if (value && set->has_value[index])
		*value = set->value[index];
	return true;
}

bool vboard_fault(const struct vboard *board, const char *name, uint64_t *value)
{
	return fault_get(vboard_faults(board), name, value);
}

bool vboard_fault_port(const struct vboard *board, const char *name, unsigned port, uint64_t *value)
{
	const struct fault_set *set = vboard_faults(board);
	const size_t index = fault_chosen(set, name);

	if (index == FAULT_COUNT || !(set->cameras[index] & 1u << port))
		return false;
	return fault_get(set, name, value);
}

unsigned vboard_fault_count(void)
{
	return FAULT_COUNT;
}

const struct vboard_fault_info *vboard_fault_at(unsigned index)
{
	return index < FAULT_COUNT ? &fault_table[index] : NULL;
}

bool vboard_fault_is_legal(unsigned index)
{
	return index == fault_index("imgu-tlb-evict", strlen("imgu-tlb-evict")) ||
	       index == fault_index("imgu-prefetch", strlen("imgu-prefetch"));
}

void vboard_fault_help(FILE *out)
{
	static const char *const arguments[] = {"", "[=CAMERA]", "[=N]", "[=CAMERA|N|CAMERA:N]"};

	fprintf(out, "Faults (CAMERA is ov13858 or ov5670; without it a fault concerns both):\n");
	for (size_t i = 0; i < FAULT_COUNT; i++) {
		char head[64];

		snprintf(head, sizeof(head), "%s%s", fault_table[i].name,
			 arguments[fault_table[i].argument]);
		fprintf(out, "  %-38s %s\n", head, fault_table[i].sentence);
	}
}
