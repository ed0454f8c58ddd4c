/*
 * invisible.h: characters that look like a blank or like nothing and are neither to a parser. They
 * come with text copied out of web pages, mails and word processors.
 */
#ifndef CORE_INVISIBLE_H
#define CORE_INVISIBLE_H

/* The name of the first one in `text` ("no-break space (U+00A0)"), or NULL. `text` is UTF-8, or
 * Latin-1 as far as its no-break space and soft hyphen go. */
const char *invisible_name(const char *text);

#endif
