/* Four-level page tables of user space. See pagetable.c. */
#ifndef KERNEL_PAGETABLE_H
#define KERNEL_PAGETABLE_H

#include "quota.h"
#include "types.h"

typedef u64 pte_t;

#define PTE_PRESENT  (1ull << 0)
#define PTE_WRITE    (1ull << 1)
#define PTE_USER     (1ull << 2)
#define PTE_NX       (1ull << 63)
#define PTE_FRAME(p) ((p)&0x000ffffffffff000ull)

/* A root whose upper half is the kernel's. Charged to quota; 0 when it cannot pay. */
paddr pagetable_create(struct quota *quota);
/* The entry that translates address, or NULL when there is no table for it. */
pte_t *pagetable_find(paddr root, uaddr address);
/* The same, making the tables on the way (zeroed, charged to quota); NULL: out of memory. */
pte_t *pagetable_make(paddr root, uaddr address, struct quota *quota);
/* Frees up to *budget tables of the user half and lowers it; true when only the root is left. No
 * processor uses the tables any more. */
bool pagetable_prune(paddr root, struct quota *quota, unsigned *budget);
void pagetable_destroy(paddr root, struct quota *quota);

#endif
