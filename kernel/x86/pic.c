/* The 8259 interrupt controller pair: 16 lines, moved to VECTOR_IRQ.
 *
 * Invariant: a line whose bit in `masked` is set raises nothing. The second chip hangs on line 2 of
 * the first, which stays open whatever anybody asks: nothing else can raise line 2.
 *
 * Layer 1. Called by apic.c, irq.c, trap.c; calls nobody. */
#include "cpu.h"

#include "asm.h"

#define PIC1 0x20
#define PIC2 0xa0

#define CASCADE   2
#define INIT      0x11 /* ICW1: edge-triggered, cascaded, ICW4 follows */
#define MODE_8086 0x01 /* ICW4 */
#define END_OF    0x60 /* OCW2: end of the interrupt of the line in the low bits */
#define READ_ISR  0x0b /* OCW3: the next read gives the lines in service */

static u16 masked = (u16) ~(1u << CASCADE);

static void write_masks(void)
{
	outb(PIC1 + 1, (u8)masked);
	outb(PIC2 + 1, (u8)(masked >> 8));
}

void pic_init(void)
{
	outb(PIC1, INIT);
	outb(PIC2, INIT);
	outb(PIC1 + 1, VECTOR_IRQ);
	outb(PIC2 + 1, VECTOR_IRQ + 8);
	outb(PIC1 + 1, 1u << CASCADE);
	outb(PIC2 + 1, CASCADE);
	outb(PIC1 + 1, MODE_8086);
	outb(PIC2 + 1, MODE_8086);
	write_masks();
}

void machine_irq_mask(unsigned line)
{
	ASSERT(line < IRQ_LINES);
	masked |= (u16)(1u << line & ~(1u << CASCADE));
	write_masks();
}

void machine_irq_unmask(unsigned line)
{
	ASSERT(line < IRQ_LINES);
	masked &= (u16) ~(1u << line);
	write_masks();
}

static bool in_service(unsigned line)
{
	u16 chip = line < 8 ? PIC1 : PIC2;

	outb(chip, READ_ISR);
	return inb(chip) >> line % 8 & 1;
}

/* When a request goes away before it is acknowledged, the chip reports its lowest line without
 * having one in service. No end of interrupt then, except to the first chip for the second one's:
 * it knows nothing of the mistake. */
bool machine_irq_spurious(unsigned line)
{
	if (line % 8 != 7 || in_service(line))
		return false;
	if (line >= 8)
		outb(PIC1, END_OF | CASCADE);
	return true;
}

void machine_irq_done(unsigned line)
{
	if (line >= 8) {
		outb(PIC2, (u8)(END_OF | (line & 7)));
		outb(PIC1, END_OF | CASCADE);
	} else {
		outb(PIC1, (u8)(END_OF | line));
	}
}
