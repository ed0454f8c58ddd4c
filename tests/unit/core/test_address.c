/* test_address.c: addresses of PCI functions go to text and back. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core/address.h"
#include "core/field.h"

static void addresses_go_to_text_and_back(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		const unsigned n = i * 2654435761u;
		const struct pci_address in = {(uint16_t)(i % 3 ? 0 : n >> 16), (uint8_t)(n >> 8),
					       n >> 3 & 31, n & 7};
		struct pci_address out;
		char text[16];

		pci_address_format(in, text, sizeof text);
		assert_true(pci_address_parse(text, &out));
		assert_true(in.segment == out.segment && in.bus == out.bus &&
			    in.device == out.device && in.function == out.function);
	}
}

static void addresses_are_read_strictly(void **state)
{
	static const char *const good[] = {"00:14.3", "0:14.3", "0000:00:14.3", "ff:1F.7",
					   "1:02:03.4"};
	static const char *const bad[] = {
		"",          ":",        "00",       "00:14",    "00:14.",   "00:14.8",
		"00:20.0",   "100:00.0", "00:14.3 ", " 00:14.3", "00:14.33", "00000:00:14.3",
		"0:0:0:0.0", "00:14:3",  "g0:14.3",  "00:14.3x", "00:.3",    "0x0:14.3"};
	struct pci_address out;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		assert_true(pci_address_parse(good[i], &out));
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (pci_address_parse(bad[i], &out))
			fail_msg("'%s' was taken", bad[i]);
	assert_true(pci_address_parse("0001:02:1f.7", &out));
	assert_int_equal(out.segment, 1);
	assert_int_equal(out.bus, 2);
	assert_int_equal(out.device, 31);
	assert_int_equal(out.function, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_go_to_text_and_back),
		cmocka_unit_test(addresses_are_read_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
