/*
 * session.h: everything about one run: the plan, what was found, what is open, the report.
 *
 * A session is made by session_begin, used by the ladder or by a command, and ended by session_end,
 * which puts back all that is still open, whatever happened before.
 */
#ifndef CAMERA_SESSION_H
#define CAMERA_SESSION_H

#include "describe/board.h"
#include "camera/stream/stream.h"
#include "describe/plan.h"
#include "i2c/designware.h"
#include "image/image.h"
#include "pci/pci.h"
#include "power/power.h"
#include "report/report.h"
#include "sensor/sensor.h"

#define SESSION_CAMERAS 8u
#define SESSION_FRAMES  99u /* what the plan allows */

/* What of the frames that the plan asks for has room on the stick. */
struct space {
	bool is_known;            /* the next three count; before that all is stored */
	unsigned formats, frames; /* FORMAT_ bits, and frames of each camera */
	unsigned left_out;        /* FORMAT_ bits of the plan's that have no room */
	uint64_t free, wanted;    /* bytes; for all that the plan asks for */
};

/* A frame that was kept. */
struct session_frame {
	uint32_t sequence, bytes, errors;
	unsigned untouched; /* 64-byte units that the device never wrote */
	uint64_t time_ns;
	struct frame_buffer *buffer; /* that it is in; NULL once it is only on the stick */
	bool is_stored;              /* or was tried to */
};

/* One camera of the board on its way up the ladder. */
struct session_camera {
	const struct board_camera *board;
	struct sensor_desc desc;
	bool has_desc; /* only of selected cameras; without it mode and pattern are NULL */
	enum fl_err sensor_file; /* how its sensor file could be read */
	struct diag
		trouble; /* why a selected camera's sensor file could not be read; "" = it was */
	const struct sensor_mode *mode;       /* NULL: the sensor is identified only */
	const struct sensor_pattern *pattern; /* NULL: none, or switched off by the plan */
	bool lacks_mode,
		lacks_pattern; /* the plan's, which another camera has: the first instead */
	bool is_selected;
	bool shows_pattern; /* `capture --pattern NAME`: the frames kept are of the pattern */
	bool is_powered;
	bool is_silent;     /* powered, and did not acknowledge its address */
	unsigned different; /* registers that did not read back when the mode was set */
	struct sensor sensor;
	struct stream stream; /* has buffers from stream.start on, until the camera is unpowered */
	/* of the scene's stream: */
	struct session_frame frames[SESSION_FRAMES];
	unsigned frame_count;
	struct frame_time times[QUEUE_TIMES]; /* ends of its first frames, skipped ones left out */
	unsigned time_count;
	unsigned batches;                   /* streams that the frames kept took */
	struct diag stop;                   /* what went wrong at stream off; "" = nothing */
	struct image_statistics statistics; /* of the first frame kept */
	bool has_statistics;
	uint64_t picture;            /* digest of the last frame's samples */
	unsigned pictures, repeated; /* frames of the scene, and those equal to the one before */
	struct picture preview;      /* of the same */
	unsigned files_written;
	struct diag
		judged; /* the first frame kept that is no picture, or not its pattern; "" = none */
	struct diag write;  /* first failure to store a frame; "" = none */
	unsigned next_file; /* number of the next frame file */
};

/* One I2C controller of the board. */
struct session_bus {
	struct pci_device pci;
	struct designware controller;
	struct diag why; /* why it is not open; "" = it is */
};

struct session {
	struct plan plan;
	const char *version;
	struct diag diag;
	struct report report;
	struct text_buffer log;
	char unit[64];         /* this machine, as results name it */
	const char *unit_from; /* where that name comes from */
	char folder[192];      /* of the unit's runs */
	char directory[256];   /* of this run; "" when nothing can be stored */
	struct diag store;     /* why nothing can be stored; "" = it can */
	bool store_failed;     /* of reports: said once */
	struct space space;    /* what of the plan's frames fits */
	bool is_cancelled;     /* ESC */

	struct board_identity identity;
	struct board_pci_id *pci_ids; /* of identity */
	struct pci_list pci;
	struct cache cache;
	struct board_desc board;
	bool has_board;
	bool is_searched; /* the next three tell how it went */
	enum fl_err found;
	struct diag found_diag;
	bool is_refused;                /* the plan names what is not there: nothing should run */
	struct text_buffer passed_over; /* files that were not used and why, a line each */

	struct i2c_bus **buses;          /* per board->buses; NULL = not open */
	struct session_bus *controllers; /* per board->buses, in one allocation */
	struct power power;
	bool has_power;

	const struct camera_ops *const *generations; /* that this ROM drives; NULL-terminated */
	struct camera_device *device;                /* the one that this machine has; NULL: none */

	struct session_camera cameras[SESSION_CAMERAS];
	unsigned camera_count;
};

/* All generations that this ROM drives, in order of preference (generations.c); NULL-terminated. */
extern const struct camera_ops *const camera_generations[];

/* Identity, PCI list, and the first of `generations` that has a function on it; no device touched. FL_ERR_NOMEM. */
enum fl_err session_begin(struct session *session, const struct plan *plan,
			  const struct camera_ops *const *generations, const char *version);
/* Everything off and freed; the report stays readable until session_free. The first error, in
 * diag's words; the rest is done all the same. */
enum fl_err session_end(struct session *session);
void session_free(struct session *session);

/* All PCI functions as lspci shows them, those of cameras by their generation's names. */
void session_list_functions(const struct session *session, struct text_buffer *out);

/* Console and log. */
void session_print(struct session *session, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* True once ESC was pressed; looks at the keyboard. */
bool session_cancelled(struct session *session);

/* ---- parts, each the work of one rung; diag says what failed ---- */

/* Reads the board file (named, or matched) and the selected cameras' sensor files (find.c); once, and
 * then gives the same answer again. A sensor file with a mistake is its camera's trouble only. */
enum fl_err session_find_board(struct session *session);
/* A sensor file of the stick, by its name without folder ("ov5670.ini"); *out is freed by sensor_free. FL_ERR_NOTFOUND and
 * what else keeps it from being read, or FL_ERR_FORMAT; diag says more of a file that was read. */
enum fl_err session_read_sensor(const char *name, struct sensor_desc *out, struct diag *diag);
/* The receiver of the machine's camera, ready for a stream; nothing to do when it is. FL_ERR_NOTFOUND. */
enum fl_err session_open_device(struct session *session);
/* The selected cameras that have streamed, as the report has them: port, lanes, mode, counters. */
void session_report_cameras(struct session *session);

/* ---- buses and power (buses.c) ---- */

/* Controllers of the board's buses. One that cannot be opened is no error here: it is the matter
 * of the cameras behind it (session_bus). FL_ERR_NOMEM. */
enum fl_err session_open_buses(struct session *session);
/* FL_OK when bus `index` is open, else why it is not, in diag. */
enum fl_err session_bus(struct session *session, unsigned index);
/* A bit per bus without which the camera cannot be brought up: its own and its PMIC's. */
uint32_t session_camera_buses(const struct session *session, const struct session_camera *camera);
/* The board file's step that makes the camera's clock; NULL when it is made elsewhere. */
const struct power_step *session_clock(const struct session *session,
				       const struct session_camera *camera);
/* What the camera's power domains switch on: "VA 2.81 V, clock 19200 kHz, PMIC pin 9 high". */
void session_print_supply(const struct session *session, const struct session_camera *camera,
			  char *out, size_t capacity);
/* The camera's link and picture, as its mode and the board's wiring make them; nothing without a mode. */
struct camera_config session_config(const struct session_camera *camera);
/* Rails, clock, reset. Refused when the board's clock is not the sensor's. */
enum fl_err session_camera_power(struct session *session, struct session_camera *camera);
/* Stream off, reset, clock and rails off. First error kept. */
enum fl_err session_camera_unpower(struct session *session, struct session_camera *camera);
/* Transfers that were made again after a lost arbitration, and buses that had to be freed, so far. */
unsigned session_retries(const struct session *session);
/* Power domains off, controllers and their functions as found. First error kept. */
enum fl_err session_close_buses(struct session *session);

/* ---- frames (frame.c) ---- */

/* The frame's samples in fresh memory (image->samples, platform_free), packed bytes in *packed if not NULL. Pixels with
 * bits that no sample has are told in `odd`, and are no error here. FL_ERR_NOMEM. */
enum fl_err frame_unpack(struct session *session, const struct session_camera *camera,
			 const struct frame_buffer *buffer, struct image *image, uint8_t **packed,
			 struct diag *odd);
/* A stream is about to use all buffers again but that of the first frame kept: the others are only on the stick. */
void frame_forget(struct session_camera *camera);
/* Writes one frame in the plan's formats and enters it in the report; `pattern` is "PASS", "FAIL" or "none". */
enum fl_err frame_store(struct session *session, struct session_camera *camera,
			const struct session_frame *frame, const char *pattern);

/* ---- storing (store.c) ---- */

/* Makes the run's folder: never one that exists. Failure is noted in diag, and the run goes on. */
enum fl_err store_begin(struct session *session);
/* report.json anew, while the run goes on. A failure is printed, the first time. */
void store_progress(struct session *session);
/* report.xml, log.txt and, last, report.json, each read back. */
enum fl_err store_reports(struct session *session);
/* One file in the run's folder, read back and compared. */
enum fl_err store_file(struct session *session, const char *name, const void *data, size_t size);

/* ---- room for frames (space.c) ---- */

/* What fits of the selected cameras' frames, before the first one is taken; see session.space. */
enum fl_err space_plan(struct session *session);

#endif
