/* Frames: physical memory in pieces of one page. See frame.c. */
#ifndef KERNEL_FRAME_H
#define KERNEL_FRAME_H

#include "types.h"

/* Takes over the regions of boot_record. Before anything else allocates. */
void frame_init(void);
/* One frame with whatever its last owner left in it; 0 when there is none. */
paddr frame_alloc(void);
/* The same, filled with zeros. */
paddr frame_alloc_zeroed(void);
/* Gives a frame back. The caller has made sure that no TLB and no table still leads to it. */
void frame_free(paddr frame);

u64 frame_total(void);
u64 frame_available(void);

#endif
