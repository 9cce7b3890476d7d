/* What the portable kernel asks of the machine. Implemented in kernel/x86/ (on the host, by
 * tests/host/machine.c).
 *
 * Layer 0 declares; layer 1 implements and calls nothing above it but the trap_ functions at
 * the end, which are how the machine enters the kernel. */
#ifndef KERNEL_MACHINE_H
#define KERNEL_MACHINE_H

#include "types.h"

/* ---- Addresses ------------------------------------------------------------------------
 * All memory is mapped at DIRECT_MAP (read, write, no execute), the kernel's image at KERNEL_BASE.
 */
#if __STDC_HOSTED__ /* the host's tests: where a process has room for both */
extern char host_image[];
#define DIRECT_MAP  0x200000000000ull
#define KERNEL_BASE ((u64)host_image - 0x100000)
#define CPUS_MAX    4
unsigned machine_cpu(void);
void machine_write_entry(u64 *entry, u64 value);
#else
#define DIRECT_MAP  0xffff800000000000ull
#define KERNEL_BASE 0xffffffff80000000ull
#define CPUS_MAX    1
/* The number of the processor that runs this. */
static inline unsigned machine_cpu(void)
{
	return 0;
}
/* Writes an entry of a page table, which a processor may be reading: in one store, here and now. */
static inline void machine_write_entry(u64 *entry, u64 value)
{
	*(volatile u64 *)entry = value;
}
#endif

static inline void *phys_to_virt(paddr address)
{
	return (void *)(address + DIRECT_MAP);
}
static inline paddr virt_to_phys(const void *pointer) /* of the direct map only */
{
	return (u64)pointer - DIRECT_MAP;
}
static inline paddr image_to_phys(const void *pointer) /* of the kernel's own variables; the direct
							  map lacks them */
{
	return (u64)pointer - KERNEL_BASE;
}

/* ---- Registers ------------------------------------------------------------------------
 * A thread's user registers as entry.S saves them: straight into the thread, of which this is the
 * first member. The last five are what the processor pushes; the end is 16-byte aligned because the
 * processor aligns there. */
struct regs {
	u64 r15, r14, r13, r12, rbp, rbx;
	u64 r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
	u64 vector; /* ENTRY_SYSCALL, or the vector of the exception or interrupt */
	u64 error;  /* the processor's error code, or 0 */
	u64 rip, cs, rflags, rsp, ss;
};
_Static_assert(sizeof(struct regs) % 16 == 0, "the processor pushes onto 16-byte boundaries");

#define ENTRY_SYSCALL 256 /* in regs.vector: may return by SYSRET */
#define ENTRY_NEW     257 /* never ran: returns by IRETQ */

#define VECTOR_PAGE_FAULT 14
#define VECTOR_IRQ        32 /* lines 0 to 15 */
#define VECTOR_TIMER      48
#define VECTOR_SPURIOUS   255
#define IRQ_LINES         16
#define IRQ_CASCADE       2 /* no device's: the second controller hangs there */

struct thread; /* begins with its struct regs */

/* Makes registers for a thread's first run: user mode, interrupts on, all others 0. */
void machine_regs_init(struct regs *regs, u64 entry, u64 stack);
/* The machine's state outside struct regs that goes with a thread. The portable kernel only makes
 * room for it. */
#define FPU_BYTES 832 /* x87, SSE, AVX as XSAVE lays them out */
/* What the short cut does not do, in one word, so that it is one test. */
union machine_special {
	struct {
		bool uses_fpu;    /* has touched FPU, SSE or AVX: switched with it */
		bool has_tls;     /* FS base is not 0: switched with it */
		bool faulting;    /* ipc.c: its call is a fault message */
		bool owns_waited; /* lock.c: owns a lock that somebody waits for */
	};
	u32 any;
};
struct machine_thread {
	union machine_special special;
	u64 tls; /* FS base */
	u8 fpu[FPU_BYTES] __attribute__((aligned(64)));
};
void machine_thread_init(struct machine_thread *state);
/* Leaves old's (may be NULL: dead or none) and installs new's state where that is special: FPU; FS
 * base. See machine_switch in machine_inline.h. */
void machine_switch_special(struct machine_thread *old, struct machine_thread *new);
/* #NM: the running thread wants the FPU. Gives it a clean one. */
void machine_fpu_first_use(struct machine_thread *state);
/* Sets FS base, also in the processor when the thread is the running one. False: not a user
 * address. */
bool machine_set_tls(struct machine_thread *state, bool running, u64 base);

/* Whether SYSCALL tries the short cut (ipc_fast.c) at all; at first not. */
void machine_short_cut(bool on);
/* While held (trace.c) it does not, whatever machine_short_cut says. */
void machine_hold_short_cut(bool held);

/* ---- Processor ------------------------------------------------------------------------ */
struct machine_features {
	bool pcid, invpcid, smep, smap, umip, fsgsbase, xsave, tsc_deadline, gigabyte_pages,
	    hypervisor;
	u32 xsave_bytes;
	u32 physical_bits;
};
extern struct machine_features machine_features;

void machine_init(void); /* GDT, TSS, IDT, control registers, SYSCALL, FPU; early in main.c */
/* 8259 pair masked and moved to VECTOR_IRQ, local APIC on; needs the direct map */
void machine_interrupts_init(void);
u64 machine_fault_address(void); /* CR2: what the last page fault was about */
/* Calls this on each of these processors (a mask), and returns when all have done it: before any of
 * them is in user mode again. */
void machine_on(u64 cpus, void (*function)(u64), u64 argument);
/* sti; hlt; cli: the idle loop. Interrupts are off before and after. */
void machine_wait_for_interrupt(void);
/* sti; nop; cli: those that have come meanwhile. */
void machine_take_interrupts(void);
_Noreturn void machine_halt(void); /* for good */
/* Reports the exit status to the emulator (docs/exit-status.md), then turns the power off, or
 * halts. */
_Noreturn void machine_poweroff(int status);
_Noreturn void machine_reboot(void);

/* ---- Translation ---------------------------------------------------------------------- */
/* Builds the final tables of the kernel half (x86/kernelmap.c) out of frames that new_frame gives,
 * and loads them. Until then the first 4 GiB are mapped at DIRECT_MAP: new_frame must give frames
 * below that. */
void machine_map_kernel(paddr (*new_frame)(void));
/* entries 256 to 511 of the kernel's root, fixed from then on */
const u64 *machine_kernel_half(void);
paddr machine_kernel_root(void); /* a root with an empty user half */
#define CR3_NO_FLUSH (1ull << 63)
void machine_load_cr3(u64 cr3);
u64 machine_read_cr3(void);
void machine_flush_page(u64 address); /* INVLPG: this address, current PCID */
/* INVPCID type 0; only when features.invpcid */
void machine_flush_pcid_page(u16 pcid, u64 address);
void machine_enable_pcid(void); /* CR4.PCIDE; CR3[11:0] must be 0 */

/* ---- Time ----------------------------------------------------------------------------- */
/* also measures the local APIC timer; takes about half a millisecond */
void machine_timer_calibrate(u64 *tsc_hz);
/* one interrupt at VECTOR_TIMER when the TSC has passed this; replaces the last */
void machine_timer_arm(u64 tsc);
void machine_timer_disarm(void);

/* ---- Interrupt lines and ports -------------------------------------------------------- */
void machine_irq_mask(unsigned line);
void machine_irq_unmask(unsigned line);
/* the 8259 raised 7 or 15 without a request; acknowledged if so */
bool machine_irq_spurious(unsigned line);
void machine_irq_done(unsigned line); /* end of interrupt to the 8259 pair */
void machine_timer_done(void);        /* end of interrupt to the local APIC */
u32 machine_port_in(u16 port, unsigned width);
void machine_port_out(u16 port, unsigned width, u32 value);

/* ---- Kernel stacks, for backtraces ---------------------------------------------------- */
bool machine_on_kernel_stack(u64 address);
bool machine_in_stack_guard(u64 address);

/* ---- Text ----------------------------------------------------------------------------- */
void machine_log(char c); /* debug console (port 0xE9) */
/* COM1, polled, for boot and panic only: in between the console server owns it */
void machine_console(char c);

/* ---- Entry: trap.c implements these, entry.S calls them with interrupts off, on the kernel stack
 * ---- Each returns the thread to return to, whose regs are then restored. */
/* main.c; boot.S calls it and runs the thread it returns */
struct thread *kernel_main(paddr boot_information);
struct thread *trap_syscall(struct thread *current);
/* exception or interrupt from user mode; regs.vector says which */
struct thread *trap_user(struct thread *current);
/* An interrupt taken in the kernel: only the two functions above let any in. An exception there
 * is a bug and goes to panic_trap (panic.c) instead. */
void trap_idle(unsigned vector);

#endif
