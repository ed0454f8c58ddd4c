/*
 * png.c: a picture as PNG, 24-bit, its deflate stream made of stored blocks.
 *
 * Not compressed: stb_image_write at its fastest takes 0.1 s for a preview of 1056x784 on a host
 * and more than twice that under QEMU's TCG, and a noisy picture shrinks by a third only; this
 * takes 7 ms (CRC and Adler), and the disk writes the difference in less than it saves.
 */
#include "image/image.h"

#include "core/bytes.h"
#include "core/mem.h"
#include "firstlight/platform.h"

#define STORED_MAX  65535u /* bytes of one stored block (RFC 1951, 3.2.4) */
#define ADLER_BASE  65521u
#define CRC_BYTES   8u    /* that are taken together */
#define ADLER_RUN   5552u /* sums that cannot overflow 32 bits before the remainder is taken */
#define ADLER_BLOCK 16u

struct png_writer {
	uint8_t *at;
	uint8_t *crc_from;  /* the chunk's type: the first byte that its CRC covers */
	size_t block_left;  /* bytes until the next stored block begins */
	size_t stream_left; /* bytes of lines still to come */
	uint32_t crc_table[CRC_BYTES][256];
};

static void put32(struct png_writer *writer, uint32_t value)
{
	put_be(writer->at, 4, value);
	writer->at += 4;
}

static void put_bytes(struct png_writer *writer, const void *bytes, size_t size)
{
	memcpy(writer->at, bytes, size);
	writer->at += size;
}

/*
 * CRC-32 as in PNG annex D, of one byte in the first table. In the others of a byte that so many more
 * zeros follow: eight bytes together are the sum of one from each (slicing by 8, Kounavis and Berry,
 * Novel table lookup-based algorithms for high-performance CRC generation, 2008).
 */
static void crc_fill(uint32_t table[CRC_BYTES][256])
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t value = i;

		for (unsigned bit = 0; bit < 8; bit++)
			value = value & 1 ? 0xedb88320u ^ value >> 1 : value >> 1;
		table[0][i] = value;
	}
	for (unsigned zeros = 1; zeros < CRC_BYTES; zeros++)
		for (unsigned i = 0; i < 256; i++) {
			uint32_t value = table[zeros - 1][i];

			table[zeros][i] = table[0][value & 0xff] ^ value >> 8;
		}
}

static uint32_t crc_of(const uint32_t table[CRC_BYTES][256], const uint8_t *bytes, size_t size)
{
	uint32_t crc = ~0u;

	for (; size >= CRC_BYTES; size -= CRC_BYTES, bytes += CRC_BYTES) {
		uint32_t low = get_le32(bytes) ^ crc, high = get_le32(bytes + 4);

		crc = 0;
		for (unsigned i = 0; i < 4; i++)
			crc ^= table[7 - i][low >> 8 * i & 0xff] ^
			       table[3 - i][high >> 8 * i & 0xff];
	}
	while (size--)
		crc = table[0][(crc ^ *bytes++) & 0xff] ^ crc >> 8;
	return ~crc;
}

static void chunk_begin(struct png_writer *writer, const char type[4], uint32_t size)
{
	put32(writer, size);
	writer->crc_from = writer->at;
	put_bytes(writer, type, 4);
}

static void chunk_end(struct png_writer *writer)
{
	put32(writer,
	      crc_of(writer->crc_table, writer->crc_from, (size_t)(writer->at - writer->crc_from)));
}

/* Header of the next stored block: last or not, length, its complement; low bytes first. */
static void block_begin(struct png_writer *writer)
{
	unsigned size =
		writer->stream_left < STORED_MAX ? (unsigned)writer->stream_left : STORED_MAX;
	uint8_t header[5] = {writer->stream_left <= STORED_MAX};

	put_le16(header + 1, size);
	put_le16(header + 3, ~size);
	put_bytes(writer, header, sizeof(header));
	writer->block_left = size;
}

static void stream_put(struct png_writer *writer, const uint8_t *bytes, size_t size)
{
	while (size) {
		size_t part;

		if (!writer->block_left)
			block_begin(writer);
		part = size < writer->block_left ? size : writer->block_left;
		put_bytes(writer, bytes, part);
		bytes += part;
		size -= part;
		writer->block_left -= part;
		writer->stream_left -= part;
	}
}

struct adler {
	uint32_t a, b;
};

/* Sixteen bytes: each counts in b as often as it is followed, and so does what was before them. */
static void adler_add_block(struct adler *adler, const uint8_t *bytes)
{
	uint32_t sum = 0, weighted = 0;

	for (unsigned i = 0; i < ADLER_BLOCK; i++) {
		sum += bytes[i];
		weighted += (ADLER_BLOCK - i) * bytes[i];
	}
	adler->b += ADLER_BLOCK * adler->a + weighted;
	adler->a += sum;
}

static void adler_add(struct adler *adler, const uint8_t *bytes, size_t size)
{
	while (size) {
		size_t run = size < ADLER_RUN ? size : ADLER_RUN;

		size -= run;
		for (; run >= ADLER_BLOCK; run -= ADLER_BLOCK, bytes += ADLER_BLOCK)
			adler_add_block(adler, bytes);
		while (run--) {
			adler->a += *bytes++;
			adler->b += adler->a;
		}
		adler->a %= ADLER_BASE;
		adler->b %= ADLER_BASE;
	}
}

/* All lines: a zero (no filter), then red, green, blue of each pixel. */
static void put_lines(struct png_writer *writer, const struct picture *picture, uint8_t *line)
{
	size_t size = 1 + (size_t)picture->width * 3;
	struct adler adler = {1, 0};

	for (unsigned y = 0; y < picture->height; y++) {
		const uint32_t *pixels = picture->pixels + (size_t)y * picture->width;
		uint8_t *to = line;

		*to++ = 0;
		for (unsigned x = 0; x < picture->width; x++) {
			*to++ = (uint8_t)(pixels[x] >> 16);
			*to++ = (uint8_t)(pixels[x] >> 8);
			*to++ = (uint8_t)pixels[x];
		}
		stream_put(writer, line, size);
		adler_add(&adler, line, size);
	}
	put32(writer, adler.b << 16 | adler.a);
}

static void put_file(struct png_writer *writer, const struct picture *picture, size_t idat,
		     uint8_t *line)
{
	const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
	const uint8_t form[5] = {8, 2, 0, 0, 0}; /* 8 bits, RGB, deflate, no interlace */
	const uint8_t zlib[2] = {0x78, 0x01};    /* 32 KiB window, fastest (RFC 1950) */
	const uint8_t intent[1] = {0};           /* sRGB, perceptual */

	put_bytes(writer, signature, sizeof(signature));
	chunk_begin(writer, "IHDR", 8 + sizeof(form));
	put32(writer, picture->width);
	put32(writer, picture->height);
	put_bytes(writer, form, sizeof(form));
	chunk_end(writer);
	chunk_begin(writer, "sRGB", sizeof(intent));
	put_bytes(writer, intent, sizeof(intent));
	chunk_end(writer);
	chunk_begin(writer, "IDAT", (uint32_t)idat);
	put_bytes(writer, zlib, sizeof(zlib));
	put_lines(writer, picture, line);
	chunk_end(writer);
	chunk_begin(writer, "IEND", 0);
	chunk_end(writer);
}

enum fl_err png_encode(const struct picture *picture, struct file_bytes *out)
{
	size_t line_size = 1 + (size_t)picture->width * 3, stream = line_size * picture->height;
	size_t blocks = (stream + STORED_MAX - 1) / STORED_MAX;
	size_t idat = 2 + stream + 5 * blocks + 4;
	/* Signature; length, type and CRC of four chunks; IHDR, sRGB. */
	size_t size = 8 + 4 * 12 + 13 + 1 + idat;
	struct png_writer *writer;
	uint8_t *line;
	enum fl_err err = FL_ERR_NOMEM;

	*out = (struct file_bytes){.data = NULL};
	if (!picture->width || !picture->height)
		return FL_ERR_INVALID;
	writer = platform_alloc(sizeof(*writer));
	line = platform_alloc(line_size);
	if (!writer || !line)
		goto out_free;
	out->data = platform_alloc(size);
	if (!out->data)
		goto out_free;
	out->size = size;
	writer->at = out->data;
	writer->stream_left = stream;
	crc_fill(writer->crc_table);
	put_file(writer, picture, idat, line);
	err = FL_OK;
out_free:
	platform_free(line);
	platform_free(writer);
	return err;
}
