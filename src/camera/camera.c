/* receiver.c: the camera generations that Firstlight drives, and what all of them share. */
#include "camera/ipu3/cio2.h"
#include "camera/camera.h"

const struct receiver_ops *const receiver_table[] = {
	&cio2_receiver,
	NULL,
};

uint32_t receiver_errors(const struct receiver *receiver)
{
	uint32_t sum = 0;

	for (unsigned i = 0; i < receiver->counter_count; i++)
		if (receiver->counters[i].is_error)
			sum += receiver->counters[i].value - receiver->counters[i].at_start;
	return sum;
}

const struct receiver_counter *receiver_telling(const struct receiver *receiver)
{
	const struct receiver_counter *best = NULL;

	for (unsigned i = 0; i < receiver->counter_count; i++) {
		const struct receiver_counter *counter = &receiver->counters[i];

		if (counter->is_error && counter->value != counter->at_start &&
		    (!best || counter->rank < best->rank))
			best = counter;
	}
	return best;
}

void receiver_counters_mark(struct receiver *receiver)
{
	for (unsigned i = 0; i < receiver->counter_count; i++)
		receiver->counters[i].at_start = receiver->counters[i].value;
}

void receiver_counters_clear(struct receiver *receiver)
{
	for (unsigned i = 0; i < receiver->counter_count; i++)
		receiver->counters[i].value = receiver->counters[i].at_start = 0;
	receiver->frames_started = 0;
	receiver->frames_ended = 0;
	receiver->lanes_active = false;
}
