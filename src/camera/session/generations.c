/* generations.c: the camera generations that this ROM drives; the only file that names them all. */
#include "camera/ipu3/ipu3.h"
#include "camera/session/session.h"

const struct camera_ops *const camera_generations[] = {
	&ipu3_camera,
	NULL,
};
