/* What the files of this directory offer one another; the portable kernel sees machine.h only.
 *
 * Each part states its file. Layer 1. */
#ifndef X86_CPU_H
#define X86_CPU_H

#include "../machine.h"

/* descriptors.c: GDT, TSS, IDT, GS; first of all, so that an exception finds its way to panic */
void descriptors_init(void);

/* CR0: PG WP NE MP PE. AM stays off: user code cannot ask for alignment faults. */
#define CR0_VALUE 0x80010023ull
#define CR0_TS    (1ull << 3) /* the next FPU instruction raises #NM */

/* fpu.c */
void fpu_init(void);
void fpu_switch(struct machine_thread *old, struct machine_thread *new); /* old may be NULL */

/* serial.c */
void serial_init(void);

/* pic.c */
void pic_init(void);

/* apic.c */
paddr apic_base(void);
void apic_init(void);
void apic_timer_set_scale(u64 apic_ticks, u64 tsc_ticks); /* measured together by calibrate.c */
u32 apic_timer_count(void); /* counts down; runs free until the scale is set */
void apic_acknowledge(void);
bool apic_draining(void); /* interrupts that firmware left behind are being thrown away */

/* kerneltrap.c: entry.S calls it */
void trap_kernel(struct regs *regs);

/* linker.ld */
extern char image_start[], text_end[], rodata_end[], image_end[];

#endif
