/* rate.c: see rate.h. */
#include "camera/stream/rate.h"

#include "core/sort.h"

/* Fewer ticks a frame tell no jitter; a frame counter is no clock. */
#define TICKS_MIN 500u
/* How far an end may be off the measured clock beyond what the host's looks leave open, as a part of a frame. */
#define SLACK     0.02
#define PAIRS_MAX (QUEUE_TIMES * QUEUE_TIMES / 2)

static double larger(double a, double b)
{
	return a > b ? a : b;
}

static double size_of(double a)
{
	return larger(a, -a);
}

static double ticks(const struct frame_time *times, unsigned i, unsigned j)
{
	return times[j].device_timestamp - times[i].device_timestamp; /* modulo 2^32 */
}

static double frames(const struct frame_time *times, unsigned i, unsigned j)
{
	(void)times;
	return j - i;
}

static double seen_after(const struct frame_time *times, unsigned i, unsigned j)
{
	return (double)(times[j].seen_ns - times[i].seen_ns);
}

/* How long the host did not look before it saw the frame's end. */
static double open_for(const struct frame_time *time)
{
	return (double)(time->seen_ns - time->since_ns);
}

/* What both ends leave open in the slope of a pair. */
static double doubt_of(const struct frame_time *times, unsigned i, unsigned j)
{
	return (open_for(&times[i]) + open_for(&times[j])) / (j - i);
}

/* Time of one unit, of which `units` tells how many lie between two ends: the median slope (Theil and Sen) of
 * that quarter of all pairs which the host saw best, far apart or at once. A host, or an emulated device, that
 * is late for some of them does not move it much; a wrong clock does. *spread is how far they differ, and not
 * less than what they leave open. */
static double unit_time(const struct frame_time *times, unsigned count, double *spread,
			double (*units)(const struct frame_time *, unsigned, unsigned))
{
	double values[PAIRS_MAX], limit;
	unsigned n = 0;

	for (unsigned j = 1; j < count; j++)
		for (unsigned i = 0; i < j; i++)
			values[n++] = doubt_of(times, i, j);
	sort_doubles(values, n);
	limit = values[n / 4];
	n = 0;
	for (unsigned j = 1; j < count; j++)
		for (unsigned i = 0; i < j; i++)
			if (doubt_of(times, i, j) <= limit)
				values[n++] = seen_after(times, i, j) / units(times, i, j);
	sort_doubles(values, n);
	*spread = larger((values[n * 3 / 4] - values[n / 4]) / 2, limit / 2);
	return values[n / 2];
}

static double median_ticks(const struct frame_time *times, unsigned count)
{
	double sorted[QUEUE_TIMES];
	unsigned n = 0;

	for (unsigned i = 1; i < count; i++)
		sorted[n++] = ticks(times, i - 1, i);
	sort_doubles(sorted, n);
	return sorted[n / 2];
}

/* How much later than the first end, by the host's clock and not by the device's. */
static double late_by(const struct frame_time *times, unsigned i, double tick_ns)
{
	return seen_after(times, 0, i) - tick_ns * ticks(times, 0, i);
}

/* Do the device's time stamps go on as the host's clock does, for most ends within what the host can tell? */
static bool is_clock(const struct frame_time *times, unsigned count, struct rate *out)
{
	double sorted[QUEUE_TIMES], spread, usual;
	unsigned n = 0, agree = 0;

	for (unsigned i = 1; i < count; i++)
		if (ticks(times, i - 1, i) < TICKS_MIN)
			return false;
	out->tick_ns = unit_time(times, count, &spread, ticks);
	for (unsigned i = 0; i < count; i++)
		sorted[n++] = late_by(times, i, out->tick_ns);
	sort_doubles(sorted, n);
	usual = sorted[n / 2];
	for (unsigned i = 0; i < count; i++)
		agree += size_of(late_by(times, i, out->tick_ns) - usual) <=
			 open_for(&times[i]) + SLACK * out->frame_ns;
	return agree > count / 2;
}

/* Frames that ended while nobody looked for as long as a frame takes are left out: a machine that stands still for
 * so long may have held up the device, too. */
static void jitter_by_device(const struct frame_time *times, unsigned count, struct rate *out)
{
	double usual = median_ticks(times, count);
	unsigned counted = 0;

	for (unsigned i = 1; i < count; i++) {
		double off = ticks(times, i - 1, i) / usual - 1;

		if (open_for(&times[i]) > out->frame_ns)
			continue;
		out->jitter_least = larger(out->jitter_least, size_of(off));
		counted++;
	}
	out->jitter_most = out->jitter_least;
	out->by_device = counted >= count / 2;
}

/* The bounds are what the host knows for certain of one frame; that a single one is late may still be the
 * machine's doing, so `least` is what a quarter of the frames exceed. */
static void jitter_by_host(const struct frame_time *times, unsigned count, struct rate *out)
{
	double least[QUEUE_TIMES], doubt = out->uncertainty * out->frame_ns;
	unsigned n = 0;

	out->jitter_most = 0;
	for (unsigned i = 1; i < count; i++) {
		double low = (double)(int64_t)(times[i].since_ns - times[i - 1].seen_ns);
		double high = (double)(times[i].seen_ns - times[i - 1].since_ns);
		double off = larger(low - out->frame_ns, out->frame_ns - high) - doubt;
		double most = larger(high - out->frame_ns, out->frame_ns - low) + doubt;

		least[n++] = larger(off / out->frame_ns, 0);
		out->jitter_most = larger(out->jitter_most, most / out->frame_ns);
	}
	sort_doubles(least, n);
	out->jitter_least = least[n * 3 / 4];
}

void rate_measure(const struct frame_time *times, unsigned count, struct rate *out)
{
	double spread;

	*out = (struct rate){.frame_ns = unit_time(times, count, &spread, frames)};
	out->uncertainty = spread / out->frame_ns;
	if (is_clock(times, count, out))
		jitter_by_device(times, count, out);
	else
		out->tick_ns = 0;
	if (!out->by_device)
		jitter_by_host(times, count, out);
}
