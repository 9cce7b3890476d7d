/* The kernel's own frame.c and pool.c, with two things added for tests: memory that is nobody's is
 * poisoned, so that AddressSanitizer reports whoever still uses a freed object; and any one
 * allocation can be made to fail. */
#include "machine.h"

#include "kernel/list.h"

static void *hooked_memset(void *to, int value, size_t bytes);

/* Both files clear what they hand out with memset: there it becomes somebody's. */
#define memset             hooked_memset
#define frame_alloc        kernel_frame_alloc
#define frame_alloc_zeroed kernel_frame_alloc_zeroed
#define frame_free         kernel_frame_free
#include "kernel/frame.c"
#undef frame_alloc
#undef frame_alloc_zeroed
#undef frame_free

paddr frame_alloc(void);
paddr frame_alloc_zeroed(void);
void frame_free(paddr frame);

#define pool_alloc kernel_pool_alloc
#define pool_free  kernel_pool_free
#include "kernel/pool.c"
#undef pool_alloc
#undef pool_free
#undef memset

void *pool_alloc(struct pool *pool);
void pool_free(struct pool *pool, void *object);

#define quota_charge kernel_quota_charge
#include "kernel/quota.c"
#undef quota_charge

bool quota_charge(struct quota *quota, u64 bytes);

/* Of a free frame or object: its first word leads to the next. */
#define LINK_BYTES sizeof(void *)

static void *hooked_memset(void *to, int value, size_t bytes)
{
	host_unpoison(to, bytes);
	return __builtin_memset(to, value, bytes);
}

static bool fails(void)
{
	bool now = !host.paused && ++host.allocations == host.fail_at;

	host.failed += now;
	return now;
}

/* ---- Frames ------------------------------------------------------------------------- */

paddr frame_alloc(void)
{
	paddr frame = fails() ? 0 : kernel_frame_alloc();

	if (frame)
		host_unpoison(phys_to_virt(frame), PAGE_SIZE);
	return frame;
}

paddr frame_alloc_zeroed(void)
{
	return fails() ? 0 : kernel_frame_alloc_zeroed();
}

void frame_free(paddr frame)
{
	host_frame_freed(frame);
	kernel_frame_free(frame);
	host_unpoison(phys_to_virt(frame), PAGE_SIZE);
	__builtin_memset((u8 *)phys_to_virt(frame) + LINK_BYTES, 0xdd, PAGE_SIZE - LINK_BYTES);
	host_poison((u8 *)phys_to_virt(frame) + LINK_BYTES, PAGE_SIZE - LINK_BYTES);
}

/* ---- Pools -------------------------------------------------------------------------- */

void *pool_alloc(struct pool *pool)
{
	u8 *object = fails() ? NULL : kernel_pool_alloc(pool);
	struct slab *slab = (void *)ALIGN_DOWN((u64)object, PAGE_SIZE);

	if (object && slab->used == 1) /* perhaps a new slab: all others in it are free */
		for (u8 *other = (u8 *)slab + SLAB_HEADER;
		     other + pool->size <= (u8 *)slab + PAGE_SIZE; other += pool->size)
			if (other != object)
				host_poison(other + LINK_BYTES, pool->size - LINK_BYTES);
	return object;
}

void pool_free(struct pool *pool, void *object)
{
	struct slab *slab = (void *)ALIGN_DOWN((u64)object, PAGE_SIZE);
	bool last = slab->used == 1; /* then the slab goes back as a frame */

	__builtin_memset((u8 *)object + LINK_BYTES, 0xdd, pool->size - LINK_BYTES);
	if (!last)
		host_poison((u8 *)object + LINK_BYTES, pool->size - LINK_BYTES);
	kernel_pool_free(pool, object);
}

/* ---- Quotas ------------------------------------------------------------------------- */

bool quota_charge(struct quota *quota, u64 bytes)
{
	return !fails() && kernel_quota_charge(quota, bytes);
}
