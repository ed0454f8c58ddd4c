# sources.mk: the sources of src/, by name, so that a stray file never joins the binary.
SRC_C += src/image/balance.c
SRC_C += src/image/develop.c
SRC_C += src/image/dng.c
SRC_C += src/image/hash.c
SRC_C += src/image/judge.c
SRC_C += src/image/judge_bars.c
SRC_C += src/image/pgm.c
SRC_C += src/image/png.c
SRC_C += src/image/statistics.c
SRC_C += src/image/unpack.c
