/* Traps that entry.S did not take from user mode in the ordinary way: out of the idle loop, and
 * those that have stacks of their own.
 *
 * Invariant: nothing that user code can bring about ends in a panic. An NMI is counted and
 * forgotten wherever it comes; so is a #DB in the kernel, which MOV SS followed by SYSCALL can
 * place on entry_syscall's first instruction (docs/notes/swapgs-nmi-db.md). Every other exception
 * here is a bug of the kernel or a broken machine.
 *
 * Layer 1. Called by entry.S; calls apic.c, panic.c, printk.c and, for interrupts, trap_idle
 * (trap.c). */
#include "cpu.h"

#include "../panic.h"
#include "../printk.h"
#include "asm.h"
#include "layout.h"

#define INTERRUPTS_FROM 32

/* Lines 1, 2, 4, 8, ... of a storm are logged, not each. */
static bool worth_a_line(u64 count)
{
	return (count & (count - 1)) == 0;
}

static void ignore_nmi(const struct regs *regs)
{
	u64 count = ++this_cpu()->nmis;

	if (worth_a_line(count))
		printk("NMI %lu at %p ignored\n", count, (void *)regs->rip);
}

static void ignore_debug_trap(struct regs *regs)
{
	u64 count = ++this_cpu()->debug_traps;

	regs->rflags &= ~(u64)RFLAGS_TF;
	__asm__ volatile("mov %0, %%dr7"
			 :
			 : "r"(0x400ull)); /* no breakpoints: nothing in Atoll sets any */
	__asm__ volatile("mov %0, %%dr6" : : "r"(0xffff0ff0ull));
	if (worth_a_line(count))
		printk("#DB %lu in the kernel at %p ignored\n", count, (void *)regs->rip);
}

void trap_kernel(struct regs *regs)
{
	if (regs->vector == TRAP_NMI)
		ignore_nmi(regs);
	else if (regs->vector == TRAP_DEBUG)
		ignore_debug_trap(regs);
	else if (regs->vector < INTERRUPTS_FROM)
		panic_trap(regs);
	else if (apic_draining())
		apic_acknowledge();
	else
		trap_idle((unsigned)regs->vector);
}
