/* Pools: kernel objects of one size, carved from frames. See pool.c. */
#ifndef KERNEL_POOL_H
#define KERNEL_POOL_H

#include "list.h"
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

/* An object of zeros; NULL when memory is used up. Only quota.c calls these two: what somebody asks
 * for is paid for (quota_alloc). */
void *pool_alloc(struct pool *pool);
void pool_free(struct pool *pool, void *object);

#endif
