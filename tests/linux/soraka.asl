/*
 * soraka.asl: the camera part of a "soraka" Chromebook's ACPI tables, for QEMU's q35
 * (camera-acpi.md 3, 6.4, 7.1, 10). QEMU's own DSDT describes only function 0 of a slot, so none
 * of these devices is there already.
 *
 * iasl -D WITH_PMIC adds the PMIC with its operation regions and the cameras' power resources; without
 * it the cameras count as powered and whoever loads the drivers powers them first.
 */
DefinitionBlock ("", "SSDT", 2, "FLIGHT", "CAMERAS", 0x00000001)
{
	External (\_SB.PCI0, DeviceObj)

	Scope (\_SB.PCI0)
	{
		Device (CIO2)
		{
			Name (_ADR, 0x00140003)
			Name (_STA, 0x0F)
			Name (_DSD, Package () {
				ToUUID ("dbb8e3e6-5886-4ba6-8795-1319f52a966b"),
				Package () {
					Package () { "port0", "PRT0" },
					Package () { "port1", "PRT1" },
				}
			})
			Name (PRT0, Package () {
				ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
				Package () { Package () { "port", 0 } },
				ToUUID ("dbb8e3e6-5886-4ba6-8795-1319f52a966b"),
				Package () { Package () { "endpoint0", "EP00" } }
			})
			Name (PRT1, Package () {
				ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
				Package () { Package () { "port", 1 } },
				ToUUID ("dbb8e3e6-5886-4ba6-8795-1319f52a966b"),
				Package () { Package () { "endpoint0", "EP10" } }
			})
			Name (EP00, Package () {
				ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
				Package () {
					Package () { "endpoint", 0 },
					Package () { "clock-lanes", 0 },
					Package () { "data-lanes", Package () { 1, 2, 3, 4 } },
					Package () { "remote-endpoint",
						     Package () { \_SB.PCI0.I2C2.CAM0, 0, 0 } },
				}
			})
			Name (EP10, Package () {
				ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
				Package () {
					Package () { "endpoint", 0 },
					Package () { "clock-lanes", 0 },
					Package () { "data-lanes", Package () { 1, 2 } },
					Package () { "remote-endpoint",
						     Package () { \_SB.PCI0.I2C4.CAM1, 0, 0 } },
				}
			})
		}

		Device (I2C2)
		{
			Name (_ADR, 0x00150002)
			Name (_STA, 0x0F)

#ifdef WITH_PMIC
			Device (PMIC)
			{
				Name (_HID, "INT3472")
				Name (_UID, 0)
				Name (_STA, 0x0F)
				Name (_CRS, ResourceTemplate () {
					I2cSerialBusV2 (0x004D, ControllerInitiated, 400000,
						AddressingMode7Bit, "\\_SB.PCI0.I2C2",
						0x00, ResourceConsumer)
				})

				OperationRegion (PWR0, 0xB0, 0x00, 0x18)
				Field (PWR0, DWordAcc, NoLock, Preserve) {
					VSIC, 32, VCMC, 32, VAX1, 32, VAX2, 32, VACT, 32, VDCT, 32
				}
				OperationRegion (VOL0, 0xB1, 0x00, 0x1C)
				Field (VOL0, DWordAcc, NoLock, Preserve) {
					VSIV, 32, VIOV, 32, VCMV, 32, AX1V, 32, AX2V, 32,
					VAVL, 32, VDVL, 32
				}
				OperationRegion (CLK0, 0xB2, 0x00, 0x10)
				Field (CLK0, DWordAcc, NoLock, Preserve) {
					PCTL, 32, PCT2, 32, CFG1, 32, CFG2, 32
				}
				OperationRegion (CLF0, 0xB3, 0x00, 0x1C)
				Field (CLF0, DWordAcc, NoLock, Preserve) {
					PDV2, 32, BSTD, 32, BCKD, 32, PSWR, 32,
					XTDV, 32, PLDV, 32, PODV, 32
				}
				/* PullDown makes Linux drive the pin, low at first; PullDefault leaves the direction. */
				OperationRegion (GPI0, GeneralPurposeIo, 0x00, 0x08)
				Field (GPI0, ByteAcc, NoLock, Preserve) {
					Connection (GpioIo (Exclusive, PullDown, 0, 0,
						IoRestrictionOutputOnly, "\\_SB.PCI0.I2C2.PMIC",
						0x00, ResourceConsumer) { 4 }),
					AVEN, 1,
					Connection (GpioIo (Exclusive, PullDown, 0, 0,
						IoRestrictionOutputOnly, "\\_SB.PCI0.I2C2.PMIC",
						0x00, ResourceConsumer) { 5 }),
					XSDN, 1,
					Connection (GpioIo (Exclusive, PullDown, 0, 0,
						IoRestrictionOutputOnly, "\\_SB.PCI0.I2C2.PMIC",
						0x00, ResourceConsumer) { 9 }),
					SRST, 1
				}

				/* I/O rail and clock, shared by both cameras: users counted. */
				Name (USER, 0)
				Method (CMON, 0, Serialized) {
					If (USER == 0) {
						VIOV = 52
						VSIV = 52
						VSIC = 3
						Sleep (3)
						BSTD = 3
						BCKD = 2
						PSWR = 0x13
						XTDV = 170
						PLDV = 32
						PODV = 1
						PDV2 = 1
						CFG2 = 5
						CFG1 = 10
						PCTL = 0xD1
						Sleep (5)
					}
					USER++
				}
				Method (CMOF, 0, Serialized) {
					If (USER > 0) {
						USER--
						If (USER == 0) {
							PCTL = 0
							CFG1 = 0
							CFG2 = 0
							Sleep (3)
							VSIC = 0
							Sleep (1)
						}
					}
				}

				PowerResource (OVTH, 0, 0)
				{
					Name (STA, 0)
					Method (_STA) { Return (STA) }
					Method (_ON, 0, Serialized) {
						If (STA == 0) {
							CMON ()
							VAVL = 109
							VACT = 1
							VDVL = 12
							VDCT = 1
							Sleep (1)
							SRST = 1
							Sleep (5)
							STA = 1
						}
					}
					Method (_OFF, 0, Serialized) {
						If (STA == 1) {
							Sleep (2)
							SRST = 0
							Sleep (3)
							VDCT = 0
							Sleep (3)
							VACT = 0
							Sleep (1)
							CMOF ()
							STA = 0
						}
					}
				}

				PowerResource (OVFI, 0, 0)
				{
					Name (STA, 0)
					Method (_STA) { Return (STA) }
					Method (_ON, 0, Serialized) {
						If (STA == 0) {
							CMON ()
							AX2V = 52
							VAX2 = 1
							AVEN = 1
							Sleep (1)
							AX1V = 19
							VAX1 = 1
							Sleep (1)
							XSDN = 1
							Sleep (10)
							STA = 1
						}
					}
					Method (_OFF, 0, Serialized) {
						If (STA == 1) {
							Sleep (2)
							XSDN = 0
							Sleep (3)
							VAX1 = 0
							Sleep (1)
							AVEN = 0
							Sleep (1)
							VAX2 = 0
							Sleep (1)
							CMOF ()
							STA = 0
						}
					}
				}
			}
#endif

			Device (CAM0)
			{
				Name (_HID, "OVTID858")
				Name (_UID, 0)
				Name (_STA, 0x0F)
				Name (_CRS, ResourceTemplate () {
					I2cSerialBusV2 (0x0010, ControllerInitiated, 400000,
						AddressingMode7Bit, "\\_SB.PCI0.I2C2",
						0x00, ResourceConsumer)
				})
#ifdef WITH_PMIC
				Name (_DEP, Package () { \_SB.PCI0.I2C2.PMIC })
				Name (_PR0, Package () { \_SB.PCI0.I2C2.PMIC.OVTH })
				Name (_PR3, Package () { \_SB.PCI0.I2C2.PMIC.OVTH })
#endif
				Name (_DSD, Package () {
					ToUUID ("dbb8e3e6-5886-4ba6-8795-1319f52a966b"),
					Package () { Package () { "port0", "PRT0" } },
					ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
					Package () { Package () { "clock-frequency", 19200000 } }
				})
				Name (PRT0, Package () {
					ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
					Package () { Package () { "port", 0 } },
					ToUUID ("dbb8e3e6-5886-4ba6-8795-1319f52a966b"),
					Package () { Package () { "endpoint0", "EP00" } }
				})
				Name (EP00, Package () {
					ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
					Package () {
						Package () { "endpoint", 0 },
						Package () { "clock-lanes", 0 },
						Package () { "data-lanes", Package () { 1, 2, 3, 4 } },
						Package () { "link-frequencies",
							     Package () { 540000000, 270000000 } },
						Package () { "remote-endpoint",
							     Package () { \_SB.PCI0.CIO2, 0, 0 } },
					}
				})
			}
		}

		Device (I2C4)
		{
			Name (_ADR, 0x00190002)
			Name (_STA, 0x0F)

			Device (CAM1)
			{
				Name (_HID, "INT3479")
				Name (_UID, 0)
				Name (_STA, 0x0F)
				Name (_CRS, ResourceTemplate () {
					I2cSerialBusV2 (0x0036, ControllerInitiated, 400000,
						AddressingMode7Bit, "\\_SB.PCI0.I2C4",
						0x00, ResourceConsumer)
				})
#ifdef WITH_PMIC
				Name (_DEP, Package () { \_SB.PCI0.I2C2.PMIC })
				Name (_PR0, Package () { \_SB.PCI0.I2C2.PMIC.OVFI })
				Name (_PR3, Package () { \_SB.PCI0.I2C2.PMIC.OVFI })
#endif
				Name (_DSD, Package () {
					ToUUID ("dbb8e3e6-5886-4ba6-8795-1319f52a966b"),
					Package () { Package () { "port0", "PRT0" } },
					ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
					Package () { Package () { "clock-frequency", 19200000 } }
				})
				Name (PRT0, Package () {
					ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
					Package () { Package () { "port", 0 } },
					ToUUID ("dbb8e3e6-5886-4ba6-8795-1319f52a966b"),
					Package () { Package () { "endpoint0", "EP00" } }
				})
				Name (EP00, Package () {
					ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
					Package () {
						Package () { "endpoint", 0 },
						Package () { "clock-lanes", 0 },
						Package () { "data-lanes", Package () { 1, 2 } },
						Package () { "link-frequencies", Package () { 422400000 } },
						Package () { "remote-endpoint",
							     Package () { \_SB.PCI0.CIO2, 1, 0 } },
					}
				})
			}
		}
	}
}
