/* rungs.h: the checks that only the IPU3 has, by file; as struct check calls them. Private to src/camera/ipu3. */
#ifndef CAMERA_IPU3_RUNGS_H
#define CAMERA_IPU3_RUNGS_H

#include "camera/check.h"

enum verdict check_pci_imgu(const struct check_run *run); /* check_mmu.c */
enum verdict check_mmu_up(const struct check_run *run);
enum verdict check_mmu_read(const struct check_run *run);
enum verdict check_mmu_remap(const struct check_run *run);
enum verdict check_mmu_unmap(const struct check_run *run);
enum verdict check_mmu_sizes(const struct check_run *run);
enum verdict check_mmu_frame(const struct check_run *run);
enum verdict check_mmu_boot(const struct check_run *run);    /* check_firmware.c */
enum verdict check_cache_snoop(const struct check_run *run); /* check_snoop.c */

#endif
