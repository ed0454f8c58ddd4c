/*
 * test_faults.c: every fault of the virtual board through the whole ROM. Each fails a check with a message
 * and a hint, or is told in words where the ROM cannot or must not mind: none passes in silence. What
 * fails, and with what words, is compared with docs/faults.md but for the numbers in them; `make faults`
 * (FAULTS_WRITE=1) writes it anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/host/rom.h"

#define TABLE "docs/faults.md"
#define FRONT "run --camera ov5670 --mode 640x360 --frames 2 --cycles 2 --at-end exit"
#define REAR  "run --camera ov13858 --mode 1056x784 --frames 2 --cycles 2 --at-end exit"
#define MMU   "mmu --at-end exit"

/* Faults that need another word than their name (and =ov5670), another command, or that are told. */
struct special {
	const char *name, *spec, *command;
	const char *told; /* passes, and these words are on the console */
};

static const struct special specials[] = {
	{"ov13858-nack", NULL, REAR, NULL},
	{"eeprom-nack", NULL, REAR, NULL},
	{"eeprom-flip", NULL, REAR, NULL},
	{"vcm-nack", NULL, REAR, NULL},
	{"vcm-stuck", NULL, REAR, NULL},
	{"pmic-register-stuck", NULL, REAR, NULL},
	/* No defect of a camera. */
	{"no-imgu", NULL, FRONT, "skipped: no ImgU"},
	{"i2c-arbitration", NULL, FRONT, "i2c-retries="},
	{"no-interrupt", NULL, FRONT, "interrupts=\"not used"},
	{"imgu-tlb-evict", NULL, MMU, "RESULT PASS"},
	{"imgu-prefetch", NULL, MMU, "RESULT PASS"},
};

static const struct special *find_special(const char *name)
{
	for (size_t i = 0; i < sizeof specials / sizeof specials[0]; i++)
		if (!strcmp(specials[i].name, name))
			return &specials[i];
	return NULL;
}

/* One row of the table. */
struct outcome {
	char fault[64], check[64], message[512], hint[512];
};

static void copy_line(char *out, size_t size, const char *from)
{
	snprintf(out, size, "%.*s", (int)strcspn(from, "\r\n"), from);
}

/* The start of the line before the one at `line`; `console` when there is none. */
static const char *line_before(const char *console, const char *line)
{
	if (line == console)
		return console;
	for (line--; line > console && line[-1] != '\n'; line--)
		;
	return line;
}

/* First failed check on the console, with the message and hint above it. */
static bool first_failure(const char *console, struct outcome *o)
{
	const char *at = console, *above, *skip;

	do {
		at = strstr(at + 1, "\nnot ok ");
		skip = at ? strstr(at, "# SKIP") : NULL;
	} while (at && skip && skip < at + 1 + strcspn(at + 1, "\n"));
	if (!at)
		return false;
	at++;
	sscanf(at, "not ok %*u %63s", o->check);
	above = line_before(console, at);
	if (!strncmp(above, "# hint: ", 8)) {
		copy_line(o->hint, sizeof o->hint, above + 8);
		above = line_before(console, above);
	}
	copy_line(o->message, sizeof o->message, above + (!strncmp(above, "# ", 2) ? 2 : 0));
	return true;
}

/* What the good camera sees: without it nobody can say that a picture is upside down or half hidden. */
static uint8_t *golden;
static size_t golden_size;

static void make_golden(void)
{
	const void *pgm;

	rom_prepare(1);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run("capture --camera ov5670 --mode 640x360 --frames 1 --format pgm "
				 "--at-end exit"),
			 0);
	pgm = rom_result("frames/ov5670-0000.pgm", &golden_size);
	assert_non_null(pgm);
	golden = malloc(golden_size);
	assert_non_null(golden);
	memcpy(golden, pgm, golden_size);
}

static void run_fault(unsigned index, struct outcome *o)
{
	const struct vboard_fault_info *fault = vboard_fault_at(index);
	const struct special *special = find_special(fault->name);
	const bool is_imgu = !strncmp(fault->name, "imgu-", 5);
	const bool has_camera =
		fault->argument == VBOARD_CAMERA || fault->argument == VBOARD_CAMERA_NUMBER;
	const char *faults[] = {o->fault, NULL};

	memset(o, 0, sizeof *o);
	snprintf(o->fault, sizeof o->fault, "%s%s",
		 special && special->spec ? special->spec : fault->name,
		 has_camera && !(special && special->spec) ? "=ov5670" : "");
	rom_prepare(1);
	rom_put_firmware();
	host_file_put("firstlight/golden/ov5670.pgm", golden, golden_size);
	rom_attach(faults, VBOARD_FPS_SENSOR);
	rom_run(special ? special->command : is_imgu ? MMU : FRONT);
	if (first_failure(host_console(), o))
		return;
	if (!special || !special->told || !strstr(host_console(), special->told))
		fail_msg("%s passes in silence:\n%s", o->fault, host_console());
	snprintf(o->check, sizeof o->check, "(told)");
	snprintf(o->message, sizeof o->message, "%s", special->told);
}

/* ---- the table --------------------------------------------------------------------------- */

static char *read_table(void)
{
	FILE *file = fopen(TABLE, "rb");
	char *text = calloc(1, 1 << 18);

	if (!file || !text || !fread(text, 1, (1 << 18) - 1, file))
		fail_msg(TABLE " cannot be read; make faults writes it");
	fclose(file);
	return text;
}

static void print_head(FILE *out)
{
	fprintf(out,
		"# Every fault of the virtual board, and what the ROM says of it\n\n"
		"Made by `make faults` (`tests/unit/app/test_faults.c` runs the whole ROM with "
		"each); do not edit. The first\n"
		"failed check is shown. \"(told)\": no defect of a camera, so the run passes and "
		"says these words.\n\n"
		"| fault | first failed check | message | hint |\n| --- | --- | --- | --- |\n");
}

/* A bar would end the cell. */
static void print_cell(FILE *out, const char *text)
{
	fputs("| ", out);
	for (; *text; text++)
		fprintf(out, *text == '|' ? "\\%c" : "%c", *text);
	fputc(' ', out);
}

static void print_row(FILE *out, const struct outcome *o)
{
	print_cell(out, o->fault);
	print_cell(out, o->check);
	print_cell(out, o->message);
	print_cell(out, o->hint);
	fputs("|\n", out);
}

/* Each number becomes one '0', in place: a message may change by what was measured. */
static void without_numbers(char *text)
{
	char *to = text;

	for (char *from = text; *from;) {
		if (*from < '0' || *from > '9') {
			*to++ = *from++;
			continue;
		}
		*to++ = '0';
		from += strspn(from, "0123456789abcdefx.");
	}
	*to = '\0';
}

/* Line by line, so that the first row that is not as it was is the message. */
static void compare_tables(char *made, char *stored)
{
	char *rest_made = made, *rest_stored = stored, *now, *then;

	without_numbers(made);
	without_numbers(stored);
	do {
		now = strsep(&rest_made, "\n");
		then = strsep(&rest_stored, "\n");
		if (now && then && !strcmp(now, then))
			continue;
		fail_msg("now\n  %s\nbut " TABLE " says\n  %s\n`make faults` writes it anew",
			 now ? now : "(nothing)", then ? then : "(nothing)");
	} while (rest_made || rest_stored);
}

static void every_fault_fails_a_check_or_is_told(void **state)
{
	bool is_written = getenv("FAULTS_WRITE") != NULL;
	char *made = NULL, *stored;
	size_t size;
	FILE *out = open_memstream(&made, &size);

	(void)state;
	make_golden();
	print_head(out);
	for (unsigned i = 0; i < vboard_fault_count(); i++) {
		struct outcome o;

		run_fault(i, &o);
		if (o.check[0] != '(' && (!o.message[0] || !o.hint[0]))
			fail_msg("%s: %s has no message or no hint", o.fault, o.check);
		print_row(out, &o);
	}
	fclose(out);
	if (is_written) {
		out = fopen(TABLE, "wb");
		assert_non_null(out);
		fwrite(made, 1, size, out);
		fclose(out);
	}
	stored = read_table();
	compare_tables(made, stored);
	free(stored);
	free(made);
	free(golden);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault_fails_a_check_or_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
