/*
 * board.h: what is known of a board: its buses, power supplies and cameras. Plain data, wherever it
 * comes from.
 */
#ifndef DESCRIBE_BOARD_H
#define DESCRIBE_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "describe/identity.h"
#include "firstlight/platform.h"

/* Rails of a TPS68470. */
enum power_rail {
	RAIL_VCM,
	RAIL_VAUX1,
	RAIL_VAUX2,
	RAIL_VIO,  /* always on: has a voltage, no switch */
	RAIL_VSIO, /* switched together with the daisy chain */
	RAIL_VA,   /* analogue */
	RAIL_VD,   /* core: a buck converter that needs the PLL running */
	POWER_RAILS
};

/* A step of a power sequence. Undone in reverse order, each by its own opposite. */
enum power_step_kind {
	POWER_RAIL,  /* pmic rail `target` (enum power_rail) to `value` microvolt, on */
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

/* An I2C controller. */
struct board_bus {
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
	bool is_verified; /* somebody has reported a run on the machine itself */
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
	char *memory; /* all of the above; freed by board_free */
};

/* Frees what `board` owns and empties it; an empty one stays so. */
void board_free(struct board_desc *board);
/* Every match line holds (values of the same key are alternatives); a board without any match
 * line is only ever named. Comparison ignores case. */
bool board_matches(const struct board_desc *board, const struct board_identity *identity);
/* Different keys among the match lines: of two boards that match, the one with more is nearer. */
size_t board_match_keys(const struct board_desc *board);
/* Is this the value of a "pci" match line, as "8086:9d32" is? */
bool board_match_is_pci(const char *text);

#endif
