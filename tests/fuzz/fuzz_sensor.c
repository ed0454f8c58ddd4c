/* fuzz_sensor.c: any bytes as a sensor file: a whole description or a message with file and line.
 */
#include <stdlib.h>
#include <string.h>

#include "describe/ini/files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What every user of a description relies on. */
static void check(const struct sensor_desc *sensor)
{
	if (!sensor->mode_count || !sensor->identify.count || !sensor->stream_on.count ||
	    !sensor->stream_off.count || !sensor->data_lanes || !sensor->clock_frequency)
		abort();
	for (size_t i = 0; i < sensor->mode_count; i++) {
		const struct reg_list *list = &sensor->modes[i].registers;

		if (!list->count || !sensor->modes[i].width || !sensor->modes[i].link_frequency ||
		    sensor->modes[i].max_height < sensor->modes[i].height)
			abort();
		for (size_t j = 0; j < list->count; j++)
			if (list->steps[j].kind > REG_POLL || list->steps[j].width < 1 ||
			    list->steps[j].width > 4)
				abort();
	}
	for (size_t i = 0; i < sensor->pattern_count; i++)
		if (!sensor->patterns[i].on.count || !sensor->patterns[i].off.count)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sensor_desc sensor;
	struct diag diag = {0};

	if (sensor_parse("f", (const char *)data, size, &sensor, &diag)) {
		if (strncmp(diag.message, "f:", 2))
			abort();
		return 0;
	}
	check(&sensor);
	sensor_free(&sensor);
	return 0;
}
