/* sensor_clocks.c: clock trees as products of register fields. */
#include "vboard/parts/sensor_clocks.h"

/* A divider of 0 stands for a PLL that nobody has set up. */
static uint64_t product_hz(const struct clock_factor *factors, const uint8_t *registers,
			   uint32_t input_hz)
{
	static const uint8_t halves[8] = {2, 3, 4, 5, 6, 8, 12, 16};
	uint64_t hz = input_hz, divider = 1;

	for (unsigned i = 0; i < CLOCK_FACTORS && factors[i].kind != CLOCK_END; i++) {
		const struct sensor_field field = {factors[i].reg, factors[i].mask};
		const uint32_t number = sensor_field_get(registers, field);

		switch (factors[i].kind) {
		case CLOCK_TIMES:
			hz *= number;
			break;
		case CLOCK_OVER:
			divider *= number;
			break;
		case CLOCK_OVER_NEXT:
			divider *= number + 1;
			break;
		case CLOCK_OVER_HALVES:
			hz *= 2;
			divider *= halves[number];
			break;
		case CLOCK_TIMES_NUMBER:
			hz *= factors[i].mask;
			break;
		default:
			divider *= factors[i].mask;
			break;
		}
	}
	return divider ? hz / divider : 0;
}

/* Frame and exposure, each as the other lets it be. */
static void get_lines(const struct sensor_clocks *clocks, const uint8_t *registers,
		      struct sensor_times *times)
{
	const bool follows =
		clocks->follows.field.mask &&
		sensor_field_get(registers, clocks->follows.field) == clocks->follows.when;

	times->lines = sensor_field_get(registers, clocks->frame_length);
	times->exposure = sensor_field_get(registers, clocks->exposure);
	if (times->exposure + clocks->margin <= times->lines)
		return;
	if (follows)
		times->lines = times->exposure + clocks->margin;
	else if (times->lines > clocks->margin)
		times->exposure = times->lines - clocks->margin;
}

void sensor_clocks_get(const struct sensor_clocks *clocks, const uint8_t *registers,
		       uint32_t input_hz, struct sensor_times *times)
{
	const uint64_t length = sensor_field_get(registers, clocks->line_length);

	*times = (struct sensor_times){0};
	if (!clocks->line_length.mask)
		return;
	times->bit_hz = product_hz(clocks->bit, registers, input_hz);
	times->clock_hz = product_hz(clocks->clock, registers, input_hz);
	get_lines(clocks, registers, times);
	if (!times->clock_hz)
		return;
	times->line_ns = 1000000000u * length / times->clock_hz;
	times->frame_ns = 1000000000u * length * times->lines / times->clock_hz;
}
