/* The processor: what it can do, its control registers, SYSCALL; and the switch from one thread to
 * the next.
 *
 * Invariant: a CR4 or EFER bit is set only when CPUID offers it; CR4.FSGSBASE stays 0 (entry.S
 * tells whose GS is loaded by its sign, and user code must not be able to choose that). When the
 * thread that runs has tls == 0, FS base is 0.
 *
 * Layer 1. Called by main.c, trap.c, space.c; calls descriptors.c, fpu.c, serial.c, panic.c.
 * Read layout.h first, then entry.S. */
#include "cpu.h"

#include "../machine.h"
#include "../panic.h"
#include "asm.h"
#include "current.h"
#include "layout.h"

#define BIT(word, number) ((word) >> (number)&1)

#define CR4_PAE        (1u << 5)
#define CR4_MCE        (1u << 6)
#define CR4_PGE        (1u << 7)
#define CR4_OSFXSR     (1u << 9)
#define CR4_OSXMMEXCPT (1u << 10)
#define CR4_UMIP       (1u << 11)
#define CR4_OSXSAVE    (1u << 18)
#define CR4_SMEP       (1u << 20)
#define CR4_SMAP       (1u << 21)

#define EFER_SCE 0x001
#define EFER_LME 0x100
#define EFER_NXE 0x800

#define CANONICAL_USER (1ull << 47) /* user addresses are below */

extern void entry_syscall(void), entry_syscall_long(void);

struct machine_features machine_features;

/* Asked before any CR4 bit is set: an emulator may hang silently on one that it lacks. (Intel SDM
 * vol. 2, CPUID.) */
static void read_features(void)
{
	u32 last = cpuid(0, 0).eax, last_extended = cpuid(0x80000000, 0).eax;
	struct cpuid basic = cpuid(1, 0), extended = cpuid(0x80000001, 0), more = { 0 };
	struct machine_features *f = &machine_features;

	if (last >= 7)
		more = cpuid(7, 0);
	f->pcid = BIT(basic.ecx, 17);
	f->tsc_deadline = BIT(basic.ecx, 24);
	f->xsave = BIT(basic.ecx, 26) && last >= 13;
	f->hypervisor = BIT(basic.ecx, 31);
	f->fsgsbase = BIT(more.ebx, 0);
	f->smep = BIT(more.ebx, 7);
	f->invpcid = BIT(more.ebx, 10);
	f->smap = BIT(more.ebx, 20);
	f->umip = BIT(more.ecx, 2);
	f->gigabyte_pages = BIT(extended.edx, 26);
	f->physical_bits = last_extended >= 0x80000008 ? cpuid(0x80000008, 0).eax & 0xff : 36;
	if (!BIT(basic.edx, 9) || !BIT(basic.edx, 13) || !BIT(basic.edx, 24))
		panic("this processor lacks a local APIC, global pages or FXSAVE");
}

/* Written whole, not bit by bit: what firmware left there is not ours to keep. */
static void set_control_registers(void)
{
	const struct machine_features *f = &machine_features;
	u32 cr4 = CR4_PAE | CR4_PGE | CR4_OSFXSR | CR4_OSXMMEXCPT;

	cr4 |= BIT(cpuid(1, 0).edx, 7) ? CR4_MCE : 0;
	cr4 |= f->xsave ? CR4_OSXSAVE : 0;
	cr4 |= f->smep ? CR4_SMEP : 0;
	cr4 |= f->smap ? CR4_SMAP : 0;
	cr4 |= f->umip ? CR4_UMIP : 0;
	write_cr4(cr4);
	write_cr0(CR0_VALUE | CR0_TS);
}

static bool short_cut, short_cut_held;

static void set_entry(void)
{
	write_msr(
	    MSR_LSTAR, short_cut && !short_cut_held ? (u64)entry_syscall : (u64)entry_syscall_long);
}

void machine_short_cut(bool on)
{
	short_cut = on;
	set_entry();
}

void machine_hold_short_cut(bool held)
{
	short_cut_held = held;
	set_entry();
}

/* SYSCALL (SDM vol. 3, 5.8.8). FMASK takes away every flag a user could hand to the kernel: IF (no
 * interrupt before there is a stack), DF (string instructions), TF (no trap in ring 0), NT (IRETQ
 * would fault), AC (SMAP), the rest because nothing is gained by keeping it. */
static void set_syscall_msrs(void)
{
	write_msr(MSR_STAR, (u64)SELECTOR_KERNEL_DATA << 48 | (u64)SELECTOR_KERNEL_CODE << 32);
	machine_short_cut(false);
	write_msr(MSR_FMASK, RFLAGS_ALL & ~RFLAGS_FIXED);
	write_msr(MSR_EFER, EFER_SCE | EFER_LME | EFER_NXE);
	write_msr(MSR_SYSENTER_CS, 0); /* the other instruction of that kind gives #GP */
	write_msr(MSR_FS_BASE, 0);
	write_msr(MSR_KERNEL_GS_BASE, 0); /* the user's, while the kernel runs */
}

void machine_init(void)
{
	serial_init();
	descriptors_init();
	read_features();
	set_control_registers();
	set_syscall_msrs();
	fpu_init();
}

/* ---- Threads -------------------------------------------------------------------------- */

void machine_regs_init(struct regs *regs, u64 entry, u64 stack)
{
	*regs = (struct regs){
		.vector = ENTRY_NEW,
		.rip = entry,
		.cs = SELECTOR_USER_CODE,
		.rflags = RFLAGS_IF | RFLAGS_FIXED,
		.rsp = stack,
		.ss = SELECTOR_USER_DATA,
	};
}

void machine_thread_init(struct machine_thread *state)
{
	ASSERT((u64)state->fpu % 64 == 0); /* or XSAVE faults */
	state->tls = 0;
	state->special.any = 0; /* the FPU's area is filled at the first use */
}

/* FS base is written whenever either thread has one, never compared: user code can zero it by
 * loading FS, and the next thread must not find the last one's. Without one on either side it is 0
 * already, whatever was loaded: every segment that user code can name starts at 0. */
void machine_switch_special(struct machine_thread *old, struct machine_thread *new)
{
	if (old == new)
		return;
	fpu_switch(old, new);
	if (!old || old->tls || new->tls)
		write_msr(MSR_FS_BASE, new->tls);
}

bool machine_set_tls(struct machine_thread *state, bool running, u64 base)
{
	if (base >= CANONICAL_USER)
		return false; /* WRMSR of a non-canonical address would fault in the kernel */
	state->tls = base;
	state->special.has_tls = base != 0;
	if (running)
		write_msr(MSR_FS_BASE, base);
	return true;
}

/* ---- Small things --------------------------------------------------------------------- */

u64 machine_fault_address(void)
{
	return read_cr2();
}

/* Another processor would get an interrupt and be waited for. So far there is none to ask. */
void machine_on(u64 cpus, void (*function)(u64), u64 argument)
{
	ASSERT(cpus >> CPUS_MAX == 0);
	if (cpus)
		function(argument);
}

/* STI takes effect after the next instruction, so no interrupt slips in between it and HLT and is
 * slept through. */
void machine_wait_for_interrupt(void)
{
	__asm__ volatile("sti; hlt; cli" : : : "memory");
}

/* STI holds them off for one instruction more. */
void machine_take_interrupts(void)
{
	__asm__ volatile("sti; nop; cli" : : : "memory");
}

_Noreturn void machine_halt(void)
{
	for (;;)
		__asm__ volatile("cli; hlt" : : : "memory");
}
