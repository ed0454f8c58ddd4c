/*
 * cio2.h: the parts of the CIO2 model among themselves: registers and interrupts (cio2.c), the
 * CSI-2 ports with their frames in time (cio2_port.c), the DMA channels (cio2_dma.c). Register
 * names as in the sheet (cio2.md 2).
 */
#ifndef VBOARD_CIO2_H
#define VBOARD_CIO2_H

#include "vboard/core/camera.h"
#include "vboard/ipu3/ipu3.h"

#define CIO2_CHANNELS  20u
#define CIO2_BAR_SIZE  0x10000u
#define CIO2_REGISTERS 0x1800u

/* Per port, + 0x400 * port */
#define CSIRX_ENABLE                0x000u
#define CSIRX_NOF_ENABLED_LANES     0x004u
#define CSIRX_STATUS_DLANE_HS       0x01cu
#define CSIRX_STATUS_DLANE_LP       0x020u
#define CSIRX_DLY_TERMEN_CLOCK      0x024u
#define CSIRX_DLY_SETTLE_CLOCK      0x028u
#define CSIRX_DLY_TERMEN_DATA(lane) (0x02cu + 8u * (lane))
#define CSIRX_DLY_SETTLE_DATA(lane) (0x030u + 8u * (lane))
#define MIPIBE_ENABLE               0x100u
#define MIPIBE_COMP_FORMAT(vc)      (0x108u + 4u * (vc))
#define MIPIBE_FORCE_RAW8           0x120u
#define MIPIBE_GLOBAL_LUT_DISREGARD 0x168u
#define MIPIBE_SP_LUT_ENTRY(vc)     (0x174u + 4u * (vc))
#define MIPIBE_LP_LUT_ENTRY(m)      (0x184u + 4u * (m))
#define IRQCTRL_EDGE                0x300u
#define IRQCTRL_MASK                0x304u
#define IRQCTRL_STATUS              0x308u
#define IRQCTRL_CLEAR               0x30cu
#define IRQCTRL_ENABLE              0x310u
#define IRQCTRL_LEVEL_NOT_PULSE     0x314u
#define IRQCTRL_BITS                0x3ffffu

#define GPREG_SRST      0x1000u
#define CGC             0x1400u
#define D0I3C           0x1408u
#define SWRESET         0x140cu
#define INT_STS         0x1414u
#define INT_STS_EXT_OE  0x1418u
#define INT_EN          0x1420u
#define INT_EN_EXT_OE   0x1424u
#define PBM_TS_COUNT    0x146cu
#define PBM_FOPN_ABORT  0x1474u
#define CDMABA(n)       (0x1500u + 0x10u * (n))
#define CDMARI(n)       (0x1504u + 0x10u * (n))
#define CDMAC0(n)       (0x1508u + 0x10u * (n))
#define CDMAC1(n)       (0x150cu + 0x10u * (n))
#define PXF_FMT_CFG0(p) (0x1700u + 0x30u * (p))
#define FRF_CFG(p)      (0x1720u + 0x30u * (p))
#define FRF_ABORT       0x4u
#define SID2BID0(p)     (0x1724u + 0x30u * (p))
#define INT_STS_EXT_IE  0x17e4u
#define INT_EN_EXT_IE   0x17e8u

#define CDMAC0_INTR_ON_FS (1u << 26)
#define CDMAC0_INTR_ON_FE (1u << 27)
#define CDMAC0_DMA_EN     (1u << 30)
#define CDMAC0_HALTED     (1u << 31)

#define INT_IOC   0x00000fffu
#define INT_IOIE  (1u << 22)
#define INT_IOOE  (1u << 23)
#define INT_IOIRQ (1u << 24)

/* Bits of a port's byte in INT_STS_EXT_IE (8.2). */
#define IE_ECC_CORRECTED 0x01u
#define IE_DPHY          0x02u
#define IE_ECC_FATAL     0x04u
#define IE_CRC           0x08u
#define IE_INTERFRAME    0x10u
#define IE_SHORT_PACKET  0x20u
#define IE_IRQCTRL       0x80u

/* Bits of IRQCTRL_STATUS (8.3). */
#define IRQ_HEADER_CORRECTED  (1u << 0)
#define IRQ_HEADER_FATAL      (1u << 1)
#define IRQ_CRC               (1u << 2)
#define IRQ_FIFO_OVERFLOW     (1u << 3)
#define IRQ_INCOMPLETE_PACKET (1u << 6)
#define IRQ_FRAME_SYNC        (1u << 7)
#define IRQ_DPHY_SOT          (1u << 9)
#define IRQ_DPHY_SYNC         (1u << 10)
#define IRQ_INTERFRAME_LONG   (1u << 16)
#define IRQ_NO_LUT_MATCH      (1u << 17)

#define FBPT_LOPS   8u
#define LOP_ENTRIES 1024u
#define CIO2_PAGE   4096u

/* One frame on its way through a DMA channel. */
struct cio2_transfer {
	bool active;
	bool failed; /* nothing more is written */
	bool full;   /* because the buffer is */
	unsigned port;
	uint64_t began;        /* ns */
	uint64_t entry;        /* address of the FBPT entry */
	uint32_t control;      /* first dword of the entry */
	uint32_t capacity;     /* bytes that fit */
	uint32_t first_offset; /* in the first page */
	uint32_t pages;        /* of the buffer */
	uint32_t lop[FBPT_LOPS];
	unsigned lops_read; /* LOP pages fetched */
	uint32_t pfns[FBPT_LOPS * LOP_ENTRIES];
	uint32_t checked; /* page pointers looked at, prefetch included */
	uint32_t written; /* bytes */
	unsigned lines;
};

struct cio2_channel {
	bool halted;  /* DMA_HALTED */
	bool errored; /* stands still: waits for DMA_EN 0 -> 1 and a new stream-on */
	unsigned error_port,
		error_streams; /* port, and its stream-on, when that happened; 0: did not */
	uint64_t
		results_at; /* ns; results, VALID and IOC of the frame that ended come then, 0: not */
	uint64_t ended_at;   /* ns; its end */
	uint64_t pointer_at; /* ns; FBPT_RP goes on then, 0: not */
	uint64_t halt_at;    /* ns; stopping, halted from then on; 0: not stopping */
	uint16_t frame_number;
	struct cio2_transfer transfer;
	/* A frame whose data comes after its completion (fault late-frame). */
	struct cio2_transfer *late;
	uint8_t *late_data;
	uint64_t late_at;
};

enum port_state {
	PORT_IDLE,  /* sensor sends nothing */
	PORT_BLANK, /* between frames */
	PORT_FRAME, /* lines are on the link */
};

struct cio2_port {
	struct csi_port wired;
	enum port_state state;
	unsigned streams;    /* stream-on that `state` belongs to */
	uint64_t enabled_at; /* ns of CSIRX_ENABLE 0 -> 1; 0: off */
	unsigned cuts;       /* of the sensor when the frame on the link began */
	unsigned frame;      /* number since stream-on */
	uint64_t frame_start, frame_end, next_start;
	struct camera_link link; /* of the frame on the link */
	bool accepted;           /* the frame goes to a channel */
	unsigned channel;
	unsigned first_line; /* with which the frame on the link began: 0 but after a restart */
	unsigned lines_done;
	uint64_t waiting_since; /* --fps max: entry not armed yet */
};

struct cio2 {
	struct model model;
	uint32_t registers[CIO2_REGISTERS / 4];
	uint32_t irq_status[CIO2_PORTS];
	struct cio2_port ports[CIO2_PORTS];
	struct cio2_channel channels[CIO2_CHANNELS];
	uint32_t used_channels;   /* a bit for each that ran since the reset */
	bool unacknowledged;      /* a completion that the driver has not yet finished with */
	uint64_t acknowledged_at; /* ns; INT_STS was seen with no completion left */
	bool asleep;              /* in D3hot */
	uint32_t pointer_bits;    /* what CDMARI shows above FBPT_RP */
	uint32_t timestamp_base;
	/* What the seed decided (cio2.c). */
	unsigned latch, success, valid, pointer_moves, read_pointer, last_byte, too_large;
	unsigned frame_number, timestamp, timestamp_at, d3_registers;
	bool takes_rest;    /* of a frame whose beginning was not seen */
	unsigned lookahead; /* page pointers fetched ahead */
};

static inline uint32_t *cio2_reg(struct cio2 *cio2, uint32_t offset)
{
	return &cio2->registers[offset / 4];
}

static inline uint32_t cio2_port_reg(struct cio2 *cio2, unsigned port, uint32_t offset)
{
	return cio2->registers[(0x400u * port + offset) / 4];
}

/* ---- cio2.c ---- */

/* Sets INT_STS bits; one message for each that is new and enabled (12.4.9). */
void cio2_interrupt(struct cio2 *cio2, uint32_t bits);
/* Error seen on a port: bits of IRQCTRL_STATUS, and of the port's byte in INT_STS_EXT_IE. */
void cio2_port_error(struct cio2 *cio2, unsigned port, uint32_t irq, uint32_t ie);
/* Output error of a channel (IOOE). */
void cio2_output_error(struct cio2 *cio2, unsigned channel, unsigned port);

/* ---- cio2_dma.c ---- */

void cio2_dma_reset(struct cio2 *cio2);
void cio2_dma_write_base(struct cio2 *cio2, unsigned channel, uint32_t value);
void cio2_dma_write_control(struct cio2 *cio2, unsigned channel, uint32_t value);
uint32_t cio2_dma_read_control(struct cio2 *cio2, unsigned channel);
/* Is the entry that the next frame will meet armed? */
bool cio2_dma_is_armed(struct cio2 *cio2, unsigned channel);
/* Frame start: takes the entry. False when the frame has no place to go. */
bool cio2_dma_begin(struct cio2 *cio2, unsigned channel, unsigned port);
/* Data that follows what was written so far; `lines` is the number of lines then complete. */
void cio2_dma_data(struct cio2 *cio2, unsigned channel, const uint8_t *data, uint32_t size,
		   unsigned lines);
/* Leaves `size` bytes of the buffer as they are. */
void cio2_dma_skip(struct cio2 *cio2, unsigned channel, uint32_t size, unsigned lines);
/* Inverts one bit of what was written (fault crc). */
void cio2_dma_flip(struct cio2 *cio2, unsigned channel, uint32_t offset);
/* Writes `data` over what was skipped, at time `at`, after the frame's end (fault late-frame). */
void cio2_dma_keep_late(struct cio2 *cio2, unsigned channel, const uint8_t *data, uint64_t at);
/* Frame end, of a stream's frame `number`: results into the entry, next entry, interrupt. `at`: when the
 * last line came, which is what the time stamp says, however late this process is called. */
void cio2_dma_end(struct cio2 *cio2, unsigned channel, unsigned number, uint64_t at);
/* D3hot. */
void cio2_dma_sleep(struct cio2 *cio2);
/* Value of the timestamp counter. */
uint32_t cio2_timestamp(const struct cio2 *cio2, uint64_t at);
/* The frame is lost; the entry stays as it is. */
void cio2_dma_drop(struct cio2 *cio2, unsigned channel);
uint64_t cio2_dma_run(struct cio2 *cio2, uint64_t now);
void cio2_dma_free(struct cio2 *cio2);

/* ---- cio2_port.c ---- */

/* Registers of a port changed in a way that may end a frame in flight. */
void cio2_port_update(struct cio2 *cio2, unsigned port);
void cio2_ports_drop(struct cio2 *cio2);
uint64_t cio2_port_run(struct cio2 *cio2, unsigned port, uint64_t now);

#endif
