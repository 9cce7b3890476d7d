/* Watches: how servers learn that a client, a server or a process is gone.
 *
 * Invariant: a watch hangs on the capability it was made with (at most one of a kind) and fires at
 * most once; a WATCH_DEATH also stands on its object's list. Its target is pinned. WATCH_DERIVED
 * tells a server that nobody holds a copy of what it gave away: it is the kernel's whole support
 * for sessions and descriptors.
 *
 * Layer 6. Called by object.c, syscall.c; calls ipc.c, endpoint.c, quota.c. */
#include "watch.h"

#include "endpoint.h"
#include "quota.h"
#include "trace.h"

static struct pool watches = POOL("watch", sizeof(struct watch));

static void end(struct watch *watch)
{
	struct endpoint *target = watch->target;
	struct cap *cap = watch->cap;

	list_remove(&watch->on_object);
	cap->watch[watch->what] = NULL;
	quota_free(cap->table->quota, &watches, watch);
	endpoint_unpin(target);
}

static void fire(struct watch *watch)
{
	trace(notify, 0, endpoint_receiver_id(watch->target), 0, 0, watch->bits);
	ipc_set_bits(watch->target, watch->bits);
	end(watch);
}

int watch_add(struct cap *cap, unsigned what, struct endpoint *target, u64 bits)
{
	struct watch *watch;

	if (cap->watch[what])
		return -EBUSY;
	watch = quota_alloc(cap->table->quota, &watches);
	if (!watch)
		return -ENOMEM;
	watch->cap = cap;
	watch->target = target;
	watch->bits = bits;
	watch->what = what;
	target->object.pins++;
	cap->watch[what] = watch;
	list_init(&watch->on_object);
	if (what == WATCH_DEATH)
		list_push_back(&cap->object->watches, &watch->on_object);
	else
		watch_child_gone(cap); /* perhaps nothing is derived already */
	return 0;
}

void watch_drop(struct cap *cap)
{
	for (unsigned what = 0; what < ARRAY_SIZE(cap->watch); what++)
		if (cap->watch[what])
			end(cap->watch[what]);
}

bool watch_object_died(struct object *object, unsigned *budget)
{
	while (!list_empty(&object->watches)) {
		if (*budget == 0)
			return false;
		(*budget)--;
		fire(LIST_FIRST(&object->watches, struct watch, on_object));
	}
	return true;
}

void watch_child_gone(struct cap *cap)
{
	if (cap->watch[WATCH_DERIVED] && list_empty(&cap->children))
		fire(cap->watch[WATCH_DERIVED]);
}
