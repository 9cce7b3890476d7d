/* Locks: the kernel's half of a mutex, entered only when somebody must wait. The word holds the
 * owner's thread id and a mark when others wait. Helpers of other priorities take the lock, wait
 * for it, die with it; main holds it or lets go.
 *
 * GROUP: inherit */
#include "lib/story.h"

static uint64_t word;

static bool try_lock(uint64_t *lock, uint64_t id)
{
	uint64_t none = 0;

	return __atomic_compare_exchange_n(
	    lock, &none, id, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

/* A mutex as libc would have it: the kernel is asked only when it must be. */
static void lock(uint64_t *l, uint64_t id)
{
	if (!try_lock(l, id))
		lock_wait(l, DEADLINE_FOREVER);
}

static void unlock(uint64_t *l, uint64_t id)
{
	if (!__atomic_compare_exchange_n(l, &id, 0, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		lock_wake(l);
}

static struct worker waiter(uint64_t *on)
{
	return (struct worker){ .run = do_lock, .lock = on, .deadline = DEADLINE_FOREVER };
}

/* Takes the lock, then waits for its endpoint; gives the lock back when called. */
static void hold(struct worker *w)
{
	struct msg m = { 0 };

	w->result = lock_wait(w->lock, DEADLINE_FOREVER);
	ipc_recv(w->own, &m, DEADLINE_FOREVER);
	unlock(w->lock, w->id);
	ipc_reply(m.token, &m);
}

/* ---- The ordinary course -------------------------------------------------------------- */

static void handing_over(void)
{
	const uint64_t me = own_id();
	struct worker low = waiter(&word), high = waiter(&word);

	word = 0;
	is(lock_wait(&word, DEADLINE_NOW), 0, "lock_wait: a free lock, without waiting");
	is((int64_t)word, (int64_t)me, "lock_wait: the word is the owner's id");
	begin(&low, SAME);
	ok(in_state(&low, STATE_LOCK), "lock_wait: waits in state LOCK");
	is((int64_t)word, (int64_t)(me | LOCK_WAITERS), "lock_wait: and marks the word");
	begin(&high, HIGHER);
	in_state(&high, STATE_LOCK);
	is(effective_priority(me), own_priority() + HIGHER, "lock_wait: P22 lends to the owner");
	sleep_ms(1); /* a whole time slice: low, our equal, does not get a turn */
	is(lock_wake(&word), 0, "lock_wake: hands over");
	ok(finished(&high) && high.result == 0 && !low.done, "lock_wake: to the first by priority");
	is(effective_priority(me), own_priority(), "lock_wake: P22 what was lent is gone");
	end(&high);
	/* high ended with the lock: its next owner is told. */
	ok(finished(&low), "lock_wait: ends when the owner dies");
	is(low.result, -EOWNERDEAD, "lock_wait EOWNERDEAD: the owner died while one waits");
	is((int64_t)word, (int64_t)low.id, "lock_wait EOWNERDEAD: but the lock is held");
	end(&low);
	is(lock_wait(&word, DEADLINE_NOW), -EOWNERDEAD,
	    "lock_wait EOWNERDEAD: the owner died before");
	is((int64_t)word, (int64_t)me, "lock_wait EOWNERDEAD: and it is ours");
	unlock(&word, me);
	is((int64_t)word, 0, "free again, without the kernel");
}

static uint64_t counter;

static void add(struct worker *w)
{
	for (int i = 0; i < 500; i++) {
		lock(w->lock, w->id);
		const uint64_t before = counter;

		if (i % 64 == 0)
			yield(); /* with the lock */
		counter = before + 1;
		unlock(w->lock, w->id);
	}
}

static void exclusion(void)
{
	struct worker w[4];
	bool all = true;

	word = 0;
	for (unsigned i = 0; i < COUNT(w); i++) {
		w[i] = (struct worker){ .run = add, .lock = &word };
		begin(&w[i], i % 2 ? SAME : LOWER);
	}
	for (unsigned i = 0; i < COUNT(w); i++) {
		all &= finished(&w[i]);
		end(&w[i]);
	}
	ok(all, "four threads come to their end");
	is((int64_t)counter, 2000, "only one at a time had the lock");
	is((int64_t)word, 0, "and it is free");
}

/* Nobody waits any more, but the mark stands. */
static void waiter_gone(void)
{
	const uint64_t me = own_id();
	struct worker w = waiter(&word);

	word = 0;
	lock_wait(&word, DEADLINE_NOW);
	w.deadline = time_in_ms(10);
	begin(&w, HIGHER);
	ok(finished(&w), "lock_wait: does not wait for ever");
	is(w.result, -ETIMEDOUT, "lock_wait ETIMEDOUT: while waiting");
	is(effective_priority(me), own_priority(),
	    "lock_wait ETIMEDOUT: B1 the boost is gone (CMSIS-RTX)");
	is((int64_t)word, (int64_t)(me | LOCK_WAITERS), "lock_wait ETIMEDOUT: the mark stays");
	end(&w);
	is(lock_wake(&word), 0, "lock_wake: nobody waits");
	is((int64_t)word, 0, "lock_wake: the lock is free");
	w = waiter(&word);
	lock_wait(&word, DEADLINE_NOW);
	begin(&w, HIGHER);
	thread_kill(w.cap);
	is(effective_priority(me), own_priority(),
	    "thread_kill: P15 a waiter is killed, the boost is gone");
	end(&w);
	lock_wake(&word);
}

static void killed_owner(void)
{
	struct worker owner = { .run = hold, .lock = &word, .own = (cap_t)endpoint_create() };
	struct worker w = waiter(&word);

	word = 0;
	begin(&owner, HIGHER);
	begin(&w, HIGHER);
	ok(in_state(&w, STATE_LOCK), "a thread waits for a lock");
	thread_kill(owner.cap);
	ok(finished(&w) && w.result == -EOWNERDEAD,
	    "thread_kill EOWNERDEAD: for who waits for its lock");
	end(&w);
	end(&owner);
	cap_delete(owner.own);
	word = 0;
}

/* ---- Errors --------------------------------------------------------------------------- */

static const struct {
	const char *what;
	uint64_t address;
} wrong[] = {
	{ "null", 0 },
	{ "not mapped", UNMAPPED },
	{ "M2 read-only", WINDOW },
	{ "M3 kernel", KERNEL_START },
	{ "M3 the last word of all", UINT64_MAX - 7 },
	{ "M4 non-canonical", NON_CANONICAL },
	{ "the time page", TIME_PAGE },
};

static void bad_addresses(void)
{
	cap_t memory = map_pages(WINDOW, 1);

	mem_protect(0, WINDOW, PAGE_SIZE, PROT_READ);
	for (unsigned i = 0; i < COUNT(wrong); i++) {
		uint64_t *at = (uint64_t *)wrong[i].address;

		is(lock_wait(at, DEADLINE_NOW), -EFAULT, "lock_wait EFAULT: %s", wrong[i].what);
		is(lock_wake(at), -EFAULT, "lock_wake EFAULT: %s", wrong[i].what);
	}
	is(lock_wait((uint64_t *)((char *)&word + 4), DEADLINE_NOW), -EINVAL,
	    "lock_wait EINVAL: not a multiple of 8");
	is(lock_wake((uint64_t *)((char *)&word + 1)), -EINVAL,
	    "lock_wake EINVAL: not a multiple of 8");
	unmap_pages(memory);
}

static void not_ours(void)
{
	struct worker owner = { .run = hold, .lock = &word, .own = (cap_t)endpoint_create() };
	struct worker other = waiter(&word);
	struct msg m = { 0 };

	word = 0;
	is(lock_wake(&word), -EPERM, "lock_wake EPERM: a free lock");
	begin(&owner, HIGHER);
	is(lock_wait(&word, DEADLINE_NOW), -ETIMEDOUT,
	    "lock_wait ETIMEDOUT: held, and no time to wait");
	is((int64_t)word, (int64_t)owner.id, "lock_wait ETIMEDOUT: nothing changed");
	is(lock_wait(&word, 1), -ETIMEDOUT,
	    "lock_wait ETIMEDOUT: T5 1 ns after the start of the machine");
	is(lock_wake(&word), -EPERM, "lock_wake EPERM: another's lock");
	begin(&other, HIGHEST); /* main has the others' priority by now */
	in_state(&other, STATE_LOCK);
	is(lock_wake(&word), -EPERM, "lock_wake EPERM: another's lock, with a waiter");
	word = 1; /* a lie: the kernel has its own record since somebody waits */
	is(lock_wake(&word), -EPERM, "lock_wake EPERM: B8 whatever the word says (Linux futexes)");
	ipc_call(owner.own, &m, DEADLINE_FOREVER); /* it lets go: the record decides */
	ok(finished(&other) && other.result == 0, "lock_wake: by the owner whom the kernel knows");
	end(&owner);
	end(&other);
	cap_delete(owner.own);
	word = 0xdeadbeef00000000;
	is(lock_wait(&word, DEADLINE_NOW), -EOWNERDEAD,
	    "lock_wait EOWNERDEAD: the word names nobody");
	word = LOCK_WAITERS;
	is(lock_wait(&word, DEADLINE_NOW), -EOWNERDEAD,
	    "lock_wait EOWNERDEAD: a mark and no owner");
}

static void rings(void)
{
	static uint64_t second;
	struct worker w = { .run = do_lock, .lock = &word, .deadline = DEADLINE_FOREVER };
	const uint64_t me = own_id();

	word = second = 0;
	lock_wait(&word, DEADLINE_NOW);
	is(lock_wait(&word, DEADLINE_FOREVER), -EDEADLK, "lock_wait EDEADLK: P14 one's own");
	prepare(&w, HIGHER);
	second = 0;
	thread_start(w.cap);
	in_state(&w, STATE_LOCK);
	second = w.id; /* as if it had taken it before */
	is(lock_wait(&second, DEADLINE_FOREVER), -EDEADLK,
	    "lock_wait EDEADLK: P12 two locks crosswise");
	is((int64_t)second, (int64_t)w.id, "lock_wait EDEADLK: nothing changed");
	unlock(&word, me);
	ok(finished(&w) && w.result == 0,
	    "lock_wait EDEADLK: the ring that was not closed is done");
	end(&w);
	word = 0;
}

/* P22: a lock and a call in one ring. */
static void lock_and_call(void)
{
	struct worker owner = { .run = hold, .lock = &word, .own = (cap_t)endpoint_create() };
	cap_t ep = (cap_t)endpoint_create();
	struct worker client = { do_call, .ep = ep, .deadline = DEADLINE_FOREVER };
	struct msg m = { 0 };

	/* client calls main, main waits for a lock of the client's: closed by main. */
	word = 0;
	begin(&client, HIGHER);
	ipc_recv(ep, &m, DEADLINE_NOW);
	word = client.id;
	is(lock_wait(&word, DEADLINE_FOREVER), -EDEADLK,
	    "lock_wait EDEADLK: P22 its owner waits for an answer from here");
	m.label = 0;
	ipc_reply(m.token, &m);
	end(&client);
	endpoint_unbind(ep);
	/* A holder that calls a server passes on what its waiters lend. */
	word = 0;
	owner.own = ep;
	begin(&owner, LOWER);
	in_state(&owner, STATE_RECEIVE);
	client = waiter(&word);
	begin(&client, HIGHEST);
	in_state(&client, STATE_LOCK);
	is(effective_priority(owner.id), own_priority() + HIGHEST,
	    "lock_wait: P22 the holder is lifted");
	ipc_call(ep, &m, DEADLINE_FOREVER);
	ok(finished(&client), "lock_wake: the waiter has it");
	ok(finished(&owner), "and the holder comes to its end");
	end(&client);
	end(&owner);
	cap_delete(ep);
	word = 0;
}

/* Each of 32 holds a lock and waits for the one before; the last may not. */
static void take_two(struct worker *w)
{
	lock_wait(w->lock, DEADLINE_FOREVER);
	if (w->msg.send)
		w->result = lock_wait((uint64_t *)w->msg.send, DEADLINE_FOREVER);
	else
		ipc_recv(0, &w->msg, DEADLINE_FOREVER);
}

static void long_chain(void)
{
	static struct worker w[33];
	static uint64_t locks[33];
	bool all = true;

	for (unsigned i = 0; i < COUNT(w); i++) {
		w[i] = (struct worker){ .run = take_two, .lock = &locks[i] };
		w[i].msg.send = i ? &locks[i - 1] : NULL;
		begin(&w[i], HIGHER);
		if (i > 0 && i < 32)
			all &= in_state(&w[i], STATE_LOCK);
	}
	ok(all, "lock_wait: P24 a chain of 32 threads");
	ok(finished(&w[32]) && w[32].result == -ELOOP,
	    "lock_wait ELOOP: P24 the 33rd thread of a chain");
	for (unsigned i = COUNT(w); i-- > 0;)
		end(&w[i]);
}

/* A thread owns 8 locks that others wait for, no more. */
static void many_locks(void)
{
	static struct worker w[9];
	static uint64_t locks[9];
	struct worker other = { .run = hold, .lock = &word, .own = (cap_t)endpoint_create() };
	const uint64_t me = own_id();
	bool all = true;

	for (unsigned i = 0; i < COUNT(w); i++) {
		locks[i] = me;
		w[i] = waiter(&locks[i]);
		begin(&w[i], HIGHER);
		all &= i == 8 || in_state(&w[i], STATE_LOCK);
	}
	ok(all, "lock_wait: 8 locks of one owner");
	ok(finished(&w[8]) && w[8].result == -ENOSPC,
	    "lock_wait ENOSPC: the 9th that somebody waits for");
	is((int64_t)locks[8], (int64_t)me, "lock_wait ENOSPC: nothing changed");
	word = 0;
	begin(&other, HIGHEST); /* main has the others' priority by now */
	is(lock_wait(&word, DEADLINE_FOREVER), -ENOSPC, "lock_wait ENOSPC: the caller has 8");
	is((int64_t)word, (int64_t)other.id, "lock_wait ENOSPC: nothing changed, either");
	is(lock_wake(&locks[0]), 0, "lock_wake: one of 8");
	ok(finished(&w[0]) && w[0].result == 0, "lock_wake: its waiter has it");
	for (unsigned i = COUNT(w); i-- > 0;)
		end(&w[i]);
	end(&other);
	cap_delete(other.own);
	word = 0;
}

int main(void)
{
	handing_over();
	exclusion();
	waiter_gone();
	killed_owner();
	bad_addresses();
	not_ours();
	rings();
	lock_and_call();
	long_chain();
	many_locks();
	return tap_done();
}
