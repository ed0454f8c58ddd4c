/* platform_time.c: the clock is the processor's time stamp counter; delays are the firmware's. */
#include "efi/uefi.h"

#include <cpuid.h>

#include "firstlight/platform.h"

#define SAMPLES   3
#define SAMPLE_US 2000u
/* No x86-64 counter runs slower or faster; outside, the measurement is wrong. */
#define HZ_MIN    100000000ull
#define HZ_MAX    20000000000ull

static struct {
	uint64_t start;
	uint64_t ns_per_tick; /* 32 fraction bits */
} tsc_clock;

static uint64_t read_tsc(void)
{
	uint32_t low, high;

	/* LFENCE: not before earlier loads have their values (SDM volume 2, RDTSC). */
	__asm__ volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

/*
 * Against the ACPI power management timer (ACPI 6.5, 4.8.3.3): both clocks are read, so that it
 * does not matter how long the pause between the readings really was, which in a busy emulator is
 * any. FADT: PM_TMR_BLK at 76, flags at 112 with TMR_VAL_EXT in bit 8.
 */
#define PM_TIMER_HZ      3579545u
#define FADT_PM_TMR_BLK  76
#define FADT_FLAGS       112
#define FADT_TMR_VAL_EXT (1u << 8)
#define PM_SAMPLE_US     10000u
#define PM_TRIES         16

static uint32_t inl(uint16_t port)
{
	uint32_t value;

	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

/* The timer, and the counter in the middle of the quickest of a few readings. */
static uint32_t read_both(uint16_t port, uint64_t *tsc)
{
	uint64_t least = UINT64_MAX;
	uint32_t best = 0;

	for (unsigned i = 0; i < PM_TRIES; i++) {
		uint64_t before = read_tsc();
		uint32_t timer = inl(port);
		uint64_t took = read_tsc() - before;

		if (took >= least)
			continue;
		least = took;
		best = timer;
		*tsc = before + took / 2;
	}
	return best;
}

/* 0 when there is no such timer, or it stands still. */
static uint64_t measure_hz_by_timer(void)
{
	const uint8_t *fadt;
	size_t size;
	uint32_t port, flags, first, ticks;
	uint64_t start = 0, end = 0;

	if (platform_acpi("FACP", &fadt, &size) || size < FADT_FLAGS + 4)
		return 0;
	__builtin_memcpy(&port, fadt + FADT_PM_TMR_BLK, sizeof port);
	__builtin_memcpy(&flags, fadt + FADT_FLAGS, sizeof flags);
	if (!port || port > 0xffff)
		return 0;
	first = read_both((uint16_t)port, &start);
	uefi.boot->Stall(PM_SAMPLE_US);
	ticks = read_both((uint16_t)port, &end) - first;
	if (!(flags & FADT_TMR_VAL_EXT))
		ticks &= 0xffffff;
	return ticks ? (end - start) * PM_TIMER_HZ / ticks : 0;
}

/* Stall may take longer than asked, never less: the smallest of a few is the nearest. */
static uint64_t measure_hz_by_stall(void)
{
	uint64_t least = UINT64_MAX;

	for (unsigned i = 0; i < SAMPLES; i++) {
		uint64_t before = read_tsc(), ticks;

		uefi.boot->Stall(SAMPLE_US);
		ticks = read_tsc() - before;
		if (ticks < least)
			least = ticks;
	}
	return least * (1000000u / SAMPLE_US);
}

/* What the processor says itself, exact; 0 when it is silent (SDM volume 2, CPUID 15h). */
static uint64_t stated_hz(void)
{
	uint32_t denominator, numerator, crystal, unused;

	if (!__get_cpuid(0x15, &denominator, &numerator, &crystal, &unused) || !denominator ||
	    !numerator || !crystal)
		return 0;
	return (uint64_t)crystal * numerator / denominator;
}

static bool is_near(uint64_t a, uint64_t b)
{
	uint64_t difference = a > b ? a - b : b - a;

	return difference < b / 50;
}

void uefi_clock_start(void)
{
	uint64_t hz = measure_hz_by_timer(), stated = stated_hz();

	if (!hz)
		hz = measure_hz_by_stall();

	/* Under a hypervisor the leaf may be the host's: it has to agree with the measurement. */
	if (stated && is_near(stated, hz))
		hz = stated;
	/* A Stall that does not wait: assume a fast counter, so that deadlines come late, but come.
	 */
	if (hz < HZ_MIN || hz > HZ_MAX)
		hz = 5000000000ull;
	tsc_clock.ns_per_tick = (uint64_t)(((unsigned __int128)1000000000u << 32) / hz);
	tsc_clock.start = read_tsc();
}

uint64_t platform_time_ns(void)
{
	unsigned __int128 ticks = read_tsc() - tsc_clock.start;

	return (uint64_t)(ticks * tsc_clock.ns_per_tick >> 32);
}

void platform_delay_us(uint32_t us)
{
	uefi.boot->Stall(us);
}

void platform_wall_clock(struct platform_clock *clock)
{
	EFI_TIME time;

	*clock = (struct platform_clock){0};
	if (EFI_ERROR(uefi.table->RuntimeServices->GetTime(&time, NULL)) || time.Year < 2000)
		return;
	*clock = (struct platform_clock){.year = time.Year,
					 .month = time.Month,
					 .day = time.Day,
					 .hour = time.Hour,
					 .minute = time.Minute,
					 .second = time.Second};
}
