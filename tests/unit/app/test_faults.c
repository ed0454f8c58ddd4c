/*
 * test_faults.c: every fault of the virtual board through the whole ROM. Each fails a check with a message
 * and a hint, or is told in words where the ROM cannot or must not mind: none passes in silence. What
 * fails, and with what words, is compared with docs/faults.md but for the numbers in them; `make faults`
 * (FAULTS_WRITE=1) writes it anew.
 *
 * And the other way round: for every row of the ladder something is broken such that a run fails by this
 * row alone, and all that needs it is skipped with this cause.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/app.h"
#include "checks/checks.h"
#include "tests/host/rom.h"
#include "vboard/boards/boards.h"

#define TABLE   "docs/faults.md"
#define OPTIONS "--camera ov5670 --mode 640x360 --frames 2 --cycles 2 --at-end exit"
#define FRONT   "run " OPTIONS
#define REAR    "run --camera ov13858 --mode 1056x784 --frames 2 --cycles 2 --at-end exit"

/* A small machine: mmu.sizes goes up to 16 MiB, and more would take long. */
#define DMA_PAGES 6000u

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
	{"pmic-register-latched", NULL, REAR, NULL},
	/* No defect of a camera. */
	{"no-imgu", NULL, FRONT, "skipped: no ImgU"},
	{"i2c-arbitration", NULL, FRONT, "i2c-retries="},
	{"no-interrupt", NULL, FRONT, "interrupts=\"not used"},
	{"imgu-tlb-evict", NULL, FRONT, "RESULT PASS"},
	{"imgu-prefetch", NULL, FRONT, "RESULT PASS"},
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

/* ---- rows ---------------------------------------------------------------------------------- */

/* Rows by which alone a run failed, and what was broken then; NULL: none so far. */
static char broken[LADDER_MAX][64];

/* The row's verdict; *cause: the row that it was skipped for, "" = none. */
static const char *verdict_of_row(const char *id, char cause[32])
{
	static const char key[] = "\"cause\": \"";
	const char *json = rom_result("report.json", NULL), *at;
	char start[64];

	snprintf(start, sizeof start, "\"id\": \"%s\"", id);
	at = json ? strstr(json, start) : NULL;
	at = at ? strstr(at, key) : NULL;
	snprintf(cause, 32, "%.*s", at ? (int)strcspn(at + sizeof key - 1, "\"") : 0,
		 at ? at + sizeof key - 1 : "");
	return rom_verdict(id, "");
}

static bool needs(const struct check *check, const char *id)
{
	for (unsigned i = 0; i < CHECK_NEEDS && check->needs[i]; i++) {
		if (!strcmp(check->needs[i], id))
			return true;
		for (size_t n = 0; n < rom_ladder()->count; n++)
			if (!strcmp(rom_ladder()->rows[n]->id, check->needs[i]) &&
			    needs(rom_ladder()->rows[n], id))
				return true;
	}
	return false;
}

/* The only row that failed or is an error, and how many did. */
static const struct check *failed_row(unsigned *count)
{
	const struct check *failed = NULL;

	*count = 0;
	for (size_t i = 0; i < rom_ladder()->count; i++) {
		const char *verdict = rom_verdict(rom_ladder()->rows[i]->id, "");

		if (strcmp(verdict, "FAIL") && strcmp(verdict, "ERROR"))
			continue;
		failed = rom_ladder()->rows[i];
		++*count;
	}
	return failed;
}

/* What needs the row is skipped with this cause, and nothing else is. That a receiver which never halted is
 * not put back is told once. */
static void check_others(const struct check *failed, const char *what)
{
	for (size_t i = 0; i < rom_ladder()->count; i++) {
		const struct check *row = rom_ladder()->rows[i];
		bool is_needed = needs(row, failed->id) ||
				 (!strcmp(failed->id, "stream.stop") && row->run == check_restored);
		char cause[32];
		const char *verdict = verdict_of_row(row->id, cause);

		if (row == failed || row->on_request)
			continue;
		if (is_needed ? strcmp(verdict, "SKIP") || strcmp(cause, failed->id) : cause[0])
			fail_msg("%s: %s failed, %s is %s with the cause '%s'", what, failed->id,
				 row->id, verdict, cause);
	}
}

/* Enters a run of which one row alone is the failure. */
static void note_row(const char *what, int status)
{
	unsigned count;
	const struct check *failed = failed_row(&count);
	const bool is_error = failed && !strcmp(rom_verdict(failed->id, ""), "ERROR");

	if (count != 1)
		return;
	check_others(failed, what);
	assert_int_equal(status, is_error ? APP_ERROR : APP_FAIL);
	assert_non_null(strstr(host_console(), is_error ? "\nRESULT ERROR" : "\nRESULT FAIL"));
	for (size_t i = 0; i < rom_ladder()->count; i++)
		if (rom_ladder()->rows[i] == failed)
			snprintf(broken[i], sizeof broken[0], "%s", what);
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

static void prepare(void)
{
	rom_prepare(1);
	rom_put_firmware();
	host_file_put("firstlight/golden/ov5670.pgm", golden, golden_size);
	host_limit_dma(DMA_PAGES);
}

static void run_fault(unsigned index, struct outcome *o)
{
	const struct vboard_fault_info *fault = vboard_fault_at(boards[0], index);
	const struct special *special = find_special(fault->name);
	const bool has_camera =
		fault->argument == VBOARD_CAMERA || fault->argument == VBOARD_CAMERA_NUMBER;
	const char *faults[] = {o->fault, NULL};

	memset(o, 0, sizeof *o);
	snprintf(o->fault, sizeof o->fault, "%s%s",
		 special && special->spec ? special->spec : fault->name,
		 has_camera && !(special && special->spec) ? "=ov5670" : "");
	prepare();
	rom_attach(faults, VBOARD_FPS_SENSOR);
	note_row(o->fault, rom_run(special ? special->command : FRONT));
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
	for (unsigned i = 0; vboard_fault_at(boards[0], i); i++) {
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
}

/* ---- what no fault of the board breaks ------------------------------------------------------- */

static void a_machine_that_nobody_knows(void)
{
	host_set_smbios(NULL, 0);
}

static void a_sensor_file_with_a_mistake(void)
{
	host_file_put("firstlight/sensors/ov5670.ini", "[sensor]\nnonsense\n", 18);
}

/* The board file counts one data lane. */
static void a_lane_too_few(void)
{
	static const char path[] = "firstlight/boards/soraka.ini";
	char *text = strdup(host_file_get(path, NULL)), *lanes;

	lanes = strstr(strstr(text, "[camera ov5670]"), "data-lanes = 1 2");
	assert_non_null(lanes);
	memcpy(lanes, "data-lanes = 1  ", 16);
	host_file_put(path, text, strlen(text));
	free(text);
}

static void a_stick_that_is_nearly_full(void)
{
	uint64_t free;

	assert_int_equal(platform_volume_free(&free), FL_OK);
	host_disk_capacity((1ull << 30) - free + (2u << 20));
}

static void a_stick_that_loses_a_frame(void)
{
	host_corrupt_file("ov5670-0000.raw");
}

static void without_clflush(struct session *session)
{
	session->cache.features.clflush = false;
}

/* How a row is made to fail of which no plain fault does it. */
static const struct {
	const char *id, *fault;
	void (*spoil)(void);
	const char *command; /* NULL: on another CPU */
} others[] = {
	{"pci.imgu", "no-imgu", NULL, FRONT " --required pci.imgu"},
	{"board.file", NULL, a_machine_that_nobody_knows, FRONT},
	{"sensor.file", NULL, a_sensor_file_with_a_mistake, FRONT},
	{"i2c.bus", "i2c-stuck=4", NULL, FRONT},
	{"csi.timing", NULL, a_lane_too_few, FRONT},
	{"cache.maintenance", NULL, NULL, NULL},
	{"image.pattern", "register-stuck=ov5670:0x4303", NULL, FRONT}, /* stays off */
	{"mmu.remap", "imgu-sp1-silent=5", NULL, FRONT},
	{"mmu.unmap", "imgu-sp1-silent=7", NULL, FRONT},
	{"mmu.sizes", "imgu-sp1-silent=8", NULL, FRONT},
	{"mmu.frame", "imgu-sp1-silent=14", NULL, FRONT},
	{"cache.snoop", "imgu-sp1-silent=14", NULL, "cache --at-end exit"},
	{"files.space", NULL, a_stick_that_is_nearly_full, FRONT},
	{"files.written", NULL, a_stick_that_loses_a_frame, FRONT},
};

static void every_row_has_been_seen_to_fail(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		const char *faults[] = {others[i].fault, NULL};
		const char *what = others[i].fault ? others[i].fault : others[i].id;

		prepare();
		if (others[i].spoil)
			others[i].spoil();
		rom_attach(others[i].fault ? faults : NULL, VBOARD_FPS_SENSOR);
		note_row(what, others[i].command
				       ? rom_run(others[i].command)
				       : rom_run_spoilt(RUNGS_LADDER, OPTIONS, without_clflush));
	}
	for (size_t i = 0; i < rom_ladder()->count; i++)
		if (!broken[i][0])
			fail_msg("nothing here fails %s, and nothing else: add a fault to "
				 "faults[] of a model that does, or a line to others[]",
				 rom_ladder()->rows[i]->id);
	free(golden);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault_fails_a_check_or_is_told),
		cmocka_unit_test(every_row_has_been_seen_to_fail), /* the runs above among them */
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
