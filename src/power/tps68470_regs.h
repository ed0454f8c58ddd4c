/*
 * tps68470_regs.h: camera PMIC TPS68470, 8-bit registers in address order.
 * Source: hardware sheet camera-acpi.md, section 6; names as there.
 */
#ifndef POWER_TPS68470_REGS_H
#define POWER_TPS68470_REGS_H

#include "core/field.h"

/* ---- clock generator: dividers change only while the PLL is off ---- */
#define TPS68470_POSTDIV2       0x06u /* HCLK_B = VCO / 2^n */
#define TPS68470_POSTDIV2_MASK  0x03u
#define TPS68470_BOOSTDIV       0x07u /* VCO / (n + 16), about 2 MHz */
#define TPS68470_BOOSTDIV_MASK  0x1fu
#define TPS68470_BUCKDIV        0x08u /* VCO / (n + 5), about 5.2 MHz: the core rail's clock */
#define TPS68470_BUCKDIV_MASK   0x0fu
#define TPS68470_PLLSWR         0x09u
#define TPS68470_PLLSWR_MASK    0x13u /* both 0x03 and 0x13 run in the field (section 11) */
#define TPS68470_XTALDIV        0x0au /* reference = crystal / (n + 30), about 100 kHz */
#define TPS68470_PLLDIV         0x0bu /* VCO = reference * (2 n + 320) */
#define TPS68470_POSTDIV        0x0cu /* HCLK_A = VCO / 2^n */
#define TPS68470_POSTDIV_MASK   0x83u
#define TPS68470_PLLCTL         0x0du
#define TPS68470_PLLCTL_ENABLE  BIT(0)
#define TPS68470_PLLCTL_LOAD    FIELD(6, 4) /* crystal load, default 5 */
#define TPS68470_PLLCTL_CRYSTAL BIT(7)
#define TPS68470_PLLCTL_MASK    0xf5u
#define TPS68470_CLKCFG1        0x0fu /* 1:0 HCLK_A, 3:2 HCLK_B: 2 = PLL, 0 = off */
#define TPS68470_CLKCFG1_MASK   0x0fu
#define TPS68470_CLKCFG1_PLL    0x0au /* both outputs */
#define TPS68470_CLKCFG2        0x10u /* drive strength */
#define TPS68470_CLKCFG2_MASK   0x0fu
#define TPS68470_CLKCFG2_2MA    0x05u /* both outputs */

/* ---- GPIO ---- */
#define TPS68470_GPCTLA(n)        (0x14u + 2u * (n)) /* n = 0..6 */
#define TPS68470_GPCTLA_MODE      0x03u
#define TPS68470_GPCTLA_INPUT     0x00u
#define TPS68470_GPCTLA_PUSH_PULL 0x02u
#define TPS68470_SGPO             0x22u /* outputs only: s_enable, s_idle, s_resetn */
#define TPS68470_GPDO             0x27u /* levels of GPIO 0..6 */

/* ---- rails: V = first + n * step ---- */
#define TPS68470_VCMVAL        0x3cu
#define TPS68470_VAUX1VAL      0x3du
#define TPS68470_VAUX2VAL      0x3eu
#define TPS68470_VIOVAL        0x3fu /* always on */
#define TPS68470_VSIOVAL       0x40u
#define TPS68470_VAVAL         0x41u
#define TPS68470_VDVAL         0x42u
#define TPS68470_LDO_MASK      0x7fu
#define TPS68470_LDO_FIRST_UV  875000u
#define TPS68470_LDO_STEP_UV   17800u
#define TPS68470_LDO_LAST      125u
#define TPS68470_CORE_MASK     0x3fu
#define TPS68470_CORE_FIRST_UV 900000u
#define TPS68470_CORE_STEP_UV  25000u
#define TPS68470_CORE_LAST     42u
#define TPS68470_S_I2C_CTL     0x43u
#define TPS68470_S_I2C_CTL_ON  0x03u /* VSIO and daisy chain: always both (section 6) */
#define TPS68470_VCMCTL        0x44u
#define TPS68470_VAUX1CTL      0x45u
#define TPS68470_VAUX2CTL      0x46u
#define TPS68470_VACTL         0x47u
#define TPS68470_VDCTL         0x48u
#define TPS68470_CTL_ENABLE    0x01u
#define TPS68470_RESET         0x50u
#define TPS68470_RESET_ALL     0xffu
#define TPS68470_REVID         0xffu

#endif
