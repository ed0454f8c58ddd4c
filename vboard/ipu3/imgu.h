/*
 * imgu.h: the ImgU model from inside: the state that imgu.c (registers), imgu_power.c, imgu_mmu.c
 * (page tables, TLB, DMA), imgu_firmware.c (what the firmware does to come up), imgu_stream.c
 * (queues and events) and imgu_picture.c (raw frame in, NV12 out) share.
 */
#ifndef VBOARD_IMGU_H
#define VBOARD_IMGU_H

#include "vboard/core/model.h"
#include "vboard/ipu3/imgu_regs.h"

/* A status bit that changes some time after its cause. */
struct imgu_late {
	bool value, next;
	uint64_t at;
};

enum imgu_core_id { IMGU_SP0, IMGU_SP1, IMGU_ISP, IMGU_CORES };

struct imgu_core {
	uint32_t ctrl, start_address, icache, sink;
	bool icache_set, icache_invalidated; /* since the CSS reset */
	bool running;
	bool stalled;  /* wants memory while the gate is closed */
	unsigned step; /* of imgu_firmware.c */
	uint64_t due;  /* time of that step, UINT64_MAX: none */
};

/* DMEM offsets of a firmware, in the order of the container's unions (imgu.md 4.3, 4.4). */
#define IMGU_SP_WORDS 21
#define IMGU_BL_WORDS 4

/* What the start code of a synthetic SP does beside the copy: a stand-in for code that nobody has read
 * (3.13). Byte offsets in its data memory. */
struct imgu_start_code {
	uint32_t own_words, own_first, own_stride; /* variables that it sets after the copy */
	uint32_t fixed_target;                     /* not 0: copies to there, whatever it is told */
};

struct imgu_program {
	struct imgu_start_code start;
	bool known;
	uint32_t words[IMGU_SP_WORDS];
	/* What the bootloader put into this SP's program memory. */
	bool text_loaded;
	uint32_t text_iova, text_size;
};

struct imgu_irq {
	uint32_t edge, mask, status, enable, edge_not_pulse, str_out_enable;
};

struct imgu_faults {
	bool stale_tlb, no_halt, no_idle, no_start, no_power, boot_error, boot_busy, wrong_l1,
		burst_stuck;
	bool bad_page, sp_silent[2], data_flip, dma_drop, all_ones, tlb_evict, prefetch;
	uint64_t dma_drop_at, all_ones_after, tlb_evict_percent, sp_silent_at[2], bad_page_at;
};

#define IMGU_PREFETCH_NS 5000000 /* imgu-prefetch: how often the walker looks by itself */

/* A thread of SP0: one pipe of the host. */
#define IMGU_THREADS 4

struct imgu_pipe {
	bool streaming, has_parameters;
	uint32_t parameters; /* IOVA of the current parameter set */
};

/* The frame that the ISP works on: the words taken from the queues. */
struct imgu_frame {
	bool active, has_viewfinder, has_statistics;
	unsigned thread;
	uint32_t parameters;
	uint32_t input, output, viewfinder, statistics;
};

struct imgu_stream {
	struct imgu_pipe pipes[IMGU_THREADS];
	struct imgu_frame frame;
	unsigned last_thread;
};

struct imgu {
	struct model model;
	struct imgu_faults faults;
	uint64_t accesses;
	uint64_t sp_starts[2]; /* since power-on of the board */

	/* Wrapper. */
	uint32_t pm_ctrl, system_req, int_status, int_enable;
	bool force_bits_stay; /* imgu-force-bits */
	struct imgu_late start, power_up, pm_halt, idle, fsm;
	uint64_t css_ready; /* CSS registers must be left alone until then */
	const char *css_ready_why;

	uint64_t prefetch_at; /* imgu-prefetch: when the walker looks again */

	/* CSS. */
	uint32_t gp_busy, gp_halt, gp_starving, gp_workload, gp_irq[5];
	struct imgu_late gp_halted;
	struct imgu_irq irq[3];
	struct imgu_core core[IMGU_CORES];
	struct imgu_program program[IMGU_CORES];
	uint8_t sp_dmem[2][VB_IMGU_SP_DMEM_SIZE];
	uint8_t isp_dmem[VB_IMGU_ISP_DMEM_SIZE];
	uint8_t gdc_lut[VB_IMGU_GDC_LUT_SIZE];
	uint8_t sp_pmem[2][VB_IMGU_SP_PMEM_SIZE];

	struct imgu_stream stream;
	bool interrupt; /* INT_STATUS & INT_ENABLE, as last announced */

	/* MMU. */
	uint32_t l1_phys;
	unsigned l1_reads; /* 0: it reads back, 1: it reads 0 (imgu-l1-reads) */
	uint32_t l1_used;  /* by the walker: another one with imgu-wrong-l1 */
	bool l1_changed;   /* since the last invalidate */
	uint64_t tlb_generation;
	uint64_t *tlb;         /* by IOVA page: generation << 27 | entry */
	uint64_t tlb_l1[1024]; /* the walker's copy of L1 entries, same form */
	uint64_t copied_pages; /* pages moved by bootloader and SP copies */
	const char *purpose;   /* of the transfers that follow: static text */
};

/* imgu.c */
const char *imgu_core_name(enum imgu_core_id id);
/* Software interrupt pin 0..4 of SP0 (6.7). */
void imgu_raise_pin(struct imgu *imgu, unsigned pin);

/* As model_violation, unless a fault that is switched on may be the cause: then a line of trace. */
void imgu_complain(struct imgu *imgu, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static inline uint64_t imgu_now(const struct imgu *imgu)
{
	return vboard_now(imgu->model.board);
}

/* imgu_power.c */
bool imgu_late_get(const struct imgu_late *late, uint64_t now);
void imgu_late_init(struct imgu_late *late, bool value);
bool imgu_powered(struct imgu *imgu);
/* Both gates: GP_HALT of the CSS and FORCE_HALT of the power manager. */
bool imgu_gate_open(struct imgu *imgu);
bool imgu_any_running(const struct imgu *imgu);
void imgu_core_set_running(struct imgu *imgu, enum imgu_core_id id, bool running);
/* FORCE_RESET, and part of the function's own reset. */
void imgu_css_reset(struct imgu *imgu);
/* The registers that act on power. */
void imgu_write_pm_ctrl(struct imgu *imgu, uint32_t value);
uint32_t imgu_read_state(struct imgu *imgu);
void imgu_write_gp_busy(struct imgu *imgu, uint32_t value);
void imgu_write_gp_halt(struct imgu *imgu, uint32_t value);

/* imgu_mmu.c */
bool imgu_mmu_init(struct imgu *imgu);
void imgu_mmu_free(struct imgu *imgu);
void imgu_mmu_reset(struct imgu *imgu);
void imgu_mmu_write_l1(struct imgu *imgu, uint32_t value);
void imgu_mmu_gate_opened(struct imgu *imgu);
/* imgu-prefetch: the walker looks at every table that L1 leads to. */
void imgu_mmu_prefetch(struct imgu *imgu);
/* Looks when it is due; returns when next. */
uint64_t imgu_mmu_prefetch_run(struct imgu *imgu, uint64_t now);
/* Forgets every translation. Costs one addition: Linux calls it 73,000 times in a probe. */
static inline void imgu_mmu_invalidate(struct imgu *imgu)
{
	if (!imgu->faults.stale_tlb)
		imgu->tlb_generation++;
	imgu->l1_changed = false;
}
/* Device reads `size` bytes at `iova`, page by page; what cannot be read becomes ones. */
bool imgu_mmu_read(struct imgu *imgu, uint32_t iova, void *data, size_t size);
bool imgu_mmu_write(struct imgu *imgu, uint32_t iova, const void *data, size_t size);
/* As imgu_mmu_read, for the copies that bootloader and SP make (fault imgu-dma-drop). */
bool imgu_mmu_copy(struct imgu *imgu, uint32_t iova, void *data, size_t size);
/* Looks where a page leads without touching the TLB and without complaint, for reports.
 * UINT32_MAX: nowhere. */
uint32_t imgu_mmu_peek(struct imgu *imgu, uint32_t iova);

/* imgu_firmware.c */
void imgu_firmware_reset(struct imgu *imgu);
void imgu_firmware_start(struct imgu *imgu, enum imgu_core_id id);
void imgu_firmware_step(struct imgu *imgu, enum imgu_core_id id);
/* Does the step that is due go to memory? Then the gate must be open. */
bool imgu_firmware_wants_memory(const struct imgu *imgu, enum imgu_core_id id);
/* Words of the SP union that more than one file needs (4.3). */
enum imgu_sp_word {
	IMGU_SP_INIT_DMEM_DATA = 0,
	IMGU_SP_PER_FRAME_DATA = 1,
	IMGU_SP_OUTPUT = 3,
	IMGU_SP_HOST_SP_QUEUE = 4,
	IMGU_SP_HOST_SP_COM = 5,
	IMGU_SP_ISP_STARTED = 6,
	IMGU_SP_SW_STATE = 7,
	IMGU_SP_QUEUES_INITIALIZED = 8,
	IMGU_SP_SLEEP_MODE = 9,
	IMGU_SP_INVALIDATE_TLB = 10,
	IMGU_SP_ENTRY = 19,
};

/* `bytes` at `offset` of a core's data memory; NULL with a violation when they do not fit. */
uint8_t *imgu_dmem_at(struct imgu *imgu, enum imgu_core_id id, uint32_t offset, uint32_t bytes);
uint32_t imgu_dmem_get(struct imgu *imgu, enum imgu_core_id id, uint32_t offset);
void imgu_dmem_put(struct imgu *imgu, enum imgu_core_id id, uint32_t offset, uint32_t value);
/* Wakes SP0 to look at its queues, some time from now. */
void imgu_firmware_wake(struct imgu *imgu, uint64_t low_us, uint64_t high_us);
/* Sets the ISP to work on the frame, for some time. */
void imgu_firmware_start_frame(struct imgu *imgu, uint64_t low_us, uint64_t high_us);
/* The frame is rendered, but its queues are full: tries again after a while. */
void imgu_firmware_retry_frame(struct imgu *imgu);
/* The host wrote into the data memory of SP n. */
void imgu_firmware_dmem_written(struct imgu *imgu, unsigned n, uint32_t offset);

/* imgu_stream.c */
void imgu_stream_reset(struct imgu *imgu);
/* Sizes of the queues, as the host must find them when SP0 says that it is initialised. */
void imgu_stream_init_queues(struct imgu *imgu);
bool imgu_stream_is_doorbell(struct imgu *imgu, uint32_t offset);
bool imgu_stream_active(const struct imgu *imgu);
/* SP0 takes events and parameters, and starts a frame when all is there. */
void imgu_stream_serve(struct imgu *imgu);
/* The ISP has had its time: renders and hands back. */
void imgu_stream_frame(struct imgu *imgu);

/* imgu_picture.c */
/* Reads the host's structures and renders the frame into the output buffers. */
void imgu_picture_render(struct imgu *imgu, const struct imgu_frame *frame);
/* sp_stage of a thread: does it want a viewfinder buffer? Also gives the pipe id of the events. */
bool imgu_picture_stage(struct imgu *imgu, unsigned thread, uint32_t *pipe_id, bool *viewfinder);

#endif
