/* ov9734.c: OmniVision OV9734: an identity alone. Its chip id is public (no sheet has it), its register list is nobody's:
 * without clocks it sends nothing, and what is written is stored. Lanes and address: camera-acpi.md 8.2, size:
 * evidence.md 2.7. */
#include "vboard/parts/sensors/omnivision.h"

const struct sensor_type sensor_ov9734 = {
	.name = "ov9734",
	.address = 0x36,
	.lanes = 1,
	.id = {0x300a, 2, {0x97, 0x34}},
	OMNIVISION_CONTROL,
	.array_width = 1296,
	.array_height = 734,
	.order = CAMERA_GRBG,
	.full_exposure = 700,
	.wake_ns_max = 4900000,
	.reset_ns_max = 9800000,
};
