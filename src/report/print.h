/* print.h: text and numbers as JSON, XML and KTAP lines want them. */
#ifndef REPORT_PRINT_H
#define REPORT_PRINT_H

#include "core/text.h"

/* With its quotes. Control characters become \u00xx, bytes that are no UTF-8 U+FFFD. */
void print_json_string(struct text_buffer *out, const char *text);
/* For attributes and element text: & < > " escaped; what XML 1.0 cannot hold becomes U+FFFD. */
void print_xml_text(struct text_buffer *out, const char *text);
/* On one line: control characters become blanks, bytes that are no UTF-8 U+FFFD. */
void print_line_text(struct text_buffer *out, const char *text);
/* Up to six decimals, none that are zero; "null" for what is no number. */
#define PRINT_NUMBER_SIZE 40
void print_number(char out[PRINT_NUMBER_SIZE], double value);

#endif
