/*
 * toy.h: the toy device of the witness's own test: it reads memory and adds it up, or fills it.
 * One 4 KiB BAR of 32-bit registers, shared by the guest (guest.c) and the board (toy_board.c).
 */
#ifndef COHERENCE_TOY_H
#define COHERENCE_TOY_H

#define TOY_VENDOR   0x1209 /* pid.codes, test numbers */
#define TOY_DEVICE   0x0001
#define TOY_SLOT     0x14
#define TOY_FUNCTION 3

enum toy_register {
	TOY_ADDRESS = 0x00,
	TOY_LENGTH = 0x04,
	TOY_CASE = 0x08, /* index into the names below: what the DMA that follows is for */
	TOY_COMMAND = 0x0c,
	TOY_RESULT = 0x10,  /* sum of the bytes read last */
	TOY_VALUE = 0x14,   /* byte to fill with */
	TOY_MODE = 0x18,    /* what the guest is to run, from the environment: TOY_MODE */
	TOY_VERDICT = 0x1c, /* written: 1 = the case went as the guest expects, 0 = it did not */
};
enum toy_command {
	TOY_READ = 1,
	TOY_FILL = 2,
	TOY_FILL_LATER = 3, /* after TOY_LATER_MS; nothing but the memory tells */
};
#define TOY_LATER_MS 30
enum toy_mode { TOY_GOOD, TOY_BAD, TOY_UNARMED, TOY_ALONE };

/* One per test case. */
#define TOY_CASES(X)                                                                               \
	X(GOOD_CLFLUSH, "good-clflush")                                                            \
	X(GOOD_CLFLUSHOPT, "good-clflushopt")                                                      \
	X(GOOD_WBINVD, "good-wbinvd")                                                              \
	X(GOOD_CLWB_OUT, "good-clwb-out")                                                          \
	X(GOOD_ROUNDS, "good-rounds")                                                              \
	X(STORE_BYTE, "store-byte")                                                                \
	X(STORE_STOSB, "store-rep-stosb")                                                          \
	X(STORE_MOVSQ, "store-rep-movsq")                                                          \
	X(STORE_MOVUPS, "store-movups")                                                            \
	X(STORE_MOVNTI, "store-movnti")                                                            \
	X(STORE_CROSSING, "store-line-crossing")                                                   \
	X(STORE_XADD, "store-lock-xadd")                                                           \
	X(STORE_FXSAVE, "store-fxsave")                                                            \
	X(STORE_PUSH, "store-push")                                                                \
	X(STORE_SETMEM, "store-firmware-setmem")                                                   \
	X(STORE_COPYMEM, "store-firmware-copymem")                                                 \
	X(NEVER_FLUSHED, "never-flushed")                                                          \
	X(NO_FENCE, "no-fence")                                                                    \
	X(STORE_AFTER_FLUSH, "store-after-flush")                                                  \
	X(DIRTY_AT_HANDOVER, "dirty-at-handover")                                                  \
	X(STORE_WHILE_DEVICE_OWNS, "store-while-device-owns")                                      \
	X(READ_WITHOUT_FLUSH, "read-without-flush")                                                \
	X(FLUSH_TOO_EARLY, "flush-too-early")                                                      \
	X(CLWB_FOR_FLUSH, "clwb-for-flush")                                                        \
	X(RAW_FLUSH, "raw-flush")                                                                  \
	X(UNARMED, "unarmed")                                                                      \
	X(ALONE_ASLEEP, "alone-asleep")                                                            \
	X(ALONE_BUSY, "alone-busy")

#define TOY_ENUM(id, name) TOY_CASE_##id,
enum toy_case { TOY_CASES(TOY_ENUM) TOY_CASE_COUNT };

#endif
