/* camera.c: what goes wrong on a CSI-2 link whatever receives it, and when frames come. */
#include "vboard/core/camera.h"

#include "vboard/core/knobs.h"

static const struct vboard_fault_info faults[] = {
	{"no-sof", VBOARD_CAMERA, "the sensor acknowledges stream-on, but sends nothing"},
	{"lost-start", VBOARD_CAMERA_NUMBER,
	 "every Nth stream-on is acknowledged, but nothing is sent (default 3)"},
	{"no-eof", VBOARD_CAMERA_NUMBER, "frame end is lost (=N: from frame N on; default 0)"},
	{"short-frame", VBOARD_CAMERA_NUMBER, "frames end N lines early (default 16)"},
	{"crc", VBOARD_CAMERA_NUMBER,
	 "a payload bit flips and the checksum fails, in every Nth frame (default 1)"},
	{"ecc", VBOARD_CAMERA_NUMBER,
	 "a packet header has one wrong bit, corrected, in every Nth frame (default 1)"},
	{"ecc-fatal", VBOARD_CAMERA_NUMBER,
	 "a packet header has several wrong bits and the line is lost, in every Nth frame (default "
	 "1)"},
	{"dphy", VBOARD_CAMERA,
	 "the D-PHY never synchronises: start-of-transmission errors, no frame"},
	{"lane-dead", VBOARD_CAMERA, "one data lane is broken: synchronisation errors, no frame"},
	{"slow-fps", VBOARD_CAMERA_NUMBER,
	 "frames come at N per second, not at the programmed rate (default 5)"},
	{"jitter", VBOARD_CAMERA_NUMBER, "frame periods vary by up to N percent (default 50)"},
	{0},
};

/* Sensor and receiver both act on it. */
static const struct decision decisions[] = {
	{"sensor-restart",
	 "how a sensor begins that is started again without power-off (evidence.md 1.5)",
	 {"with a frame", "inside a line, and the rest of that frame is lost",
	  "inside a line, and the rest of that frame counts as one"}},
	{0},
};

const struct knobs camera_knobs = {faults, decisions};

bool camera_fault_every(const struct vboard *board, const char *name, unsigned port, unsigned frame)
{
	uint64_t every = 1;

	return vboard_fault_port(board, name, port, &every) && every && frame % every == 0;
}

void camera_times(struct vboard *board, unsigned port, const struct camera_link *link,
		  uint64_t *period, uint64_t *active)
{
	const double fps = vboard_options(board)->fps;
	uint64_t slow = 5, jitter = 50;

	*period = link->frame_ns;
	if (fps == VBOARD_FPS_MAX)
		*period = vboard_delay_ns(board, MAX_GAP_NS_MIN, MAX_GAP_NS_MAX);
	else if (fps > 0)
		*period = (uint64_t)(1e9 / fps);
	if (vboard_fault_port(board, "slow-fps", port, &slow) && slow)
		*period = 1000000000u / slow;
	if (vboard_fault_port(board, "jitter", port, &jitter) && jitter < 100)
		*period = *period * (100 - jitter) / 100 +
			  vboard_delay_ns(board, 0, *period * 2 * jitter / 100);
	*active = link->line_ns * link->height;
	if (*active > *period * 9 / 10 || fps == VBOARD_FPS_MAX)
		*active = *period * 9 / 10;
}

bool camera_is_mute(const struct vboard *board, unsigned port, unsigned count)
{
	uint64_t every = 3;

	return vboard_fault_port(board, "no-sof", port, NULL) ||
	       (vboard_fault_port(board, "lost-start", port, &every) && every &&
		count % every == 0);
}

unsigned camera_lines(const struct vboard *board, unsigned port, unsigned height)
{
	uint64_t missing = 16;

	if (!vboard_fault_port(board, "short-frame", port, &missing))
		return height;
	return missing < height ? height - (unsigned)missing : 0;
}
