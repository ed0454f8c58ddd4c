/*
 * fuzz_firmware.c: any bytes as an ImgU firmware: bounds that the boot may rely on, or a message.
 *
 * Half of the inputs are taken as they are; the others as a list of 5-byte changes (place, value)
 * to the synthetic file, so that deep checks are reached.
 */
#include <stdlib.h>
#include <string.h>

#include "camera/ipu3/firmware.h"
#include "vboard/ipu3/firmware_image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_binary(const struct firmware_binary *binary, size_t size)
{
	const struct firmware_section *sections[] = {&binary->icache, &binary->text, &binary->data};

	if ((uint64_t)binary->offset + binary->size > size || strlen(binary->name) > 62)
		abort();
	for (unsigned i = 0; i < 3; i++)
		if ((uint64_t)sections[i]->source + sections[i]->size > binary->size)
			abort();
}

static void check(const struct firmware *firmware, size_t size)
{
	for (unsigned n = 0; n < 2; n++) {
		const struct firmware_sp *sp = &firmware->sp[n];

		check_binary(&sp->binary, size);
		if (sp->init_dmem_data > FIRMWARE_SP_DMEM - 24 ||
		    sp->host_sp_com > FIRMWARE_SP_DMEM - 0x78 ||
		    sp->sw_state > FIRMWARE_SP_DMEM - 4 ||
		    sp->binary.text.size > FIRMWARE_SP_PMEM || sp->binary.data_target % 4 ||
		    (uint64_t)sp->binary.data_target + sp->binary.data.size > FIRMWARE_SP_DMEM)
			abort();
	}
	check_binary(&firmware->bootloader.binary, size);
	if (firmware->bootloader.dma_cmd_list > FIRMWARE_ISP_DMEM - 32)
		abort();
}

static void parse(const uint8_t *file, size_t size)
{
	struct diag diag = {0};
	struct firmware_build build;
	struct firmware firmware;

	firmware_identify(file, size, &build);
	if (strlen(build.digest) != 32)
		abort();
	if (firmware_parse(file, size, &firmware, &diag) == FL_OK)
		check(&firmware, size);
	else if (!diag.message[0])
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static size_t sizes[2];
	static uint8_t *images[2];
	unsigned layout;
	uint8_t *image;

	if (!size || data[0] & 1) {
		parse(data, size);
		return 0;
	}
	layout = data[0] >> 1 & 1;
	if (!images[layout])
		images[layout] = firmware_image_build(layout ? 'a' : 'b', &sizes[layout]);
	image = malloc(sizes[layout]);
	memcpy(image, images[layout], sizes[layout]);
	for (size_t i = 1; i + 5 <= size; i += 5) { /* one word of the headers */
		size_t at = 64 + ((size_t)data[i] << 8 | data[i + 1]) % 6000;
		uint32_t value = (uint32_t)(int8_t)data[i + 2] << 16 | (uint32_t)data[i + 3] << 8 |
				 data[i + 4];

		memcpy(image + at, &value, 4);
	}
	parse(image, sizes[layout]);
	free(image);
	return 0;
}
