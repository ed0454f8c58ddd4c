/* ipu3.h: the IPU3 generation: a receiver on its own PCI function (CIO2), and the imaging unit with the MMU (ImgU). */
#ifndef CAMERA_IPU3_H
#define CAMERA_IPU3_H

#include "camera/camera.h"
#include "camera/check.h"
#include "camera/ipu3/cio2.h"
#include "camera/ipu3/imgu.h"

struct ipu3 {
	struct cio2 cio2; /* first member: begins with the device that users hold */
	struct imgu imgu;
	bool has_imgu; /* since mmu.up; also one that failed and is dead: named again at the end */
};

static inline struct ipu3 *ipu3_of(struct camera_device *device)
{
	return (struct ipu3 *)device;
}

extern const struct camera_ops ipu3_camera;

/* Rungs of its own (rungs.c); the last has no id. */
extern const struct check ipu3_rungs[];

#endif
