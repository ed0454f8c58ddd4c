/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * without_kvm.c: preloaded into QEMU (LD_PRELOAD), so that x-pci-proxy-dev can be created without KVM.
 *
 * From some version between 7.2 and 10.0 on, QEMU asks KVM for the route of the device's interrupt, and without KVM
 * follows a null pointer. Debian's programs export that pointer, kvm_state: with an invalid file descriptor behind
 * it the question fails, as it should (virtual-board.md A.8). With KVM QEMU sets the pointer itself, later. In any
 * other program there is no such pointer, and nothing happens.
 */
#include <stdlib.h>
#include <string.h>

#define STATE_BYTES 65536u /* more than QEMU looks at */

extern void *kvm_state __attribute__((weak));

__attribute__((constructor)) static void stand_in_for_kvm(void)
{
	if (!&kvm_state || kvm_state)
		return;
	kvm_state = malloc(STATE_BYTES);
	if (kvm_state)
		memset(kvm_state, 0xff, STATE_BYTES); /* every descriptor is -1 */
}
