/* platform_time.c: the clock is the processor's time stamp counter; delays are the firmware's. */
#include "efi/uefi.h"

#include <cpuid.h>

#include "firstlight/platform.h"

#define SAMPLES 3
#define SAMPLE_US 2000u
/* No x86-64 counter runs slower or faster; outside, the measurement is wrong. */
#define HZ_MIN 100000000ull
#define HZ_MAX 20000000000ull

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

/* Stall may take longer than asked, never less: the smallest of a few is the nearest. */
static uint64_t measure_hz(void)
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
	uint64_t hz = measure_hz(), stated = stated_hz();

	/* Under a hypervisor the leaf may be the host's: it has to agree with the measurement. */
	if (stated && is_near(stated, hz))
		hz = stated;
	/* A Stall that does not wait: assume a fast counter, so that deadlines come late, but come. */
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
	*clock = (struct platform_clock){.year = time.Year, .month = time.Month, .day = time.Day,
					 .hour = time.Hour, .minute = time.Minute,
					 .second = time.Second};
}
