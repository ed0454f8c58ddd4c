/*
 * firmware_image.h: builds a synthetic ImgU firmware: Intel's container (imgu.md 4) around
 * contents of our own (imgu.md 9). It runs nowhere; it exists to be loaded, placed, fetched and
 * compared, so no two of its pages are alike and each blob carries its CRC-32.
 */
#ifndef VBOARD_FIRMWARE_IMAGE_H
#define VBOARD_FIRMWARE_IMAGE_H

#include <stddef.h>
#include <stdint.h>

/* Layout 'a' has the data memory offsets of Intel's build. Layout 'b' has others, and another
 * alignment and order of binaries, so that nobody hard-codes Intel's numbers. 'c' stands for a build
 * of which nothing is known and whose start code sets variables in its data section; 'd' for one whose
 * start code copies to its own place, whatever it is told (imgu.md 3.13).
 * Returns `*size` bytes from malloc, the same ones on every call; NULL when out of memory or for
 * an unknown layout. */
uint8_t *firmware_image_build(char layout, size_t *size);

#endif
