/* sort.h: the order of a few hundred numbers. */
#ifndef CORE_SORT_H
#define CORE_SORT_H

/* Ascending, in place. By insertion: for up to some thousand values. */
void sort_doubles(double *values, unsigned count);

#endif
