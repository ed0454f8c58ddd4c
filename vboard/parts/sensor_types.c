/* sensor_types.c: the image sensors that there are: what differs from one to the next (sensors.md 0). */
#include "vboard/parts/sensor.h"

#include <string.h>

const struct sensor_type sensor_ov13858 = {
	.name = "ov13858",
	.address = 0x10,
	.lanes = 4,
	.id = {0x300a, 3, {0x00, 0xd8, 0x55}},
	.stream = {0x0100, 1},
	.width_register = 0x3808,
	.lanes_register = 0x3016,
	.y_increment_register = 0x3816,
	.array_width = 4256,
	.array_height = 3168,
	.default_exposure = 1600,
	.gain_register = {0x5104, 0x5102, 0x5100},
	.wake_ns_max = 4000000,
	.reset_ns_max = 9800000,
};

const struct sensor_type sensor_ov5670 = {
	.name = "ov5670",
	.address = 0x36,
	.lanes = 2,
	.id = {0x300a, 3, {0x00, 0x56, 0x70}},
	.stream = {0x0100, 1},
	.width_register = 0x3808,
	.lanes_register = 0x3018,
	.y_increment_register = 0x382a,
	.array_width = 2624,
	.array_height = 1960,
	.default_exposure = 2048,
	.gain_register = {0x5032, 0x5034, 0x5036},
	.black_register = 0x4003,
	.wake_ns_max = 8000000,
	.reset_ns_max = 4900000,
};

const struct sensor_type sensor_imx258 = {
	.name = "imx258",
	.address = 0x1a,
	.lanes = 4,
	.id = {0x0016, 2, {0x02, 0x58}},
	.stream = {0x0100, 1},
	.width_register = 0x034c,
	.array_width = 4208,
	.array_height = 3120,
	.default_exposure = 1600,
	.wake_ns_max = 4000000,
	.reset_ns_max = 9800000,
};

const struct sensor_type sensor_ov8865 = {
	.name = "ov8865",
	.address = 0x10,
	.lanes = 4,
	.id = {0x300a, 3, {0x00, 0x88, 0x65}},
	.stream = {0x0100, 1},
	.width_register = 0x3808,
	.lanes_register = 0x3018,
	.array_width = 3296,
	.array_height = 2528,
	.default_exposure = 2400,
	.wake_ns_max = 4000000,
	.reset_ns_max = 9800000,
};

const struct sensor_type sensor_ov5693 = {
	.name = "ov5693",
	.address = 0x36,
	.lanes = 2,
	.id = {0x300a, 2, {0x56, 0x90}},
	.stream = {0x0100, 1},
	.width_register = 0x3808,
	.array_width = 2624,
	.array_height = 1956,
	.default_exposure = 2070,
	.wake_ns_max = 4000000,
	.reset_ns_max = 9800000,
};

const struct sensor_type sensor_ov7251 = {
	.name = "ov7251",
	.address = 0x60,
	.lanes = 1,
	.id = {0x300a, 2, {0x77, 0x50}},
	.stream = {0x0100, 1},
	.width_register = 0x3808,
	.array_width = 656,
	.array_height = 496,
	.default_exposure = 504,
	.wake_ns_max = 4000000,
	.reset_ns_max = 9800000,
};

/* Address: usual for the family (sensors.md 0). */
const struct sensor_type sensor_ov2740 = {
	.name = "ov2740",
	.address = 0x36,
	.lanes = 2,
	.id = {0x300a, 3, {0x00, 0x27, 0x40}},
	.stream = {0x0100, 1},
	.width_register = 0x3808,
	.lanes_register = 0x3018,
	.array_width = 1936,
	.array_height = 1096,
	.default_exposure = 2048,
	.gain_register = {0x500a, 0x500c, 0x500e},
	.black_register = 0x4003,
	.wake_ns_max = 4000000,
	.reset_ns_max = 9800000,
};

const struct sensor_type sensor_imx355 = {
	.name = "imx355",
	.address = 0x1a,
	.lanes = 4,
	.id = {0x0016, 2, {0x03, 0x55}},
	.stream = {0x0100, 1},
	.width_register = 0x034c,
	.array_width = 3280,
	.array_height = 2464,
	.default_exposure = 642,
	.wake_ns_max = 4000000,
	.reset_ns_max = 9800000,
};

const struct sensor_type sensor_ov5675 = {
	.name = "ov5675",
	.address = 0x36,
	.lanes = 2,
	.id = {0x300a, 3, {0x00, 0x56, 0x75}},
	.stream = {0x0100, 1},
	.width_register = 0x3808,
	.array_width = 2624,
	.array_height = 1976,
	.default_exposure = 2000,
	.gain_register = {0x5019, 0x501b, 0x501d},
	.black_register = 0x4003,
	.wake_ns_max = 4000000,
	.reset_ns_max = 9800000,
};

/* Address: ipu6-boards.md. */
const struct sensor_type sensor_hi556 = {
	.name = "hi556",
	.address = 0x20,
	.lanes = 2,
	.id = {0x0f16, 2, {0x05, 0x56}},
	.stream = {0x0a00, 1},
	.width_register = 0x0a12,
	.array_width = 2608,
	.array_height = 1960,
	.default_exposure = 2000,
	.wake_ns_max = 4000000,
	.reset_ns_max = 9800000,
};

/* Identity alone: the chip id is public, its register list is nobody's (evidence.md 2.7 has one mode's size). Without
 * a size it sends nothing. */
const struct sensor_type sensor_ov9734 = {
	.name = "ov9734",
	.address = 0x36,
	.lanes = 1,
	.id = {0x300a, 2, {0x97, 0x34}},
	.stream = {0x0100, 1},
	.width_register = 0x3808,
	.array_width = 1296,
	.array_height = 734,
	.default_exposure = 700,
	.wake_ns_max = 4000000,
	.reset_ns_max = 9800000,
};

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
