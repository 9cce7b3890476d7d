/* Pools of kernel objects.
 *
 * A slab is one frame: a header, then objects. Invariant: a slab with a free object is on its
 * pool's list; one whose objects are all free goes back to the frame allocator at once, so that
 * what a process used comes back whole. Objects are handed out zeroed: nothing of the last owner
 * can be seen.
 *
 * Layer 2. Called by quota.c; calls frame.c. */
#include "pool.h"

#include "frame.h"
#include "machine.h"
#include "string.h"

struct slab {
	struct list link;
	void *free; /* first free object, whose first word is the next one */
	u32 used;
};

#define SLAB_HEADER 64

static struct slab *new_slab(struct pool *pool)
{
	paddr frame = frame_alloc();
	struct slab *slab;

	if (!frame)
		return NULL;
	slab = phys_to_virt(frame);
	slab->free = NULL;
	slab->used = 0;
	for (u32 at = SLAB_HEADER; at + pool->size <= PAGE_SIZE; at += pool->size) {
		void **object = (void *)((char *)slab + at);

		*object = slab->free;
		slab->free = object;
	}
	list_push_front(&pool->partial, &slab->link);
	return slab;
}

void *pool_alloc(struct pool *pool)
{
	struct slab *slab;
	void **object;

	ASSERT(pool->size <= PAGE_SIZE - SLAB_HEADER);
	if (!pool->partial.next)
		list_init(&pool->partial);
	slab = list_empty(&pool->partial) ? new_slab(pool)
					  : LIST_FIRST(&pool->partial, struct slab, link);
	if (!slab)
		return NULL;
	object = slab->free;
	slab->free = *object;
	slab->used++;
	pool->in_use++;
	if (!slab->free)
		list_remove(&slab->link);
	return memset(object, 0, pool->size);
}

void pool_free(struct pool *pool, void *object)
{
	struct slab *slab = (void *)ALIGN_DOWN((u64)object, PAGE_SIZE);

	ASSERT(slab->used > 0);
	if (!slab->free)
		list_push_front(&pool->partial, &slab->link);
	*(void **)object = slab->free;
	slab->free = object;
	pool->in_use--;
	if (--slab->used == 0) {
		list_remove(&slab->link);
		frame_free(virt_to_phys(slab));
	}
}
