/* sensors.c: which image sensors there are. */
#include "vboard/parts/sensor.h"

#include <string.h>

const struct sensor_type *const sensor_types[] = {
	&sensor_ov13858, &sensor_ov5670, &sensor_imx258, &sensor_ov8865,
	&sensor_ov5693,  &sensor_ov7251, &sensor_ov2740, &sensor_imx355,
	&sensor_ov5675,  &sensor_hi556,  &sensor_ov9734, NULL,
};

const struct sensor_type *sensor_type_find(const char *name)
{
	for (size_t i = 0; sensor_types[i]; i++)
		if (!strcmp(sensor_types[i]->name, name))
			return sensor_types[i];
	return NULL;
}
