// SOURCES: tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/trace.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_end.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c kernel/check_waits.c
// C10: every allocation in the kernel fails once, in turn, in every call that allocates. The call
// answers ENOMEM (a message that cannot be taken ENOSPC), nothing of what it was about has
// happened, and when there is memory again the same call succeeds. At the end everything has come
// back.
#include "world.h"

#define HERE 0x180000000000ull /* needs tables of its own */

static struct space *a, *b;
static struct thread *t, *u, *server;
static cap_t ep, to, b_cap, memory;
static u64 failed; /* allocations that did, in all */

/* A world in which the next capability needs a larger table, in both spaces. */
static void cast(void)
{
	a = new_space("a");
	b = new_space("b");
	t = new_thread(a, 10);
	u = new_thread(b, 20);
	server = new_thread(a, 5);
	ep = new_endpoint(a);
	to = give_copy(a, ep, b, CAP_SEND | CAP_TRANSFER, 1);
	b_cap = give(a, &b->object, CAP_SPACE);
	memory = (cap_t)SYS(t, mem_create, 20 * PAGE_SIZE);
	*(u64 *)at(a, PAGE(7)) = server->id;
	while (a->caps.free)
		give_copy(a, ep, a, CAP_SEND, 0);
	while (b->caps.free)
		give_copy(b, to, b, CAP_SEND, 0);
}

static s64 make_thread(void)
{
	return SYS(t, thread_create, b_cap, 0x400000, 0x500000, 0, 5, ep);
}

static s64 make_space(void)
{
	return SYS(t, space_create, 100, 5, 0, 0, 0);
}

static s64 make_endpoint(void)
{
	return SYS(t, endpoint_create, 0);
}

static s64 make_memory(void)
{
	return SYS(t, mem_create, 3 * PAGE_SIZE);
}

static s64 map_memory(void)
{
	return SYS(t, mem_map, memory, 0, HERE, 0, 20 * PAGE_SIZE, PROT_READ);
}

static s64 map_elsewhere(void)
{
	return SYS(t, mem_map, memory, b_cap, HERE, 0, 20 * PAGE_SIZE, PROT_READ);
}

static s64 mint(void)
{
	return SYS(t, cap_mint, ep, CAP_SEND, 5, 0);
}

static s64 mint_elsewhere(void)
{
	return SYS(t, cap_mint, ep, CAP_SEND, 5, b_cap);
}

static s64 watch_it(void)
{
	return SYS(t, watch, b_cap, WATCH_DEATH, ep, 1);
}

static s64 wait_for_lock(void)
{
	s64 result = SYS(t, lock_wait, PAGE(7), FOREVER);

	return result == WAITS ? 0 : result;
}

/* The receiver's table has to grow for what rides along. */
static s64 call_with_caps(void)
{
	s64 result;

	put_ext(b, PAGE(0), (struct msg_ext){ .cap = { to, to, to, to } });
	put_ext(a, PAGE(0), (struct msg_ext){ .recv_caps = 4 });
	if (server->state == STATE_READY && !endpoint_of(a, ep)->receiver)
		IS(recv(server, ep, PAGE(0), FOREVER), WAITS);
	IS(server->state, STATE_RECEIVE);
	result = call(u, to, MSG_LABEL(1, 1, 4, 0), PAGE(0), FOREVER);
	return result == WAITS ? 0 : result == -ENOSPC ? -ENOMEM : result;
}

/* A fault of the checks' own: how many things of each kind there are. */
struct count {
	u32 threads, spaces, a_caps, b_caps, a_windows, b_windows;
};

static struct count count(void)
{
	return (struct count){ thread_count(), space_count(), a->caps.used, b->caps.used,
		a->window_count, b->window_count };
}

static void in_turn(s64 (*action)(void))
{
	for (u64 k = 1;; k++) {
		struct count before, after;
		u64 frames, used, growth;
		s64 result;

		cast();
		before = count();
		frames = frame_available();
		used = init->quota->used;
		host.fail_at = host.allocations + k;
		result = action();
		after = count();
		if (host.allocations < host.fail_at) {
			host.fail_at = 0;
			EXPECT(result >= 0);
			EXPECT(k > 1);
			return;
		}
		host.fail_at = 0;
		failed++;
		IS(result, -ENOMEM);
		IS(memcmp(&before, &after, sizeof(before)), 0);
		/* Tables that were made on the way stay: each charged frame is one that is not
		 * free. */
		growth = init->quota->used - used;
		EXPECT(growth % PAGE_SIZE == 0 && frames - frame_available() >= growth / PAGE_SIZE);
		EXPECT(frames - frame_available() <= 25);
		EXPECT(action() >= 0);
		destroy(a);
		destroy(b);
	}
}

/* A thread that cannot be had, again and again: not even its place among the deadlines stays taken.
 */
static void again_and_again(void)
{
	cast();
	b->quota->limit = b->quota->used;
	IS(SYS(t, cap_delete, (cap_t)SYS(t, cap_mint, ep, CAP_SEND, 0, 0)), 0);
	for (unsigned i = 0; i < 600; i++)
		if (make_thread() != -ENOMEM)
			EXPECT(false);
}

#define STORY(action)                    \
	static void story_##action(void) \
	{                                \
		in_turn(action);         \
	}
STORY(make_thread)
STORY(make_space)
STORY(make_endpoint)
STORY(make_memory)
STORY(map_memory)
STORY(map_elsewhere)
STORY(mint)
STORY(mint_elsewhere)
STORY(watch_it)
STORY(wait_for_lock)
STORY(call_with_caps)

int main(void)
{
	world_start(0);
	world_room_for_threads(100);
	story("C10 thread_create", story_make_thread);
	story("C10 space_create", story_make_space);
	story("C10 endpoint_create", story_make_endpoint);
	story("C10 mem_create", story_make_memory);
	story("C10 mem_map", story_map_memory);
	story("C10 mem_map into another space", story_map_elsewhere);
	story("C10 cap_mint", story_mint);
	story("C10 cap_mint into another space", story_mint_elsewhere);
	story("C10 watch", story_watch_it);
	story("C10 lock_wait", story_wait_for_lock);
	story("C10 a message with capabilities", story_call_with_caps);
	story("C10 thread_create fails 600 times", again_and_again);
	printf("# %lu allocations failed\n", (unsigned long)failed);
	return world_done();
}
