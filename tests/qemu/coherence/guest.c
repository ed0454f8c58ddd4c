/*
 * guest.c: an EFI program that hands memory to the toy device (toy.h) in right and wrong orders.
 * It checks what it sees itself; what the witness finds, test-coherence.sh checks.
 */
#include <efi.h>

#include "cache/lines.h"
#include "tests/qemu/coherence/toy.h"

#define PAGE           4096u
#define PAGE_LINES     (PAGE / CACHE_LINE_SIZE)
#define ROUNDS         2000
/* Configuration mechanism 1 (PCI Local Bus specification 3.0, 3.2.2.3.2): where ECAM lies depends on the firmware. */
#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA    0xcfc

typedef void flush_function(const void *line, UINTN count);

static EFI_BOOT_SERVICES *services;
static UINT32 bar;
static UINT8 *next_page;

static void out(UINT32 offset, UINT32 value)
{
	*(volatile UINT32 *)(UINTN)(bar + offset) = value;
}

static UINT32 in(UINT32 offset)
{
	return *(volatile UINT32 *)(UINTN)(bar + offset);
}

static UINT32 device_read(const void *at, UINT32 length)
{
	out(TOY_ADDRESS, (UINT32)(UINTN)at);
	out(TOY_LENGTH, length);
	out(TOY_COMMAND, TOY_READ);
	return in(TOY_RESULT);
}

static void device_fill(const void *at, UINT32 length, UINT8 value)
{
	out(TOY_ADDRESS, (UINT32)(UINTN)at);
	out(TOY_LENGTH, length);
	out(TOY_VALUE, value);
	out(TOY_COMMAND, TOY_FILL);
}

static void verdict(BOOLEAN ok)
{
	out(TOY_VERDICT, ok);
}

static void flush(flush_function *with, const void *page)
{
	with(page, PAGE_LINES);
	cache_fence();
}

static void fill(volatile UINT8 *page, UINT8 value)
{
	for (UINTN i = 0; i < PAGE; i++)
		page[i] = value;
}

static UINT32 sum(const volatile UINT8 *page)
{
	UINT32 total = 0;

	for (UINTN i = 0; i < PAGE; i++)
		total += page[i];
	return total;
}

static UINT8 *begin(enum toy_case number)
{
	UINT8 *page = next_page;

	next_page += PAGE;
	out(TOY_CASE, number);
	return page;
}

/* A page that both sides see as all `value`. */
static UINT8 *begin_clean(enum toy_case number, UINT8 value)
{
	UINT8 *page = begin(number);

	fill(page, value);
	flush(cache_lines_clflushopt, page);
	return page;
}

/* ---- right orders ------------------------------------------------------------------------- */

static void good(enum toy_case number, flush_function *with)
{
	UINT8 *page = begin(number);
	BOOLEAN ok;

	fill(page, 3);
	flush(with, page);
	ok = device_read(page, PAGE) == 3 * PAGE;
	device_fill(page, PAGE, 5);
	cache_fence();
	flush(with, page);
	verdict(ok && sum(page) == 5 * PAGE);
}

static void wbinvd(const void *line, UINTN count)
{
	(void)line;
	(void)count;
	cache_wbinvd();
}

static void good_clwb_out(void)
{
	UINT8 *page = begin(TOY_CASE_GOOD_CLWB_OUT);

	fill(page, 7);
	flush(cache_lines_clwb, page);
	verdict(device_read(page, PAGE) == 7 * PAGE);
}

static void good_rounds(void)
{
	volatile UINT8 *page = begin_clean(TOY_CASE_GOOD_ROUNDS, 0);
	BOOLEAN ok = TRUE;

	for (UINT32 i = 0; i < ROUNDS; i++) {
		volatile UINT8 *line = page + i % PAGE_LINES * CACHE_LINE_SIZE;

		line[1] = (UINT8)i;
		cache_lines_clflushopt((const void *)line, 1);
		cache_fence();
		ok &= device_read((const void *)(line + 1), 1) == (UINT8)i;
		device_fill((const void *)(line + 2), 1, (UINT8)~i);
		cache_fence();
		cache_lines_clflushopt((const void *)line, 1);
		cache_fence();
		ok &= line[2] == (UINT8)~i;
	}
	verdict(ok);
}

static void run_good(void)
{
	good(TOY_CASE_GOOD_CLFLUSH, cache_lines_clflush);
	good(TOY_CASE_GOOD_CLFLUSHOPT, cache_lines_clflushopt);
	good(TOY_CASE_GOOD_WBINVD, wbinvd);
	good_clwb_out();
	good_rounds();
}

/* ---- every kind of store makes a line dirty ----------------------------------------------- */

/* The device must still see the old bytes, and the witness must say so. */
static void stored(const void *at, UINT32 length, UINT32 old)
{
	verdict(device_read(at, length) == old);
}

static void run_plain_stores(void)
{
	UINT8 *p, *to, *from;
	UINT64 count;

	p = begin_clean(TOY_CASE_STORE_BYTE, 0);
	*(volatile UINT8 *)(p + 70) = 1;
	stored(p + 70, 1, 0);

	p = begin_clean(TOY_CASE_STORE_STOSB, 0);
	to = p + 100;
	count = 200;
	__asm__ volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(1) : "memory");
	stored(p + 299, 1, 0);

	p = begin_clean(TOY_CASE_STORE_MOVSQ, 0xee);
	*(volatile UINT8 *)p = 1;
	to = p + 1024;
	from = p;
	count = 8;
	__asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
	stored(p + 1024, 1, 0xee);

	p = begin_clean(TOY_CASE_STORE_MOVUPS, 0);
	__asm__ volatile("pcmpeqd %%xmm0, %%xmm0\n\tmovups %%xmm0, (%0)"
			 :
			 : "r"(p + 256)
			 : "xmm0", "memory");
	stored(p + 271, 1, 0);

	p = begin_clean(TOY_CASE_STORE_MOVNTI, 0);
	__asm__ volatile("movnti %1, (%0)" : : "r"(p + 512), "r"(1ull) : "memory");
	stored(p + 512, 1, 0);

	p = begin_clean(TOY_CASE_STORE_CROSSING, 0);
	__asm__ volatile("movq %1, (%0)" : : "r"(p + 60), "r"(~0ull) : "memory");
	stored(p + 64, 1, 0);
}

/* By instructions that are not there to store, and by the firmware's services. */
static void run_other_stores(void)
{
	UINT8 *p;
	UINT64 *q;

	p = begin_clean(TOY_CASE_STORE_XADD, 0);
	q = (UINT64 *)(void *)(p + 640);
	__asm__ volatile("lock xaddq %1, (%0)" : : "r"(q), "r"(9ull) : "memory");
	stored(q, 1, 0);

	p = begin_clean(TOY_CASE_STORE_FXSAVE, 0xee);
	__asm__ volatile("fxsave64 (%0)" : : "r"(p + 1024) : "memory");
	stored(p + 1024 + 16, 1, 0xee);

	p = begin_clean(TOY_CASE_STORE_PUSH, 0);
	__asm__ volatile("mov %%rsp, %%rbx\n\tmov %0, %%rsp\n\tpush %1\n\tmov %%rbx, %%rsp"
			 :
			 : "r"(p + 2048), "r"(~0ull)
			 : "rbx", "memory");
	stored(p + 2040, 1, 0);

	p = begin_clean(TOY_CASE_STORE_SETMEM, 0);
	services->SetMem(p + 3, 3000, 1);
	stored(p + 3002, 1, 0);

	p = begin_clean(TOY_CASE_STORE_COPYMEM, 0);
	*(volatile UINT8 *)p = 1;
	services->CopyMem(p + 1000, p, 500);
	stored(p + 1000, 1, 0);
}

/* ---- wrong orders ------------------------------------------------------------------------- */

static void run_orders(void)
{
	volatile UINT8 *p;

	p = begin(TOY_CASE_NEVER_FLUSHED);
	fill(p, 1);
	verdict(device_read((void *)p, PAGE) == 0xdb * PAGE);

	p = begin_clean(TOY_CASE_NO_FENCE, 0);
	p[0] = 1;
	cache_lines_clflushopt((const void *)p, 1);
	verdict(device_read((void *)p, 1) == 0);
	cache_fence();

	p = begin_clean(TOY_CASE_STORE_AFTER_FLUSH, 0);
	p[0] = 1;
	cache_lines_clflushopt((const void *)p, 1);
	p[1] = 1;
	cache_fence();
	verdict(device_read((void *)p, 2) == 1);

	p = begin_clean(TOY_CASE_DIRTY_AT_HANDOVER, 0);
	p[PAGE - 1] = 1;
	device_fill((void *)p, PAGE, 5);
	verdict(p[PAGE - 1] == 1);

	p = begin_clean(TOY_CASE_STORE_WHILE_DEVICE_OWNS, 0);
	device_fill((void *)p, PAGE, 5);
	p[64] = 1;
	cache_fence();
	flush(cache_lines_clflushopt, (void *)p);
	verdict(p[64] == 1 && p[65] == 0 && p[0] == 5); /* the line took device data with it */

	p = begin_clean(TOY_CASE_READ_WITHOUT_FLUSH, 2);
	device_fill((void *)p, PAGE, 5);
	verdict(p[128] == 2);

	p = begin_clean(TOY_CASE_FLUSH_TOO_EARLY, 2);
	device_fill((void *)p, PAGE, 5);
	flush(cache_lines_clflushopt, (void *)p);
	verdict(p[128] == 2);

	p = begin_clean(TOY_CASE_CLWB_FOR_FLUSH, 2);
	device_fill((void *)p, PAGE, 5);
	cache_fence();
	flush(cache_lines_clwb, (void *)p);
	verdict(p[128] == 2);

	p = begin_clean(TOY_CASE_RAW_FLUSH, 0);
	p[0] = 1;
	__asm__ volatile("clflush (%0)\n\tmfence" : : "r"(p) : "memory");
	device_read((void *)p, 1); /* QEMU 7.2: not placed; from 10 on it works */
	verdict(TRUE);
}

/* ---- the device works while nobody talks to it ------------------------------------------------ */

static BOOLEAN seen_after(volatile UINT8 *page, UINT32 tries, BOOLEAN sleep)
{
	for (UINT32 i = 0; i < tries; i++) {
		if (sleep)
			__asm__ volatile("hlt"); /* until the firmware's next timer interrupt */
		cache_fence();
		cache_lines_clflushopt((const void *)page, 1);
		cache_fence();
		for (UINT32 other = 0; other < 64;
		     other++) /* time for the device to write just now */
			page[PAGE / 2] = (UINT8)other;
		if (page[0] == 5)
			return TRUE;
	}
	return FALSE;
}

/* Not one register access between the command and the end: the device must get its turn all the same, and a
 * program that polls memory properly must have no finding. */
static void alone(enum toy_case number, UINT32 tries, BOOLEAN sleep)
{
	UINT8 *page = begin_clean(number, 0);
	BOOLEAN seen;

	out(TOY_ADDRESS, (UINT32)(UINTN)page);
	out(TOY_LENGTH, CACHE_LINE_SIZE);
	out(TOY_VALUE, 5);
	out(TOY_COMMAND, TOY_FILL_LATER);
	seen = seen_after(page, tries, sleep);
	verdict(seen);
}

/* ---- start -------------------------------------------------------------------------------- */

static void select_config(UINT32 offset)
{
	const UINT32 address = 1u << 31 | TOY_SLOT << 11 | TOY_FUNCTION << 8 | offset;

	__asm__ volatile("outl %0, %1" : : "a"(address), "Nd"((UINT16)CONFIG_ADDRESS));
}

static UINT32 config_in(UINT32 offset)
{
	UINT32 value;

	select_config(offset);
	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"((UINT16)CONFIG_DATA));
	return value;
}

static void config_out(UINT32 offset, UINT32 value)
{
	select_config(offset);
	__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"((UINT16)CONFIG_DATA));
}

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
	EFI_PHYSICAL_ADDRESS pages = 0xffffffff;

	(void)image;
	services = system->BootServices;
	if (config_in(0) != (TOY_DEVICE << 16 | TOY_VENDOR) ||
	    services->AllocatePages(AllocateMaxAddress, EfiLoaderData, TOY_CASE_COUNT, &pages))
		goto out;
	bar = config_in(0x10) & ~0xfu;
	config_out(4, 6); /* memory decoding, bus master */
	next_page = (UINT8 *)(UINTN)pages;
	switch (in(TOY_MODE)) {
	case TOY_GOOD:
		cache_witness_arm();
		run_good();
		break;
	case TOY_BAD:
		cache_witness_arm();
		run_plain_stores();
		run_other_stores();
		run_orders();
		break;
	case TOY_ALONE:
		cache_witness_arm();
		alone(TOY_CASE_ALONE_ASLEEP, 200, TRUE);
		alone(TOY_CASE_ALONE_BUSY, 3000000, FALSE);
		break;
	case TOY_UNARMED:
		device_fill(begin(TOY_CASE_UNARMED), 1, 1);
		break;
	}
out:
	system->RuntimeServices->ResetSystem(EfiResetShutdown, EFI_SUCCESS, 0, NULL);
	return EFI_ABORTED;
}
