/* Quotas of memory, as a tree: a charge counts against the payer and against everybody above it.
 *
 * Invariant: used <= limit, and used covers one's own charges and those of all below. A quota is a
 * limit, not a reservation: two children may together be promised more than their parent has, and
 * the parent's limit decides. Charging walks up at most QUOTA_DEPTH_MAX quotas; it is not on the
 * message path.
 *
 * Layer 2. Called by whoever allocates; calls pool.c. */
#include "quota.h"

static struct pool quotas = POOL("quota", sizeof(struct quota));

struct quota *quota_create(struct quota *parent, u64 limit)
{
	u32 depth = parent ? parent->depth + 1 : 0;
	struct quota *quota = depth < QUOTA_DEPTH_MAX ? quota_alloc(parent, &quotas) : NULL;

	if (quota) {
		quota->parent = parent;
		quota->limit = limit;
		quota->depth = depth;
	}
	return quota;
}

static void free_if_done(struct quota *quota)
{
	/* A child is itself charged to its parent, so a parent cannot go before its children. */
	if (quota->closed && quota->used == 0)
		quota_free(quota->parent, &quotas, quota);
}

void quota_close(struct quota *quota)
{
	ASSERT(!quota->closed);
	quota->closed = true;
	free_if_done(quota);
}

bool quota_charge(struct quota *quota, u64 bytes)
{
	for (struct quota *q = quota; q; q = q->parent)
		if (bytes > q->limit - q->used)
			return false;
	for (struct quota *q = quota; q; q = q->parent)
		q->used += bytes;
	return true;
}

void quota_refund(struct quota *quota, u64 bytes)
{
	for (struct quota *q = quota; q; q = q->parent) {
		ASSERT(q->used >= bytes);
		q->used -= bytes;
	}
	if (quota)
		free_if_done(quota);
}

/* The lowest quota that stands above both, or is one of them; NULL: none. */
static const struct quota *common(const struct quota *a, const struct quota *b)
{
	while (a != b)
		if (a && (!b || a->depth >= b->depth))
			a = a->parent;
		else
			b = b->parent;
	return a;
}

bool quota_can_move(const struct quota *from, const struct quota *to, u64 bytes)
{
	const struct quota *end = common(from, to);

	for (const struct quota *q = to; q != end; q = q->parent)
		if (bytes > q->limit - q->used)
			return false;
	return true;
}

void quota_move(struct quota *from, struct quota *to, u64 bytes)
{
	const struct quota *end = common(from, to);

	ASSERT(quota_can_move(from, to, bytes));
	for (struct quota *q = to; q != end; q = q->parent)
		q->used += bytes;
	for (struct quota *q = from; q != end; q = q->parent)
		q->used -= bytes;
	if (from)
		free_if_done(from);
}

void *quota_alloc(struct quota *quota, struct pool *pool)
{
	void *object;

	if (!quota_charge(quota, pool->size))
		return NULL;
	object = pool_alloc(pool);
	if (!object)
		quota_refund(quota, pool->size);
	return object;
}

void quota_free(struct quota *quota, struct pool *pool, void *object)
{
	pool_free(pool, object);
	quota_refund(quota, pool->size);
}
