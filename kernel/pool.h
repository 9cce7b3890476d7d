/* Pools: kernel objects of one size, carved from frames. See pool.c. */
#ifndef KERNEL_POOL_H
#define KERNEL_POOL_H

#include "list.h"
#include "quota.h"
#include "types.h"

struct pool {
	const char *name;
	u32 size;            /* bytes an object */
	u32 in_use;          /* objects */
	struct list partial; /* slabs with a free object */
};

#define POOL(label, bytes)                                 \
	{                                                  \
		.name = label, .size = ALIGN_UP(bytes, 64) \
	}

/* An object of zeros, charged to quota (NULL: to nobody). NULL when the quota or the memory is used
 * up. */
void *pool_alloc(struct pool *pool, struct quota *quota);
/* Gives it back and refunds the quota it was charged to. */
void pool_free(struct pool *pool, void *object, struct quota *quota);

#endif
