/*
 * make-firmware.c: writes the synthetic ImgU firmware (vboard/ipu3/firmware_image.h) into a file.
 * Usage: make-firmware OUT [--layout a|b|c|d]
 */
#include "vboard/ipu3/firmware_image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int write_file(const char *path, const uint8_t *bytes, size_t size)
{
	FILE *file = fopen(path, "wb");
	int failed;

	if (!file) {
		perror(path);
		return 1;
	}
	failed = fwrite(bytes, 1, size, file) != size;
	failed |= fclose(file) != 0;
	if (failed)
		perror(path);
	return failed;
}

static int usage(void)
{
	fprintf(stderr,
		"usage: make-firmware OUT [--layout a|b|c|d]\n"
		"  a  data memory offsets of Intel's build (default)\n"
		"  b  other offsets, alignment and order of binaries\n"
		"  c  an unknown build whose start code sets variables in its data\n"
		"  d  an unknown build whose start code copies to no other place than its own\n");
	return 2;
}

int main(int argc, char **argv)
{
	const char *path = NULL, *layout = "a";
	uint8_t *bytes;
	size_t size;
	int status;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--layout") && i + 1 < argc)
			layout = argv[++i];
		else if (argv[i][0] != '-' && !path)
			path = argv[i];
		else
			return usage();
	}
	if (!path || strlen(layout) != 1)
		return usage();
	bytes = firmware_image_build(layout[0], &size);
	if (!bytes)
		return usage();
	status = write_file(path, bytes, size);
	free(bytes);
	return status;
}
