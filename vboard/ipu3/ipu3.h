/* ipu3.h: Intel's IPU3 for a board's file: the CSI-2 receiver (CIO2) and the image processor (ImgU). */
#ifndef VBOARD_IPU3_H
#define VBOARD_IPU3_H

#include "vboard/core/camera.h"

#define CIO2_PORTS 4u

extern const struct knobs cio2_knobs, imgu_knobs;

/* NULL when memory is short. `ports`: CIO2_PORTS of them; what is wired to them outlives the model. The faults no-cio2 and no-imgu are
 * the board's to act on: then it makes none. */
struct model *cio2_new(struct vboard *board, const struct csi_port *ports);
struct model *imgu_new(struct vboard *board);

#endif
