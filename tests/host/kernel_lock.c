// SOURCES: tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/trace.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_end.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c kernel/check_waits.c
// Locks of user space, the kernel's half: who gets it, at which priority the owner runs meanwhile,
// what becomes of it when the owner or a waiter dies. The word in memory may say anything. Letters
// and numbers: tests/cases.md.
#include "world.h"

#define WORD  PAGE(0)
#define OTHER (PAGE(0) + 64)
#define OP    MSG_LABEL(1, 1, 0, 0)

static struct space *space;
static struct thread *owner, *t[4];

static u64 word_at(uaddr address)
{
	return *(u64 *)at(space, address);
}

static void set_word(uaddr address, u64 value)
{
	*(u64 *)at(space, address) = value;
}

static void cast(void)
{
	space = new_space("all");
	owner = new_thread(space, 10);
	for (unsigned i = 0; i < 4; i++)
		t[i] = new_thread(space, (u8)(20 + i));
	set_word(WORD, owner->id); /* as user code takes a free lock */
	set_word(OTHER, owner->id);
}

static void handed_to_the_highest(void)
{
	cast();
	IS(SYS(t[1], lock_wait, WORD, FOREVER), WAITS);
	IS(word_at(WORD), owner->id | LOCK_WAITERS);
	IS(SYS(t[3], lock_wait, WORD, FOREVER), WAITS);
	IS(SYS(t[0], lock_wait, WORD, FOREVER), WAITS);
	IS(t[3]->state, STATE_LOCK);
	IS(owner->effective, 23);
	IS(SYS(owner, lock_wake, WORD), 0);
	IS(owner->effective, 10);
	IS(ANSWER(t[3]), 0);
	IS(word_at(WORD), t[3]->id | LOCK_WAITERS);
	IS(t[3]->effective, 23);
	IS(SYS(t[3], lock_wake, WORD), 0);
	IS(word_at(WORD), t[1]->id | LOCK_WAITERS);
	IS(SYS(t[1], lock_wake, WORD), 0);
	IS(word_at(WORD), t[0]->id); /* nobody waits any more */
	EXPECT(list_empty(&owner->locks));
	IS(SYS(t[0], lock_wake, WORD), 0);
	IS(word_at(WORD), 0);
}

/* P7 for locks; the second field bug. */
static void several_locks(void)
{
	cast();
	IS(SYS(t[3], lock_wait, WORD, FOREVER), WAITS);
	IS(SYS(t[1], lock_wait, OTHER, FOREVER), WAITS);
	IS(owner->effective, 23);
	IS(SYS(owner, lock_wake, WORD), 0);
	IS(owner->effective, 21);
	IS(SYS(owner, lock_wake, OTHER), 0);
	IS(owner->effective, 10);
}

/* The first and the third field bug; T10. */
static void waiters_expire(void)
{
	cast();
	IS(SYS(t[3], lock_wait, WORD, in(1000)), WAITS);
	IS(SYS(t[1], lock_wait, WORD, in(2000)), WAITS);
	IS(owner->effective, 23);
	later(1000);
	IS(ANSWER(t[3]), -ETIMEDOUT);
	IS(owner->effective, 21);
	later(1000);
	IS(ANSWER(t[1]), -ETIMEDOUT);
	IS(owner->effective, 10);
	EXPECT(list_empty(&owner->locks));
	IS(word_at(WORD), owner->id | LOCK_WAITERS); /* the mark stands: the owner calls, and finds
							nobody */
	IS(SYS(owner, lock_wake, WORD), 0);
	IS(word_at(WORD), 0);
}

/* The sixth: the second time it works like the first. */
static void again_and_again(void)
{
	cast();
	for (unsigned i = 0; i < 5; i++) {
		set_word(WORD, owner->id);
		IS(SYS(t[0], lock_wait, WORD, FOREVER), WAITS);
		IS(owner->effective, 20);
		IS(SYS(owner, lock_wake, WORD), 0);
		IS(owner->effective, 10);
		IS(SYS(t[0], lock_wake, WORD), 0);
	}
}

/* T3 for locks; the fifth. */
static void expiry_against_wake(void)
{
	cast();
	IS(SYS(t[0], lock_wait, WORD, in(1000)), WAITS);
	host.tsc += 1000;
	IS(SYS(owner, lock_wake, WORD), 0);
	later(0);
	IS(ANSWER(t[0]), 0);
	IS(word_at(WORD), t[0]->id);
	set_word(WORD, owner->id);
	IS(SYS(t[0], lock_wait, WORD, in(1000)), WAITS);
	later(1000);
	IS(SYS(owner, lock_wake, WORD), 0);
	IS(ANSWER(t[0]), -ETIMEDOUT);
	IS(word_at(WORD), 0);
}

static void errors(void)
{
	cast();
	map_pages(space, 0x2000000, 1, PROT_READ);
	FAILS(t[0], -EINVAL, lock_wait, WORD + 4, FOREVER);
	FAILS(t[0], -EFAULT, lock_wait, NOWHERE, FOREVER);
	FAILS(t[0], -EFAULT, lock_wait, 0x2000000, FOREVER);
	FAILS(t[0], -EFAULT, lock_wait, 0xffff800000000000, FOREVER);
	FAILS(t[0], -ETIMEDOUT, lock_wait, WORD, DEADLINE_NOW);
	FAILS(owner, -EDEADLK, lock_wait, WORD, FOREVER); /* one's own */
	FAILS(t[0], -EINVAL, lock_wake, WORD + 1);
	FAILS(t[0], -EFAULT, lock_wake, NOWHERE);
	FAILS(t[0], -EPERM, lock_wake, WORD);
	IS(word_at(WORD), owner->id);
	IS(SYS(t[1], lock_wait, WORD, FOREVER), WAITS);
	FAILS(t[0], -EPERM, lock_wake, WORD); /* the record says whose it is */
	FAILS(owner, -EDEADLK, lock_wait, WORD, FOREVER);
	space->quota->limit = space->quota->used;
	FAILS(t[0], -ENOMEM, lock_wait, OTHER, FOREVER);
	IS(word_at(OTHER), owner->id);
	space->quota->limit = UINT32_MAX;
}

/* Rings of locks, and of a lock and a call. */
static void rings(void)
{
	cap_t ep;

	cast();
	set_word(OTHER, t[0]->id);
	IS(SYS(t[0], lock_wait, WORD, FOREVER), WAITS);
	FAILS(owner, -EDEADLK, lock_wait, OTHER, FOREVER);
	IS(word_at(OTHER), t[0]->id);
	ep = new_endpoint(space);
	IS(recv(t[1], ep, 0, DEADLINE_NOW), -ETIMEDOUT);
	IS(SYS(t[1], lock_wait, OTHER, FOREVER), WAITS); /* t1 -> t0 -> owner */
	FAILS(owner, -EDEADLK, ipc_call, ep, OP, 0, FOREVER);
	IS(owner->effective, 21);
}

/* P22. The holder of a lock calls a server: the waiter's priority reaches that one. */
static void holder_calls_a_server(void)
{
	cap_t ep;

	cast();
	ep = new_endpoint(space);
	IS(recv(t[0], ep, 0, FOREVER), WAITS);
	IS(SYS(t[3], lock_wait, WORD, FOREVER), WAITS);
	IS(call(owner, ep, OP, 0, FOREVER), WAITS);
	IS(t[0]->effective, 23);
	IS(SYS(t[2], lock_wait, WORD, in(1000)), WAITS);
	kill_thread(t[3]);
	IS(t[0]->effective, 22);
	later(1000);
	IS(t[0]->effective, 20);
	IS(reply(t[0], TOKEN(t[0]), 0, 0), 0);
	IS(t[0]->effective, 20);
}

/* The dead owner's locks go to their first waiters, with EOWNERDEAD; a lock without waiters is
 * found by the next. */
static void owner_dies(void)
{
	cast();
	IS(SYS(t[0], lock_wait, WORD, FOREVER), WAITS);
	IS(SYS(t[1], lock_wait, WORD, FOREVER), WAITS);
	kill_thread(owner);
	IS(ANSWER(t[1]), -EOWNERDEAD);
	IS(word_at(WORD), t[1]->id | LOCK_WAITERS);
	IS(t[0]->state, STATE_LOCK);
	IS(SYS(t[1], lock_wake, WORD), 0);
	IS(ANSWER(t[0]), 0);
	IS(SYS(t[2], lock_wait, OTHER, DEADLINE_NOW), -EOWNERDEAD);
	IS(word_at(OTHER), t[2]->id);
	IS(SYS(t[3], lock_wait, OTHER, FOREVER), WAITS);
	IS(t[2]->effective, 23);
}

/* Its slot has a new thread by now: the old id is nobody's. */
static void owners_slot_is_reused(void)
{
	struct thread *new;
	u16 slot;

	cast();
	slot = thread_slot(owner);
	kill_thread(owner);
	new = new_thread(space, 5);
	IS(thread_slot(new), slot);
	IS(SYS(t[0], lock_wait, WORD, FOREVER), -EOWNERDEAD);
	IS(new->effective, 5);
}

static void waiter_dies(void)
{
	cast();
	IS(SYS(t[0], lock_wait, WORD, FOREVER), WAITS);
	IS(SYS(t[1], lock_wait, WORD, FOREVER), WAITS);
	kill_thread(t[1]);
	IS(owner->effective, 20);
	kill_thread(t[0]);
	IS(owner->effective, 10);
	EXPECT(list_empty(&owner->locks));
}

/* What the word may say: nonsense, a thread of another space, oneself, only the mark. */
static void word_lies(void)
{
	struct thread *stranger;

	cast();
	stranger = new_thread(new_space("other"), 5);
	set_word(WORD, stranger->id);
	IS(SYS(t[0], lock_wait, WORD, FOREVER), -EOWNERDEAD);
	IS(stranger->effective, 5);
	set_word(WORD, 0);
	IS(SYS(t[0], lock_wait, WORD, FOREVER), 0);
	IS(word_at(WORD), t[0]->id);
	set_word(WORD, LOCK_WAITERS);
	IS(SYS(t[0], lock_wait, WORD, FOREVER), -EOWNERDEAD);
	set_word(WORD, 0x123456789abcdef);
	IS(SYS(t[0], lock_wait, WORD, FOREVER), -EOWNERDEAD);
	set_word(WORD, UINT64_MAX);
	IS(SYS(t[0], lock_wait, WORD, FOREVER), -EOWNERDEAD);
	set_word(WORD, owner->id);
	IS(SYS(t[0], lock_wait, WORD, FOREVER), WAITS);
	set_word(WORD, 0xdead); /* the record is the owner's; whoever believes the word has it too
				 */
	IS(SYS(t[1], lock_wait, WORD, FOREVER), -EOWNERDEAD);
	IS(SYS(t[2], lock_wait, WORD, FOREVER), WAITS);
	IS(owner->effective, 20);
	IS(t[1]->effective, 22);
	IS(SYS(owner, lock_wake, WORD), 0);
	IS(word_at(WORD), t[0]->id);
	IS(SYS(t[1], lock_wake, WORD), 0);
	IS(word_at(WORD), t[2]->id);
	set_word(WORD, owner->id); /* the mark is set again with the next waiter */
	IS(SYS(t[0], lock_wait, WORD, FOREVER), WAITS);
	set_word(WORD, owner->id);
	IS(SYS(t[1], lock_wait, WORD, FOREVER), WAITS);
	IS(word_at(WORD), owner->id | LOCK_WAITERS);
}

/* Killed, but its lock is not handed on yet: who comes now is behind those who wait. */
static void owner_is_dying(void)
{
	cast();
	IS(SYS(t[0], lock_wait, WORD, FOREVER), WAITS);
	ipc_kill(owner);
	IS(SYS(t[1], lock_wait, WORD, FOREVER), WAITS);
	IS(SYS(t[2], lock_wait, OTHER, FOREVER), -EOWNERDEAD);
}

/* The page of the word goes while somebody waits. */
static void word_goes(void)
{
	cast();
	map_pages(space, 0x2000000, 1, PROT_READ | PROT_WRITE);
	set_word(0x2000000, owner->id);
	IS(SYS(t[0], lock_wait, 0x2000000, in(1000)), WAITS);
	IS(SYS(t[1], mem_unmap, 0, 0x2000000, PAGE_SIZE), 0);
	FAILS(owner, -EFAULT, lock_wake, 0x2000000);
	FAILS(t[1], -EFAULT, lock_wait, 0x2000000, FOREVER);
	kill_thread(owner);
	IS(ANSWER(t[0]), -EOWNERDEAD);
}

/* Locks are a space's own, at the same address too. */
static void one_space_knows_nothing_of_another(void)
{
	struct space *other = new_space("other");
	struct thread *stranger = new_thread(other, 30);

	cast();
	memcpy(at(other, WORD), &stranger->id, 8);
	IS(SYS(t[0], lock_wait, WORD, FOREVER), WAITS);
	IS(stranger->effective, 30);
	FAILS(stranger, -EDEADLK, lock_wait, WORD, FOREVER);
	IS(SYS(stranger, lock_wake, WORD), 0);
	IS(t[0]->state, STATE_LOCK);
}

static struct thread *wait_for_lock_of(struct thread *thread, uaddr address)
{
	struct thread *waiter = new_thread(space, (u8)(11 + address / 8 % 40));

	set_word(address, thread->id);
	IS(SYS(waiter, lock_wait, address, FOREVER), WAITS);
	return waiter;
}

/* As many contended locks as an owner may have, and all go on when it dies. */
static void owner_of_many_dies(void)
{
	struct thread *waiter[LOCKS_MAX];

	cast();
	for (unsigned i = 0; i < LOCKS_MAX; i++)
		waiter[i] = wait_for_lock_of(owner, PAGE(1) + 8 * i);
	FAILS(t[0], -ENOSPC, lock_wait, WORD, FOREVER); /* nobody waits for this one yet */
	IS(SYS(t[0], lock_wait, PAGE(1), FOREVER), WAITS);
	kill_thread(owner);
	for (unsigned i = 0; i < LOCKS_MAX; i++)
		IS(ANSWER(waiter[i]), -EOWNERDEAD);
}

/* One that is handed a lock for which others wait may have one too many; but not two. */
static void owner_is_handed_one_too_many(void)
{
	cast();
	for (unsigned i = 0; i < LOCKS_MAX - 1; i++)
		wait_for_lock_of(t[3], PAGE(1) + 8 * i);
	IS(SYS(t[3], lock_wait, WORD, FOREVER), WAITS);
	IS(SYS(t[0], lock_wait, WORD, FOREVER), WAITS);
	wait_for_lock_of(t[3], PAGE(1) + 8 * LOCKS_MAX);
	IS(t[3]->lock_count, LOCKS_MAX);
	IS(SYS(owner, lock_wake, WORD), 0);
	IS(t[3]->lock_count, LOCKS_MAX + 1);
	FAILS(t[3], -ENOSPC, lock_wait, OTHER, FOREVER);
	set_word(PAGE(2), t[3]->id);
	FAILS(t[1], -ENOSPC, lock_wait, PAGE(2), FOREVER);
	IS(SYS(t[3], lock_wake, WORD), 0);
	IS(SYS(t[3], lock_wake, PAGE(1)), 0);
	IS(SYS(t[3], lock_wait, OTHER, FOREVER), WAITS);
}

int main(void)
{
	world_start(0);
	story("a lock is handed to its highest waiter", handed_to_the_highest);
	story("P22 P7 several locks: each loan ends with its own", several_locks);
	story("T10 waiters expire, the loan is the rest's", waiters_expire);
	story("the second time is like the first", again_and_again);
	story("T3 expiry and wake in one tick, both orders", expiry_against_wake);
	story("every error of lock_wait and lock_wake", errors);
	story("P12 P22 rings of locks, and of a lock and a call", rings);
	story("P22 the holder of a lock calls a server", holder_calls_a_server);
	story("the owner dies: EOWNERDEAD to the first waiter", owner_dies);
	story("C4 the dead owner's slot has a new thread", owners_slot_is_reused);
	story("waiters die", waiter_dies);
	story("the word may say anything", word_lies);
	story("the word's page goes", word_goes);
	story("locks are a space's own", one_space_knows_nothing_of_another);
	story("an owner has so many contended locks at the most; it dies", owner_of_many_dies);
	story("one more by being handed one, then no more", owner_is_handed_one_too_many);
	story("an owner is dying: its locks are not free yet", owner_is_dying);
	return world_done();
}
