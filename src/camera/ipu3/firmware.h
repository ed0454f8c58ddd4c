/*
 * firmware.h: the ImgU's firmware container (imgu.md section 4), read and validated. Pure.
 *
 * The user's file (Intel's, from linux-firmware) or our synthetic one. Nothing in it is trusted:
 * sums are made in 64 bits, every offset is checked against the file and against the memory that
 * it means.
 */
#ifndef CAMERA_IMGU_FIRMWARE_H
#define CAMERA_IMGU_FIRMWARE_H

#include <stddef.h>
#include <stdint.h>

#include "core/diag.h"

#define FIRMWARE_NAME_MAX 63u

/* One piece of a blob. */
struct firmware_section {
	uint32_t source, size;
};

struct firmware_binary {
	char name[FIRMWARE_NAME_MAX + 1];
	uint32_t type;                              /* enum firmware_type */
	uint32_t offset, size;                      /* of the blob in the file */
	struct firmware_section icache, text, data; /* source: offset in the blob */
	uint32_t data_target;                       /* DMEM address */
	uint32_t bss_target, bss_size;
};

enum firmware_type {
	FIRMWARE_SP0 = 0,
	FIRMWARE_SP1 = 1,
	FIRMWARE_ISP = 2,
	FIRMWARE_BOOTLOADER = 3,
	FIRMWARE_ACCELERATION = 4
};

/* Byte offsets in an SP's DMEM (4.3); those that the boot uses. */
struct firmware_sp {
	struct firmware_binary binary;
	uint32_t init_dmem_data, per_frame_data, host_sp_queue, host_sp_com, isp_started, sw_state;
	uint32_t host_sp_queues_initialized, sleep_mode, invalidate_tlb;
	uint32_t entry; /* for START_ADDR, as it is */
};

struct firmware_bootloader {
	struct firmware_binary binary;
	uint32_t num_dma_cmds, dma_cmd_list, sw_state; /* byte offsets in ISP DMEM (4.4) */
	uint32_t entry;
};

struct firmware {
	char version[65];
	uint32_t binaries;
	struct firmware_sp sp[2];
	struct firmware_bootloader bootloader;
};

#define FIRMWARE_SP_DMEM  0x4000u /* 16 KiB window each */
#define FIRMWARE_SP_PMEM  0x4000u
#define FIRMWARE_ISP_DMEM 0xc000u /* window up to BAR 0x1bfff */

/* Sizes of what the boot writes at the offsets that an SP's info names (5.4, 6.5). */
#define FIRMWARE_INIT_DMEM   24u
#define FIRMWARE_HOST_SP_COM 0x78u

/*
 * FL_ERR_FORMAT with what is wrong and where. On success the struct holds offsets into `file`, which
 * stays the caller's.
 */
enum fl_err firmware_parse(const uint8_t *file, size_t size, struct firmware *out,
			   struct diag *diag);

/* What a file is, by a digest over every byte of it. */
enum firmware_identity {
	FIRMWARE_KNOWN,   /* a build that is on our list, whole */
	FIRMWARE_UNKNOWN, /* no build that we know: it may be a good one */
	FIRMWARE_DAMAGED, /* says that it is a build of the list, or has its size, and is not */
};
struct firmware_build {
	enum firmware_identity identity;
	const char *name; /* of the build that it is or should be; "" = unknown */
	const char *cure; /* how to get a whole one; "" = unknown */
	char digest[33];  /* XXH3-128, as `xxhsum -H2` prints it */
	char want[33];    /* the build's; "" = unknown */
};
void firmware_identify(const uint8_t *file, size_t size, struct firmware_build *out);

#endif
