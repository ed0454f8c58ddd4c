/*
 * test_imgu_stream.c: frames through the ImgU model: what the host puts into memory and queues
 * (imgu.md 6, 7), and what must come back: events, buffers, interrupts, and every luma byte.
 */
#include "tests/unit/vboard/ipu3/imgu_bench.h"

#define IN_WIDTH   230u
#define IN_HEIGHT  90u
#define IN_STRIDE  ((IN_WIDTH + 49) / 50 * 64)
#define BDS_WIDTH  220u
#define BDS_HEIGHT 80u
#define GDC_WIDTH  192u
#define GDC_HEIGHT 64u
#define OUT_WIDTH  128u
#define OUT_HEIGHT 48u
#define OUT_STRIDE 192u
#define VF_WIDTH   96u
#define VF_HEIGHT  32u
#define VF_STRIDE  128u
#define CROP_X     4u /* of the input feeder */
#define CROP_Y     2u

struct stream {
	struct bench *b;
	uint32_t group, stage, set, acc;
	uint32_t in, out, vf, statistics;         /* frames */
	uint32_t d_in, d_out, d_vf, d_statistics; /* their descriptors */
};

/* ---- Device-visible memory ---- */

static uint32_t place(struct bench *b, uint32_t size)
{
	uint32_t iova = b->next_iova;

	for (uint32_t at = 0; at < size; at += BENCH_PAGE) {
		uint32_t page = bench_page(b);

		memset(bench_ram(b, page), 0, BENCH_PAGE);
		bench_map(b, iova + at, page);
	}
	b->next_iova += (size + 2 * BENCH_PAGE - 1) / BENCH_PAGE * BENCH_PAGE;
	return iova;
}

static uint8_t *at(struct bench *b, uint32_t iova)
{
	uint32_t l2 = bench_entry(b, b->l1, iova >> 22);

	return bench_ram(b, bench_entry(b, l2, iova >> 12 & 0x3FF)) + (iova & (BENCH_PAGE - 1));
}

static void put(struct bench *b, uint32_t iova, unsigned bytes, uint32_t value)
{
	for (unsigned i = 0; i < bytes; i++)
		*at(b, iova + i) = (uint8_t)(value >> (8 * i));
}

static uint32_t pixel(uint32_t x, uint32_t y)
{
	return (x * 37 + y * 101 + (x * y >> 2)) & 0x3FF;
}

static void put_input(struct bench *b, uint32_t iova)
{
	for (uint32_t y = 0; y < IN_HEIGHT; y++) {
		for (uint32_t x = 0; x < IN_WIDTH; x++) {
			uint32_t bit = x % 25 * 10,
				 byte = iova + y * IN_STRIDE + x / 25 * 32 + bit / 8;
			uint32_t value = pixel(x, y) << bit % 8;

			*at(b, byte) |= (uint8_t)value;
			*at(b, byte + 1) |= (uint8_t)(value >> 8);
		}
	}
}

/* ---- The structures of 7.3 to 7.6, as far as the model reads them ---- */

static void put_frame(struct bench *b, uint32_t iova, uint32_t width, uint32_t height,
		      uint32_t format, uint32_t chroma)
{
	put(b, iova, 2, width);
	put(b, iova + 2, 2, height);
	put(b, iova + 6, 1, format);
	put(b, iova + 24, 4, chroma);
}

static void put_structures(struct stream *s)
{
	struct bench *b = s->b;

	put(b, s->group + 8, 4, 2);
	put(b, s->group + 8 + 32, 4, 1);
	put(b, s->group + 8 + 40, 4, s->stage);
	put(b, s->stage + 13, 1, 1);
	put_frame(b, s->stage + 24, IN_WIDTH, IN_HEIGHT, 24, 0);
	put_frame(b, s->stage + 68, OUT_WIDTH, OUT_HEIGHT, 1, OUT_STRIDE * OUT_HEIGHT);
	put(b, s->stage + 156, 4, BDS_WIDTH);
	put(b, s->stage + 160, 4, BDS_HEIGHT);
	put_frame(b, s->stage + 164, VF_WIDTH, VF_HEIGHT, 1, VF_STRIDE * VF_HEIGHT);
	put(b, s->stage + 208, 2, BDS_WIDTH);
	put(b, s->stage + 210, 2, BDS_HEIGHT);
	put(b, s->set + 128, 4, s->acc);
	put(b, s->acc + 64, 2, GDC_WIDTH);
	put(b, s->acc + 66, 2, GDC_HEIGHT);
	put(b, s->acc + 128, 4, IN_STRIDE);
	put(b, s->acc + 132, 4, CROP_Y * IN_STRIDE);
	put(b, s->acc + 136, 4, CROP_X);
}

static uint32_t place_buffer(struct stream *s, uint32_t size, uint32_t stride, uint32_t *frame)
{
	uint32_t descriptor = place(s->b, 72);

	*frame = place(s->b, size);
	put(s->b, descriptor, 4, *frame);
	put(s->b, descriptor + 16, 4, stride);
	return descriptor;
}

static void count_message(void *context, uint64_t address, uint32_t data)
{
	struct bench *b = context;

	assert_int_equal(address, 0xFEE01000);
	assert_int_equal(data, 0x41);
	b->messages++;
}

/* 6.7 */
static void enable_interrupts(struct bench *b)
{
	vboard_config_write(b->board, 0, 0x94, 4, 0xFEE01000);
	vboard_config_write(b->board, 0, 0x9C, 2, 0x41);
	vboard_config_write(b->board, 0, 0x92, 2, 1);
	wr(b, 0x034, 0x80000000);
	wr(b, 0x030, 0x80000000);
	for (uint32_t c = 0x4700; c < 0x4A00; c += 0x100) {
		wr(b, c + 0x14, 0xFFFFFFFF);
		wr(b, c + 0x04, 0);
		wr(b, c + 0x00, 0x01800003);
		wr(b, c + 0x10, 0x01800003);
		wr(b, c + 0x0C, 0x01800003);
		wr(b, c + 0x04, 0x01800003);
	}
}

static struct stream *stream_new(uint64_t seed)
{
	struct stream *s = calloc(1, sizeof(*s));
	struct bench *b = bench_new(seed, NULL);

	assert_non_null(s);
	s->b = b;
	b->on_message = count_message;
	bench_mmu_up(b);
	bench_load(b, 'a');
	s->group = place(b, 380);
	s->stage = place(b, 280);
	s->set = place(b, 144);
	s->acc = place(b, 224);
	s->d_in = place_buffer(s, IN_STRIDE * IN_HEIGHT, 0, &s->in);
	s->d_out = place_buffer(s, OUT_STRIDE * OUT_HEIGHT * 3 / 2, OUT_STRIDE, &s->out);
	s->d_vf = place_buffer(s, VF_STRIDE * VF_HEIGHT * 3 / 2, VF_STRIDE, &s->vf);
	s->d_statistics = place_buffer(s, 4096, 0, &s->statistics);
	put_input(b, s->in);
	put_structures(s);
	bench_invalidate(b);
	assert_int_equal(bench_boot(b), 0);
	wr(b, sp_at(b, 0, 20), s->group);
	enable_interrupts(b);
	return s;
}

static void stream_free(struct stream *s)
{
	bench_free(s->b);
	free(s);
}

/* ---- Queues (6.1) ---- */

static uint8_t info(struct bench *b, uint32_t offset, unsigned byte)
{
	return (uint8_t)vboard_mmio_read(b->board, 0, sp_at(b, 0, 32) + offset + byte, 1);
}

static void set_info(struct bench *b, uint32_t offset, unsigned byte, unsigned value)
{
	vboard_mmio_write(b->board, 0, sp_at(b, 0, 32) + offset + byte, 1, value);
}

static void push(struct bench *b, uint32_t info_at, uint32_t words, uint32_t word)
{
	uint8_t end = info(b, info_at, 3);

	assert_int_not_equal((end + 1) % info(b, info_at, 0), info(b, info_at, 2));
	wr(b, sp_at(b, 0, 32) + words + 4 * end, word);
	set_info(b, info_at, 3, (end + 1) % info(b, info_at, 0));
}

static bool pop(struct bench *b, uint32_t info_at, uint32_t words, uint32_t *word)
{
	uint8_t start = info(b, info_at, 2);

	if (start == info(b, info_at, 3))
		return false;
	*word = rd(b, sp_at(b, 0, 32) + words + 4 * start);
	set_info(b, info_at, 2, (start + 1) % info(b, info_at, 0));
	return true;
}

static void push_event(struct bench *b, uint32_t event)
{
	push(b, 800, 804, event);
}

static void queue_buffer(struct bench *b, unsigned queue, uint32_t word)
{
	push(b, 4 * queue, 128 + 12 * queue, word);
	push_event(b, queue << 8);
}

static void queue_set(struct stream *s)
{
	queue_buffer(s->b, 5, s->d_statistics);
	queue_buffer(s->b, 4, s->d_vf);
	queue_buffer(s->b, 3, s->d_out);
	queue_buffer(s->b, 2, s->d_in);
}

static void start(struct stream *s)
{
	queue_buffer(s->b, 0, s->set);
	push_event(s->b, 0x03000000);
}

static bool wait_event(struct bench *b, uint32_t *event)
{
	for (unsigned i = 0; i < 1000; i++) {
		if (pop(b, 1124, 1128, event))
			return true;
		bench_wait(b, 100);
	}
	return false;
}

static void assert_event(struct bench *b, uint32_t want)
{
	uint32_t event = 0;

	assert_true(wait_event(b, &event));
	assert_int_equal(event, want);
}

static void assert_buffer(struct bench *b, unsigned queue, uint32_t want)
{
	uint32_t word = 0;

	assert_true(pop(b, 512 + 4 * queue, 544 + 32 * queue, &word));
	assert_int_equal(word, want);
}

static void assert_frame_comes_back(struct stream *s)
{
	assert_event(s->b, 0x00020008);
	assert_buffer(s->b, 2, s->d_in);
	assert_event(s->b, 0x00020000);
	assert_buffer(s->b, 3, s->d_out);
	assert_event(s->b, 0x00020002);
	assert_buffer(s->b, 4, s->d_vf);
	assert_event(s->b, 0x00020004);
	assert_buffer(s->b, 5, s->d_statistics);
	assert_event(s->b, 0x00020006);
}

/* ---- Pictures ---- */

/* Luma of the sample at (x, y) of the GDC's picture, which lies centred in bds = eff. */
static uint8_t luma(uint32_t x, uint32_t y)
{
	return (uint8_t)(pixel(CROP_X + (BDS_WIDTH - GDC_WIDTH) / 2 + x,
			       CROP_Y + (BDS_HEIGHT - GDC_HEIGHT) / 2 + y) >>
			 2);
}

static void assert_pictures(struct stream *s)
{
	/* Output crop: (192 - 128) / 2 = 32 is half of 64, and goes down; (64 - 48) / 2 = 8. */
	for (uint32_t y = 0; y < OUT_HEIGHT; y++)
		for (uint32_t x = 0; x < OUT_WIDTH; x++)
			assert_int_equal(*at(s->b, s->out + y * OUT_STRIDE + x), luma(x, y + 8));
	for (uint32_t y = 0; y < VF_HEIGHT; y++)
		for (uint32_t x = 0; x < VF_WIDTH; x++)
			assert_int_equal(*at(s->b, s->vf + y * VF_STRIDE + x), luma(2 * x, 2 * y));
	for (uint32_t y = 0; y < OUT_HEIGHT / 2; y++)
		for (uint32_t x = 0; x < OUT_STRIDE; x++)
			assert_int_equal(*at(s->b, s->out + (OUT_HEIGHT + y) * OUT_STRIDE + x),
					 x < OUT_WIDTH ? 128 : 0);
}

static void a_frame_comes_back_exact(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < BENCH_SEEDS; seed++) {
		struct stream *s = stream_new(seed);

		start(s);
		for (unsigned i = 0; i < 4; i++) {
			queue_set(s);
			assert_frame_comes_back(s);
		}
		assert_pictures(s);
		assert_int_equal(rd(s->b, sp_at(s->b, 0, 28)) != 0, 1);
		bench_assert_clean(s->b);
		stream_free(s);
	}
}

static void a_frame_takes_its_time(void **state)
{
	struct stream *s = stream_new(1);
	uint64_t from;

	(void)state;
	start(s);
	queue_set(s);
	from = s->b->flat.now;
	assert_frame_comes_back(s);
	assert_true(s->b->flat.now - from > 3000000);
	stream_free(s);
}

static void nothing_runs_without_start_parameters_or_buffers(void **state)
{
	struct stream *s = stream_new(2);
	uint32_t event;

	(void)state;
	queue_set(s);
	assert_false(wait_event(s->b, &event));
	push_event(s->b, 0x03000000);
	assert_false(wait_event(s->b, &event));
	queue_buffer(s->b, 0, s->set);
	assert_frame_comes_back(s);
	queue_buffer(s->b, 3, s->d_out);
	queue_buffer(s->b, 2, s->d_in); /* the viewfinder's is missing */
	assert_false(wait_event(s->b, &event));
	bench_assert_clean(s->b);
	stream_free(s);
}

static void stop_ends_the_stream(void **state)
{
	struct stream *s = stream_new(3);
	uint32_t event;

	(void)state;
	start(s);
	queue_set(s);
	assert_frame_comes_back(s);
	push_event(s->b, 0x04000000);
	queue_set(s);
	assert_false(wait_event(s->b, &event));
	wr(s->b, sp_at(s->b, 0, 36), 4);
	assert_true(poll(s->b, 0x4100, 0x20, 0x20));
	assert_int_equal(rd(s->b, sp_at(s->b, 0, 44)), 0);
	bench_assert_clean(s->b);
	stream_free(s);
}

static void an_old_parameter_set_comes_back(void **state)
{
	struct stream *s = stream_new(4);
	uint32_t word;

	(void)state;
	start(s);
	bench_wait(s->b, 1000);
	assert_false(pop(s->b, 512, 544, &word));
	queue_buffer(s->b, 0, s->set + 4096);
	bench_wait(s->b, 1000);
	assert_buffer(s->b, 0, s->set);
	bench_assert_clean(s->b);
	stream_free(s);
}

/* The host does not take what comes: the ISP waits, and nothing is lost. */
static void a_full_queue_holds_the_isp(void **state)
{
	struct stream *s = stream_new(5);
	unsigned frames = 0;

	(void)state;
	start(s);
	for (unsigned i = 0; i < 6; i++) {
		queue_set(s);
		bench_wait(s->b, 50000);
		bench_wait(s->b, 50000);
		bench_wait(s->b, 50000);
	}
	/* 23 events fit, a frame has 5. */
	assert_int_equal(info(s->b, 1124, 3), 20);
	assert_int_equal(rd(s->b, 0x4000) & 0x20, 0);
	while (frames < 6) {
		assert_frame_comes_back(s);
		frames++;
	}
	bench_assert_clean(s->b);
	stream_free(s);
}

/* Handler of 6.7: one message per frame, and again after what came in between. */
static void interrupts_come_once_and_again(void **state)
{
	struct stream *s = stream_new(6);
	struct bench *b = s->b;

	(void)state;
	start(s);
	queue_set(s);
	assert_frame_comes_back(s);
	assert_int_equal(b->messages, 1);
	assert_int_equal(rd(b, 0x030), 0x80000000);
	assert_int_equal(rd(b, 0x4708), 1 << 23);
	assert_int_equal(rd(b, 0x4808), 1 << 23);
	queue_set(s);
	assert_frame_comes_back(s);
	assert_int_equal(b->messages, 1);
	wr(b, 0x030, 0x80000000);
	assert_int_equal(b->messages, 1);
	wr(b, 0x480C, 1 << 23);
	assert_int_equal(b->messages, 2); /* main still says so */
	wr(b, 0x030, 0x80000000);
	wr(b, 0x470C, 1 << 23);
	assert_int_equal(rd(b, 0x030), 0);
	queue_set(s);
	assert_frame_comes_back(s);
	assert_int_equal(b->messages, 3);
	bench_assert_clean(b);
	stream_free(s);
}

static void bad_structures_are_named(void **state)
{
	static const struct {
		uint32_t offset;
		unsigned bytes;
		uint32_t value;
		const char *part;
	} rows[] = {
		{24 + 6, 1, 1, "input format"}, {68 + 6, 1, 5, "is not NV12"},
		{68, 2, 200, "is not NV12"},    {156, 4, 0, "do not chain"},
		{208, 2, 400, "do not chain"},  {164, 2, 0, "is not NV12"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct stream *s = stream_new(7);

		put(s->b, s->stage + rows[i].offset, rows[i].bytes, rows[i].value);
		start(s);
		queue_set(s);
		assert_frame_comes_back(s);
		bench_assert_complaint(s->b, rows[i].part);
		stream_free(s);
	}
}

static void an_overwritten_queue_is_named(void **state)
{
	struct stream *s = stream_new(8);

	(void)state;
	set_info(s->b, 800, 3, 99);
	bench_wait(s->b, 1000);
	bench_assert_complaint(s->b, "was overwritten");
	stream_free(s);
}

/* Any word of any structure may be anything: the frame comes back or not, the board stays. */
static void no_structure_breaks_the_board(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 300; i++) {
		struct stream *s = stream_new(i);
		uint32_t roots[] = {s->group, s->stage, s->set, s->acc, s->d_in, s->d_out, s->d_vf};
		uint32_t sizes[] = {100, 280, 144, 224, 72, 72, 72}, pick = i % 7, event;

		for (unsigned k = 0; k < 3; k++)
			put(s->b, roots[pick] + (i * 97 + k * 41) * 4 % sizes[pick], 4,
			    i % 3 ? i * 2654435761u : 1u << i % 32);
		start(s);
		queue_set(s);
		wait_event(s->b, &event);
		stream_free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_comes_back_exact),
		cmocka_unit_test(a_frame_takes_its_time),
		cmocka_unit_test(nothing_runs_without_start_parameters_or_buffers),
		cmocka_unit_test(stop_ends_the_stream),
		cmocka_unit_test(an_old_parameter_set_comes_back),
		cmocka_unit_test(a_full_queue_holds_the_isp),
		cmocka_unit_test(interrupts_come_once_and_again),
		cmocka_unit_test(bad_structures_are_named),
		cmocka_unit_test(an_overwritten_queue_is_named),
		cmocka_unit_test(no_structure_breaks_the_board),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
