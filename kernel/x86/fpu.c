/* FPU, SSE and AVX state of user threads. The kernel itself uses none (-mgeneral-regs-only).
 *
 * Invariant: CR0.TS is clear exactly while a thread that uses the FPU is the current one, and then
 * the registers are that thread's; otherwise they are clean. State is saved and restored at the
 * switch, never later: values left behind TS can be read by speculation (lazy FPU, CVE-2018-3665).
 *
 * Layer 1. Called by cpu.c, trap.c; calls panic.c. See docs/notes/fpu.md. */
#include "cpu.h"

#include "../panic.h"
#include "../string.h"
#include "asm.h"
#include "layout.h"

#define XCR0_WANTED 7 /* x87, SSE, AVX */
#define XCR0_LEAST  3

/* A clean state: FCW 0x37f and MXCSR 0x1f80 mask all exceptions, as the System V ABI wants it. With
 * XSTATE_BV = 0 in its header XRSTOR resets every component, the upper halves of the AVX registers
 * too; without XSAVE the legacy part is loaded as it stands. */
static const struct machine_thread clean = {
	.fpu = { [0] = 0x7f, [1] = 0x03, [24] = 0x80, [25] = 0x1f },
};

static u32 xcr0;            /* 0: FXSAVE */
static bool keeps_pointers; /* FXRSTOR and XRSTOR leave the x87 pointers of the last thread (AMD) */

static void set_xcr0(u32 mask)
{
	__asm__ volatile("xsetbv" : : "c"(0), "a"(mask), "d"(0));
}

static void use_xsave(void)
{
	xcr0 = cpuid(13, 0).eax & XCR0_WANTED;
	set_xcr0(xcr0);
	if (cpuid(13, 0).ebx > FPU_BYTES) { /* the bytes that the components in XCR0 take */
		xcr0 = XCR0_LEAST;
		set_xcr0(xcr0);
	}
	machine_features.xsave_bytes = cpuid(13, 0).ebx;
	ASSERT(machine_features.xsave_bytes <= FPU_BYTES);
}

void fpu_init(void)
{
	struct cpuid vendor = cpuid(0, 0);
	bool amd = vendor.ebx == 0x68747541; /* "Auth" */

	if (machine_features.xsave)
		use_xsave();
	/* CPUID.80000008H:EBX[2]: newer ones restore the pointers always */
	keeps_pointers =
	    amd && !(cpuid(0x80000000, 0).eax >= 0x80000008 && cpuid(0x80000008, 0).ebx & 4);
}

static void save(struct machine_thread *state)
{
	if (xcr0)
		__asm__ volatile("xsave64 %0" : "+m"(state->fpu) : "a"(xcr0), "d"(0) : "memory");
	else
		__asm__ volatile("fxsave64 %0" : "+m"(state->fpu) : : "memory");
}

static void restore(const struct machine_thread *state)
{
	static const u32 zero;

	if (keeps_pointers) /* a harmless load of our own overwrites them (CVE-2006-1056) */
		__asm__ volatile("fnclex; emms; fildl %0" : : "m"(zero));
	if (xcr0)
		__asm__ volatile("xrstor64 %0" : : "m"(state->fpu), "a"(xcr0), "d"(0) : "memory");
	else
		__asm__ volatile("fxrstor64 %0" : : "m"(state->fpu) : "memory");
}

static void turn_on(void)
{
	if (!this_cpu()->fpu_on)
		__asm__ volatile("clts");
	this_cpu()->fpu_on = true;
}

static void turn_off(void)
{
	if (!this_cpu()->fpu_on)
		return;
	restore(&clean);
	write_cr0(CR0_VALUE | CR0_TS);
	this_cpu()->fpu_on = false;
}

void fpu_switch(struct machine_thread *old, struct machine_thread *new)
{
	if (old && old->special.uses_fpu)
		save(old);
	if (new->special.uses_fpu) {
		turn_on();
		restore(new);
	} else {
		turn_off();
	}
}

void machine_fpu_first_use(struct machine_thread *state)
{
	ASSERT(!state->special.uses_fpu);
	memcpy(state->fpu, clean.fpu, sizeof(clean.fpu));
	state->special.uses_fpu = true;
	turn_on();
	restore(state);
}
