/* The local APIC: one-shot timer, and the way through for the 8259 pair's interrupts (SDM vol. 3,
 * chapter 10).
 *
 * Invariant: it delivers the timer (VECTOR_TIMER), what the 8259 pair raises (LINT0 as ExtINT;
 * firmware may have closed it, as OVMF does) and NMIs (LINT1), nothing else.
 *
 * Layer 1. Called by main.c, timeout's caller, calibrate.c; calls pic.c, panic.c. Needs the direct
 * map. */
#include "cpu.h"

#include "../panic.h"
#include "asm.h"

#define BASE_BSP    (1ull << 8)
#define BASE_X2APIC (1ull << 10)
#define BASE_ENABLE (1ull << 11)

/* Registers, by offset */
#define TASK_PRIORITY 0x080
#define END_OF        0x0b0
#define SPURIOUS      0x0f0
#define IN_SERVICE    0x100 /* eight of them, 16 bytes apart */
#define REQUESTED     0x200 /* the same */
#define VERSION       0x030
#define LVT_CMCI      0x2f0
#define LVT_TIMER     0x320
#define LVT_THERMAL   0x330
#define LVT_COUNTERS  0x340
#define LVT_LINT0     0x350
#define LVT_LINT1     0x360
#define LVT_ERROR     0x370
#define INITIAL_COUNT 0x380
#define CURRENT_COUNT 0x390
#define DIVIDE        0x3e0

#define SOFTWARE_ENABLE 0x100
#define MASKED          0x10000
#define DELIVER_NMI     0x400
#define DELIVER_EXTINT  0x700
#define TIMER_DEADLINE  0x40000
#define DIVIDE_BY_1     0xb

#define DRAIN_ROUNDS 1024

static volatile u32 *registers;
static bool draining;
static u64 scale; /* local APIC ticks per TSC tick, times 2^32 */

static u32 read_register(unsigned offset)
{
	return registers[offset / 4];
}

static void write_register(unsigned offset, u32 value)
{
	registers[offset / 4] = value;
}

paddr apic_base(void)
{
	return read_msr(MSR_APIC_BASE) & 0x000ffffffffff000ull;
}

bool apic_draining(void)
{
	return draining;
}

void apic_acknowledge(void)
{
	write_register(END_OF, 0);
}

static bool any_set(unsigned first)
{
	u32 bits = 0;

	for (unsigned i = 0; i < 8; i++)
		bits |= read_register(first + 16 * i);
	return bits != 0;
}

/* Firmware's own timer may have fired after firmware last looked (OVMF's comes at vector 32, which
 * is line 0 here). Such requests cannot be withdrawn, only taken; kerneltrap.c throws them away
 * while `draining`. */
static void drain(void)
{
	draining = true;
	for (unsigned i = 0; i < DRAIN_ROUNDS && any_set(IN_SERVICE); i++)
		apic_acknowledge();
	for (unsigned i = 0; i < DRAIN_ROUNDS && any_set(REQUESTED); i++)
		__asm__ volatile("sti; nop; cli" : : : "memory");
	draining = false;
}

/* From x2APIC mode the way back to memory-mapped registers leads through "off" (SDM vol.
 * 3, 10.12.5). */
static void leave_x2apic(void)
{
	u64 base = read_msr(MSR_APIC_BASE);

	if (base & BASE_X2APIC) {
		write_msr(MSR_APIC_BASE, base & ~(BASE_X2APIC | BASE_ENABLE));
		base &= ~BASE_X2APIC;
	}
	write_msr(MSR_APIC_BASE, base | BASE_ENABLE);
}

/* Only the lines that the processor says it has are written: writing to another is an error. (Intel
 * SDM vol. 3, 11.5.1.) */
void apic_init(void)
{
	unsigned last_lvt;

	leave_x2apic();
	registers = phys_to_virt(apic_base());
	last_lvt = read_register(VERSION) >> 16 & 0xff;
	write_register(TASK_PRIORITY, 0);
	write_register(SPURIOUS, SOFTWARE_ENABLE | VECTOR_SPURIOUS);
	write_register(LVT_TIMER, MASKED | VECTOR_TIMER);
	write_register(LVT_ERROR, MASKED | VECTOR_SPURIOUS);
	if (last_lvt >= 4)
		write_register(LVT_COUNTERS, MASKED | VECTOR_SPURIOUS);
	if (last_lvt >= 5)
		write_register(LVT_THERMAL, MASKED | VECTOR_SPURIOUS);
	if (last_lvt >= 6)
		write_register(LVT_CMCI, MASKED | VECTOR_SPURIOUS);
	write_register(LVT_LINT0, DELIVER_EXTINT);
	write_register(LVT_LINT1, DELIVER_NMI);
	write_register(DIVIDE, DIVIDE_BY_1);
	write_register(INITIAL_COUNT, UINT32_MAX); /* runs masked, for calibrate.c to watch */
	drain();
}

void machine_interrupts_init(void)
{
	pic_init();
	apic_init();
}

u32 apic_timer_count(void)
{
	return read_register(CURRENT_COUNT);
}

void apic_timer_set_scale(u64 apic_ticks, u64 tsc_ticks)
{
	scale = (apic_ticks << 32) / tsc_ticks;
	write_register(INITIAL_COUNT, 0);
	if (machine_features.tsc_deadline) {
		write_register(LVT_TIMER, TIMER_DEADLINE | VECTOR_TIMER);
		__asm__ volatile("mfence"
				 :
				 :
				 : "memory"); /* before the first WRMSR (SDM vol. 3, 10.5.4.1) */
	} else {
		write_register(LVT_TIMER, VECTOR_TIMER);
	}
}

void machine_timer_arm(u64 tsc)
{
	u64 now, count = 1;

	if (machine_features.tsc_deadline) {
		write_msr(MSR_TSC_DEADLINE, tsc ? tsc : 1); /* 0 would disarm */
		return;
	}
	now = read_tsc();
	if (tsc > now)
		count = (u64)((unsigned __int128)(tsc - now) * scale >> 32) + 1;
	write_register(INITIAL_COUNT, (u32)MIN(count, UINT32_MAX)); /* far ones come early: the
								       caller arms again */
}

void machine_timer_disarm(void)
{
	if (machine_features.tsc_deadline)
		write_msr(MSR_TSC_DEADLINE, 0);
	else
		write_register(INITIAL_COUNT, 0);
}

void machine_timer_done(void)
{
	apic_acknowledge();
}
