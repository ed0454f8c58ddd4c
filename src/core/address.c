/* address.c: addresses of PCI functions as text. */
#include "core/address.h"

#include "core/text.h"

size_t pci_address_format(struct pci_address address, char *out, size_t capacity)
{
	if (address.segment)
		return text_format(out, capacity, "%04x:%02x:%02x.%x", address.segment, address.bus,
				   address.device, address.function);
	return text_format(out, capacity, "%02x:%02x.%x", address.bus, address.device,
			   address.function);
}

/* Up to four hexadecimal digits; NULL when there is none. */
static const char *parse_hex(const char *text, uint32_t *value)
{
	const char *start = text;

	for (*value = 0; text - start < 4; text++) {
		const char lower = (char)(*text | 0x20);
		uint32_t digit;

		if (*text >= '0' && *text <= '9')
			digit = (uint32_t)(*text - '0');
		else if (lower >= 'a' && lower <= 'f')
			digit = (uint32_t)(lower - 'a' + 10);
		else
			break;
		*value = *value * 16 + digit;
	}
	return text == start ? NULL : text;
}

bool pci_address_parse(const char *text, struct pci_address *out)
{
	uint32_t segment = 0, bus, device, function;
	const char *rest = parse_hex(text, &bus);

	if (!rest || *rest != ':')
		return false;
	text = parse_hex(rest + 1, &device);
	if (text && *text == ':') {
		segment = bus;
		bus = device;
		text = parse_hex(text + 1, &device);
	}
	if (!text || *text != '.')
		return false;
	text = parse_hex(text + 1, &function);
	if (!text || *text || bus > 0xff || device > 31 || function > 7)
		return false;
	*out = (struct pci_address){(uint16_t)segment, (uint8_t)bus, (uint8_t)device,
				    (uint8_t)function};
	return true;
}
