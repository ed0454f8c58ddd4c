/* bayer.h: the order of the colours in a 2x2 block of samples, named by its first line. */
#ifndef IMAGE_BAYER_H
#define IMAGE_BAYER_H

enum bayer { BAYER_GRBG, BAYER_RGGB, BAYER_BGGR, BAYER_GBRG, BAYER_MONO };

#endif
