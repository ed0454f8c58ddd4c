/* plan_keys.h: the plan's keys, which are its options as well ("frames = 4", "--frames 4"). */
#ifndef DESCRIBE_INI_PLAN_KEYS_H
#define DESCRIBE_INI_PLAN_KEYS_H

#include "describe/ini/ini.h"

extern const struct ini_key plan_keys[];
extern const size_t plan_key_count;
/* "raw" ...: index is the bit number of FORMAT_; NULL-terminated. */
extern const char *const plan_format_words[];

#endif
