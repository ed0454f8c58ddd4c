/* nocturne.c: Google Pixel Slate "nocturne", Kaby Lake-Y (camera-acpi.md 7.3). Of the IMX319 in front there is no model: nobody answers
 * there. */
#include "vboard/boards/nocturne.h"

#define BUSES 0x3fu /* I2C0 to I2C5 */

static const struct discrete_camera cameras[] = {
	{.camera = {&sensor_imx355, 1, 4, 5, 0x1a, false},
	 .line_count = 3,
	 .lines = {{PAD(D, 7), DISCRETE_POWER},
		   {PAD(D, 14), DISCRETE_CLOCK},
		   {PAD(D, 16), DISCRETE_RESET}},
	 .vcm = 0x0c, /* AK7375 */
	 .eeprom = {0x51, 0x51, 2} /* M24C64 */},
	{.camera = {.type = NULL}},
};

const struct discrete_kind board_nocturne = {
	.kind = {.name = "nocturne",
		 .sentence = "Google Pixel Slate, Kaby Lake-Y: IMX355 (4 lanes) behind pads; the "
			     "IMX319 is missing",
		 .smbios = {"Google", "Nocturne", "rev4", "Google_Nocturne"},
		 .cameras = {[1] = "imx355"},
		 .knobs = {SKYLAKE_KNOBS},
		 DISCRETE_CALLS},
	.cameras = cameras,
	.buses = BUSES,
};
