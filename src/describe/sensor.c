/* sensor.c: what belongs to a sensor's description, found and freed. */
#include "describe/sensor.h"

#include "describe/arena.h"
#include "core/text.h"

void sensor_free(struct sensor_desc *sensor)
{
	arena_free_detached(sensor->memory);
	*sensor = (struct sensor_desc){0};
}

const struct sensor_mode *sensor_find_mode(const struct sensor_desc *sensor, const char *name)
{
	for (size_t i = 0; i < sensor->mode_count; i++)
		if (!name || !*name || text_equal_nocase(sensor->modes[i].name, name))
			return &sensor->modes[i];
	return NULL;
}

const struct sensor_pattern *sensor_find_pattern(const struct sensor_desc *sensor, const char *name)
{
	for (size_t i = 0; i < sensor->pattern_count; i++)
		if (!name || !*name || text_equal_nocase(sensor->patterns[i].look.name, name))
			return &sensor->patterns[i];
	return NULL;
}
