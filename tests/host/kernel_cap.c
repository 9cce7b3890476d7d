// SOURCES: tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/trace.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_end.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c kernel/check_waits.c
// GROUP: caps
// Capabilities: a handle never reaches what it was not made for, nobody gets more than was given,
// and what was given can be taken back with all that came of it. Letters and numbers:
// tests/cases.md.
#include "world.h"

#include "kernel/irq.h"

static struct space *a, *b;
static struct thread *t, *u;
static cap_t ep;

static void cast(void)
{
	a = new_space("a");
	b = new_space("b");
	t = new_thread(a, 10);
	u = new_thread(b, 10);
	ep = new_endpoint(a);
}

static cap_t mint(cap_t from, u32 rights, u64 badge)
{
	return (cap_t)SYS(t, cap_mint, from, rights, badge, 0);
}

/* ---- Handles ------------------------------------------------------------------------ */

/* C4 */
static void stale_handle(void)
{
	cap_t first, second;

	cast();
	first = mint(ep, CAP_SEND, 1);
	IS(SYS(t, cap_delete, first), 0);
	second = mint(ep, CAP_NOTIFY, 2);
	IS(second & 0xffff, first & 0xffff); /* the same entry */
	EXPECT(first != second);
	FAILS(t, -EBADF, cap_delete, first);
	FAILS(t, -EBADF, ipc_call, first, 0, 0, FOREVER);
	EXPECT(cap_of(a, second));
}

static void guessed_handles(void)
{
	struct cap *cap;

	cast();
	for (unsigned bit = 0; bit < 64; bit++)
		EXPECT(cap_find(&a->caps, ep ^ 1ull << bit, 0, &cap) == -EBADF || bit < 16);
	IS(cap_find(&a->caps, 0, 0, &cap), -EBADF);
	for (cap_t handle = 0; handle < 0x20000; handle++)
		if (cap_find(&a->caps, handle, 0, &cap) == 0)
			EXPECT(cap->handle == handle);
	IS(cap_find(&b->caps, ep, CAP_SEND, &cap), -EBADF);
}

/* C4: an entry whose generations are used up is never used again, and the rest goes on. */
static void generations_wrap(void)
{
	struct cap *cap;
	cap_t last;
	u32 used;

	cast();
	last = mint(ep, CAP_SEND, 1);
	IS(SYS(t, cap_delete, last), 0);
	cap = &a->caps.frame[0][last & 0xffff];
	EXPECT(a->caps.free == cap);
	cap->generation = UINT32_MAX; /* as after 2^32 - 2 more deletions */
	last = mint(ep, CAP_SEND, 1);
	IS(last >> 16, UINT32_MAX);
	IS((s64)last > 0, 1); /* handles are results: never negative */
	used = a->caps.used;
	IS(SYS(t, cap_delete, last), 0);
	IS(a->caps.used, used - 1);
	FAILS(t, -EBADF, cap_delete, last);
	for (unsigned i = 0; i < 2 * CAPS_PER_FRAME; i++)
		EXPECT((mint(ep, CAP_SEND, 1) & 0xffff) != (last & 0xffff));
}

static void table_full(void)
{
	cap_t last = 0;

	cast();
	while (a->caps.used < CAP_MAX)
		last = give_copy(a, ep, a, CAP_SEND, 1);
	FAILS(t, -ENOSPC, cap_mint, ep, CAP_SEND, 1, 0);
	FAILS(t, -ENOSPC, endpoint_create, 0);
	FAILS(t, -ENOSPC, mem_create, PAGE_SIZE);
	FAILS(t, -ENOSPC, thread_create, 0, 0x400000, 0x500000, 0, 1, 0);
	FAILS(t, -ENOSPC, space_create, 10, 0, 0, 0, 0);
	IS(SYS(t, cap_delete, last), 0);
	EXPECT((s64)mint(ep, CAP_SEND, 1) > 0);
}

/* ---- Narrowing ---------------------------------------------------------------------- */

/* C8 */
static void rights_only_shrink(void)
{
	static const u32 right[] = { CAP_SEND, CAP_RECV, CAP_NOTIFY, CAP_TRANSFER, CAP_READ,
		CAP_SPACE, 1u << 13 };
	u32 have = 0;

	cast();
	for (unsigned i = 0; i < 16; i++) { /* every subset of the endpoint's four */
		u32 rights = 0;
		cap_t cap;

		for (unsigned bit = 0; bit < 4; bit++)
			rights |= i >> bit & 1 ? right[bit] : 0;
		if (!rights) {
			FAILS(t, -EINVAL, cap_mint, ep, 0, 0, 0);
			continue;
		}
		cap = mint(ep, rights, 0);
		for (unsigned j = 0; j < ARRAY_SIZE(right); j++) {
			have = cap_of(a, cap)->rights;
			if (have & right[j])
				IS(SYS(t, cap_delete, mint(cap, right[j], 0)), 0);
			else
				FAILS(t, -EPERM, cap_mint, cap, right[j], 0, 0);
		}
	}
	FAILS(t, -EINVAL, cap_mint, ep, CAP_ALL + 1, 0, 0);
	FAILS(t, -EINVAL, cap_mint, ep, 1ull << 32 | CAP_SEND, 0, 0);
	FAILS(t, -EPERM, cap_mint, ep, CAP_ALL, 0, 0);
}

static void badge_of_an_endpoint(void)
{
	cap_t named, bits, fewer;

	cast();
	named = mint(ep, CAP_SEND | CAP_NOTIFY | CAP_TRANSFER, 0xf0);
	IS(cap_of(a, named)->badge, 0xf0);
	FAILS(t, -EPERM, cap_mint, named, CAP_SEND, 0xf1, 0); /* it says who one is */
	FAILS(t, -EPERM, cap_mint, named, CAP_SEND | CAP_NOTIFY, 0x10, 0);
	IS(cap_of(a, mint(named, CAP_SEND, 0))->badge, 0xf0);
	IS(cap_of(a, mint(named, CAP_SEND, 0xf0))->badge, 0xf0);
	bits = mint(named, CAP_NOTIFY, 0x30); /* but the mask of bits may shrink */
	IS(cap_of(a, bits)->badge, 0x30);
	FAILS(t, -EPERM, cap_mint, bits, CAP_NOTIFY, 0x40, 0);
	FAILS(t, -EPERM, cap_mint, bits, CAP_NOTIFY, 0x70, 0);
	fewer = mint(bits, CAP_NOTIFY, 0x10);
	FAILS(t, -EPERM, cap_mint, fewer, CAP_NOTIFY, 0x30, 0);
	FAILS(t, -EPERM, cap_mint, named, CAP_NOTIFY, 0x100, 0);
}

static void badge_of_hardware(void)
{
	cap_t irqs, ports, one, some;

	cast();
	irqs = give(a, &irq_object, CAP_IRQ | CAP_TRANSFER);
	one = mint(irqs, CAP_IRQ, 1 << 4);
	FAILS(t, -EPERM, cap_mint, one, CAP_IRQ, 1 << 5, 0);
	FAILS(t, -EPERM, cap_mint, one, CAP_IRQ, 1 << 4 | 1 << 5, 0);
	FAILS(t, -EPERM, irq_bind, one, 5, ep, 1);
	IS(SYS(t, irq_bind, one, 4, ep, 1), 0);
	ports = give(a, &ports_object, CAP_PORTS | CAP_TRANSFER);
	some = mint(ports, CAP_PORTS, PORT_RANGE(0x3f8, 8));
	FAILS(t, -EPERM, cap_mint, some, CAP_PORTS, PORT_RANGE(0x3f7, 8), 0);
	FAILS(t, -EPERM, cap_mint, some, CAP_PORTS, PORT_RANGE(0x3f8, 9), 0);
	FAILS(t, -EPERM, cap_mint, some, CAP_PORTS, PORT_RANGE(0x3f8, 1ull << 47), 0);
	EXPECT((s64)mint(some, CAP_PORTS, PORT_RANGE(0x3ff, 1)) > 0);
	EXPECT((s64)mint(some, CAP_PORTS, PORT_RANGE(0x3f8, 8)) > 0);
	for (u64 port = 0x3f0; port < 0x408; port++)
		for (u64 width = 1; width <= 4; width *= 2) {
			bool within = port >= 0x3f8 && port + width <= 0x400;

			host.port_value = 0x1234;
			IS(SYS(t, port_in, some, port, width), within ? 0x1234 : -EPERM);
			IS(SYS(t, port_out, some, port, width, 7), within ? 0 : -EPERM);
			IS(host.port_value, within ? 7 : 0x1234);
		}
}

static void badge_where_there_is_none(void)
{
	cap_t memory;

	cast();
	memory = (cap_t)SYS(t, mem_create, PAGE_SIZE);
	memory = mint(memory, CAP_READ, 5); /* means nothing, and stays */
	FAILS(t, -EPERM, cap_mint, memory, CAP_READ, 6, 0);
	IS(cap_of(a, mint(memory, CAP_READ, 0))->badge, 5);
}

static void into_another_space(void)
{
	cap_t there, fixed, to_b;

	cast();
	to_b = give(a, &b->object, CAP_SPACE);
	there = (cap_t)SYS(t, cap_mint, ep, CAP_SEND, 9, to_b);
	EXPECT(cap_of(b, there)->object == cap_of(a, ep)->object);
	EXPECT(cap_of(b, there)->parent == cap_of(a, ep));
	IS(cap_of(b, there)->badge, 9);
	fixed = mint(ep, CAP_SEND, 1);
	FAILS(t, -EPERM, cap_mint, fixed, CAP_SEND, 0, to_b); /* C8: no CAP_TRANSFER */
	FAILS(t, -EPERM, cap_mint, ep, CAP_SEND, 0, ep);
	FAILS(t, -EBADF, cap_mint, ep, CAP_SEND, 0, NO_CAP);
	FAILS(t, -EBADF, cap_mint, NO_CAP, CAP_SEND, 0, to_b);
	IS(SYS(u, cap_delete, there), 0);
}

/* ---- Deriving, deleting, revoking --------------------------------------------------- */

/* A tree over two tables: 0 -> 1, 2; 1 -> 3, 4; 3 -> 5. */
static struct cap *node[6];

static void plant(void)
{
	static const unsigned parent[] = { 0, 0, 0, 1, 1, 3 };
	cap_t handle[6];

	handle[0] = mint(ep, CAP_SEND | CAP_TRANSFER, 0);
	node[0] = cap_of(a, handle[0]);
	for (unsigned i = 1; i < 6; i++) {
		struct space *from = parent[i] % 2 ? b : a, *to = i % 2 ? b : a;

		handle[i] = give_copy(from, handle[parent[i]], to, CAP_SEND | CAP_TRANSFER, 0);
		node[i] = cap_of(to, handle[i]);
	}
	check_all(NULL);
}

static void revoking_takes_all_below(void)
{
	cast();
	plant();
	IS(SYS(u, cap_revoke, node[1]->handle), 0);
	EXPECT(node[0]->handle && node[1]->handle && node[2]->handle);
	EXPECT(!node[3]->handle && !node[4]->handle && !node[5]->handle);
	IS(SYS(t, cap_revoke, ep), 0);
	EXPECT(!node[0]->handle && !node[1]->handle && !node[2]->handle);
	EXPECT(cap_of(a, ep));
	IS(cap_of(a, ep)->object->caps, 1);
}

static void deleting_hands_children_up(void)
{
	cast();
	plant();
	IS(SYS(u, cap_delete, node[1]->handle), 0);
	EXPECT(
	    node[3]->parent == node[0] && node[4]->parent == node[0] && node[5]->parent == node[3]);
	IS(SYS(t, cap_delete, node[0]->handle), 0);
	EXPECT(node[3]->parent == cap_of(a, ep));
	IS(SYS(t, cap_delete, ep), 0); /* the root itself: they are nobody's children, and reach a
					  dead endpoint */
	settle();
	EXPECT(!node[3]->parent && node[3]->object->dead);
	FAILS(u, -EPIPE, ipc_call, node[3]->handle, 0, 0, FOREVER);
	IS(SYS(u, cap_revoke, node[3]->handle), 0); /* still possible on what is left */
	EXPECT(!node[5]->handle);
}

/* A space that ends takes its part of the tree; what it passed on stays. */
static void space_ends_in_the_middle(void)
{
	struct cap *kept;

	cast();
	plant();
	kept = cap_of(a, give_copy(b, node[5]->handle, a, CAP_SEND, 0));
	destroy(b);
	EXPECT(kept->parent == node[0]);
	EXPECT(node[2]->parent == node[0]);
}

/* However small the budget, each step does something, and all steps together everything. */
static void tiny_budgets(void)
{
	for (unsigned size = 1; size <= 3; size++) {
		unsigned steps = 0, budget;

		cast();
		for (unsigned i = 0; i < 20; i++)
			plant();
		do {
			budget = size;
			check_all(NULL);
			EXPECT(steps++ < 1000);
		} while (!object_revoke(cap_of(a, ep), &budget));
		IS(cap_of(a, ep)->object->caps, 1);
		EXPECT(steps >= 120 / size);
		for (unsigned i = 0; i < 20; i++)
			plant();
		steps = 0;
		do {
			budget = size;
			EXPECT(steps++ < 1000);
		} while (!object_delete_cap(cap_of(a, ep), &budget));
		check_all(NULL);
		settle();
		EXPECT(steps >= 20 / size);
	}
}

/* A revocation in one entry touches at most OBJECT_BUDGET capabilities, and goes on where it
 * stopped, even when more are derived in between. */
static void revoking_many(void)
{
	cap_t first;
	unsigned entries = 0;

	cast();
	first = mint(ep, CAP_SEND | CAP_TRANSFER, 0);
	for (unsigned i = 0; i < 500; i++)
		mint(first, CAP_SEND, 0);
	while (SYS_ONCE(t, cap_revoke, first) == RESTART) {
		if (entries++ < 3)
			mint(first, CAP_SEND, 0);
	}
	EXPECT(entries >= 500 / OBJECT_BUDGET && entries <= 504 / OBJECT_BUDGET);
	EXPECT(list_empty(&cap_of(a, first)->children));
}

/* Revoking a memory capability takes the windows made through it and below, and only those. */
static void revoking_unmaps(void)
{
	cap_t memory, copy;

	cast();
	memory = (cap_t)SYS(t, mem_create, 4 * PAGE_SIZE);
	copy = give_copy(a, memory, b, CAP_READ | CAP_WRITE, 0);
	IS(SYS(t, mem_map, memory, 0, 0x1000000, 0, 4 * PAGE_SIZE, PROT_READ | PROT_WRITE), 0);
	IS(SYS(u, mem_map, copy, 0, 0x2000000, PAGE_SIZE, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE),
	    0);
	*at(b, 0x2000000) = 42;
	IS(*at(a, 0x1000000 + PAGE_SIZE), 42);
	IS(SYS(t, cap_revoke, memory), 0);
	IS(space_check(b, 0x2000000, 1, false), -EFAULT);
	IS(*at(a, 0x1000000 + PAGE_SIZE), 42);
	IS(SYS(t, cap_delete, memory), 0);
	IS(space_check(a, 0x1000000, 1, false), -EFAULT);
}

static void delete_errors(void)
{
	cast();
	FAILS(t, -EBADF, cap_delete, 0);
	FAILS(t, -EBADF, cap_delete, NO_CAP);
	FAILS(t, -EBADF, cap_revoke, 0);
	FAILS(t, -EBADF, cap_revoke, ep ^ 1ull << 48);
	IS(SYS(t, cap_delete, ep), 0);
	FAILS(t, -EBADF, cap_delete, ep);
	FAILS(t, -EBADF, cap_revoke, ep);
}

int main(void)
{
	world_start(0);
	story("C4 a stale handle reaches nothing", stale_handle);
	story("guessed handles", guessed_handles);
	story("C4 an entry whose generations are used up", generations_wrap);
	story("a full table, and every call that would add to it", table_full);
	story("C8 rights only shrink", rights_only_shrink);
	story("C8 an endpoint's badge", badge_of_an_endpoint);
	story("C8 badges of interrupts and ports only narrow", badge_of_hardware);
	story("badges without a meaning stay", badge_where_there_is_none);
	story("minting into another space", into_another_space);
	story("revoking takes everything derived, in every space", revoking_takes_all_below);
	story("deleting hands children up", deleting_hands_children_up);
	story("a space ends in the middle of the tree", space_ends_in_the_middle);
	story("the smallest budgets", tiny_budgets);
	story("revoking many, in several entries", revoking_many);
	story("revoking unmaps", revoking_unmaps);
	story("every error of cap_delete and cap_revoke", delete_errors);
	return world_done();
}
