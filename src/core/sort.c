/* sort.c: see sort.h. */
#include "core/sort.h"

void sort_doubles(double *values, unsigned count)
{
	for (unsigned i = 1; i < count; i++) {
		double value = values[i];
		unsigned at = i;

		for (; at && values[at - 1] > value; at--)
			values[at] = values[at - 1];
		values[at] = value;
	}
}
