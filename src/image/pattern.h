/* pattern.h: what a test pattern of a sensor looks like; how to switch it on is no matter here. */
#ifndef IMAGE_PATTERN_H
#define IMAGE_PATTERN_H

#include <stdbool.h>
#include <stdint.h>

#include "image/bayer.h"

enum pattern_kind {
	PATTERN_BARS,      /* 8 vertical bars: white yellow cyan green magenta red blue black */
	PATTERN_BARS_FADE, /* bars that get darker towards an edge: order only */
	PATTERN_SOLID,     /* one value per bayer component: values[] */
	PATTERN_RANDOM,    /* samples that hardly ever repeat */
	PATTERN_SQUARES,   /* coloured squares */
	PATTERN_COLUMNS,   /* vertical bars, nobody knows how many and how bright */
	PATTERN_OTHER,
};

struct image_pattern {
	char name[24];
	enum pattern_kind kind;
	bool is_exact;       /* samples equal `high`/`low` (bars) or values (solid), no tolerance */
	bool is_rolling;     /* successive frames differ */
	uint16_t high, low;  /* bars: full and zero, in samples */
	uint16_t values[4];  /* solid: first line's two, second line's two */
	enum bayer bayer;    /* order while the pattern is on */
	bool has_two_orders; /* nobody knows which: `bayer` or `other` */
	enum bayer other;
};

#endif
