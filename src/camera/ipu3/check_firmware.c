/*
 * check_firmware.c: rung 12, mmu.boot: the ImgU's firmware file, and its processors started from scattered
 * pages behind the MMU (imgu.md 5).
 */
#include "camera/ipu3/mmu_look.h"
#include "camera/ipu3/rungs.h"

/* SP n's data section once more, by SP1 to where no start code writes: what differs now is the device's. */
static enum fl_err read_section_again(struct imgu *imgu, unsigned n)
{
	const struct firmware_section *data = &imgu->firmware.sp[n].binary.data;
	const uint32_t room = imgu_peek_room(imgu, 1);
	enum fl_err err =
		room ? FL_OK
		     : diag_fail(imgu->diag, FL_ERR_UNSUPPORTED, NULL,
				 "this firmware leaves no memory of SP1 to read it again");

	for (uint32_t at = 0; !err && at < data->size / 4 * 4; at += room) {
		uint32_t rest = data->size / 4 * 4 - at;

		err = imgu_peek_begin(imgu);
		if (!err)
			err = mmu_look(imgu, 1, "read again", imgu->blob_sp[n], data->source + at,
				       rest < room ? rest : room);
	}
	return err;
}

/* The first few places, for the report: "0x10 0x24 ...". */
static void report_section(const struct check_run *run, unsigned n, const struct imgu_data *data)
{
	char places[64] = "";
	size_t used = 0;

	for (unsigned i = 0; i < data->changed && i < IMGU_CHANGED_SHOWN; i++)
		used += text_format(places + used, sizeof places - used, " 0x%x",
				    data->changed_at[i]);
	if (data->changed)
		report_text(run->facts, n ? "sp1-data" : "sp0-data",
			    "%u of %u words; set by the start code:%s%s", data->equal, data->total,
			    places, data->changed > IMGU_CHANGED_SHOWN ? " ..." : "");
	else
		report_text(run->facts, n ? "sp1-data" : "sp0-data", "%u of %u words", data->equal,
			    data->total);
}

/* Every word must have come. Start code may set variables before it says that it runs: words that are neither
 * the file's nor the poison are forgiven when the device reads the section unchanged the second time. */
static enum fl_err judge_section(struct imgu *imgu, unsigned n, const struct imgu_data *data)
{
	enum fl_err err;

	if (data->missing)
		return diag_fail(imgu->diag, FL_ERR_MISMATCH,
				 "a page was not read: page tables, flush of the firmware, or the "
				 "device dropped it",
				 "SP%u: %u of %u words of its data section never arrived in its "
				 "memory; the first is at 0x%x",
				 n, data->missing, data->total, data->first);
	if (!data->changed)
		return FL_OK;
	err = read_section_again(imgu, n);
	diag_prefix(
		imgu->diag,
		"SP%u: %u of %u words of its data section are in its memory, the first other is "
		"at 0x%x; ",
		n, data->equal, data->total, data->first);
	return err;
}

static enum fl_err compare_data(const struct check_run *run)
{
	struct imgu *imgu = imgu_of(run);
	struct imgu_data data[2];
	enum fl_err err = FL_OK;

	for (unsigned n = 0; !err && n < 2; n++)
		err = imgu_compare_data(imgu, n, &data[n]);
	for (unsigned n = 0; !err && n < 2; n++) {
		err = judge_section(imgu, n, &data[n]);
		if (!err)
			report_section(run, n, &data[n]);
	}
	return err;
}

/* A build of our list must be whole: a damaged copy is the stick's trouble, not the device's. */
static enum fl_err identify(const struct check_run *run, const struct camera_firmware *file)
{
	struct firmware_build build;

	firmware_identify(file->data, file->size, &build);
	report_text(run->facts, "build", "%s",
		    build.identity == FIRMWARE_KNOWN     ? build.name
		    : build.identity == FIRMWARE_UNKNOWN ? "unknown"
							 : "damaged");
	report_text(run->facts, "xxh128", "%s", build.digest);
	if (build.identity == FIRMWARE_DAMAGED)
		return diag_fail(
			run->diag, FL_ERR_FORMAT, build.cure,
			"%s is a damaged copy of build %s: %zu bytes with XXH128 %s, want %s",
			file->path, build.name, file->size, build.digest, build.want);
	if (build.identity == FIRMWARE_UNKNOWN)
		report_text(run->facts, "note",
			    "no build that this ROM knows; linux-firmware's is "
			    "the tested one");
	return FL_OK;
}

/* The short name first; linux-firmware's is the other. */
static const char *const paths[] = {
	"firstlight/firmware/ipu3-fw.bin",
	"firstlight/firmware/irci_irci_ecr-master_20161208_0213_20170112_1500.bin",
	NULL,
};

enum verdict check_mmu_boot(const struct check_run *run)
{
	struct imgu *imgu = imgu_of(run);
	const struct camera_firmware *file = &run->device->firmware;
	enum fl_err err = camera_read_firmware(run->device, paths);

	if (err == FL_ERR_NOTFOUND)
		return check_skip(run,
				  "no firmware on the stick (%s): only gate and registers of the "
				  "MMU are tested",
				  paths[0]);
	report_text(run->facts, "file", "%s", file->path);
	if (err)
		return VERDICT_ERROR;
	err = identify(run, file);
	if (!err)
		err = imgu_load(imgu, file->data, file->size);
	if (err)
		return err == FL_ERR_FORMAT ? VERDICT_ERROR : verdict_of(err);
	report_text(run->facts, "version", "%s", imgu->firmware.version);
	report_number(run->facts, "binaries", imgu->firmware.binaries);
	report_number(run->facts, "pages-mapped", (double)imgu->mmu.pages_mapped);
	err = imgu_boot(imgu);
	if (!err)
		err = compare_data(run);
	return mmu_judge(run, err);
}
