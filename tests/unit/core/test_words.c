/* test_words.c: the words of a line, up to the last that fits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/words.h"

static struct words words;
static struct diag diag;

static int begin(void **state)
{
	(void)state;
	words_init(&words, "command line");
	diag_clear(&diag);
	return 0;
}

static void assert_full(enum fl_err err, const char *from)
{
	char want[128];

	snprintf(want, sizeof want,
		 "command line: more than 64 words or 2047 characters, from '%s' on; shorten it",
		 from);
	assert_int_equal(err, FL_ERR_RANGE);
	assert_string_equal(diag.message, want);
	assert_non_null(diag.hint);
}

static void sixty_four_words_fit(void **state)
{
	(void)state;
	for (unsigned i = 0; i < WORDS_MAX; i++)
		assert_int_equal(i & 1 ? words_add(&words, "a", &diag)
				       : words_split(&words, "b", &diag),
				 FL_OK);
	assert_int_equal(words.count, 64);
	assert_null(words.word[64]);
	assert_full(words_add(&words, "c", &diag), "c");
	diag_clear(&diag);
	assert_full(words_split(&words, "d", &diag), "d");
	assert_int_equal(words.count, 64);
	assert_string_equal(words.word[63], "a");
}

/* A word of 2047 characters, and one that fills up what another left. */
static void text_fits_to_the_last_byte(void **state)
{
	static char text[WORDS_TEXT + 1];
	enum fl_err (*const add[])(struct words *, const char *, struct diag *) = {words_add,
										   words_split};

	(void)state;
	for (unsigned way = 0; way < 2; way++) {
		memset(text, 'x', WORDS_TEXT);
		words_init(&words, "command line");
		diag_clear(&diag);
		assert_full(add[way](&words, text, &diag), "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
		assert_int_equal(words.count, 0);
		assert_null(words.word[0]);
		text[WORDS_TEXT - 1] = '\0';
		assert_int_equal(add[way](&words, text, NULL), FL_OK);
		assert_string_equal(words.word[0], text);
		assert_int_equal(words.used, WORDS_TEXT);
		diag_clear(&diag);
		assert_full(add[way](&words, "y", &diag), "y");
		text[1000] = '\0';
		words_init(&words, "command line");
		assert_int_equal(add[way](&words, text, NULL), FL_OK);
		text[1000] = 'x';
		text[WORDS_TEXT - 1001 - 1] = '\0';
		assert_int_equal(add[way](&words, text, NULL), FL_OK);
		assert_int_equal(words.count, 2);
		assert_null(words.word[2]);
		assert_string_equal(words.word[1], text);
	}
	/* an empty word takes a byte, too */
	diag_clear(&diag);
	assert_full(words_split(&words, "\"\"", &diag), "\"\"");
}

static void quotes_keep_blanks_together(void **state)
{
	static const char *const want[] = {"a b", "c", "", "de f", "g"};

	(void)state;
	assert_int_equal(words_split(&words, " \"a b\" c\t\"\" d\"e f\"\r\ng\n", &diag), FL_OK);
	assert_int_equal(words.count, 5);
	for (unsigned i = 0; i < 5; i++)
		assert_string_equal(words.word[i], want[i]);
	assert_int_equal(words_split(&words, "h \"i j", &diag), FL_ERR_FORMAT);
	assert_string_equal(diag.message,
			    "command line: the quote in '\"i j' has no second; add one");
	assert_int_equal(words.count, 6); /* the words before the mistake stay */
	assert_null(words.word[6]);
	assert_int_equal(words_split(&words, "k", &diag), FL_OK);
	assert_string_equal(words.word[6], "k");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(sixty_four_words_fit, begin),
		cmocka_unit_test_setup(text_fits_to_the_last_byte, begin),
		cmocka_unit_test_setup(quotes_keep_blanks_together, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
