/* GDT, TSS and IDT: what the processor reads on its own when it changes rings.
 *
 * Invariant: NMI, #DF, #MC and #DB run on stacks of their own (IST), because they can come while
 * rsp is not the kernel's; only INT3 and INTO (DPL 3) can be raised by a user's INT n, any other n
 * gives it #GP.
 *
 * Layer 1. Called by cpu.c. Calls nobody; points the processor to entry.S. */
#include "cpu.h"

#include "asm.h"
#include "layout.h"

#define GATE_INTERRUPT  0x8e /* present, DPL 0, clears IF */
#define GATE_USER       0x60 /* DPL 3 */
#define TRAP_BREAKPOINT 3
#define TRAP_OVERFLOW   4

struct gate {
	u16 offset_low, selector;
	u8 ist, type;
	u16 offset_middle;
	u32 offset_high, reserved;
};
_Static_assert(sizeof(struct gate) == 16, "a 64-bit gate has 16 bytes");

struct pointer {
	u16 limit;
	const void *base;
} __attribute__((packed));

extern const char entry_stubs[ENTRY_STUBS][ENTRY_STUB_BYTES];
_Static_assert(
    VECTOR_TIMER == ENTRY_STUBS - 2 && VECTOR_SPURIOUS == TRAP_SPURIOUS, "the last stub");

struct cpu cpu0 = { .self = &cpu0 };
struct stack stacks[STACKS] __attribute__((aligned(PAGE_SIZE)));

static struct gate idt[256] __attribute__((aligned(16)));

/* Accessed bits are set beforehand: the processor need not write to the table when it loads a
 * selector. */
static u64 gdt[] = {
	[SELECTOR_KERNEL_CODE / 8] = 0x00209b0000000000,
	[SELECTOR_KERNEL_DATA / 8] = 0x0000930000000000,
	[SELECTOR_USER_DATA / 8] = 0x0000f30000000000,
	[SELECTOR_USER_CODE / 8] = 0x0020fb0000000000,
	[SELECTOR_TSS / 8] = 0,
	0, /* 16 bytes; set_tss fills them in */
};

static u64 stack_top(unsigned number)
{
	return (u64)&stacks[number].space[STACK_BYTES];
}

static void set_tss(void)
{
	u64 base = (u64)&cpu0.tss;

	cpu0.stack = stack_top(0);
	cpu0.tss.ist[IST_NMI - 1] = stack_top(IST_NMI);
	cpu0.tss.ist[IST_DOUBLE_FAULT - 1] = stack_top(IST_DOUBLE_FAULT);
	cpu0.tss.ist[IST_MACHINE_CHECK - 1] = stack_top(IST_MACHINE_CHECK);
	cpu0.tss.ist[IST_DEBUG - 1] = stack_top(IST_DEBUG);
	cpu0.tss.ports = sizeof(struct tss);
	gdt[SELECTOR_TSS / 8] = (sizeof(struct tss) - 1) | (base & 0xffffff) << 16 | 0x89ull << 40 |
	    (base >> 24 & 0xff) << 56;
	gdt[SELECTOR_TSS / 8 + 1] = base >> 32;
}

static void set_gate(unsigned vector, u8 ist, u8 type)
{
	u64 stub = (u64)entry_stubs[MIN(vector, ENTRY_STUBS - 1)];

	idt[vector] = (struct gate){
		.offset_low = (u16)stub,
		.selector = SELECTOR_KERNEL_CODE,
		.ist = ist,
		.type = type,
		.offset_middle = (u16)(stub >> 16),
		.offset_high = stub >> 32,
	};
}

void descriptors_init(void)
{
	struct pointer gdt_pointer = { sizeof(gdt) - 1, gdt };
	struct pointer idt_pointer = { sizeof(idt) - 1, idt };

	set_tss();
	for (unsigned vector = 0; vector < 256; vector++)
		set_gate(vector, 0, GATE_INTERRUPT);
	set_gate(TRAP_DEBUG, IST_DEBUG, GATE_INTERRUPT);
	set_gate(TRAP_NMI, IST_NMI, GATE_INTERRUPT);
	set_gate(TRAP_BREAKPOINT, 0, GATE_INTERRUPT | GATE_USER);
	set_gate(TRAP_OVERFLOW, 0, GATE_INTERRUPT | GATE_USER);
	set_gate(TRAP_DOUBLE_FAULT, IST_DOUBLE_FAULT, GATE_INTERRUPT);
	set_gate(TRAP_MACHINE_CHECK, IST_MACHINE_CHECK, GATE_INTERRUPT);

	/* The selectors loaded by boot.S have the same values here; only their table moves. */
	__asm__ volatile("lgdt %0" : : "m"(gdt_pointer));
	__asm__ volatile("lldt %w0" : : "r"(0));
	__asm__ volatile("ltr %w0" : : "r"(SELECTOR_TSS));
	write_msr(MSR_GS_BASE, (u64)&cpu0);
	__asm__ volatile("lidt %0" : : "m"(idt_pointer));
}

/* ---- Which addresses are stack -------------------------------------------------------- */

static bool in_stack(u64 address, bool guard)
{
	u64 offset = address - (u64)stacks;

	return address >= (u64)stacks && offset < sizeof(stacks) &&
	    (offset % sizeof(struct stack) < STACK_GUARD) == guard;
}

bool machine_on_kernel_stack(u64 address)
{
	return in_stack(address, false);
}

bool machine_in_stack_guard(u64 address)
{
	return in_stack(address, true);
}
