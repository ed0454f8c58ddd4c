/* firmware.c: see firmware.h. Offsets are those of imgu.md sections 4.2 to 4.6. */
#include "camera/ipu3/firmware.h"

#include <stdbool.h>

#include "core/bytes.h"
#include "core/mem.h"
#include "core/text.h"
#include "image/image.h"

#define FILE_HEADER    72u
#define FILE_BINARY_NR 64u
#define FILE_H_SIZE    68u
#define VERSION_LENGTH 64u

#define BINARY_HEADER    1200u
#define BINARY_TYPE      8u
#define BINARY_UNION     16u
#define BINARY_BLOB      832u /* blob info: eight words from here are read by name below */
#define BINARY_NAME      848u
#define BINARY_BLOB_SIZE 852u
#define BINARY_PADDING   856u
#define BINARY_ICACHE    860u /* source, size, padding */
#define BINARY_TEXT      872u /* source, size, padding */
#define BINARY_DATA      884u /* source, target, size, padding */
#define BINARY_BSS       900u /* target, size */

#define BINARIES_MAX    1000u /* 4.8: what a careful reader takes */
#define NAME_LENGTH_MAX 62u

/* Sizes of what the boot writes at the offsets that an SP's info names (4.3, 5.4, 6.5). */
#define DMA_COMMAND_SIZE 16u
#define BOOT_COMMANDS    2u

struct reader {
	const uint8_t *file;
	size_t size;
	uint32_t header; /* offset of the binary header being read */
	unsigned index;
	struct diag *diag;
};

static uint32_t word_at(const struct reader *reader, size_t offset)
{
	return get_le32(reader->file + offset);
}

static uint32_t field(const struct reader *reader, uint32_t offset)
{
	return word_at(reader, reader->header + offset);
}

static enum fl_err bad(const struct reader *reader, const char *what, uint64_t value,
		       uint64_t limit)
{
	return diag_fail(reader->diag, FL_ERR_FORMAT,
			 "take ipu3-fw.bin from linux-firmware again, or build the synthetic one",
			 "firmware file, binary %u: %s is %llu (0x%llx), limit %llu", reader->index,
			 what, (unsigned long long)value, (unsigned long long)value,
			 (unsigned long long)limit);
}

/* offset + size must stay within limit. */
static enum fl_err check_range(const struct reader *reader, const char *what, uint64_t offset,
			       uint64_t size, uint64_t limit)
{
	if (offset + size > limit)
		return bad(reader, what, offset + size, limit);
	return FL_OK;
}

static enum fl_err read_name(const struct reader *reader, struct firmware_binary *binary)
{
	uint32_t offset = field(reader, BINARY_NAME);
	size_t length = 0;

	if (offset >= reader->size)
		return bad(reader, "offset of the name", offset, reader->size);
	while (length <= NAME_LENGTH_MAX && offset + length < reader->size &&
	       reader->file[offset + length])
		length++;
	if (length > NAME_LENGTH_MAX || offset + length >= reader->size)
		return bad(reader, "length of the name", length, NAME_LENGTH_MAX);
	memcpy(binary->name, reader->file + offset, length);
	return FL_OK;
}

static bool overlap(const struct firmware_section *a, const struct firmware_section *b)
{
	return a->size && b->size && a->source < (uint64_t)b->source + b->size &&
	       b->source < (uint64_t)a->source + a->size;
}

static enum fl_err check_sections(const struct reader *reader, const struct firmware_binary *binary)
{
	uint64_t sum = (uint64_t)binary->icache.size + binary->text.size + binary->data.size +
		       field(reader, BINARY_PADDING);
	enum fl_err err = FL_OK;

	if (sum != binary->size)
		return bad(reader, "sum of sections and padding", sum, binary->size);
	err = check_range(reader, "end of the blob in the file", binary->offset, binary->size,
			  reader->size);
	if (!err)
		err = check_range(reader, "end of the icache section", binary->icache.source,
				  binary->icache.size, binary->size);
	if (!err)
		err = check_range(reader, "end of the text section", binary->text.source,
				  binary->text.size, binary->size);
	if (!err)
		err = check_range(reader, "end of the data section", binary->data.source,
				  binary->data.size, binary->size);
	if (!err &&
	    (overlap(&binary->icache, &binary->text) || overlap(&binary->text, &binary->data) ||
	     overlap(&binary->icache, &binary->data)))
		err = bad(reader, "number of overlapping sections", 1, 0);
	return err;
}

static enum fl_err read_binary(const struct reader *reader, struct firmware_binary *binary)
{
	enum fl_err err;

	*binary = (struct firmware_binary){
		.type = field(reader, BINARY_TYPE),
		.offset = field(reader, BINARY_BLOB),
		.size = field(reader, BINARY_BLOB_SIZE),
		.icache = {field(reader, BINARY_ICACHE), field(reader, BINARY_ICACHE + 4)},
		.text = {field(reader, BINARY_TEXT), field(reader, BINARY_TEXT + 4)},
		.data = {field(reader, BINARY_DATA), field(reader, BINARY_DATA + 8)},
		.data_target = field(reader, BINARY_DATA + 4),
		.bss_target = field(reader, BINARY_BSS),
		.bss_size = field(reader, BINARY_BSS + 4),
	};
	err = read_name(reader, binary);
	if (!err && binary->type > FIRMWARE_ACCELERATION)
		err = bad(reader, "type", binary->type, FIRMWARE_ACCELERATION);
	if (!err)
		err = check_sections(reader, binary);
	return err;
}

/* A variable of `size` bytes at an offset in a DMEM of `limit` bytes, word aligned. */
static enum fl_err read_offset(const struct reader *reader, uint32_t at, const char *what,
			       uint32_t size, uint32_t limit, uint32_t *out)
{
	*out = field(reader, BINARY_UNION + at);
	if (*out % 4)
		return bad(reader, what, *out, limit);
	return check_range(reader, what, *out, size, limit);
}

static enum fl_err read_sp(const struct reader *reader, const struct firmware_binary *binary,
			   struct firmware_sp *sp)
{
	static const struct {
		uint32_t at, size;
		const char *name;
		size_t member;
	} variables[] = {
		{0, FIRMWARE_INIT_DMEM, "init_dmem_data",
		 offsetof(struct firmware_sp, init_dmem_data)},
		{4, 4, "per_frame_data", offsetof(struct firmware_sp, per_frame_data)},
		{16, 4, "host_sp_queue", offsetof(struct firmware_sp, host_sp_queue)},
		{20, FIRMWARE_HOST_SP_COM, "host_sp_com",
		 offsetof(struct firmware_sp, host_sp_com)},
		{24, 4, "isp_started", offsetof(struct firmware_sp, isp_started)},
		{28, 4, "sw_state", offsetof(struct firmware_sp, sw_state)},
		{32, 4, "host_sp_queues_initialized",
		 offsetof(struct firmware_sp, host_sp_queues_initialized)},
		{36, 4, "sleep_mode", offsetof(struct firmware_sp, sleep_mode)},
		{40, 4, "invalidate_tlb", offsetof(struct firmware_sp, invalidate_tlb)},
	};
	enum fl_err err = FL_OK;

	sp->binary = *binary;
	for (size_t i = 0; !err && i < sizeof variables / sizeof variables[0]; i++)
		err = read_offset(reader, variables[i].at, variables[i].name, variables[i].size,
				  FIRMWARE_SP_DMEM,
				  (uint32_t *)(void *)((uint8_t *)sp + variables[i].member));
	sp->entry = field(reader, BINARY_UNION + 76);
	if (!err && binary->text.size > FIRMWARE_SP_PMEM)
		err = bad(reader, "text size", binary->text.size, FIRMWARE_SP_PMEM);
	if (!err)
		err = check_range(reader, "end of data in DMEM", binary->data_target,
				  binary->data.size, FIRMWARE_SP_DMEM);
	if (!err)
		err = check_range(reader, "end of bss in DMEM", binary->bss_target,
				  binary->bss_size, FIRMWARE_SP_DMEM);
	if (!err && binary->data_target % 4)
		err = bad(reader, "alignment of data in DMEM", binary->data_target,
			  FIRMWARE_SP_DMEM);
	return err;
}

static enum fl_err read_bootloader(const struct reader *reader,
				   const struct firmware_binary *binary,
				   struct firmware_bootloader *bootloader)
{
	enum fl_err err;

	bootloader->binary = *binary;
	bootloader->entry = field(reader, BINARY_UNION + 12);
	err = read_offset(reader, 0, "num_dma_cmds", 4, FIRMWARE_ISP_DMEM,
			  &bootloader->num_dma_cmds);
	if (!err)
		err = read_offset(reader, 4, "dma_cmd_list", BOOT_COMMANDS * DMA_COMMAND_SIZE,
				  FIRMWARE_ISP_DMEM, &bootloader->dma_cmd_list);
	if (!err)
		err = read_offset(reader, 8, "sw_state", 4, FIRMWARE_ISP_DMEM,
				  &bootloader->sw_state);
	return err;
}

static enum fl_err read_header(struct reader *reader, struct firmware *out)
{
	uint32_t h_size;

	if (reader->size < FILE_HEADER + BINARY_HEADER)
		return diag_fail(reader->diag, FL_ERR_FORMAT, "the copy on the stick is cut off",
				 "firmware file has %zu bytes, at least %u are needed",
				 reader->size, FILE_HEADER + BINARY_HEADER);
	h_size = word_at(reader, FILE_H_SIZE);
	out->binaries = word_at(reader, FILE_BINARY_NR);
	if (h_size != FILE_HEADER)
		return diag_fail(reader->diag, FL_ERR_FORMAT, "this is no IPU3 firmware container",
				 "firmware file: header size says %u, want %u", h_size,
				 FILE_HEADER);
	if (!out->binaries || out->binaries > BINARIES_MAX ||
	    FILE_HEADER + (uint64_t)BINARY_HEADER * out->binaries > reader->size)
		return diag_fail(reader->diag, FL_ERR_FORMAT, "the copy on the stick is cut off",
				 "firmware file of %zu bytes claims %u binaries", reader->size,
				 out->binaries);
	memcpy(out->version, reader->file, VERSION_LENGTH);
	for (unsigned i = 0; i < VERSION_LENGTH; i++) /* it goes to logs: printable or nothing */
		if (out->version[i] && (out->version[i] < ' ' || out->version[i] > '~'))
			out->version[i] = '?';
	return FL_OK;
}

enum fl_err firmware_parse(const uint8_t *file, size_t size, struct firmware *out,
			   struct diag *diag)
{
	struct reader reader = {.file = file, .size = size, .diag = diag};
	unsigned found = 0; /* bit per enum firmware_type */
	enum fl_err err;

	*out = (struct firmware){0};
	err = read_header(&reader, out);
	for (unsigned i = 0; !err && i < out->binaries; i++) {
		struct firmware_binary binary;

		reader.index = i;
		reader.header = FILE_HEADER + i * BINARY_HEADER;
		err = read_binary(&reader, &binary);
		if (err)
			break;
		found |= 1u << binary.type;
		if (binary.type == FIRMWARE_SP0 || binary.type == FIRMWARE_SP1)
			err = read_sp(&reader, &binary, &out->sp[binary.type]);
		else if (binary.type == FIRMWARE_BOOTLOADER)
			err = read_bootloader(&reader, &binary, &out->bootloader);
	}
	if (err)
		return err;
	if (!(found & 1u << FIRMWARE_SP0) || !(found & 1u << FIRMWARE_SP1) ||
	    !(found & 1u << FIRMWARE_BOOTLOADER))
		return diag_fail(diag, FL_ERR_FORMAT, "take ipu3-fw.bin from linux-firmware again",
				 "firmware file lacks%s%s%s",
				 found & 1u << FIRMWARE_SP0 ? "" : " SP0",
				 found & 1u << FIRMWARE_SP1 ? "" : " SP1",
				 found & 1u << FIRMWARE_BOOTLOADER ? "" : " boot loader");
	return FL_OK;
}

/* ---- builds ------------------------------------------------------------------------------ */

/* Every byte of these is known. Intel's is what linux-firmware has shipped since 2017; its SHA-256 is
 * f538714042e694b0e13eedea6a84bfe9b2c94416c0031f6a1a3e8a7cedb29b7c (4.1). */
static const struct {
	const char *version; /* that the file begins with (4.2) */
	const char *name, *digest, *cure;
	uint32_t size;
} builds[] = {
	{"irci_irci_ecr-master_20161208_0213_20170112_1500", "Intel 20161208_0213_20170112_1500",
	 "9f2fed4f4550dbf6c32eb7cabac8b782",
	 "copy it again from linux-firmware "
	 "(intel/irci_irci_ecr-master_20161208_0213_20170112_1500.bin) "
	 "and compare: sha256sum must begin with f538714042e694b0",
	 1212984},
	{"firstlight synthetic 1", "synthetic a", "a8d480a463d82f25d7d97dbca2bdca6a",
	 "make it again: build/make-firmware FILE", 58004},
	{"firstlight synthetic 1b", "synthetic b", "5316fa3f081a323cb958a3acfd15e94d",
	 "make it again: build/make-firmware FILE --layout b", 27616},
};

/* Is it the file's version? Those of `builds` are shorter than what a file has room for, and end there. */
static bool has_version(const uint8_t *file, size_t size, const char *version)
{
	size_t length = strlen(version);

	return size > length && !memcmp(file, version, length) && !file[length];
}

void firmware_identify(const uint8_t *file, size_t size, struct firmware_build *out)
{
	*out = (struct firmware_build){.identity = FIRMWARE_UNKNOWN, .name = "", .cure = ""};
	image_xxh128(file, size, out->digest);
	for (size_t i = 0; i < sizeof builds / sizeof builds[0]; i++) {
		bool is_same = text_equal(out->digest, builds[i].digest);

		if (!is_same && size != builds[i].size &&
		    !has_version(file, size, builds[i].version))
			continue;
		out->identity = is_same ? FIRMWARE_KNOWN : FIRMWARE_DAMAGED;
		out->name = builds[i].name;
		out->cure = builds[i].cure;
		text_copy(out->want, sizeof out->want, builds[i].digest);
		return;
	}
}
