/* The kernel gives up: what happened, where, how it got there, where to look; then the power goes
 * off.
 *
 * Invariant: a panic ends. A second one inside the first prints one line, a third nothing; nothing
 * here waits, and a backtrace reads only addresses on the kernel's own stacks, whatever the frame
 * pointers say.
 *
 * Layer 1. Called by everybody through ASSERT; calls printk.c and the machine. The names of
 * functions come from tools/symbols, which the Makefile runs between two links. */
#include "panic.h"

#include "printk.h"

#define FRAMES_MAX 32

/* Written by tools/symbols: the lower halves of addresses, sorted, and their names one behind the
 * other. */
extern const u32 kernel_symbols[] __attribute__((weak));
extern const u32 kernel_symbol_count __attribute__((weak));
extern const char kernel_symbol_names[] __attribute__((weak));
extern const char image_start[], text_end[]; /* linker.ld */

static unsigned depth; /* panics begun */

struct exception {
	const char *name, *look;
};

static const struct exception exceptions[32] = {
	[0] = { "#DE divide error", "the division at rip: which operand was not checked?" },
	[3] = { "#BP breakpoint", "somebody left an int3 in the kernel" },
	[6] = { "#UD invalid opcode",
	    "a jump through a bad pointer, or __builtin_trap: see the backtrace" },
	[7] = { "#NM no FPU", "the kernel must be built with -mgeneral-regs-only (Makefile)" },
	[8] = { "#DF double fault",
	    "kernel/x86/layout.h, struct stack: did rsp run into a guard page?" },
	[10] = { "#TS invalid TSS", "kernel/x86/descriptors.c" },
	[11] = { "#NP segment not present", "kernel/x86/descriptors.c" },
	[12] = { "#SS stack fault", "a non-canonical rsp or rbp: see the registers" },
	[13] = { "#GP general protection",
	    "a non-canonical address, or a bit that kernel/x86/cpu.c did not ask CPUID for" },
	[14] = { "#PF page fault",
	    "cr2: near 0 a null pointer; low a user address (kernel/copy.c walks tables instead); "
	    "high see kernel/x86/kernelmap.c" },
	[17] = { "#AC alignment check", "CR0.AM should be 0: kernel/x86/cpu.c" },
	[18] = { "#MC machine check", "the hardware, not the kernel" },
};

static const char *symbol_name(u64 address, u64 *offset)
{
	const char *name = kernel_symbol_names, *found = NULL;

	if (!&kernel_symbol_count || address < (u64)image_start || address >= (u64)text_end)
		return NULL;
	for (u32 i = 0; i < kernel_symbol_count && kernel_symbols[i] <= (u32)address; i++) {
		found = name;
		*offset = (u32)address - kernel_symbols[i];
		while (*name++)
			;
	}
	return found;
}

static void print_place(u64 address)
{
	u64 offset;
	const char *name = symbol_name(address, &offset);

	if (name)
		printk("  %p %s + 0x%lx\n", (void *)address, name, offset);
	else
		printk("  %p\n", (void *)address);
}

/* Frame pointers: each points to the caller's, the return address is above it (System V
 * ABI, 3.2.2). They may only go up, so a damaged chain ends. */
static void print_backtrace(u64 frame)
{
	for (unsigned i = 0; i < FRAMES_MAX; i++) {
		const u64 *words = (const u64 *)frame;

		if (frame % 8 || !machine_on_kernel_stack(frame) ||
		    !machine_on_kernel_stack(frame + 8))
			return;
		print_place(words[1] - 1); /* the call, not what follows it */
		if (words[0] <= frame)
			return;
		frame = words[0];
	}
}

static void print_regs(const struct regs *r)
{
	printk("rip %p  rsp %p  rflags %lx  cs %lx  ss %lx\n", (void *)r->rip, (void *)r->rsp,
	    r->rflags, r->cs, r->ss);
	printk("rax %p  rbx %p  rcx %p  rdx %p\n", (void *)r->rax, (void *)r->rbx, (void *)r->rcx,
	    (void *)r->rdx);
	printk("rsi %p  rdi %p  rbp %p  cr2 %p\n", (void *)r->rsi, (void *)r->rdi, (void *)r->rbp,
	    (void *)machine_fault_address());
	printk("r8  %p  r9  %p  r10 %p  r11 %p\n", (void *)r->r8, (void *)r->r9, (void *)r->r10,
	    (void *)r->r11);
	printk("r12 %p  r13 %p  r14 %p  r15 %p  cr3 %lx\n", (void *)r->r12, (void *)r->r13,
	    (void *)r->r14, (void *)r->r15, machine_read_cr3());
}

/* Before the first word: a panic inside a panic must not come back here for ever. */
static void begin(void)
{
	depth++;
	if (depth == 2)
		printk("\nkernel panic within a kernel panic: see panic.c\n");
	if (depth > 1)
		machine_poweroff(PANIC_STATUS);
	printk_console(true);
	printk("\n---- kernel panic ----\n");
}

_Noreturn void panic(const char *format, ...)
{
	va_list arguments;

	begin();
	va_start(arguments, format);
	vprintk(format, arguments);
	va_end(arguments);
	printk("\ncalled from:\n");
	print_backtrace((u64)__builtin_frame_address(0));
	printk("look at: the condition above and its comment; docs/README.md lists the files\n");
	machine_poweroff(PANIC_STATUS);
}

static void print_fault_kind(u64 error)
{
	printk("%s of a page that is %s%s\n",
	    error & 16      ? "execution"
		: error & 2 ? "write"
			    : "read",
	    error & 1 ? "protected" : "not mapped",
	    error & 8 ? ", reserved bits set in its entry" : "");
}

_Noreturn void panic_trap(const struct regs *regs)
{
	const struct exception *e = regs->vector < 32 ? &exceptions[regs->vector] : NULL;

	begin();
	printk("%s in the kernel (vector %lu, error %lx)\n", e && e->name ? e->name : "exception",
	    regs->vector, regs->error);
	if (regs->vector == VECTOR_PAGE_FAULT)
		print_fault_kind(regs->error);
	if (machine_in_stack_guard(regs->rsp) || machine_in_stack_guard(machine_fault_address()))
		printk("the kernel stack overflowed\n");
	print_regs(regs);
	printk("at:\n");
	print_place(regs->rip);
	print_backtrace(regs->rbp);
	printk("look at: %s\n", e && e->look ? e->look : "kernel/x86/kerneltrap.c");
	machine_poweroff(PANIC_STATUS);
}
