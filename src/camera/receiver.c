/* receiver.c: the camera generations that Firstlight drives, and what all of them share. */
#include "camera/cio2/cio2.h"
#include "camera/receiver.h"

const struct receiver_ops *const receiver_table[] = {
	&cio2_receiver,
	NULL,
};

uint32_t receiver_errors(const struct receiver *receiver)
{
	uint32_t sum = 0;

	for (unsigned i = 0; i < receiver->counter_count; i++)
		if (receiver->counters[i].is_error)
			sum += receiver->counters[i].value;
	return sum;
}

void receiver_counters_clear(struct receiver *receiver)
{
	for (unsigned i = 0; i < receiver->counter_count; i++)
		receiver->counters[i].value = 0;
	receiver->frames_started = 0;
	receiver->frames_ended = 0;
	receiver->lanes_active = false;
}
