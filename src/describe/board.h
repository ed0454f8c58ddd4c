/*
 * board.h: the text files on the stick, parsed: plan, board and sensor descriptions.
 *
 * The structs are plain data. A file with an error gives no struct at all, and a message
 * "file:line: what is wrong; what to write instead" in diag.
 */
#ifndef BOARD_BOARD_H
#define BOARD_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/words.h"
#include "core/diag.h"
#include "firstlight/platform.h"

/* ---- register steps (sensor files; `write`, `update`, `delay`, `expect`, `poll` lines) ---- */

enum reg_step_kind {
	REG_WRITE,  /* register = value */
	REG_UPDATE, /* register = (old & ~mask) | (value & mask) */
	REG_DELAY,  /* value = microseconds */
	REG_EXPECT, /* (register & mask) must equal value */
	REG_POLL,   /* read until (register & mask) == value, at most timeout_us */
};

struct reg_step {
	uint8_t kind;  /* enum reg_step_kind */
	uint8_t width; /* bytes of the value on the wire, 1..4, high byte first */
	uint16_t reg;
	uint32_t value;
	uint32_t mask;       /* all ones of the width unless given */
	uint32_t timeout_us; /* REG_POLL */
	uint32_t line;       /* in the file, for messages */
};

struct reg_list {
	struct reg_step *steps;
	size_t count;
};

/* ---- sensor ------------------------------------------------------------------------------ */

enum bayer { BAYER_GRBG, BAYER_RGGB, BAYER_BGGR, BAYER_GBRG, BAYER_MONO };

struct sensor_mode {
	char name[24];           /* "2592x1944", "640x480-60" */
	uint16_t width, height;  /* pixels that arrive on the link */
	uint16_t max_height;     /* lines to make room for (IMX258 sends 3118 to 3120); = height */
	uint64_t link_frequency; /* Hz, DDR clock: half the bit rate of a lane */
	uint32_t frame_us;       /* from one frame to the next; 0: the file does not tell */
	struct reg_list registers;
};

enum pattern_kind {
	PATTERN_BARS,      /* 8 vertical bars: white yellow cyan green magenta red blue black */
	PATTERN_BARS_FADE, /* bars that get darker towards an edge: order only */
	PATTERN_SOLID,     /* one value per bayer component: values[] */
	PATTERN_RANDOM,    /* changes with every frame: nothing to compare but motion */
	PATTERN_SQUARES,   /* coloured squares */
	PATTERN_OTHER,
};

struct sensor_pattern {
	char name[24];
	enum pattern_kind kind;
	bool is_exact;      /* samples equal `high`/`low` (bars) or values (solid), no tolerance */
	bool is_rolling;    /* successive frames differ */
	uint16_t high, low; /* bars: full and zero, in samples; default 1023 and 0 */
	uint16_t values[4]; /* solid: first line's two, second line's two */
	enum bayer bayer;   /* order while the pattern is on; default the sensor's */
	struct reg_list on, off;
};

/* Registers first to last. */
struct reg_range {
	uint16_t first, last;
};
#define SENSOR_RANGES 16

struct sensor_desc {
	char name[24];
	char description[64];
	char file[96];
	uint8_t address;          /* usual 7-bit I2C address; the board's counts */
	uint8_t register_bytes;   /* 1 or 2: address width on the wire */
	uint8_t value_bytes;      /* default width of `write` */
	bool read_with_stop;      /* reads are two transactions (OV8865, OV7251) */
	uint32_t clock_frequency; /* Hz */
	uint32_t clock_line;      /* of clock-frequency in the file */
	uint8_t data_lanes;
	enum bayer bayer;
	uint8_t bits;         /* 10 */
	uint16_t black_level; /* in samples */
	uint8_t frames_to_skip;
	struct reg_range decisive[SENSOR_RANGES]; /* that decide size or timing of a mode */
	unsigned decisive_count;
	struct reg_list identify; /* REG_EXPECT steps */
	struct reg_list stream_on, stream_off;
	struct sensor_mode *modes;
	size_t mode_count;
	struct sensor_pattern *patterns;
	size_t pattern_count;
	char *memory; /* the file's text and all of the above; freed by sensor_free */
};

/* `text` is the file's contents (not kept). On success *out is filled and freed by sensor_free. */
enum fl_err sensor_parse(const char *file, const char *text, size_t size, struct sensor_desc *out,
			 struct diag *diag);
void sensor_free(struct sensor_desc *sensor);
/* By name, or the first (largest) for NULL or "". NULL when there is none of that name. */
const struct sensor_mode *sensor_find_mode(const struct sensor_desc *sensor, const char *name);
const struct sensor_pattern *sensor_find_pattern(const struct sensor_desc *sensor,
						 const char *name);

/* ---- board ------------------------------------------------------------------------------- */

/* A step of a power sequence. Undone in reverse order, each by its own opposite. */
enum power_step_kind {
	POWER_RAIL,  /* pmic rail `target` (enum tps68470_rail) to `value` microvolt, on */
	POWER_CLOCK, /* pmic clock output to `value` Hz, on */
	POWER_GPIO,  /* pmic GPIO `target` (0..6, 7 s_enable, 8 s_idle, 9 s_resetn) to level `value`
		      */
	POWER_INPUT, /* pmic GPIO `target` as input (the daisy chain's SDA and SCL) */
	POWER_DAISY, /* pmic I2C daisy chain and VSIO on */
	POWER_RESET, /* pmic software reset */
	POWER_PAD,   /* PCH pad `pad` to level `value` */
	POWER_DELAY, /* `value` microseconds, on the way up */
	POWER_WRITE, /* I2C `bus`/`address`: register `reg` = value under `mask` */
};

struct power_step {
	uint8_t kind; /* enum power_step_kind */
	uint8_t target;
	bool is_optional;  /* PAD: a window that firmware hides is noted, not failed */
	bool is_unchecked; /* WRITE: the register does not read back as written */
	char pad[12];      /* "GPP_C11" */
	uint32_t value;
	uint32_t mask;
	uint32_t off_delay_us; /* wait after the undo of this step */
	uint8_t bus;           /* POWER_WRITE: index into board_desc.buses */
	uint8_t address;
	uint16_t reg;
	uint8_t register_bytes;
	uint32_t line;
};

/* Powered once however many cameras require it; off with the last user. */
struct power_domain {
	char name[24];
	uint8_t pmic;        /* index into board_desc.pmics; 0xff none */
	uint8_t requires[4]; /* indices of other domains, up first */
	uint8_t require_count;
	struct power_step *steps;
	size_t count;
};

struct board_bus {     /* an I2C controller */
	char name[12]; /* "I2C2" */
	struct pci_address address;
	uint32_t speed; /* Hz: 100000, 400000, 1000000 */
	uint16_t hcnt, lcnt,
		sda_hold; /* board-tuned counts in input-clock cycles; 0 = from the sheet */
};

struct board_pmic {
	char name[12];
	uint8_t bus; /* index into buses */
	uint8_t address;
	uint32_t crystal; /* Hz */
};

/* What else sits on a camera's module. */
struct board_part {
	bool is_there;
	uint8_t bus, address;
	uint8_t power; /* index into domains; 0xff: what the camera's own power gives is enough */
	uint32_t size; /* EEPROM: bytes */
};

struct board_camera {
	char name[24];   /* "ov13858" */
	char sensor[24]; /* name of the sensor file */
	uint8_t bus;
	uint8_t address;
	uint8_t port; /* CSI-2 port 0..3 */
	uint8_t data_lanes;
	uint16_t rotation;    /* degrees */
	char orientation[12]; /* "front", "back", "external" */
	uint8_t power;        /* index into domains; 0xff none: powered by firmware */
	struct board_part eeprom;
	struct board_part vcm; /* focus motor, a DW9714 */
};

#define BOARD_MATCHES 8
struct board_match {
	char key[32];
	char value[64];
}; /* "smbios-product", "pci" ... */

struct board_desc {
	char name[24];
	char description[64];
	char file[96];
	struct board_match matches[BOARD_MATCHES];
	size_t match_count;
	struct board_bus *buses;
	size_t bus_count;
	struct board_pmic *pmics;
	size_t pmic_count;
	struct power_domain *domains;
	size_t domain_count;
	struct board_camera *cameras;
	size_t camera_count;
	char *memory;
};

enum fl_err board_parse(const char *file, const char *text, size_t size, struct board_desc *out,
			struct diag *diag);
void board_free(struct board_desc *board);
/* Of a file with mistakes: name and match lines as far as they can be read, nothing to free. */
void board_peek(const char *file, const char *text, size_t size, struct board_desc *out);

struct board_pci_id {
	uint16_t vendor, device;
};

/* What is matched against. Strings are "" when unknown. */
struct board_identity {
	char manufacturer[64], product[64], version[64], serial[64], sku[64],
		family[64]; /* SMBIOS type 1 */
	char board_manufacturer[64], board_product[64], board_version[64],
		board_serial[64];                              /* SMBIOS type 2 */
	char bios_vendor[64], bios_version[64], bios_date[64]; /* SMBIOS type 0 */
	char chassis_serial[64];                               /* SMBIOS type 3 */
	char uuid[40];                  /* SMBIOS type 1, "" when it is all zeros or all ones */
	const struct board_pci_id *pci; /* all functions of the machine; not owned */
	size_t pci_count;
};
/* Fills the SMBIOS strings from a structure table; tolerates any bytes. */
void smbios_parse(const uint8_t *table, size_t size, struct board_identity *identity);
/* Every match line holds (values of the same key are alternatives); a board without any match
 * line is only ever named. Comparison ignores case. */
bool board_matches(const struct board_desc *board, const struct board_identity *identity);
/* Different keys among the match lines: of two boards that match, the one with more is nearer. */
size_t board_match_keys(const struct board_desc *board);

/* ---- plan -------------------------------------------------------------------------------- */

enum plan_end { PLAN_END_EXIT, PLAN_END_REBOOT, PLAN_END_SHUTDOWN, PLAN_END_WAIT };

#define FORMAT_RAW  1u
#define FORMAT_JSON 2u
#define FORMAT_PGM  4u
#define FORMAT_PNG  8u
#define FORMAT_DNG  16u

/*
 * What the picture of a working camera looks like, whatever it sees. Codes are sample values of
 * 0 to 1023; shares are in thousandths. docs/plan.md says why each default is what it is.
 */
struct image_limits {
	bool static_scene;        /* frames may be equal, as a generator's are */
	unsigned hot_pixels;      /* single samples far above their surroundings */
	unsigned dead_pixels;     /* ... far below */
	unsigned clusters;        /* groups of defects that touch */
	unsigned noise;           /* codes, standard deviation in a flat place */
	unsigned fixed_pattern;   /* codes, a line or column against its neighbours */
	unsigned black_level;     /* codes, darkest samples against the black level */
	unsigned brightness;      /* brightest hundredth, of full scale, at least */
	unsigned clipped;         /* samples at full scale, at most */
	unsigned dark_area;       /* of the picture without any light, at most */
	unsigned colour;          /* red or blue of green where they are strongest, at least */
	unsigned green_balance;   /* one green of the other, difference at most */
	unsigned shading;         /* light in the corners, of the centre, at least */
	unsigned blur;            /* half width of the sharpest edges, of the picture's width */
	unsigned contrast;        /* codes from the darkest to the brightest hundredth, at least */
	unsigned golden_light;    /* light of the golden frame's, at least */
	unsigned obstruction;     /* of the picture, dark where the golden frame is not, at most */
	unsigned golden_likeness; /* to the golden frame, at least */
};

struct plan {
	char command[256];   /* "run", "mmu", "i2c scan I2C2", ...; "" = menu */
	char arguments[256]; /* options as on a command line, over the other keys of this file */
	unsigned command_line, arguments_line; /* in the file, for messages; 0 = not there */
	char board[24];                        /* "auto" or a board file's name */
	char camera[24];                       /* "all" or a camera's name */
	char mode[24];                         /* "" = the sensor's first */
	char pattern[24];   /* pattern used by the pattern check; "" = the sensor's first; "off" */
	char unit[64];      /* "serial" or a name of the user's */
	char output[96];    /* directory of results */
	char required[192]; /* ids of checks that may not be skipped, with commas or blanks */
	unsigned frames;    /* frames kept per camera */
	unsigned buffers;   /* 0 = as many as frames, at least 3 */
	unsigned cycles;    /* start/stop cycles of rung 19 */
	unsigned formats;   /* FORMAT_ bits */
	unsigned keep;      /* runs of a unit on the stick, with this one; 0 = all */
	unsigned rate_tolerance_permille; /* rung 17 */
	unsigned max_jitter_permille;     /* rung 17: of a frame's time */
	unsigned max_errors;              /* rung 15: error counts that still pass */
	unsigned start_timeout_ms;        /* rung 13 */
	struct image_limits image;        /* rung 18 */
	char golden[96];                  /* directory of golden frames; "" = none */
	uint32_t scatter_seed;
	bool keeps_result; /* the EFI variable with the result outlives the power */
	enum plan_end at_end;
};

/* Defaults: as in the shipped stick/firstlight/firstlight.ini. */
void plan_defaults(struct plan *plan);
/* With an error the plan stays as it was but for `at_end`, which is taken where it was understood:
 * a machine on the line goes off also when the rest of its plan cannot be read. */
enum fl_err plan_parse(const char *file, const char *text, size_t size, struct plan *plan,
		       struct diag *diag);
/* What stood among the options. */
struct plan_words {
	const char *rest[WORDS_MAX]; /* the command and its words, in their order */
	size_t count;
	const char *plan; /* of --plan FILE; NULL without */
};
/* GNU-like options ("--frames 4", "--frames=4") over the plan, in any order with other words; of an
 * option that comes twice the last counts. With an error the plan stays as it was but for `at_end`,
 * which is taken where it was understood. */
enum fl_err plan_options(struct plan *plan, const struct words *words, struct plan_words *found,
			 struct diag *diag);
/* Every key with its value as it would be written in the file. `value` is valid during the call. */
void plan_each(const struct plan *plan,
	       void (*each)(void *context, const char *key, const char *value, bool is_number),
	       void *context);

#endif
