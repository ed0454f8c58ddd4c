/*
 * dng.c: all samples as a digital negative, uncompressed, 10 bits in 16: a TIFF with one
 * directory (DNG specification 1.4; TIFF 6.0). Opens in dcraw and LibRaw and what builds on them.
 */
#include "image/balance.h"

#include "core/bytes.h"
#include "core/mem.h"
#include "core/text.h"
#include "firstlight/platform.h"

enum tiff_type {
	TIFF_BYTE = 1,
	TIFF_ASCII = 2,
	TIFF_SHORT = 3,
	TIFF_LONG = 4,
	TIFF_RATIONAL = 5,
	TIFF_SRATIONAL = 10,
};

enum tiff_tag {
	TAG_NEW_SUBFILE_TYPE = 254,
	TAG_IMAGE_WIDTH = 256,
	TAG_IMAGE_LENGTH = 257,
	TAG_BITS_PER_SAMPLE = 258,
	TAG_COMPRESSION = 259,
	TAG_PHOTOMETRIC = 262,
	TAG_MAKE = 271,
	TAG_MODEL = 272,
	TAG_STRIP_OFFSETS = 273,
	TAG_ORIENTATION = 274,
	TAG_SAMPLES_PER_PIXEL = 277,
	TAG_ROWS_PER_STRIP = 278,
	TAG_STRIP_BYTE_COUNTS = 279,
	TAG_PLANAR_CONFIGURATION = 284,
	TAG_SOFTWARE = 305,
	TAG_CFA_REPEAT_DIM = 33421,
	TAG_CFA_PATTERN = 33422,
	TAG_DNG_VERSION = 50706,
	TAG_DNG_BACKWARD_VERSION = 50707,
	TAG_UNIQUE_CAMERA_MODEL = 50708,
	TAG_CFA_PLANE_COLOR = 50710,
	TAG_CFA_LAYOUT = 50711,
	TAG_BLACK_LEVEL = 50714,
	TAG_WHITE_LEVEL = 50717,
	TAG_COLOR_MATRIX_1 = 50721,
	TAG_AS_SHOT_NEUTRAL = 50728,
	TAG_CALIBRATION_ILLUMINANT_1 = 50778,
};

#define PHOTOMETRIC_CFA        32803u
#define PHOTOMETRIC_LINEAR_RAW 34892u
#define ILLUMINANT_D65         21u
#define ENTRIES_MAX            32u
#define ENTRY_SIZE             12u
#define EXTRA_MAX              512u /* values longer than the four bytes of an entry */
#define HEADER_SIZE            (8u + 2u + ENTRIES_MAX * ENTRY_SIZE + 4u + EXTRA_MAX)

struct dng_writer {
	uint8_t *file; /* of HEADER_SIZE at least, zeroed */
	unsigned entries;
	size_t extra; /* offset of the next long value */
};

/* Adds an entry and returns where its value goes: into it, or behind the directory. Entries must
 * come in the order of their tags. */
static uint8_t *entry_add(struct dng_writer *writer, enum tiff_tag tag, enum tiff_type type,
			  uint32_t count)
{
	static const uint8_t sizes[] = {
		[TIFF_BYTE] = 1, [TIFF_ASCII] = 1,    [TIFF_SHORT] = 2,
		[TIFF_LONG] = 4, [TIFF_RATIONAL] = 8, [TIFF_SRATIONAL] = 8,
	};
	uint8_t *entry = writer->file + 8 + 2 + ENTRY_SIZE * writer->entries++;
	uint32_t size = count * sizes[type];
	uint8_t *value = entry + 8;

	put_le16(entry, tag);
	put_le16(entry + 2, type);
	put_le32(entry + 4, count);
	if (size > 4) {
		put_le32(value, (uint32_t)writer->extra);
		value = writer->file + writer->extra;
		writer->extra += (size + 1) & ~1u; /* values begin at even offsets */
	}
	return value;
}

static void add_short(struct dng_writer *writer, enum tiff_tag tag, uint32_t value)
{
	put_le16(entry_add(writer, tag, TIFF_SHORT, 1), value);
}

static void add_long(struct dng_writer *writer, enum tiff_tag tag, uint32_t value)
{
	put_le32(entry_add(writer, tag, TIFF_LONG, 1), value);
}

static void add_bytes(struct dng_writer *writer, enum tiff_tag tag, const uint8_t bytes[4])
{
	memcpy(entry_add(writer, tag, TIFF_BYTE, 4), bytes, 4);
}

static void add_text(struct dng_writer *writer, enum tiff_tag tag, const char *text)
{
	size_t size = strlen(text) + 1;

	memcpy(entry_add(writer, tag, TIFF_ASCII, (uint32_t)size), text, size);
}

/* Ten-thousandths, signed. */
static void add_ratios(struct dng_writer *writer, enum tiff_tag tag, enum tiff_type type,
		       const int32_t *values, unsigned count)
{
	uint8_t *to = entry_add(writer, tag, type, count);

	for (unsigned i = 0; i < count; i++, to += 8) {
		put_le32(to, (uint32_t)values[i]);
		put_le32(to + 4, 10000);
	}
}

/* TIFF's words for: turn it so many degrees counter-clockwise. */
static unsigned orientation(unsigned rotation)
{
	switch (rotation) {
	case 90:
		return 8; /* the first line is the left side */
	case 180:
		return 3; /* ... the bottom, from right to left */
	case 270:
		return 6; /* ... the right side */
	default:
		return 1;
	}
}

static void add_layout(struct dng_writer *writer, const struct image *image, const char *model)
{
	uint32_t bytes = image->width * image->height * 2;

	add_long(writer, TAG_NEW_SUBFILE_TYPE, 0);
	add_long(writer, TAG_IMAGE_WIDTH, image->width);
	add_long(writer, TAG_IMAGE_LENGTH, image->height);
	add_short(writer, TAG_BITS_PER_SAMPLE, 16);
	add_short(writer, TAG_COMPRESSION, 1);
	add_short(writer, TAG_PHOTOMETRIC,
		  image->bayer == BAYER_MONO ? PHOTOMETRIC_LINEAR_RAW : PHOTOMETRIC_CFA);
	add_text(writer, TAG_MAKE, "Firstlight");
	add_text(writer, TAG_MODEL, model);
	add_long(writer, TAG_STRIP_OFFSETS, HEADER_SIZE);
	add_short(writer, TAG_ORIENTATION, orientation(image->rotation));
	add_short(writer, TAG_SAMPLES_PER_PIXEL, 1);
	add_long(writer, TAG_ROWS_PER_STRIP, image->height);
	add_long(writer, TAG_STRIP_BYTE_COUNTS, bytes);
	add_short(writer, TAG_PLANAR_CONFIGURATION, 1);
	add_text(writer, TAG_SOFTWARE, "Firstlight");
}

static void add_mosaic(struct dng_writer *writer, enum bayer bayer)
{
	uint8_t *size = entry_add(writer, TAG_CFA_REPEAT_DIM, TIFF_SHORT, 2);
	uint8_t colours[4];

	put_le16(size, 2);
	put_le16(size + 2, 2);
	for (unsigned plane = 0; plane < 4; plane++)
		colours[plane] =
			(uint8_t)bayer_component(bayer, plane); /* 0 red, 1 green, 2 blue */
	add_bytes(writer, TAG_CFA_PATTERN, colours);
}

/*
 * No sensor here is measured for colour. XYZ to camera for a camera that sees sRGB's primaries:
 * the inverse of the matrix of IEC 61966-2-1, in ten-thousandths. Balanced by AsShotNeutral.
 */
static void add_colour(struct dng_writer *writer, const struct image *image)
{
	static const int32_t xyz_to_srgb[9] = {
		32406, -15372, -4986, -9689, 18758, 415, 557, -2040, 10570,
	};
	struct balance balance;
	int32_t neutral[3];

	balance_measure(image, &balance);
	for (unsigned i = 0; i < 3; i++)
		neutral[i] = (int32_t)(10000 / balance.gain[i] + 0.5);
	add_ratios(writer, TAG_COLOR_MATRIX_1, TIFF_SRATIONAL, xyz_to_srgb, 9);
	add_ratios(writer, TAG_AS_SHOT_NEUTRAL, TIFF_RATIONAL, neutral, 3);
	add_short(writer, TAG_CALIBRATION_ILLUMINANT_1, ILLUMINANT_D65);
}

static void put_header(uint8_t *file, const struct image *image, const char *camera)
{
	static const uint8_t magic[4] = {'I', 'I', 42, 0}; /* little-endian TIFF */
	static const uint8_t version[4] = {1, 4, 0, 0}, backward[4] = {1, 1, 0, 0};
	struct dng_writer writer = {.file = file, .extra = HEADER_SIZE - EXTRA_MAX};
	bool is_mono = image->bayer == BAYER_MONO;
	uint8_t *planes;
	char model[64], unique[80];

	text_copy(model, sizeof(model), camera);
	text_format(unique, sizeof(unique), "Firstlight %s", model);
	memcpy(file, magic, sizeof(magic));
	put_le32(file + 4, 8); /* offset of the directory */
	add_layout(&writer, image, model);
	if (!is_mono)
		add_mosaic(&writer, image->bayer);
	add_bytes(&writer, TAG_DNG_VERSION, version);
	add_bytes(&writer, TAG_DNG_BACKWARD_VERSION, backward);
	add_text(&writer, TAG_UNIQUE_CAMERA_MODEL, unique);
	if (!is_mono) {
		planes = entry_add(&writer, TAG_CFA_PLANE_COLOR, TIFF_BYTE, 3);
		planes[1] = GREEN;
		planes[2] = BLUE;
		add_short(&writer, TAG_CFA_LAYOUT, 1); /* rectangular */
	}
	add_short(&writer, TAG_BLACK_LEVEL, image->black_level);
	add_long(&writer, TAG_WHITE_LEVEL, SAMPLE_MAX);
	if (!is_mono)
		add_colour(&writer, image);
	put_le16(file + 8, writer.entries);
}

enum fl_err dng_encode(const struct image *image, const char *camera, struct file_bytes *out)
{
	struct image source = *image;
	size_t count = (size_t)image->width * image->height;

	*out = (struct file_bytes){.data = NULL};
	if (!count)
		return FL_ERR_INVALID;
	out->data = platform_alloc(HEADER_SIZE + count * 2);
	if (!out->data)
		return FL_ERR_NOMEM;
	out->size = HEADER_SIZE + count * 2;
	source.black_level = black_measure(image);
	put_header(out->data, &source, camera);
	/* The file is little-endian, as is every machine that this runs on. */
	memcpy(out->data + HEADER_SIZE, image->samples, count * 2);
	return FL_OK;
}
