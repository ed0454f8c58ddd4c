/* command_bench.c: `bench`: what can only be measured inside the ROM, on its own firmware. */
#include "app/app.h"
#include "core/mem.h"

#define FILE_NAME   "firstlight/bench.tmp"
#define FILE_SIZE   (8u * 1024 * 1024)
/* The shortest of several runs counts, but not the first: it finds the FAT unread and the stick
 * rested. */
#define REPEATS_MIN 4u
#define REPEATS_MAX 24u
#define REPEATS_NS  3000000000u

static double mb_per_s(size_t bytes, uint64_t ns)
{
	return ns ? (double)bytes * 1000.0 / (double)ns : 0;
}

/* A new file, as each frame is one, and gone again. *ns: time of the write, if it is the shortest. */
static enum fl_err write_file(struct session *session, const uint8_t *data, uint64_t *ns)
{
	uint64_t start = platform_time_ns(), took;
	enum fl_err err = platform_file_write(FILE_NAME, data, FILE_SIZE);

	took = platform_time_ns() - start;
	if (err)
		return diag_fail(&session->diag, err, "free 8 MiB on the stick",
				 FILE_NAME " cannot be written (%s)", fl_err_name(err));
	*ns = took < *ns ? took : *ns;
	err = platform_file_remove(FILE_NAME);
	if (err)
		return diag_fail(&session->diag, err, "remove it by hand",
				 FILE_NAME " cannot be removed (%s)", fl_err_name(err));
	return FL_OK;
}

static enum fl_err write_blocks(struct session *session, uint64_t *ns)
{
	uint64_t took;
	enum fl_err err = platform_disk_rewrite(FILE_SIZE, &took);

	if (err)
		return diag_fail(&session->diag, err, NULL,
				 "the disk cannot be written in blocks (%s)", fl_err_name(err));
	*ns = took < *ns ? took : *ns;
	return FL_OK;
}

/* One write call for a whole frame through the firmware's FAT, against the same bytes as raw blocks. */
static enum fl_err bench_file(struct session *session, const uint8_t *data)
{
	uint64_t file = UINT64_MAX, raw = UINT64_MAX, start = platform_time_ns();
	enum fl_err err = platform_file_remove(FILE_NAME); /* of a run that was cut off */

	err = err == FL_ERR_NOTFOUND ? FL_OK : err;
	for (unsigned i = 0; !err && i < REPEATS_MAX; i++) {
		if (i >= REPEATS_MIN && platform_time_ns() - start > REPEATS_NS)
			break;
		err = write_file(session, data, &file);
		if (!err)
			err = write_blocks(session, &raw);
		if (!i)
			file = raw = UINT64_MAX;
	}
	if (err)
		return diag_fail(&session->diag, err, "bench needs a stick that takes 8 MiB",
				 FILE_NAME " cannot be written (%s)", fl_err_name(err));
	session_print(session,
		      "bench file-write: %.0f MB/s, raw blocks %.0f MB/s, ratio %.2f (goal 0.9)\n",
		      mb_per_s(FILE_SIZE, file), mb_per_s(FILE_SIZE, raw),
		      (double)raw / (double)file);
	return FL_OK;
}

static void bench_flush(struct session *session, uint8_t *data)
{
	uint64_t start, ns;

	memset(data, 0x5a, FILE_SIZE);
	start = platform_time_ns();
	cache_flush_add(&session->cache, data, FILE_SIZE);
	cache_flush_end(&session->cache);
	ns = platform_time_ns() - start;
	session_print(session, "bench cache-flush: %.0f MB/s\n", mb_per_s(FILE_SIZE, ns));
}

static void bench_unpack(struct session *session, const uint8_t *data)
{
	const struct pixel_format *format = &pixel_format_ipu3;
	const unsigned width = 2592, height = 1944; /* 6.5 MB packed: fits the 8 MiB */
	uint16_t *samples = platform_alloc((size_t)width * height * sizeof *samples);
	uint64_t start, ns;

	if (!samples)
		return;
	start = platform_time_ns();
	format_unpack(format, data, width, height, samples, cpu_has_ssse3());
	ns = platform_time_ns() - start;
	session_print(session, "bench unpack: %.0f MB/s of packed pixels\n",
		      mb_per_s(format_frame_bytes(format, width, height), ns));
	platform_free(samples);
}

int command_bench(struct session *session, const char *const *words, size_t count)
{
	uint8_t *data = platform_alloc(FILE_SIZE);
	enum fl_err err = data ? FL_OK : FL_ERR_NOMEM;

	(void)words;
	(void)count;
	if (err)
		diag_fail(&session->diag, err, NULL, "no 8 MiB of memory");
	for (size_t i = 0; !err && i < FILE_SIZE; i++)
		data[i] = (uint8_t)(i * 7 + i / 251);
	if (!err)
		err = bench_file(session, data);
	if (!err) {
		bench_unpack(session, data);
		bench_flush(session, data);
	}
	platform_free(data);
	return err ? app_fail(session) : APP_PASS;
}
