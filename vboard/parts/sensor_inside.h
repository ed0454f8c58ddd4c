/* sensor_inside.h: what the files of an image sensor's model have between them (inside vboard/parts/ only). */
#ifndef VBOARD_SENSOR_INSIDE_H
#define VBOARD_SENSOR_INSIDE_H

#include "vboard/parts/sensor.h"

/* Is it on for this camera? */
bool sensor_fault(const struct sensor *sensor, const char *name, uint64_t *value);
bool sensor_is_streaming(const struct sensor *sensor);

/* What stands in a register (or a fuse) when nobody has said: anything, always the same with a seed. */
uint8_t sensor_seeded(const struct sensor *sensor, uint16_t address);

static inline uint32_t sensor_get(const struct sensor *sensor, struct sensor_field field)
{
	return sensor_field_get(sensor->registers, field);
}

/* A flip against the lists: is the picture flipped, and do the colours come one pixel (or line) later? What a flip
 * does to the colours is said of few sensors: `flip-order`. */
struct sensor_flip_state {
	bool is_flipped, moves_order;
};
struct sensor_flip_state sensor_flip_get(const struct sensor *sensor,
					 const struct sensor_flip *flip);
/* Array pixels from an output pixel to the next: half of what lies between two of a colour. */
unsigned sensor_step(const struct sensor *sensor, struct sensor_field odd,
		     struct sensor_field even);
/* Turns `window`, whose `x` and `y` are its lowest, so that it begins where a flip lets it begin. */
void sensor_flip_window(struct camera_window *window, bool mirrored, bool flipped);

/* sensor_output.c */
void sensor_times_get(const struct sensor *sensor, struct sensor_times *times);
void sensor_check_geometry(struct sensor *sensor);
void sensor_begin_frame(struct sensor *sensor);
extern const struct image_sensor_ops sensor_image_ops;

#endif
