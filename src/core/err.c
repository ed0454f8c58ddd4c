/* err.c: names of the reasons. */
#include "firstlight/err.h"

const char *fl_err_name(enum fl_err err)
{
	switch (err) {
	case FL_OK:
		return "ok";
	case FL_ERR_TIMEOUT:
		return "timeout";
	case FL_ERR_NOTFOUND:
		return "not found";
	case FL_ERR_GONE:
		return "device gone (all ones)";
	case FL_ERR_NACK:
		return "not acknowledged";
	case FL_ERR_ARBITRATION:
		return "arbitration lost";
	case FL_ERR_IO:
		return "transfer failed";
	case FL_ERR_NOMEM:
		return "out of memory";
	case FL_ERR_INVALID:
		return "invalid request";
	case FL_ERR_RANGE:
		return "out of range";
	case FL_ERR_BUSY:
		return "busy";
	case FL_ERR_FORMAT:
		return "malformed";
	case FL_ERR_MISMATCH:
		return "mismatch";
	case FL_ERR_NOSPACE:
		return "no space left";
	case FL_ERR_READONLY:
		return "read-only";
	case FL_ERR_UNSUPPORTED:
		return "not supported";
	case FL_ERR_CANCELLED:
		return "cancelled";
	case FL_ERR_STATE:
		return "wrong state";
	case FL_ERR_EXISTS:
		return "exists already";
	case FL_ERR_AWAY:
		return "the machine was away";
	}
	return "unknown error";
}
