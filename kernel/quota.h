/* Quotas: who pays for memory. See quota.c. */
#ifndef KERNEL_QUOTA_H
#define KERNEL_QUOTA_H

#include "pool.h"
#include "types.h"

struct quota {
	struct quota *parent; /* the creator's; NULL for init's */
	u64 limit, used;      /* bytes */
	u32 depth;            /* quotas above it */
	bool closed;          /* its space is gone: freed with the last charge */
};

/* Bounds the work of a charge. Spaces that create spaces that create spaces end here. */
#define QUOTA_DEPTH_MAX 16

/* A quota below parent (NULL: the first one). NULL if the parent cannot pay for it or is too deep.
 */
struct quota *quota_create(struct quota *parent, u64 limit);
/* The space is gone. What it made and what outlives it goes on being charged here and to the
 * parents. */
void quota_close(struct quota *quota);
/* False, and nothing charged, if this quota or one above it would be exceeded. */
bool quota_charge(struct quota *quota, u64 bytes);
void quota_refund(struct quota *quota, u64 bytes);
/* Moves a charge from one to another. What both stand under pays as before, so only the quotas
 * between are asked: false when one of them would be exceeded. NULL: nobody. */
bool quota_can_move(const struct quota *from, const struct quota *to, u64 bytes);
void quota_move(struct quota *from, struct quota *to, u64 bytes);
/* An object of zeros from the pool, charged to quota (NULL: to nobody). NULL when the quota or the
 * memory is used up. */
void *quota_alloc(struct quota *quota, struct pool *pool);
/* Gives it back and refunds the quota it was charged to. */
void quota_free(struct quota *quota, struct pool *pool, void *object);

#endif
