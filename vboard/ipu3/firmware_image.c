/* firmware_image.c: the synthetic ImgU firmware, byte by byte (imgu.md 4.2 to 4.6, 9). */
#include "vboard/ipu3/firmware_image.h"

#include "vboard/core/bytes.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define FILE_HEADER   72u
#define BINARY_HEADER 1200u
#define MAX_BINARIES  5u
#define IMAGE_ROOM    0x20000u

/* Types of binaries. */
enum { TYPE_SP0 = 0, TYPE_SP1 = 1, TYPE_ISP = 2, TYPE_LOADER = 3 };

/* Modes of ISP binaries. */
enum { MODE_STILL = 2, MODE_VIDEO = 3 };

/* Memories of an ISP binary, and the classes of its blocks. */
enum { MEM_DMEM0 = 1, MEM_VMEM0 = 2 };
enum { CLASS_PARAM, CLASS_CONFIG, CLASS_STATE, CLASSES };

struct binary {
	uint32_t type;
	const char *name;
	uint32_t icache, text, data;
	uint32_t data_target, bss_target, bss_size;
	uint32_t words[21]; /* SP, SP1, boot loader: the union at 16 */
	uint32_t start[4];  /* SP, SP1: what the start code does of itself (descriptor version 2) */
	uint32_t id, mode;  /* ISP */
};

struct layout {
	const char *version;
	uint32_t
		descriptor; /* version: 1 is imgu.md 9.3, 2 adds four words on the start code at 108 */
	uint32_t section_align, blob_align;
	uint32_t count;
	struct binary binaries[MAX_BINARIES];
};

struct image {
	uint8_t *bytes;
	size_t size;
	const struct layout *layout;
	uint32_t tables[CLASSES]; /* where the offset tables of each class begin */
};

/* imgu.md 9.2; the offsets are those of 4.3 and 4.4. */
static const struct layout layout_a = {
	.version = "firstlight synthetic 1",
	.descriptor = 1,
	.section_align = 32,
	.blob_align = 64,
	.count = 5,
	.binaries =
		{
			{.type = TYPE_SP0,
			 .name = "fl_sp0",
			 .icache = 8192,
			 .text = 9000,
			 .data = 804,
			 .bss_target = 0x328,
			 .bss_size = 14188,
			 .words = {0x38DC, 0x23C8, 0x23E0, 0x23D0, 0x2D7C, 0x2350, 0x3474, 0x38D8,
				   0x2348, 0x234C, 0x346C, [19] = 0xB9D}},
			{.type = TYPE_SP1,
			 .name = "fl_sp1",
			 .icache = 4096,
			 .text = 9000,
			 .data = 524,
			 .bss_target = 0x220,
			 .bss_size = 7412,
			 .words = {0x1EFC, [5] = 0x1DCC, [7] = 0x1EF8, [19] = 0xF9D}},
			{.type = TYPE_LOADER,
			 .name = "fl_bootloader",
			 .icache = 10624,
			 .bss_size = 168,
			 .words = {0xA4, 0x0, 0xA0, 0x800}},
			{.type = TYPE_ISP,
			 .name = "fl_video",
			 .text = 4096,
			 .data = 468,
			 .bss_target = 0x1D4,
			 .bss_size = 4024,
			 .id = 903,
			 .mode = MODE_VIDEO},
			{.type = TYPE_ISP,
			 .name = "fl_still",
			 .text = 4096,
			 .data = 468,
			 .bss_target = 0x1D4,
			 .bss_size = 4024,
			 .id = 904,
			 .mode = MODE_STILL},
		},
};

static const struct layout layout_b = {
	.version = "firstlight synthetic 1b",
	.descriptor = 1,
	.section_align = 128,
	.blob_align = 16,
	.count = 4,
	.binaries =
		{
			{.type = TYPE_LOADER,
			 .name = "flb_loader",
			 .icache = 3000,
			 .bss_size = 0x100,
			 .words = {0x10, 0x20, 0x14, 0x40}},
			{.type = TYPE_SP0,
			 .name = "flb_sp0",
			 .icache = 4100,
			 .text = 5000,
			 .data = 700,
			 .data_target = 0x800,
			 .bss_target = 0x10,
			 .bss_size = 0x7F0,
			 .words = {0x10, 0x30, 0x680, 0x40, 0x100, 0x600, 0x34, 0x38, 0x3C, 0x50,
				   0x54, [19] = 0x123}},
			{.type = TYPE_SP1,
			 .name = "flb_sp1",
			 .icache = 2048,
			 .text = 4800,
			 .data = 300,
			 .data_target = 0x400,
			 .bss_target = 0x10,
			 .bss_size = 0x1F0,
			 .words = {0x20, 0x100, 0x700, 0x104, 0x900, 0x80, 0x120, 0x1C, 0x124,
				   0x128, 0x12C, [19] = 0x777}},
			{.type = TYPE_ISP,
			 .name = "flb_video",
			 .text = 2100,
			 .data = 96,
			 .bss_target = 0x60,
			 .bss_size = 512,
			 .id = 905,
			 .mode = MODE_VIDEO},
		},
};

/* A good build of which the ROM knows nothing: its start code sets variables in its data after the copy,
 * as real code may (3.13.2). */
static const struct layout layout_c = {
	.version = "vendor build 7",
	.descriptor = 2,
	.section_align = 32,
	.blob_align = 64,
	.count = 3,
	.binaries =
		{
			{.type = TYPE_SP1,
			 .name = "sp1",
			 .icache = 4096,
			 .text = 3000,
			 .data = 524,
			 .data_target = 0x40,
			 .bss_target = 0x260,
			 .bss_size = 0x1000,
			 .words = {0x300, 0x320, 0x700, 0x324, 0xa00, 0x340, 0x3c4, 0x3c0, 0x3c8,
				   0x3cc, 0x3d0, [19] = 0x55},
			 .start = {1, 0x44, 4}},
			{.type = TYPE_SP0,
			 .name = "sp",
			 .icache = 8192,
			 .text = 5000,
			 .data = 804,
			 .data_target = 0x80,
			 .bss_target = 0x3b0,
			 .bss_size = 0x3000,
			 .words = {0x400, 0x420, 0x600, 0x424, 0x800, 0x440, 0x4c0, 0x4c4, 0x4c8,
				   0x4cc, 0x4d0, [19] = 0x66},
			 .start = {3, 0x90, 0x24}},
			{.type = TYPE_LOADER,
			 .name = "bootloader",
			 .icache = 6000,
			 .bss_size = 0x100,
			 .words = {0x80, 0x90, 0x84, 0x20}},
		},
};

/* One that copies its data to its place and to no other, whatever it is told: nothing can be shown with it
 * (3.13: that start code copies as told is an inference). */
static const struct layout layout_d = {
	.version = "vendor build 8",
	.descriptor = 2,
	.section_align = 32,
	.blob_align = 64,
	.count = 3,
	.binaries =
		{
			{.type = TYPE_SP1,
			 .name = "sp1",
			 .icache = 4096,
			 .text = 3000,
			 .data = 524,
			 .data_target = 0x40,
			 .bss_target = 0x260,
			 .bss_size = 0x1000,
			 .words = {0x300, 0x320, 0x700, 0x324, 0xa00, 0x340, 0x3c4, 0x3c0, 0x3c8,
				   0x3cc, 0x3d0, [19] = 0x55},
			 .start = {[3] = 0x40}},
			{.type = TYPE_SP0,
			 .name = "sp",
			 .icache = 8192,
			 .text = 5000,
			 .data = 804,
			 .data_target = 0x80,
			 .bss_target = 0x3b0,
			 .bss_size = 0x3000,
			 .words = {0x400, 0x420, 0x600, 0x424, 0x800, 0x440, 0x4c0, 0x4c4, 0x4c8,
				   0x4cc, 0x4d0, [19] = 0x66},
			 .start = {[3] = 0x80}},
			{.type = TYPE_LOADER,
			 .name = "bootloader",
			 .icache = 6000,
			 .bss_size = 0x100,
			 .words = {0x80, 0x90, 0x84, 0x20}},
		},
};

/* ---- Bytes ---- */

static uint32_t align_up(uint32_t value, uint32_t align)
{
	return (value + align - 1) / align * align;
}

static void put32(struct image *image, size_t at, uint32_t value)
{
	put_le32(&image->bytes[at], value);
}

static void put_words(struct image *image, size_t at, const uint32_t *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		put32(image, at + 4 * i, words[i]);
}

/* A hash of place and binary: a wrong, swapped or shifted page shows at the first word. */
static uint32_t content_word(uint32_t binary, uint32_t index)
{
	uint32_t x = (binary + 1) * 0x9E3779B9u ^ index * 0x85EBCA6Bu;

	x ^= x >> 16;
	x *= 0x7FEB352Du;
	x ^= x >> 15;
	x *= 0x846CA68Bu;
	return x ^ x >> 16;
}

/* ---- The ISP binaries' blocks and tables (4.6, 4.7 of #3 and #10) ---- */

struct table_entry {
	uint32_t at, offset, size;
};

static const uint32_t table_size[CLASSES] = {64, 64, 24};

static const struct table_entry video_tables[CLASSES][5] = {
	{{0, 0, 1024}, {8, 1536, 256}, {16, 1024, 512}, {32, 48, 36}, {40, 4, 44}},
	{{0, 0, 52}, {8, 92, 8}, {48, 100, 36}, {56, 52, 40}},
	{{8, 8, 20}, {16, 0, 8}},
};

static const struct table_entry still_tables[CLASSES][5] = {
	{{0, 0, 1024}, {16, 1024, 512}, {40, 4, 44}},
	{{0, 0, 52}, {8, 92, 8}, {56, 52, 40}},
	{{16, 0, 8}},
};

static void image_put_tables(struct image *image, uint32_t isp_index, uint32_t mode)
{
	for (unsigned class = 0; class < CLASSES; class ++) {
		size_t base = image->tables[class] + (size_t)isp_index * table_size[class];
		const struct table_entry *entry =
			mode == MODE_VIDEO ? video_tables[class] : still_tables[class];

		for (unsigned i = 0; i < 5 && entry[i].size; i++) {
			put32(image, base + entry[i].at, entry[i].offset);
			put32(image, base + entry[i].at + 4, entry[i].size);
		}
	}
}

/* {address, size} of each memory block; twice in the header (208 and 956). */
static void image_put_initialisers(struct image *image, size_t at, uint32_t mode)
{
	bool video = mode == MODE_VIDEO;

	put_words(image, at + 80 * CLASS_PARAM + 8 * MEM_VMEM0,
		  (uint32_t[]){0x80, video ? 1792 : 1536}, 2);
	put_words(image, at + 80 * CLASS_PARAM + 8 * MEM_DMEM0,
		  (uint32_t[]){0xF0C, video ? 84 : 48}, 2);
	put_words(image, at + 80 * CLASS_CONFIG + 8 * MEM_DMEM0,
		  (uint32_t[]){0xF64, video ? 136 : 100}, 2);
	put_words(image, at + 80 * CLASS_STATE + 8 * MEM_DMEM0,
		  (uint32_t[]){0x115C, video ? 28 : 8}, 2);
}

/* The union at 16 of an ISP binary (4.5, values of 9.2). */
static void image_put_isp_info(struct image *image, size_t header, const struct binary *binary)
{
	static const uint32_t enabled[] = {448, 449, 490, 501, 505};

	put32(image, header + 16, binary->id);
	put_words(image, header + 20, (uint32_t[]){binary->mode, 1, 1, 2, 0, 0, 1}, 7);
	put_words(image, header + 48, (uint32_t[]){0, 0, 5120, 3840, 1}, 5);
	put_words(image, header + 68, (uint32_t[]){2, 2, 4480, 3500, 1, 1}, 6);
	put_words(image, header + 92, (uint32_t[]){4864, 3724}, 2);
	put_words(image, header + 100, (uint32_t[]){1, 384, 216}, 3);
	put_words(image, header + 132, (uint32_t[]){1, 0, 0}, 3);
	put_words(image, header + 196, (uint32_t[]){2, 32, 32}, 3);
	image_put_initialisers(image, header + 208, binary->mode);
	for (size_t i = 0; i < sizeof(enabled) / sizeof(enabled[0]); i++)
		image->bytes[header + enabled[i]] = 1;
	put_words(image, header + 536, (uint32_t[]){1, 1}, 2);
	put_words(image, header + 656, (uint32_t[]){1, 1}, 2);
	image->bytes[header + 776] = 2;
	image_put_initialisers(image, header + 956, binary->mode);
}

/* ---- Blobs ---- */

/* Descriptor for the virtual board (9.3), over the first bytes of the blob. */
static void image_put_descriptor(struct image *image, size_t at, const struct binary *binary,
				 uint32_t blob_size)
{
	static const uint8_t magic[8] = {'F', 'L', 'H', 'L', 'E', 0, 0, 1};

	memcpy(image->bytes + at, magic, sizeof(magic));
	put_words(image, at + 8,
		  (uint32_t[]){image->layout->descriptor, binary->type, blob_size, 0}, 4);
	put_words(image, at + 24, binary->words, binary->type == TYPE_LOADER ? 4 : 21);
	if (image->layout->descriptor == 2 && binary->type != TYPE_LOADER)
		put_words(image, at + 108, binary->start, 4);
	put32(image, at + 20, (uint32_t)crc32(0, image->bytes + at, blob_size));
}

static void image_put_blob(struct image *image, uint32_t index, size_t header)
{
	const struct layout *layout = image->layout;
	const struct binary *binary = &layout->binaries[index];
	uint32_t at = align_up((uint32_t)image->size, layout->blob_align);
	uint32_t text = align_up(binary->icache, layout->section_align);
	uint32_t data = align_up(text + binary->text, layout->section_align);
	uint32_t size;

	if (!binary->data)
		data = text + binary->text;
	if (!binary->text && !binary->data)
		text = data = binary->icache;
	size = data + binary->data;
	for (uint32_t i = 0; i < size; i++)
		image->bytes[at + i] = (uint8_t)(content_word(index, i / 4) >> (8 * (i % 4)));
	memset(image->bytes + at + binary->icache, 0, text - binary->icache);
	memset(image->bytes + at + text + binary->text, 0, data - text - binary->text);
	if (binary->type != TYPE_ISP)
		image_put_descriptor(image, at, binary, size);
	put32(image, header + 832, at);
	put32(image, header + 852, size);
	put32(image, header + 856, size - binary->icache - binary->text - binary->data);
	put_words(image, header + 860, (uint32_t[]){0, binary->icache, text - binary->icache}, 3);
	put_words(image, header + 872, (uint32_t[]){text, binary->text, data - text - binary->text},
		  3);
	put_words(image, header + 884, (uint32_t[]){data, binary->data_target, binary->data, 0}, 4);
	put_words(image, header + 900, (uint32_t[]){binary->bss_target, binary->bss_size}, 2);
	image->size = at + size;
}

/* ---- The file ---- */

static uint32_t layout_count_isp(const struct layout *layout)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < layout->count; i++)
		count += layout->binaries[i].type == TYPE_ISP;
	return count;
}

static void image_put_binary(struct image *image, uint32_t index, uint32_t *isp_index)
{
	const struct binary *binary = &image->layout->binaries[index];
	size_t header = FILE_HEADER + (size_t)BINARY_HEADER * index;

	put32(image, header + 8, binary->type);
	if (binary->type == TYPE_ISP) {
		put32(image, header, BINARY_HEADER);
		image_put_isp_info(image, header, binary);
		image_put_tables(image, *isp_index, binary->mode);
		for (unsigned class = 0; class < CLASSES; class ++)
			put32(image, header + 836 + 4 * class,
			      image->tables[class] + *isp_index * table_size[class]);
		(*isp_index)++;
	} else {
		put_words(image, header + 16, binary->words, binary->type == TYPE_LOADER ? 4 : 21);
	}
}

static void image_put_names(struct image *image)
{
	for (uint32_t i = 0; i < image->layout->count; i++) {
		const char *name = image->layout->binaries[i].name;

		put32(image, FILE_HEADER + (size_t)BINARY_HEADER * i + 848, (uint32_t)image->size);
		memcpy(image->bytes + image->size, name, strlen(name) + 1);
		image->size += strlen(name) + 1;
	}
}

static void image_put_all(struct image *image)
{
	const struct layout *layout = image->layout;
	uint32_t isp_count = layout_count_isp(layout), isp_index = 0;

	memcpy(image->bytes, layout->version, strlen(layout->version));
	put32(image, 64, layout->count);
	put32(image, 68, FILE_HEADER);
	image->size = FILE_HEADER + (size_t)BINARY_HEADER * layout->count;
	for (unsigned class = 0; class < CLASSES; class ++) {
		image->tables[class] = (uint32_t)image->size;
		image->size += (size_t)isp_count * table_size[class];
	}
	for (uint32_t i = 0; i < layout->count; i++)
		image_put_binary(image, i, &isp_index);
	image_put_names(image);
	for (uint32_t i = 0; i < layout->count; i++)
		image_put_blob(image, i, FILE_HEADER + (size_t)BINARY_HEADER * i);
}

uint8_t *firmware_image_build(char layout, size_t *size)
{
	static const struct layout *const layouts[] = {&layout_a, &layout_b, &layout_c, &layout_d};
	struct image image = {0};

	if (layout >= 'a' && (size_t)(layout - 'a') < sizeof(layouts) / sizeof(layouts[0]))
		image.layout = layouts[layout - 'a'];
	if (!image.layout)
		return NULL;
	image.bytes = calloc(1, IMAGE_ROOM);
	if (!image.bytes)
		return NULL;
	image_put_all(&image);
	*size = image.size;
	return image.bytes;
}
