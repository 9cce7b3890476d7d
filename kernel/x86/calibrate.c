/* How fast do the TSC and the local APIC's timer run? Measured against the 8254 timer, whose rate
 * everybody knows.
 *
 * Invariant: a measurement counts only when nothing got in between (an emulator's host that took
 * the processor away, SMM): of several readings the one that took least time is used, and rates
 * follow from the counts actually seen.
 *
 * Layer 1. Called by clock.c; calls apic.c, panic.c. Interrupts are off. */
#include "cpu.h"

#include "../panic.h"
#include "asm.h"

#define PIT_HZ       1193182
#define PIT_CHANNEL2 0x42
#define PIT_COMMAND  0x43
#define PIT_LATCH2   0x80
#define PIT_COUNT2   0xb0 /* channel 2, both bytes, mode 0: its output rises at 0 and stays up */
#define SPEAKER      0x61 /* bit 0: channel 2 counts; bit 1: and is heard; bit 5: its output */
#define SPEAKER_OUT  0x20

#define PERIOD   597 /* PIT ticks: half a millisecond */
#define READINGS 5
#define TRIES    10

struct reading {
	u64 tsc, took;
	u32 apic;
	u16 pit;
};

/* Latching freezes all three at one moment, give or take what the latching took. */
static struct reading read_once(void)
{
	struct reading r;
	u64 before = read_tsc(), after;

	outb(PIT_COMMAND, PIT_LATCH2);
	r.apic = apic_timer_count();
	after = read_tsc();
	r.pit = inb(PIT_CHANNEL2);
	r.pit |= (u16)(inb(PIT_CHANNEL2) << 8);
	r.took = after - before;
	r.tsc = before + r.took / 2;
	return r;
}

static struct reading read_carefully(void)
{
	struct reading best = read_once();

	for (unsigned i = 1; i < READINGS; i++) {
		struct reading r = read_once();

		if (r.took < best.took)
			best = r;
	}
	return best;
}

/* One measurement; false when the PIT ran through its 55 ms, so that the ticks are unknown. */
static bool measure(struct reading *first, struct reading *last)
{
	outb(PIT_COMMAND, PIT_COUNT2);
	outb(PIT_CHANNEL2, 0xff);
	outb(PIT_CHANNEL2, 0xff);
	*first = read_carefully();
	do
		*last = read_once();
	while ((u16)(first->pit - last->pit) < PERIOD);
	*last = read_carefully();
	return !(inb(SPEAKER) & SPEAKER_OUT);
}

void machine_timer_calibrate(u64 *tsc_hz)
{
	u8 speaker = inb(SPEAKER);
	struct reading first, last;
	unsigned tries = 0;

	outb(SPEAKER, (u8)((speaker & ~2) | 1));
	while (!measure(&first, &last))
		if (++tries == TRIES)
			panic("the 8254 timer cannot be read: the clock has nothing to go by");
	outb(SPEAKER, speaker);

	*tsc_hz = (last.tsc - first.tsc) * PIT_HZ / (u16)(first.pit - last.pit);
	apic_timer_set_scale(first.apic - last.apic, last.tsc - first.tsc);
}
