/* shipped.h: the files of stick/firstlight as tests read them. Tests run in the repository's root.
 */
#ifndef TESTS_UNIT_DESCRIBE_SHIPPED_H
#define TESTS_UNIT_DESCRIBE_SHIPPED_H

#include <stdio.h>
#include <stdlib.h>

#include "tests/host/host.h"

static const char *const shipped_sensors[] = {
	"hi556",  "imx258", "imx355", "ov13858", "ov2740", "ov5670",
	"ov5675", "ov5693", "ov7251", "ov8865",  "ov9734",
};
static const char *const shipped_boards[] = {
	"acer-switch-alpha-12",
	"nautilus",
	"nocturne",
	"poppy",
	"soraka",
	"surface-book",
	"surface-book-2",
	"surface-go",
	"surface-go-2",
	"surface-laptop",
	"surface-laptop-2",
	"surface-pro-4",
	"surface-pro-5",
	"surface-pro-6",
};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The whole file, to be freed; ends the program when it is not there. */
static inline char *shipped_read(const char *folder, const char *name, size_t *size)
{
	char path[256];
	char *text;
	FILE *file;
	long length;

	snprintf(path, sizeof path, "stick/firstlight/%s%s.ini", folder, name);
	file = fopen(path, "rb");
	if (!file || fseek(file, 0, SEEK_END) || (length = ftell(file)) < 0) {
		fprintf(stderr, "%s: not there; run tests in the repository's root\n", path);
		exit(2);
	}
	rewind(file);
	text = malloc((size_t)length + 1);
	if (!text || fread(text, 1, (size_t)length, file) != (size_t)length)
		exit(2);
	fclose(file);
	text[length] = '\0';
	*size = (size_t)length;
	return text;
}

/* This sensor's file onto the stick. */
static inline void put_sensor(const char *name)
{
	size_t size;
	char *text = shipped_read("sensors/", name, &size), path[96];

	snprintf(path, sizeof path, "firstlight/sensors/%s.ini", name);
	host_file_put(path, text, size);
	free(text);
}

#endif
