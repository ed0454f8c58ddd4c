/* bus_clear.c: see bus_clear.h. Figures from lpss-i2c.md section 9. */
#include "i2c/bus_clear.h"

#include "firstlight/platform.h"
#include "gpio/pads.h"

#define HALF_PERIOD_US 5u /* 100 kHz */
#define CLOCKS         9u /* eight bits and the acknowledge */

/* Open drain: a line is driven low or released, never driven high. */
static void line_low(const char *pad)
{
	pad_drive(pad, false, NULL, NULL);
	platform_delay_us(HALF_PERIOD_US);
}

static void line_release(const char *pad)
{
	pad_release(pad, NULL, NULL);
	platform_delay_us(HALF_PERIOD_US);
}

/* Both lines have just been released. */
static enum fl_err clock_until_free(const char *sda, const char *scl)
{
	platform_delay_us(HALF_PERIOD_US);
	if (!pad_level(scl))
		return FL_ERR_IO;
	for (unsigned i = 0; i < CLOCKS && !pad_level(sda); i++) {
		line_low(scl);
		line_release(scl);
	}
	line_low(scl);
	line_low(sda);
	line_release(scl);
	line_release(sda); /* SDA rises while SCL is high: STOP */
	return pad_level(sda) ? FL_OK : FL_ERR_TIMEOUT;
}

enum fl_err i2c_bus_clear(const char *sda, const char *scl)
{
	uint32_t sda_found, scl_found;
	enum fl_err err;

	err = pad_release(sda, &sda_found, NULL);
	if (err)
		return err;
	err = pad_release(scl, &scl_found, NULL);
	if (err)
		goto out_sda;
	err = clock_until_free(sda, scl);
	pad_restore(scl, scl_found, NULL);
out_sda:
	pad_restore(sda, sda_found, NULL);
	return err;
}
