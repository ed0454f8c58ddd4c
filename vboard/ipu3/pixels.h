/*
 * pixels.h: the memory layout of the CIO2's packed RAW10 (cio2.md 5): 25 pixels of 10 bits in 32
 * bytes, lines padded to 64 bytes.
 */
#ifndef VBOARD_PIXELS_H
#define VBOARD_PIXELS_H

#include "vboard/core/camera.h"

/* Bytes of a line. */
uint32_t pixels_stride(uint32_t width);
/* Packs one line; writes pixels_stride(width) bytes, unused ones zero. Samples are 0..1023. */
void pixels_pack_line(const uint16_t *samples, uint32_t width, uint8_t *out);

/* Both, for a picture source. */
extern const struct line_layout pixels_packed;

#endif
