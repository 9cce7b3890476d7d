/* Threads: slots, creation, state steps.
 *
 * Invariants: a thread occupies one slot for its life; the slot's call number and incarnation only
 * rise, also from one thread to the next, so no token and no id is ever valid twice. A READY thread
 * runs, was handed the processor, or is in the ready queue; any other is not.
 *
 * Layer 4. Called by main.c, ipc.c, ipc_end.c, lock.c, object.c, syscall.c, info.c; calls ready.c,
 * timeout.c, waitq.c, quota.c, frame.c. */
#include "thread.h"

#include "frame.h"
#include "quota.h"
#include "string.h"
#include "trace.h"

struct slot {
	struct thread *thread;
	u64 token;       /* of the slot's last call while it is empty */
	u32 incarnation; /* of the slot's last thread */
	u32 next_free;
};

#define PER_FRAME (PAGE_SIZE / sizeof(struct slot))
#define SLOTS     65536
#define FRAMES    (SLOTS / PER_FRAME)
#define NO_SLOT   UINT32_MAX

/* Whoever compares a handle with that of thread_no_cap and finds it the same is no further. */
struct endpoint thread_nowhere = { .object.dead = true, .bits = 1 };
struct cap thread_no_cap = { .handle = UINT64_MAX };
_Static_assert(sizeof(struct endpoint) <= CAP_NO_OBJECT_BYTES, "a free entry names that much");
static struct pool threads = POOL("thread", sizeof(struct thread));
static struct slot *frame[FRAMES];
static u32 slots, first_free = NO_SLOT, count;
/* a bit for each slot whose thread is not retired, so that looking for the next takes no long walk
 */
static u64 alive[SLOTS / 64];
struct thread *thread_handed;

static struct slot *slot_at(u32 number)
{
	return &frame[number / PER_FRAME][number % PER_FRAME];
}

static bool add_slots(void)
{
	paddr new = slots < FRAMES *PER_FRAME ? frame_alloc_zeroed() : 0;

	if (!new)
		return false;
	frame[slots / PER_FRAME] = phys_to_virt(new);
	for (u32 i = PER_FRAME; i-- > 0;) {
		slot_at(slots + i)->next_free = first_free;
		first_free = slots + i;
	}
	slots += PER_FRAME;
	return true;
}

void thread_init(void)
{
	thread_no_cap.callee = cap_no_object;
	ready_init();
	if (!add_slots())
		panic("no memory for the first threads");
}

static void init_fields(struct thread *thread, struct space *space, u8 priority)
{
	thread->object.type = OBJECT_THREAD;
	thread->object.quota = space->quota;
	thread->object.pins = 1; /* until it is retired */
	list_init(&thread->object.watches);
	list_init(&thread->object.dying);
	thread->space = space;
	thread->state = STATE_INACTIVE;
	thread->base = thread->effective = priority;
	list_init(&thread->ready.link);
	list_init(&thread->locks);
	timeout_init(&thread->timeout);
	waiter_init(&thread->waiter);
	thread->waiter.priority = priority;
	thread->sends = &thread_no_cap;
	thread_serves(thread, NULL);
	waitq_init(&thread->callers, thread);
	list_push_back(&space->threads, &thread->in_space);
	space->thread_count++;
	space->object.pins++;
}

static void trace_begin_of(const struct thread *thread)
{
	u64 name[KERNEL_NAME_MAX / sizeof(u64)];

	memcpy(name, thread->space->name, sizeof(name));
	trace(begin, thread->id, thread->base, thread->space->tag, name[0], name[1]);
}

struct thread *thread_create(struct space *space, u64 entry, u64 stack, u64 argument, u8 priority)
{
	struct thread *thread;
	struct slot *slot;

	ASSERT(!space->object.dead && priority <= space->ceiling);
	if (first_free == NO_SLOT && !add_slots())
		return NULL;
	if (!timeout_reserve())
		return NULL;
	thread = quota_alloc(space->quota, &threads);
	if (!thread) {
		timeout_release(NULL);
		return NULL;
	}
	slot = slot_at(first_free);
	alive[first_free / 64] |= 1ull << first_free % 64;
	thread->id = first_free | (u64)++slot->incarnation << 16;
	first_free = slot->next_free;
	slot->thread = thread;
	thread->token = thread->first_token = slot->token | thread_slot(thread);
	init_fields(thread, space, priority);
	machine_regs_init(&thread->regs, entry, stack);
	machine_thread_init(&thread->machine);
	thread->regs.rdi = argument;
	thread->regs.rsi = thread->id;
	count++;
	trace_begin_of(thread);
	return thread;
}

struct thread *thread_in_slot(u16 slot)
{
	return slot < slots ? slot_at(slot)->thread : NULL;
}

struct thread *thread_by_id(u64 id)
{
	struct thread *thread = thread_in_slot((u16)id);

	return thread && thread->id == id ? thread : NULL;
}

struct thread *thread_next(u32 slot)
{
	u64 from = UINT64_MAX << slot % 64;

	for (u32 i = slot / 64; i < ARRAY_SIZE(alive); i++, from = UINT64_MAX)
		if (alive[i] & from)
			return slot_at(i * 64 + (u32)__builtin_ctzll(alive[i] & from))->thread;
	return NULL;
}

u32 thread_count(void)
{
	return count;
}

void thread_make_ready(struct thread *thread)
{
	ASSERT(
	    thread->state != STATE_READY && thread->state != STATE_DEAD && !thread->waiter.queue);
	thread->state = STATE_READY;
	ready_insert_back(&thread->ready, thread->effective);
}

void thread_retire(struct thread *thread)
{
	struct space *space = thread->space;

	ASSERT(thread->state == STATE_DEAD && !thread->waiter.queue &&
	    !timeout_armed(&thread->timeout));
	ASSERT(waitq_empty(&thread->callers) && list_empty(&thread->locks) && !thread->bound);
	alive[thread_slot(thread) / 64] &= ~(1ull << thread_slot(thread) % 64);
	list_remove(&thread->in_space);
	space->thread_count--;
	timeout_release(&thread->timeout);
}

void thread_free(struct thread *thread)
{
	struct slot *slot = slot_at(thread_slot(thread));

	ASSERT(thread->object.caps == 0 && thread->object.pins == 0);
	slot->thread = NULL;
	slot->token = thread->token;
	slot->next_free = first_free;
	first_free = thread_slot(thread);
	count--;
	quota_free(thread->object.quota, &threads, thread);
}
