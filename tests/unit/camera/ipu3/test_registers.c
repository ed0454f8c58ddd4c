/*
 * test_registers.c: board and ROM share no register header; both were written from the sheets. Here
 * the two tables meet, once. A difference means that one of them has misread its sheet, and that
 * a driver could pass all other tests and fail on silicon.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- the ROM's ---------------------------------------------------------------------------------- */

#include "camera/ipu3/cio2_regs.h"
#include "camera/ipu3/imgu_regs.h"
#include "i2c/designware_regs.h"
#include "power/tps68470_regs.h"

/* Values are taken now: the names are needed again below. */
static const uint32_t rom_cio2[] = {
	CIO2_CSIRX_ENABLE(1),
	CIO2_CSIRX_NOF_ENABLED_LANES(1),
	CIO2_CSIRX_STATUS_DLANE_HS(1),
	CIO2_CSIRX_STATUS_DLANE_LP(1),
	CIO2_CSIRX_DLY_CNT_TERMEN_CLANE(1),
	CIO2_CSIRX_DLY_CNT_SETTLE_CLANE(1),
	CIO2_CSIRX_DLY_CNT_TERMEN_DLANE(1, 3),
	CIO2_CSIRX_DLY_CNT_SETTLE_DLANE(1, 3),
	CIO2_MIPIBE_ENABLE(1),
	CIO2_MIPIBE_COMP_FORMAT(1, 2),
	CIO2_MIPIBE_FORCE_RAW8(1),
	CIO2_MIPIBE_GLOBAL_LUT_DISREGARD(1),
	CIO2_MIPIBE_SP_LUT_ENTRY(1, 3),
	CIO2_MIPIBE_LP_LUT_ENTRY(1, 15),
	CIO2_IRQCTRL_EDGE(1),
	CIO2_IRQCTRL_MASK(1),
	CIO2_IRQCTRL_STATUS(1),
	CIO2_IRQCTRL_CLEAR(1),
	CIO2_IRQCTRL_ENABLE(1),
	CIO2_IRQCTRL_LEVEL_NOT_PULSE(1),
	CIO2_IRQCTRL_ALL,
	CIO2_CGC,
	CIO2_D0I3C,
	CIO2_INT_STS,
	CIO2_INT_STS_EXT_OE,
	CIO2_INT_EN,
	CIO2_INT_EN_EXT_OE,
	CIO2_PBM_FOPN_ABORT,
	CIO2_CDMABA(0),
	CIO2_CDMABA(19),
	CIO2_CDMARI(19),
	CIO2_CDMAC0(19),
	CIO2_CDMAC1(19),
	CIO2_CDMAC0_INTR_ON_FS,
	CIO2_CDMAC0_INTR_ON_FE,
	CIO2_CDMAC0_DMA_EN,
	CIO2_CDMAC0_DMA_HALTED,
	CIO2_PXF_FMT_CFG0(3),
	CIO2_FRF_CFG(3),
	CIO2_FRF_ABORT,
	CIO2_SID2BID0(3),
	CIO2_INT_STS_EXT_IE,
	CIO2_INT_EN_EXT_IE,
	CIO2_INT_IOIRQ,
	CIO2_PORTS,
	CIO2_DMA_CHANNELS,
	CIO2_FBPT_SUB_ENTRIES,
	CIO2_LOP_SLOTS,
};

#undef CIO2_PORTS
#undef CIO2_BAR_SIZE

/* ---- the board's -------------------------------------------------------------------------------- */

#include "vboard/ipu3/cio2.h"
#include "vboard/ipu3/imgu_regs.h"

struct pair {
	const char *name;
	uint32_t board;
};
#define P(name)     #name, name
#define PORT1(name) #name, 0x400u + (name)

static const struct pair board_cio2[] = {
	{PORT1(CSIRX_ENABLE)},
	{PORT1(CSIRX_NOF_ENABLED_LANES)},
	{PORT1(CSIRX_STATUS_DLANE_HS)},
	{PORT1(CSIRX_STATUS_DLANE_LP)},
	{PORT1(CSIRX_DLY_TERMEN_CLOCK)},
	{PORT1(CSIRX_DLY_SETTLE_CLOCK)},
	{PORT1(CSIRX_DLY_TERMEN_DATA(3))},
	{PORT1(CSIRX_DLY_SETTLE_DATA(3))},
	{PORT1(MIPIBE_ENABLE)},
	{PORT1(MIPIBE_COMP_FORMAT(2))},
	{PORT1(MIPIBE_FORCE_RAW8)},
	{PORT1(MIPIBE_GLOBAL_LUT_DISREGARD)},
	{PORT1(MIPIBE_SP_LUT_ENTRY(3))},
	{PORT1(MIPIBE_LP_LUT_ENTRY(15))},
	{PORT1(IRQCTRL_EDGE)},
	{PORT1(IRQCTRL_MASK)},
	{PORT1(IRQCTRL_STATUS)},
	{PORT1(IRQCTRL_CLEAR)},
	{PORT1(IRQCTRL_ENABLE)},
	{PORT1(IRQCTRL_LEVEL_NOT_PULSE)},
	{P(IRQCTRL_BITS)},
	{P(CGC)},
	{P(D0I3C)},
	{P(INT_STS)},
	{P(INT_STS_EXT_OE)},
	{P(INT_EN)},
	{P(INT_EN_EXT_OE)},
	{P(PBM_FOPN_ABORT)},
	{P(CDMABA(0))},
	{P(CDMABA(19))},
	{P(CDMARI(19))},
	{P(CDMAC0(19))},
	{P(CDMAC1(19))},
	{P(CDMAC0_INTR_ON_FS)},
	{P(CDMAC0_INTR_ON_FE)},
	{P(CDMAC0_DMA_EN)},
	{P(CDMAC0_HALTED)},
	{P(PXF_FMT_CFG0(3))},
	{P(FRF_CFG(3))},
	{P(FRF_ABORT)},
	{P(SID2BID0(3))},
	{P(INT_STS_EXT_IE)},
	{P(INT_EN_EXT_IE)},
	{P(INT_IOIRQ)},
	{P(CIO2_PORTS)},
	{P(CIO2_CHANNELS)},
	{P(FBPT_LOPS)},
	{P(LOP_ENTRIES)},
};

static void cio2_tables_agree(void **state)
{
	(void)state;
	assert_int_equal(COUNT(rom_cio2), COUNT(board_cio2));
	for (size_t i = 0; i < COUNT(rom_cio2); i++)
		if (rom_cio2[i] != board_cio2[i].board)
			fail_msg("CIO2 %s: ROM 0x%x, board 0x%x", board_cio2[i].name, rom_cio2[i],
				 board_cio2[i].board);
}

/* ---- ImgU ---------------------------------------------------------------------------------------- */

#define I(name)        #name, IMGU_##name, VB_IMGU_##name
#define I2(rom, board) #board, IMGU_##rom, VB_IMGU_##board

static const struct {
	const char *name;
	uint32_t rom, board;
} imgu[] = {
	{I(BAR_SIZE)},
	{I(PM_CTRL)},
	{I(PM_CTRL_START)},
	{I(PM_CTRL_RACE_TO_HALT)},
	{I(PM_CTRL_CSS_PWRDN)},
	{I(PM_CTRL_RST_AT_EOF)},
	{I(PM_CTRL_FORCE_HALT)},
	{I(PM_CTRL_FORCE_UNHALT)},
	{I(PM_CTRL_FORCE_RESET)},
	{I(SYSTEM_REQ)},
	{I(INT_STATUS)},
	{I(INT_ENABLE)},
	{I(STATE)},
	{I(STATE_HALT_STS)},
	{I(STATE_IDLE_STS)},
	{I(STATE_POWER_UP)},
	{I(STATE_POWER_DOWN)},
	{I(STATE_PWRDNM_FSM)},
	{I(PM_STS)},
	{I(ISP_CTRL)},
	{I(ISP_START_ADDR)},
	{I(ISP_ICACHE_ADDR)},
	{I(ISP_PC)},
	{I(SP_CTRL(0))},
	{I(SP_CTRL(1))},
	{I(CTRL_START)},
	{I(CTRL_RUN)},
	{I(CTRL_IDLE)},
	{I(CTRL_ICACHE_INV)},
	{I(SP_START_ADDR(1))},
	{I(SP_ICACHE_ADDR(1))},
	{I(SP_PC(1))},
	{I(TLB_INVALIDATE)},
	{I(L1_PHYS)},
	{I(CIO_GATE_BURST_STATE)},
	{I2(CIO_GATE_BURST, CIO_GATE_BURST_STATE_MASK)},
	{I(GP_BUSY)},
	{I2(MONITOR_SP1, SP1_STRMON_STAT)},
	{I2(MONITOR_ISP, ISP_STRMON_STAT)},
	{I2(MONITOR_MOD, MOD_STRMON_STAT)},
	{I(GP_HALT)},
	{I(GP_HALTED)},
	{I(SP_DMEM(0))},
	{I(SP_DMEM(1))},
	{I(ISP_DMEM)},
	{I(GDC_LUT)},
	{I2(PMEM_SP(0), SP_PMEM(0))},
	{I2(PMEM_SP(1), SP_PMEM(1))},
};

static void imgu_tables_agree(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(imgu); i++)
		if (imgu[i].rom != imgu[i].board)
			fail_msg("ImgU %s: ROM 0x%x, board 0x%x", imgu[i].name, imgu[i].rom,
				 imgu[i].board);
}

/* ---- registers that the board keeps inside a source file --------------------------------------- */

static const char *read_text(const char *path)
{
	static char text[1 << 18];
	FILE *file = fopen(path, "rb");
	size_t length = file ? fread(text, 1, sizeof text - 1, file) : 0;

	if (!length || length == sizeof text - 1)
		fail_msg("%s cannot be read; run tests in the repository's root", path);
	text[length] = '\0';
	fclose(file);
	return text;
}

/* Value of a "#define NAME number" line, however it is spaced. */
static uint32_t defined(const char *text, const char *path, const char *name)
{
	const size_t length = strlen(name);

	for (const char *at = text; (at = strstr(at, "#define ")); at++) {
		const char *word = at + 8 + strspn(at + 8, " ");
		char *end;
		unsigned long value;

		if (strncmp(word, name, length) || word[length] != ' ')
			continue;
		value = strtoul(word + length, &end, 0);
		if (end != word + length)
			return (uint32_t)value;
	}
	fail_msg("%s does not say '#define %s NUMBER'", path, name);
	return 0;
}

struct named {
	const char *board;
	uint32_t rom;
};

static void compare(const char *path, const struct named *names, size_t count)
{
	const char *text = read_text(path);

	for (size_t i = 0; i < count; i++) {
		uint32_t board = defined(text, path, names[i].board);

		if (board != names[i].rom)
			fail_msg("%s of %s is 0x%x, the ROM has 0x%x", names[i].board, path, board,
				 names[i].rom);
	}
}

static void designware_tables_agree(void **state)
{
	static const struct named names[] = {
		{"IC_CON", IC_CON},
		{"CON_MASTER", IC_CON_MASTER},
		{"CON_SPEED", IC_CON_SPEED},
		{"CON_RESTART", IC_CON_RESTART_EN},
		{"CON_SLAVE_DISABLE", IC_CON_SLAVE_DISABLE},
		{"IC_TAR", IC_TAR},
		{"IC_DATA_CMD", IC_DATA_CMD},
		{"CMD_READ", IC_DATA_CMD_READ},
		{"CMD_STOP", IC_DATA_CMD_STOP},
		{"CMD_RESTART", IC_DATA_CMD_RESTART},
		{"IC_SS_HCNT", IC_SS_SCL_HCNT},
		{"IC_FS_HCNT", IC_FS_SCL_HCNT},
		{"IC_INTR_MASK", IC_INTR_MASK},
		{"IC_RAW_INTR_STAT", IC_RAW_INTR_STAT},
		{"RAW_RX_OVER", IC_RX_OVER},
		{"RAW_TX_ABRT", IC_TX_ABRT},
		{"RAW_STOP_DET", IC_STOP_DET},
		{"RAW_START_DET", IC_START_DET},
		{"IC_RX_TL", IC_RX_TL},
		{"IC_TX_TL", IC_TX_TL},
		{"IC_CLR_INTR", IC_CLR_INTR},
		{"IC_CLR_TX_ABRT", IC_CLR_TX_ABRT},
		{"IC_ENABLE", IC_ENABLE},
		{"IC_STATUS", IC_STATUS},
		{"IC_TXFLR", IC_TXFLR},
		{"IC_RXFLR", IC_RXFLR},
		{"IC_SDA_HOLD", IC_SDA_HOLD},
		{"IC_TX_ABRT_SOURCE", IC_TX_ABRT_SOURCE},
		{"ABRT_ADDRESS_NACK", IC_ABRT_7B_ADDR_NOACK},
		{"ABRT_DATA_NACK", IC_ABRT_TXDATA_NOACK},
		{"ABRT_MASTER_DISABLED", IC_ABRT_MASTER_DIS},
		{"ABRT_ARBITRATION", IC_ABRT_ARB_LOST},
		{"IC_ENABLE_STATUS", IC_ENABLE_STATUS},
		{"IC_COMP_PARAM_1", IC_COMP_PARAM_1},
		{"IC_COMP_VERSION", IC_COMP_VERSION},
		{"IC_COMP_TYPE", IC_COMP_TYPE},
		{"LPSS_RESETS", LPSS_RESETS},
		{"RESETS_RELEASED", LPSS_RESETS_HOST},
		{"LPSS_PRIVATE_END", LPSS_I2C_WINDOW},
	};

	(void)state;
	compare("vboard/pch/lpss_i2c.c", names, COUNT(names));
}

static void tps68470_tables_agree(void **state)
{
	static const struct named names[] = {
		{"POSTDIV2", TPS68470_POSTDIV2},
		{"BOOSTDIV", TPS68470_BOOSTDIV},
		{"BUCKDIV", TPS68470_BUCKDIV},
		{"PLLSWR", TPS68470_PLLSWR},
		{"XTALDIV", TPS68470_XTALDIV},
		{"PLLDIV", TPS68470_PLLDIV},
		{"POSTDIV", TPS68470_POSTDIV},
		{"PLLCTL", TPS68470_PLLCTL},
		{"PLLCTL_ENABLE", TPS68470_PLLCTL_ENABLE},
		{"PLLCTL_CRYSTAL", TPS68470_PLLCTL_CRYSTAL},
		{"CLKCFG1", TPS68470_CLKCFG1},
		{"CLKCFG2", TPS68470_CLKCFG2},
		{"GPCTL0A", TPS68470_GPCTLA(0)},
		{"GPCTL6B", TPS68470_GPCTLA(6) + 1},
		{"SGPO", TPS68470_SGPO},
		{"GPDO", TPS68470_GPDO},
		{"VCMVAL", TPS68470_VCMVAL},
		{"VAUX1VAL", TPS68470_VAUX1VAL},
		{"VAUX2VAL", TPS68470_VAUX2VAL},
		{"VIOVAL", TPS68470_VIOVAL},
		{"VSIOVAL", TPS68470_VSIOVAL},
		{"VAVAL", TPS68470_VAVAL},
		{"VDVAL", TPS68470_VDVAL},
		{"S_I2C_CTL", TPS68470_S_I2C_CTL},
		{"VCMCTL", TPS68470_VCMCTL},
		{"VAUX1CTL", TPS68470_VAUX1CTL},
		{"VAUX2CTL", TPS68470_VAUX2CTL},
		{"VACTL", TPS68470_VACTL},
		{"VDCTL", TPS68470_VDCTL},
		{"RESET", TPS68470_RESET},
		{"REVID", TPS68470_REVID},
	};

	(void)state;
	compare("vboard/parts/tps68470.c", names, COUNT(names));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cio2_tables_agree),
		cmocka_unit_test(imgu_tables_agree),
		cmocka_unit_test(designware_tables_agree),
		cmocka_unit_test(tps68470_tables_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
