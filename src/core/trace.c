/* trace.c: see trace.h. */
#include "core/trace.h"

#include "core/mem.h"

/* Makes room at the end of `count` elements by dropping the first when all places are taken; returns
 * the index of the free one. */
static unsigned make_room(void *elements, unsigned count, unsigned places, size_t size)
{
	char *first = elements;

	if (count < places)
		return count;
	memmove(first, first + size, (places - 1) * size);
	return places - 1;
}

/* The device's entry, moved to the end; made when there is none. */
static struct trace_device *find(struct trace *trace, const char *name)
{
	struct trace_device device = {.name = name};
	unsigned index = 0;

	if (trace->device_count && trace->devices[trace->device_count - 1].name == name)
		return &trace->devices[trace->device_count - 1]; /* as nearly always */
	while (index < trace->device_count && trace->devices[index].name != name)
		index++;
	if (index < trace->device_count) {
		device = trace->devices[index];
		trace->device_count--;
		memmove(&trace->devices[index], &trace->devices[index + 1],
			(trace->device_count - index) * sizeof device);
	}
	index = make_room(trace->devices, trace->device_count, TRACE_DEVICES, sizeof device);
	trace->device_count = index + 1;
	trace->devices[index] = device;
	return &trace->devices[index];
}

static bool is_same(const struct trace_access *a, const struct trace_access *b)
{
	return a->offset == b->offset && a->value == b->value && a->width == b->width &&
	       a->is_write == b->is_write;
}

/* Number `index` of the device's accesses and, behind them, `next`. */
static const struct trace_access *entry(const struct trace_device *device, unsigned index,
					const struct trace_access *next)
{
	return index == device->count ? next : &device->accesses[index];
}

/* Are the last `length` accesses, `next` included, those before them over again? */
static bool is_round(const struct trace_device *device, const struct trace_access *next,
		     unsigned length)
{
	if (device->count + 1 < 2 * length)
		return false;
	for (unsigned i = 0; i < length; i++)
		if (!is_same(entry(device, device->count - i, next),
			     entry(device, device->count - length - i, next)))
			return false;
	return true;
}

/* Adds them to those before. */
static void count_round(struct trace_device *device, const struct trace_access *next,
			unsigned length)
{
	const unsigned first = device->count + 1 - length;

	for (unsigned i = first; i <= device->count; i++)
		device->accesses[i - length].count += entry(device, i, next)->count;
	device->count = first;
}

void trace_note(struct trace *trace, const char *name, const struct trace_access *access)
{
	struct trace_device *device = find(trace, name);
	struct trace_access next = *access;
	unsigned index;

	next.count = 1;
	for (unsigned length = 1; length <= TRACE_LENGTH / 2; length++) {
		if (!is_round(device, &next, length))
			continue;
		count_round(device, &next, length);
		return;
	}
	index = make_room(device->accesses, device->count, TRACE_LENGTH, sizeof next);
	device->count = index + 1;
	device->accesses[index] = next;
}
