/* mem.h: the four memory functions that the compiler itself may call. On UEFI they are
 * efi/mem.c (16-byte moves), on the host libc's. */
#ifndef CORE_MEM_H
#define CORE_MEM_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *text);

#endif
