/* rate.c: see rate.h. */
#include "video/rate.h"

/* Fewer ticks a frame tell no jitter; a frame counter is no clock. */
#define TICKS_MIN    500u
/* How far a pair of ends may be off the measured tick, as a part of a frame. */
#define LINEAR_SLACK 0.01

struct range {
	double low, high;
};

/* The least and greatest time from end i to end j. */
static struct range between(const struct video_time *times, unsigned i, unsigned j)
{
	return (struct range){
		.low = (double)(int64_t)(times[j].since_ns - times[i].seen_ns),
		.high = (double)(times[j].seen_ns - times[i].since_ns),
	};
}

static double ticks(const struct video_time *times, unsigned i, unsigned j)
{
	return times[j].device_timestamp - times[i].device_timestamp; /* modulo 2^32 */
}

static double one_frame(const struct video_time *times, unsigned i, unsigned j)
{
	(void)times;
	return j - i;
}

/* Time of one unit, of which `units` tells how many lie between two ends: what all pairs that are far apart
 * agree on. Uneven frames agree on nothing: then the range is between what they say. */
static struct range unit_time(const struct video_time *times, unsigned count,
			      double (*units)(const struct video_time *, unsigned, unsigned))
{
	struct range all = {0, 1e18};

	for (unsigned i = 0; i < count; i++) {
		for (unsigned j = i + (count > 2 ? count / 2 : 1); j < count; j++) {
			struct range pair = between(times, i, j);
			double n = units(times, i, j);

			all.low = pair.low / n > all.low ? pair.low / n : all.low;
			all.high = pair.high / n < all.high ? pair.high / n : all.high;
		}
	}
	return all.low <= all.high ? all : (struct range){all.high, all.low};
}

static double median_ticks(const struct video_time *times, unsigned count)
{
	double sorted[VIDEO_TIMES];

	for (unsigned i = 1; i < count; i++) {
		double value = ticks(times, i - 1, i);
		unsigned at = i - 1;

		for (; at && sorted[at - 1] > value; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = value;
	}
	return sorted[(count - 1) / 2];
}

/* Do the device's time stamps go on as the host's clock does? */
static bool is_clock(const struct video_time *times, unsigned count, double frame_ns,
		     struct range *tick)
{
	double slack = LINEAR_SLACK * frame_ns;

	for (unsigned i = 1; i < count; i++)
		if (ticks(times, i - 1, i) < TICKS_MIN)
			return false;
	*tick = unit_time(times, count, ticks);
	for (unsigned i = 0; i < count; i++) {
		for (unsigned j = i + 1; j < count; j++) {
			struct range pair = between(times, i, j);
			double n = ticks(times, i, j);

			if (pair.low > n * tick->high + slack || pair.high < n * tick->low - slack)
				return false;
		}
	}
	return true;
}

static double larger(double a, double b)
{
	return a > b ? a : b;
}

/* Frames that ended while nobody looked for as long as a frame takes are left out: the board's clock may be
 * that of a simulation, which then stood still as well. */
static void jitter_by_device(const struct video_time *times, unsigned count, struct rate *out)
{
	double usual = median_ticks(times, count);
	unsigned counted = 0;

	for (unsigned i = 1; i < count; i++) {
		double off = ticks(times, i - 1, i) / usual - 1;

		if ((double)(times[i].seen_ns - times[i].since_ns) > out->frame_ns)
			continue;
		out->jitter_least = larger(out->jitter_least, off < 0 ? -off : off);
		counted++;
	}
	out->jitter_most = out->jitter_least;
	out->by_device = counted >= count / 2;
}

static void jitter_by_host(const struct video_time *times, unsigned count, struct range frame,
			   struct rate *out)
{
	out->jitter_least = out->jitter_most = 0;
	for (unsigned i = 1; i < count; i++) {
		struct range one = between(times, i - 1, i);
		double least = larger(one.low - frame.high, frame.low - one.high);
		double most = larger(one.high - frame.low, frame.high - one.low);

		out->jitter_least = larger(out->jitter_least, least / out->frame_ns);
		out->jitter_most = larger(out->jitter_most, most / out->frame_ns);
	}
}

void rate_measure(const struct video_time *times, unsigned count, struct rate *out)
{
	struct range frame = unit_time(times, count, one_frame), tick;

	*out = (struct rate){.frame_ns = (frame.low + frame.high) / 2};
	out->uncertainty = (frame.high - frame.low) / 2 / out->frame_ns;
	if (is_clock(times, count, out->frame_ns, &tick)) {
		out->tick_ns = (tick.low + tick.high) / 2;
		jitter_by_device(times, count, out);
	}
	if (!out->by_device)
		jitter_by_host(times, count, frame, out);
}
