/* FPU, SSE and AVX state of user threads. The kernel itself uses none (-mgeneral-regs-only).
 *
 * Invariant: CR0.TS is clear exactly while a thread that uses the FPU is the current one, and then
 * the registers are that thread's. State is saved and restored at the switch, never later:
 * registers that still hold another thread's values behind TS can be read by speculation (lazy FPU,
 * CVE-2018-3665).
 *
 * Layer 1. Called by cpu.c, trap.c; calls panic.c. See docs/notes/fpu.md. */
#include "cpu.h"

#include "../panic.h"
#include "../string.h"
#include "asm.h"

#define CR0_TS (1ull << 3)

#define XCR0_WANTED 7 /* x87, SSE, AVX */
#define XCR0_LEAST  3

#define FCW_OFFSET   0
#define MXCSR_OFFSET 24
#define FCW_DEFAULT \
	0x37f /* all exceptions masked, 64-bit precision, as the System V ABI wants it */
#define MXCSR_DEFAULT 0x1f80 /* all exceptions masked */

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

void fpu_switch(struct machine_thread *old, struct machine_thread *new)
{
	bool off = read_cr0() & CR0_TS;

	if (old && old->uses_fpu)
		save(old);
	if (new->uses_fpu) {
		if (off)
			__asm__ volatile("clts");
		restore(new);
	} else if (!off) {
		write_cr0(read_cr0() | CR0_TS);
	}
}

/* An area of zeros is a clean state: with XSTATE_BV = 0 in its header XRSTOR resets every
 * component, the upper halves of the AVX registers too; without XSAVE the legacy part is loaded as
 * it stands. */
void machine_fpu_first_use(struct machine_thread *state)
{
	ASSERT(!state->uses_fpu);
	memset(state->fpu, 0, sizeof(state->fpu));
	*(u16 *)(state->fpu + FCW_OFFSET) = FCW_DEFAULT;
	*(u32 *)(state->fpu + MXCSR_OFFSET) = MXCSR_DEFAULT;
	state->uses_fpu = true;
	__asm__ volatile("clts");
	restore(state);
}
