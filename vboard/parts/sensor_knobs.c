/* sensor_knobs.c: what can be broken on an image sensor, and what the sheets leave open of them. */
#include "vboard/parts/sensor.h"

#include "vboard/core/knobs.h"

/* Black level of sensors of which nobody says it (sensor-clocks.md 1.7, 13). */
#define BLACK(name, text)                                                                          \
	{                                                                                          \
		name "-black", "black level of the " text,                                         \
		{                                                                                  \
			"64", "16"                                                                 \
		}                                                                                  \
	}

static const struct vboard_fault_info faults[] = {
	{"rail-stuck", VBOARD_CAMERA_NUMBER,
	 "a rail stays at 0 V whatever the PMIC is told (=N: 0 analogue, 1 I/O, 2 core; default "
	 "0; what the registers show of a rail that the PMIC makes: --decide pmic-status)"},
	{"clock-stuck", VBOARD_CAMERA,
	 "no clock arrives at the sensor, though the PMIC's registers say that it is on"},
	{"wrong-clock", VBOARD_CAMERA_NUMBER,
	 "the sensor's clock is N Hz, whatever the PMIC's registers say (default 24000000)"},
	{"reset-stuck", VBOARD_CAMERA, "the sensor's reset line stays low: it is never released"},
	{"sensor-nack", VBOARD_CAMERA_NUMBER,
	 "the sensor does not acknowledge its address (=N: only the first N times)"},
	{"data-nack", VBOARD_CAMERA_NUMBER,
	 "the sensor refuses a data byte, every Nth (default 100)"},
	{"wrong-id", VBOARD_CAMERA_NUMBER,
	 "the sensor's chip id is another one (default: lowest byte inverted)"},
	{"other-sensor", VBOARD_CAMERA_NUMBER,
	 "another sensor of the same maker sits there: its id is N (default: that of one whose id "
	 "lies in the same registers)"},
	{"moved-sensor", VBOARD_CAMERA_NUMBER,
	 "the sensor answers at address N instead (default: 0x10 and 0x36 exchanged)"},
	{"register-stuck", VBOARD_CAMERA_NUMBER,
	 "the register at address N cannot be changed (default: high byte of the output width)"},
	{"more-lines", VBOARD_CAMERA_NUMBER,
	 "the sensor sends N lines more than its registers say (default 2)"},
	{"long-lines", VBOARD_CAMERA_NUMBER,
	 "the sensor's lines are N pixels longer than its registers say (default 50)"},
	{"wrong-data-type", VBOARD_CAMERA, "the sensor sends RAW8 packets whatever it is told"},
	{0},
};

static const struct decision decisions[] = {
	{"sensor-reset",
	 "when a sensor acknowledges again after a soft reset (sensor-clocks.md 12)",
	 {"at once", "0.1 to 5 (OV5670), 12 (Sony) or 10 ms (others) later"}},
	{"sensor-lag",
	 "which frame after a write has the new exposure and gain (sensor-clocks.md 3, 8)",
	 {"the next", "the second", "the third"}},
	{"sensor-stop",
	 "what a sensor does with its frame when it is told to stop (sensor-clocks.md 12)",
	 {"sends it to the end", "ends it inside a line"}},
	{"flip-order",
	 "what a flip does to the colour order of OmniVision and Hynix sensors (sensor-clocks.md "
	 "13)",
	 {"nothing", "it comes a pixel or a line later"}},
	{"ov13858-black",
	 "black level of the OV13858 (sensor-clocks.md 3)",
	 {"64, as its sibling", "16, as its predecessor's reset value"}},
	{"ov13858-gain-black",
	 "what digital gain does to the black level of the OV13858 (sensor-clocks.md 3)",
	 {"leaves it", "multiplies it"}},
	BLACK("ov8865", "OV8865 (sensor-clocks.md 5)"),
	BLACK("ov5693", "OV5693, whose 0x4009 may set it (sensor-clocks.md 6)"),
	BLACK("ov7251", "OV7251 (sensor-clocks.md 7)"),
	BLACK("imx355", "IMX355 (sensor-clocks.md 9)"),
	{"imx258-lines",
	 "lines that an IMX258 sends when more are asked for than its window has (sensors.md 3)",
	 {"those asked for", "those of the window", "the even number below that"}},
	{"imx258-pattern-order",
	 "colour order of the IMX258's test patterns (sensor-clocks.md 9)",
	 {"GRBG when only the vertical flip is on, and from there as the pixels'", "the pixels'"}},
	{"imx-solid-gain",
	 "what digital gain does to the solid pattern of the Sony sensors (sensor-clocks.md 13)",
	 {"nothing", "it multiplies it"}},
	{"hi556-flips",
	 "the two flip bits of HI556, 0x0100 and 0x0200 of 0x000E (sensor-clocks.md 11)",
	 {"mirror, flip", "flip, mirror"}},
	{"hi556-patterns",
	 "how HI556 takes the code of a test pattern (sensor-clocks.md 11)",
	 {"a bit each", "the plain number"}},
	{0},
};

const struct knobs sensor_knobs = {faults, decisions};
