/* err.h: the reasons why something failed. Zero is success. */
#ifndef CORE_ERR_H
#define CORE_ERR_H

enum fl_err {
	FL_OK = 0,
	FL_ERR_TIMEOUT = -1,      /* a wait reached its deadline */
	FL_ERR_NOTFOUND = -2,     /* device, file, name or entry is not there */
	FL_ERR_GONE = -3,         /* device answers all ones */
	FL_ERR_NACK = -4,         /* I2C: address or data not acknowledged */
	FL_ERR_ARBITRATION = -5,  /* I2C: another master, or a glitch */
	FL_ERR_IO = -6,           /* transfer failed */
	FL_ERR_NOMEM = -7,        /* out of memory */
	FL_ERR_INVALID = -8,      /* the caller's request makes no sense */
	FL_ERR_RANGE = -9,        /* outside what the hardware reaches */
	FL_ERR_BUSY = -10,        /* in use, or already mapped */
	FL_ERR_FORMAT = -11,      /* a file or table is malformed */
	FL_ERR_MISMATCH = -12,    /* read something else than expected */
	FL_ERR_NOSPACE = -13,     /* disk full */
	FL_ERR_READONLY = -14,    /* disk or file cannot be written */
	FL_ERR_UNSUPPORTED = -15, /* known, but not possible here */
	FL_ERR_CANCELLED = -16,   /* the operator pressed ESC */
	FL_ERR_STATE = -17,       /* right call, wrong moment */
	FL_ERR_EXISTS = -18,      /* the name is taken */
	FL_ERR_AWAY = -19,        /* the machine did not run us for too long: no device's fault */
};

/* "timeout", "not found", ...: static text, never NULL. */
const char *fl_err_name(enum fl_err err);

#endif
