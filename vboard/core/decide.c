/* decide.c: the list of what the sheets leave open, with what each choice means. */
#include "vboard/core/decide.h"

#include <stdlib.h>
#include <string.h>

#define CHOICES 5

struct decision {
	const char *name;
	const char *what; /* and the section of the sheet that leaves it open */
	const char *choices[CHOICES];
};

static const struct decision decision_table[] = {
	/* Configuration space */
	{"pmcsr-reserved",
	 "reserved bits of PMCSR (PCI PM 1.2, 3.2.4)",
	 {"read 0", "bits 7:4 read 1", "bits 14:13 read 1", "both"}},
	{"cio2-d3-registers",
	 "the CIO2's registers over D3hot, whose configuration is kept (evidence.md 1.2)",
	 {"kept", "lost"}},
	/* CIO2 */
	{"cio2-read-pointer",
	 "what sets FBPT_RP to 0 (cio2.md 7.4)",
	 {"a write of CDMABA", "DMA_EN 0 -> 1", "both", "only D3hot; until then it is any"}},
	{"cio2-pointer-bits", "bits 31:8 of CDMARI (cio2.md 2.4)", {"read 0", "read anything"}},
	{"cio2-valid",
	 "when VALID is cleared (cio2.md 7.1)",
	 {"at the frame's end", "when the entry is taken"}},
	{"cio2-pointer-moves",
	 "when FBPT_RP goes on (cio2.md 7.1)",
	 {"with the results", "up to 0.2 ms after them", "up to 0.2 ms before them"}},
	{"cio2-last-byte",
	 "where writing ends in the last page (evidence.md 1.4)",
	 {"at last_page_available_bytes", "at the end of its 64 bytes", "at the end of the page"}},
	{"cio2-too-large",
	 "what besides a frame synchronisation error tells that a frame was larger than its buffer "
	 "(evidence.md 1.4)",
	 {"nothing", "IOOE, and the channel halts"}},
	{"cio2-success", "polarity of SUCCXFAIL (cio2.md 14)", {"1 = failed", "1 = good"}},
	{"cio2-latch", "INT_STS takes bits that INT_EN has off (cio2.md 8.4)", {"no", "yes"}},
	{"cio2-frame-number",
	 "frame_num (cio2.md 14)",
	 {"counts from 1 at DMA_EN", "counts on from anything", "the link's, 1 to 255", "0"}},
	{"cio2-timestamp",
	 "unit of the timestamp (cio2.md 3.1)",
	 {"1/19.2 us", "1 us", "1/120 us", "1/1000 us"}},
	{"cio2-timestamp-base", "where the timestamp begins (cio2.md 3.1)", {"0", "anywhere"}},
	{"cio2-timestamp-at",
	 "what the timestamp is of (cio2.md 3.1)",
	 {"the frame's end", "its beginning"}},
	{"cio2-prefetch", "page pointers fetched ahead (cio2.md 3.3)", {"1", "2", "5", "16", "64"}},
	/* Sensors */
	{"sensor-restart",
	 "how a sensor begins that is started again without power-off (evidence.md 1.5)",
	 {"with a frame", "inside a line, and the rest of that frame is lost",
	  "inside a line, and the rest of that frame counts as one"}},
	{"sensor-reset",
	 "when a sensor acknowledges again after a soft reset (sensor-clocks.md 12)",
	 {"at once", "0.1 to 5 (OV5670) or 10 ms (OV13858) later"}},
	{"sensor-lag",
	 "which frame after a write has the new exposure and gain (sensor-clocks.md 3, 8)",
	 {"the next", "the second", "the third"}},
	{"sensor-stop",
	 "what a sensor does with its frame when it is told to stop (sensor-clocks.md 12)",
	 {"sends it to the end", "ends it inside a line"}},
	{"sensor-bars",
	 "levels of a test pattern's bars (sensors.md 11)",
	 {"0 and 1023", "64 and 940"}},
	{"ov13858-black",
	 "black level of the OV13858 (sensor-clocks.md 3)",
	 {"64, as its sibling", "16, as its predecessor's reset value"}},
	{"ov13858-gain-black",
	 "what digital gain does to the black level of the OV13858 (sensor-clocks.md 3)",
	 {"leaves it", "multiplies it"}},
	/* I2C */
	{"i2c-fifo", "depth of the I2C controllers' FIFOs (lpss-i2c.md 4)", {"64", "32", "16"}},
	{"i2c-spike",
	 "SPKLEN of the I2C controllers after reset (lpss-i2c.md 12)",
	 {"1", "5", "12"}},
	/* The board */
	{"pmic-status",
	 "what the PMIC's registers show of a rail that is shorted, or of a PLL that does not lock "
	 "(camera-acpi.md 6)",
	 {"what was written", "the enable bit falls again"}},
	{"soraka-clocks",
	 "which clock output of the PMIC feeds which camera (camera-acpi.md 7.1)",
	 {"A rear, B front", "B rear, A front"}},
	/* ImgU */
	{"imgu-force-bits", "the FORCE bits of PM_CTRL (imgu.md 2.3)", {"read 0", "read back"}},
	{"imgu-l1-reads", "what L1_PHYS reads (imgu.md 3.13)", {"what was written", "0"}},
	{"imgu-invalidate-reads", "what TLB_INVALIDATE reads (imgu.md 2.2)", {"0", "1"}},
};

#define DECISION_COUNT (sizeof(decision_table) / sizeof(decision_table[0]))

_Static_assert(DECISION_COUNT <= DECISIONS_MAX, "DECISIONS_MAX");

static unsigned decision_choices(const struct decision *decision)
{
	unsigned count = 0;

	while (count < CHOICES && decision->choices[count])
		count++;
	return count;
}

static size_t decision_index(const char *name, size_t length)
{
	size_t i = 0;

	while (i < DECISION_COUNT && (strlen(decision_table[i].name) != length ||
				      memcmp(decision_table[i].name, name, length)))
		i++;
	return i;
}

/* FNV-1a over the name, mixed with the seed: another name, another choice, whatever comes before it in the
 * table. */
static uint64_t decision_hash(const char *name, uint64_t seed)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (; *name; name++)
		hash = (hash ^ (uint8_t)*name) * 0x100000001b3u;
	hash ^= seed * 0x9e3779b97f4a7c15u;
	hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9u;
	hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebu;
	return hash ^ (hash >> 31);
}

void decide_all(struct decisions *decisions, uint64_t seed)
{
	for (size_t i = 0; i < DECISION_COUNT; i++)
		decisions->choice[i] = (uint8_t)(decision_hash(decision_table[i].name, seed) %
						 decision_choices(&decision_table[i]));
}

bool decide_parse(struct decisions *decisions, const char *spec, char *error, size_t error_size)
{
	const size_t length = strcspn(spec, "="), i = decision_index(spec, length);
	const char *text = spec + length + (spec[length] == '=');
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (i < DECISION_COUNT && *text && !*end && value < decision_choices(&decision_table[i])) {
		decisions->choice[i] = (uint8_t)value;
		return true;
	}
	snprintf(error, error_size, "decision '%s' is not known; see --decide help", spec);
	return false;
}

unsigned decide_get(const struct decisions *decisions, const char *name)
{
	const size_t i = decision_index(name, strlen(name));

	if (i == DECISION_COUNT)
		abort();
	return decisions->choice[i];
}

void vboard_decide_help(FILE *out)
{
	fprintf(out, "What the sheets leave open; the seed decides, or --decide NAME=N:\n");
	for (size_t i = 0; i < DECISION_COUNT; i++) {
		const struct decision *d = &decision_table[i];

		fprintf(out, "  %-22s %s\n", d->name, d->what);
		for (unsigned c = 0; c < decision_choices(d); c++)
			fprintf(out, "  %22s %u  %s\n", "", c, d->choices[c]);
	}
}
