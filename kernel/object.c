/* Destruction, in bounded steps.
 *
 * An object dies when its last capability goes (space, memory), when nobody can receive from it any
 * more (endpoint), when it is killed (thread, space), or with the space that created it (space).
 * From then on it is "dead": nothing new reaches it, and it stands on the queue of cap.c.
 * object_step takes the first of the queue apart, at most OBJECT_BUDGET objects an entry, keeping
 * its progress in the object itself: what is left is what remains to be done. So the destroyer of a
 * large space may itself die half-way and nothing is lost. Its memory goes when it is apart and the
 * last capability and pin are gone.
 *
 * Invariant: everything that hangs on an object (waiters, mappings, watches, capabilities in a
 * space's table) is gone before its memory is.
 *
 * Layer 6. Called by syscall.c, trap.c, main.c; calls ipc_end.c, lock.c, thread.c, endpoint.c,
 * memory.c, space.c, cap.c, watch.c, printk.c. */
#include "object.h"

#include "endpoint.h"
#include "inherit.h"
#include "ipc.h"
#include "lock.h"
#include "machine.h"
#include "memory.h"
#include "printk.h"
#include "thread.h"
#include "trace.h"
#include "watch.h"

/* What costs as much as dealing with one object: */
#define SWEEP 8 /* looking at so many entries of a table */
#define STEPS 2 /* so many steps of priority inheritance */

static struct space *root;

void object_set_root(struct space *space)
{
	root = space;
	space->object.caps++; /* deleting its own capability must not end it */
}

/* False: there was nothing left of the budget. */
static bool spend(unsigned *budget, u64 cost)
{
	bool enough = *budget > 0;

	*budget -= MIN(*budget, cost);
	return enough;
}

static void free_if_done(struct object *object)
{
	if (!object_unused(object))
		return;
	switch (object->type) {
	case OBJECT_SPACE:
		space_free(CONTAINER_OF(object, struct space, object));
		break;
	case OBJECT_THREAD:
		thread_free(CONTAINER_OF(object, struct thread, object));
		break;
	case OBJECT_ENDPOINT:
		endpoint_free(CONTAINER_OF(object, struct endpoint, object));
		break;
	case OBJECT_MEMORY:
		memory_free(CONTAINER_OF(object, struct memory, object));
		break;
	}
}

void object_unpin(struct object *object)
{
	ASSERT(object->pins > 0);
	object->pins--;
	free_if_done(object);
}

/* ---- Capabilities --------------------------------------------------------------------- */

static bool close_windows(struct cap *cap, unsigned *budget)
{
	while (!list_empty(&cap->windows))
		if (!memory_close_window(LIST_FIRST(&cap->windows, struct window, by_cap), budget))
			return false;
	return true;
}

/* Whether an object lives by its capabilities and the last one has gone. */
static bool abandoned(const struct object *object)
{
	switch (object->type) {
	case OBJECT_SPACE:
	case OBJECT_MEMORY:
		return object->caps == 0;
	case OBJECT_ENDPOINT:
		return object->receivers == 0;
	default: /* a thread lives on in its space; hardware and kernel are for ever */
		return false;
	}
}

/* Its receiver may have used this capability last. */
static void stop_serving(const struct cap *cap)
{
	struct thread *receiver = cap_endpoint(cap)->receiver;

	if (receiver && receiver->receives == cap)
		thread_serves(receiver, NULL);
}

bool object_delete_cap(struct cap *cap, unsigned *budget)
{
	struct object *object = cap->object;
	struct cap *parent = cap->parent;

	watch_drop(cap); /* first: cap_shed takes its children away, and that is not for a watch to
			    tell */
	if (!cap_shed(cap, budget) || !close_windows(cap, budget) || !spend(budget, 1))
		return false;
	if (cap->rights & CAP_RECV)
		stop_serving(cap);
	cap_remove(cap);
	if (abandoned(object))
		object_condemn(object);
	free_if_done(object);
	if (parent)
		watch_child_gone(parent);
	return true;
}

bool object_revoke(struct cap *cap, unsigned *budget)
{
	while (!list_empty(&cap->children))
		if (!object_delete_cap(LIST_FIRST(&cap->children, struct cap, sibling), budget))
			return false;
	return true;
}

/* ---- Taking apart --------------------------------------------------------------------- */

static void halt_if_root(const struct space *space)
{
	if (space != root)
		return;
	printk_console(true);
	printk("init has ended, and with it everything: the system halts.\n");
	printk("Look at init's own messages above, and at servers/init/README.md.\n");
	machine_poweroff(98);
}

/* Threads in a queue get EPIPE, up to the budget; true when the queue is empty. */
static bool cancel_all(struct waitq *queue, unsigned *budget)
{
	while (!waitq_empty(queue)) {
		if (!spend(budget, 1))
			return false;
		ipc_cancel(CONTAINER_OF(waitq_first(queue), struct thread, waiter), -EPIPE);
	}
	return true;
}

static bool take_thread_apart(struct thread *thread, unsigned *budget)
{
	struct space *space = thread->space;

	if (!cancel_all(&thread->callers, budget) || !lock_abandon(thread, budget) ||
	    !watch_object_died(&thread->object, budget))
		return false;
	if (thread->pager)
		endpoint_unpin(thread->pager);
	thread_retire(thread);
	if (space->thread_count == 0)
		halt_if_root(space);
	thread->object.apart = true;
	object_unpin(&space->object);
	object_unpin(&thread->object);
	return true;
}

static bool take_endpoint_apart(struct endpoint *endpoint, unsigned *budget)
{
	struct thread *receiver = endpoint->receiver;

	if (receiver) {
		if (receiver->state == STATE_RECEIVE && receiver->endpoint == endpoint)
			ipc_cancel(receiver, -EPIPE);
		ipc_release(receiver);
	}
	if (!cancel_all(&endpoint->senders, budget) ||
	    !watch_object_died(&endpoint->object, budget))
		return false;
	endpoint->object.apart = true;
	return true;
}

static bool take_memory_apart(struct memory *memory, unsigned *budget)
{
	trace_end(&memory->object);
	if (!memory_dismantle(memory, budget) || !watch_object_died(&memory->object, budget))
		return false;
	memory->object.apart = true;
	return true;
}

/* True when no thread is left. Killed ones are taken apart by their own turn in the queue. Each may
 * have been the last of a long chain that lent its priority: that counts too. */
static bool kill_threads(struct space *space, unsigned *budget)
{
	LIST_EACH (link, &space->threads) {
		u64 steps = inherit_steps;

		if (!spend(budget, 1))
			return false;
		ipc_kill(LIST_ENTRY(link, struct thread, in_space));
		spend(budget, (inherit_steps - steps) / STEPS);
	}
	return space->thread_count == 0;
}

/* What the space created ends with it, whoever else can name it: two spaces that hold capabilities
 * of each other, or one of itself, would else stay for good when nobody outside knows them. */
static bool condemn_created(struct space *space, unsigned *budget)
{
	while (!list_empty(&space->created)) {
		struct space *created = LIST_FIRST(&space->created, struct space, sibling);

		if (!spend(budget, 1))
			return false;
		list_remove(&created->sibling);
		object_condemn(&created->object);
	}
	return true;
}

/* Empty entries cost something too: a table may have thousands of them. */
static bool delete_caps(struct space *space, unsigned *budget)
{
	struct cap_table *table = &space->caps;

	for (; table->swept < cap_entries(table); table->swept++) {
		struct cap *cap = cap_at(table, table->swept);

		if (table->swept % SWEEP == 0 && !spend(budget, 1))
			return false;
		if (cap && !object_delete_cap(cap, budget))
			return false;
	}
	return true;
}

/* Threads first, so that nobody uses what goes; then what was made here, the capabilities, the
 * windows, the tables. Resumes where the budget ended. */
static bool take_space_apart(struct space *space, unsigned *budget)
{
	halt_if_root(space);
	if (!kill_threads(space, budget) || !condemn_created(space, budget) ||
	    !delete_caps(space, budget))
		return false;
	while (!list_empty(&space->windows))
		if (!memory_close_window(
			LIST_FIRST(&space->windows, struct window, by_space), budget))
			return false;
	if (!space_dismantle(space, budget) || !watch_object_died(&space->object, budget))
		return false;
	space->object.apart = true;
	return true;
}

static bool take_apart(struct object *object, unsigned *budget)
{
	switch (object->type) {
	case OBJECT_SPACE:
		return take_space_apart(CONTAINER_OF(object, struct space, object), budget);
	case OBJECT_THREAD:
		return take_thread_apart(CONTAINER_OF(object, struct thread, object), budget);
	case OBJECT_ENDPOINT:
		return take_endpoint_apart(CONTAINER_OF(object, struct endpoint, object), budget);
	case OBJECT_MEMORY:
		return take_memory_apart(CONTAINER_OF(object, struct memory, object), budget);
	default:
		panic("an object of type %u cannot die", object->type);
	}
}

void object_step(void)
{
	struct object *object = object_condemned();
	unsigned budget = OBJECT_BUDGET;

	if (!object)
		return;
	object_unqueue(object);
	object->pins++; /* its memory must outlast this step */
	if (!take_apart(object, &budget))
		object_requeue(object); /* behind the others: what it waits for may be among them */
	object_unpin(object);
}
