// SOURCES: tests/host/machine.c tests/host/machine_memory.c
// Frames, pools and quotas (kernel/frame.c, pool.c, quota.c; machine_memory.c includes the real
// ones): what is handed out is nobody else's and, where that is promised, zero; memory ends with 0
// and not with a crash; all comes back; what is given back twice stops the kernel.
#include "machine.h"
#include "tap.h"
#include <stdlib.h>
#include <string.h>

#include "kernel/boot_info.h"
#include "kernel/frame.h"
#include "kernel/pool.h"
#include "kernel/quota.h"

#define MOST 700

static paddr frame[MOST];
static unsigned frames;

static bool distinct(void)
{
	static u8 seen[HOST_RAM / PAGE_SIZE];

	memset(seen, 0, sizeof(seen));
	for (unsigned i = 0; i < frames; i++) {
		if (frame[i] % PAGE_SIZE || seen[frame[i] / PAGE_SIZE]++)
			return false;
		for (unsigned r = 0;; r++) { /* lies in a region */
			if (r == boot_record.regions)
				return false;
			if (frame[i] >= boot_record.region[r].start &&
			    frame[i] < boot_record.region[r].end)
				break;
		}
	}
	return true;
}

static void take_all(void)
{
	for (frames = 0; (frame[frames] = frame_alloc()); frames++)
		memset(phys_to_virt(frame[frames]), 0x77, PAGE_SIZE);
}

static void give_all(void)
{
	while (frames)
		frame_free(frame[--frames]);
}

static void frames_come_and_go(void)
{
	u64 total = frame_total();
	paddr zeroed;
	u64 sum = 0;

	ok(total == 600 - 1 && frame_available() == total,
	    "all but the frame that the bits of all take");
	take_all();
	ok(frames == total && distinct() && frame_available() == 0,
	    "each frame once, then 0, and 0 again");
	ok(frame_alloc() == 0 && frame_alloc_zeroed() == 0, "none is left");
	give_all();
	ok(frame_available() == total, "all are back");
	take_all();
	ok(frames == total && distinct(), "and can be had again");
	frame_free(frame[300]);
	zeroed = frame_alloc_zeroed();
	for (unsigned i = 0; i < PAGE_SIZE / 8; i++)
		sum |= ((u64 *)phys_to_virt(zeroed))[i];
	ok(zeroed == frame[300] && sum == 0, "zeroed is zero, whatever was there");
	frame_free(zeroed);
	ok(PANICS(frame_free(zeroed)), "a frame given back twice");
	ok(PANICS(frame_free(0)) && PANICS(frame_free(frame[1] + 8)) &&
		PANICS(frame_free(boot_record.ram_end)) && PANICS(frame_free(0x5000)),
	    "what never was a frame of ours");
	frame[300] = frame_alloc();
	give_all();
	ok(frame_available() == total, "all are back after that too");
}

/* ---- Pools -------------------------------------------------------------------------- */

static struct pool small = POOL("small", 40), odd = POOL("odd", 1000),
		   whole = POOL("whole", PAGE_SIZE - 64);

static bool zero(const void *object, u32 bytes)
{
	for (u32 i = 0; i < bytes; i++)
		if (((const u8 *)object)[i])
			return false;
	return true;
}

static bool pool_life(struct pool *pool, unsigned steps)
{
	static void *object[300];
	u64 before = frame_available();

	memset(object, 0, sizeof(object));
	for (unsigned step = 0; step < steps; step++) {
		unsigned i = (unsigned)rand() % 300;

		if (object[i]) {
			for (u32 b = 0; b < pool->size; b++) /* nobody else wrote into it */
				if (((u8 *)object[i])[b] != (u8)(i + 1))
					return false;
			pool_free(pool, object[i]);
			object[i] = NULL;
		} else {
			object[i] = pool_alloc(pool);
			if (object[i] && (!zero(object[i], pool->size) || (u64)object[i] % 64))
				return false;
			if (object[i])
				memset(object[i], (int)(i + 1), pool->size);
		}
	}
	for (unsigned i = 0; i < 300; i++)
		if (object[i])
			pool_free(pool, object[i]);
	return pool->in_use == 0 && frame_available() == before;
}

static bool hole_is_used_again(void)
{
	enum { SLAB = 3 }; /* objects of `odd` in one */
	void *object[2 * SLAB], *again;
	bool good;
	u64 before;

	for (unsigned i = 0; i < 2 * SLAB; i++)
		object[i] = pool_alloc(&odd);
	before = frame_available();
	pool_free(&odd, object[1]);
	again = pool_alloc(&odd);
	good = again == object[1] && frame_available() == before;
	for (unsigned i = 0; i < 2 * SLAB; i++)
		pool_free(&odd, object[i]);
	return good;
}

static void pools_come_and_go(void)
{
	void *object;

	ok(pool_life(&small, 20000), "objects of 64 bytes: zero, disjoint, all slabs back");
	ok(pool_life(&odd, 10000), "objects of 1024 bytes");
	ok(pool_life(&whole, 3000), "objects that fill a frame");
	ok(hole_is_used_again(), "a hole in a slab that was full is used again");
	take_all();
	ok(!pool_alloc(&small), "no memory: NULL");
	frame_free(frame[--frames]);
	object = pool_alloc(&small);
	ok(object && !pool_alloc(&odd), "one frame: one pool gets it");
	pool_free(&small, object);
	give_all();
}

/* ---- Quotas ------------------------------------------------------------------------- */

static void quotas_nest(void)
{
	u64 used, before = frame_available();
	struct quota *q[QUOTA_DEPTH_MAX + 1] = { quota_create(NULL, 100000) };
	unsigned depth;

	for (depth = 1; depth <= QUOTA_DEPTH_MAX; depth++)
		if (!(q[depth] = quota_create(q[depth - 1], 1000000)))
			break;
	ok(depth == QUOTA_DEPTH_MAX, "quotas nest so deep and no deeper");
	used = q[0]->used;
	ok(quota_charge(q[15], 5000) && q[15]->used == 5000 && q[0]->used == used + 5000,
	    "a charge counts for all above");
	ok(!quota_charge(q[15], 100000) && q[15]->used == 5000 &&
		q[7]->used == q[15]->used + 8 * 64,
	    "what one above cannot pay is charged to nobody");
	ok(!quota_charge(q[15], UINT64_MAX) && !quota_charge(q[0], UINT64_MAX - used),
	    "no charge overflows");
	quota_refund(q[15], 5000);
	ok(q[0]->used == used, "a refund undoes a charge");
	ok(PANICS(quota_refund(q[15], 1)), "more back than was paid stops the kernel");
	ok(quota_charge(NULL, UINT64_MAX), "nobody's quota is without end");
	/* Closed from the top: each goes only when all below are gone. */
	ok(quota_charge(q[15], 100), "something outlives them all");
	for (depth = 0; depth < QUOTA_DEPTH_MAX; depth++)
		quota_close(q[depth]);
	ok(q[0]->used == used + 100, "closed quotas go on being charged");
	quota_refund(q[15], 100); /* the last one: sixteen go at once */
	ok(frame_available() == before, "and go with their last charge");
}

static void quota_of_objects(void)
{
	struct quota *q = quota_create(NULL, 3 * 64);
	void *a = quota_alloc(q, &small), *b = quota_alloc(q, &small), *c = quota_alloc(q, &small);

	ok(a && b && c && q->used == 3 * 64 && !quota_alloc(q, &small),
	    "objects are paid for, until the quota is used up");
	quota_free(q, &small, b);
	ok(q->used == 2 * 64, "and refunded");
	take_all();
	while (pool_alloc(&small)) /* also what is free in slabs */
		;
	ok(!quota_alloc(q, &small) && q->used == 2 * 64, "no memory: nothing is charged");
}

int main(void)
{
	srand(1);
	host_boot_memory(600 * PAGE_SIZE);
	frames_come_and_go();
	pools_come_and_go();
	quotas_nest();
	quota_of_objects();
	return tap_done();
}
