/* test_mmu_look.c: what a processor of the ImgU has copied against what memory holds, word by word, and the verdict. */
#include "camera/ipu3/mmu_look.h"
#include "tests/unit/checks/rig.h"

#define WORDS 16u

static struct imgu imgu;
static struct dma_buffer *buffer;
static uint32_t seen[WORDS];

/* Memory holds 0x100, 0x101 ...; the device saw the same. */
static void up(void)
{
	rig_up();
	memset(&imgu, 0, sizeof imgu);
	imgu.diag = &rig.session.diag;
	assert_int_equal(
		dma_create(&rig.receiver.device.dma, "test", PAGE_SIZE, DMA_TO_DEVICE, &buffer),
		FL_OK);
	for (unsigned i = 0; i < WORDS; i++) {
		((uint32_t *)dma_cpu(buffer, 64))[i] = 0x100 + i;
		seen[i] = 0x100 + i;
	}
}

static void down(void)
{
	dma_destroy(&buffer);
	rig_down();
}

static enum fl_err compare(void)
{
	diag_clear(&rig.session.diag);
	return mmu_compare(&imgu, "a window", 0x7000, buffer, 64, seen, sizeof seen);
}

static void says(const char *message, const char *hint)
{
	const struct diag *diag = &rig.session.diag;

	if (!strstr(diag->message, message) || !strstr(diag->hint, hint))
		fail_msg("'%s', '%s'; want '%s', '%s'", diag->message, diag->hint, message, hint);
}

static uint32_t address(unsigned word)
{
	return 0x7000 + 4 * word;
}

static void what_is_equal_is_a_control(void **state)
{
	(void)state;
	up();
	assert_false(imgu.has_control);
	assert_int_equal(compare(), FL_OK);
	assert_true(imgu.has_control);
	assert_string_equal(rig.session.diag.message, "");
	down();
}

/* The first word or the last. */
static void one_wrong_word_is_a_mismatch(void **state)
{
	(void)state;
	for (unsigned at = 0; at < WORDS; at += WORDS - 1) {
		char want[120];

		up();
		seen[at] ^= 0x10;
		assert_int_equal(compare(), FL_ERR_MISMATCH);
		snprintf(want, sizeof want,
			 "a window: at IOVA 0x%08x the device sees 0x%08x, memory holds 0x%08x",
			 address(at), (0x100 + at) ^ 0x10, 0x100 + at);
		says(want, "flush of the page tables or of the data");
		assert_false(imgu.has_control);
		down();
	}
}

static void the_dummy_page_is_named(void **state)
{
	(void)state;
	up();
	seen[3] = mmu_dummy_word(0);
	assert_int_equal(compare(), FL_ERR_MISMATCH);
	says("the device sees", "the dummy page: the entry was not seen");
	seen[3] = mmu_dummy_word(4092); /* any word of it */
	assert_int_equal(compare(), FL_ERR_MISMATCH);
	says("", "the dummy page");
	seen[3] = mmu_dummy_word(0) ^ 0x1000;
	assert_int_equal(compare(), FL_ERR_MISMATCH);
	says("", "flush of the page tables");
	down();
}

static void what_never_arrived_is_told_as_such(void **state)
{
	char want[120];

	(void)state;
	up();
	seen[1] = imgu_poison_word(1);
	seen[WORDS - 1] = imgu_poison_word(WORDS - 1);
	assert_int_equal(compare(), FL_ERR_MISMATCH);
	snprintf(want, sizeof want, "a window: 2 of 16 words from IOVA 0x%08x on never arrived",
		 address(0));
	says(want, "a page was not read");
	down();
}

/* Nothing at all was copied: proof of a broken device only if it has copied before. */
static void nothing_at_all_proves_nothing_without_a_control(void **state)
{
	char want[120];

	(void)state;
	up();
	for (unsigned i = 0; i < WORDS; i++)
		seen[i] = imgu_poison_word(i);
	assert_int_equal(compare(), FL_ERR_UNSUPPORTED);
	snprintf(want, sizeof want,
		 "has copied nothing to where it was told to (a window, IOVA 0x%08x)", address(0));
	says(want, "");
	imgu.has_control = true;
	assert_int_equal(compare(), FL_ERR_MISMATCH);
	says("a window: 16 of 16 words", "a page was not read");
	imgu.has_control = false;
	seen[0] = 0x100; /* one word has come: it does copy */
	assert_int_equal(compare(), FL_ERR_MISMATCH);
	says("a window: 15 of 16 words", "a page was not read");
	down();
}

static enum fl_err judged;

static enum verdict judge(const struct check_run *run)
{
	diag_fail(&run->session->diag, judged, "a hint", "it copies nothing");
	return mmu_judge(run, judged);
}

static void only_the_firmware_is_forgiven(void **state)
{
	static const struct {
		enum fl_err err;
		enum verdict verdict;
	} cases[] = {{FL_ERR_MISMATCH, VERDICT_FAIL},
		     {FL_ERR_TIMEOUT, VERDICT_FAIL},
		     {FL_ERR_NOMEM, VERDICT_ERROR},
		     {FL_ERR_UNSUPPORTED, VERDICT_SKIP},
		     {FL_OK, VERDICT_PASS},
		     {FL_ERR_AWAY, VERDICT_ERROR},
		     {FL_ERR_NOSPACE, VERDICT_ERROR},
		     {FL_ERR_READONLY, VERDICT_ERROR},
		     {FL_ERR_CANCELLED, VERDICT_SKIP},
		     {FL_ERR_IO, VERDICT_FAIL}};

	(void)state;
	rig_up();
	for (unsigned i = 0; i < COUNT(cases); i++) {
		judged = cases[i].err;
		assert_int_equal(rig_check(judge, 0), cases[i].verdict);
	}
	judged = FL_ERR_UNSUPPORTED;
	rig_check(judge, 0);
	assert_string_equal(rig.check->message,
			    "nothing is proven with this firmware: it copies nothing");
	assert_string_equal(rig.check->hint, "");
	rig_down();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_equal_is_a_control),
		cmocka_unit_test(one_wrong_word_is_a_mismatch),
		cmocka_unit_test(the_dummy_page_is_named),
		cmocka_unit_test(what_never_arrived_is_told_as_such),
		cmocka_unit_test(nothing_at_all_proves_nothing_without_a_control),
		cmocka_unit_test(only_the_firmware_is_forgiven),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
