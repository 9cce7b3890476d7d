/* Mutexes of <threads.h>. Free, they cost no system call; contended, they are the kernel's locks:
 * the owner inherits, the first waiter by priority is next, who would close a ring hears of it, and
 * so does who gets the mutex of a thread that died. */
#include "lib/story.h"
#include <errno.h>
#include <stdlib.h>
#include <threads.h>

static mtx_t mutex;

/* Time, a little of it, from now on. */
static struct timespec soon(unsigned ms)
{
	const uint64_t ns = time_in_ms(ms);

	return (struct timespec){ (time_t)(ns / 1000000000), (long)(ns % 1000000000) };
}

/* The thread that is about to wait. */
static struct worker waiter;

static bool waits(void)
{
	return in_state(&waiter, STATE_LOCK);
}

static thrd_t start(thrd_start_t function, void *argument)
{
	thrd_t thread;

	waiter.id = 0;
	if (thrd_create(&thread, function, argument) != thrd_success)
		bail_out("no thread: %s", error_name(errno));
	return thread;
}

static int result_of(thrd_t thread)
{
	int result = -1;

	thrd_join(thread, &result);
	return result;
}

/* ---- Free: no system call -------------------------------------------------------------- */

static void lock_and_unlock(void)
{
	mtx_lock(&mutex);
	mtx_unlock(&mutex);
}

static void try_and_unlock(void)
{
	mtx_trylock(&mutex);
	mtx_unlock(&mutex);
}

static void timed_and_unlock(void)
{
	const struct timespec past = { 0, 0 };

	mtx_timedlock(&mutex, &past);
	mtx_unlock(&mutex);
}

static void again_and_again(void)
{
	static mtx_t recursive = { .type = mtx_recursive };

	mtx_lock(&recursive);
	mtx_lock(&recursive);
	mtx_unlock(&recursive);
	mtx_unlock(&recursive);
}

static void nothing(void)
{
}

static void once(void)
{
	static once_flag flag = ONCE_FLAG_INIT;

	call_once(&flag, nothing);
}

static void allocate(void)
{
	free(malloc(100));
}

/* One of the two, to see that it would show. */
static void ask_the_kernel(void)
{
	yield();
}

static uint64_t calls_of(void (*run)(void))
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 5; i++) { /* servers call too, now and then */
		const uint64_t before = system_info().calls;

		for (int k = 0; k < 100; k++)
			run();
		const uint64_t calls = system_info().calls - before;

		least = calls < least ? calls : least;
	}
	return least - 1; /* the second kernel_info itself */
}

static void uncontended(void)
{
	static const struct {
		const char *what;
		void (*run)(void);
	} each[] = { { "mtx_lock and mtx_unlock", lock_and_unlock },
		{ "mtx_trylock", try_and_unlock }, { "mtx_timedlock", timed_and_unlock },
		{ "a recursive mutex, twice", again_and_again }, { "call_once", once },
		{ "malloc and free", allocate } };

	is((int64_t)calls_of(ask_the_kernel), 100, "a system call is counted");
	for (unsigned i = 0; i < COUNT(each); i++)
		is((int64_t)calls_of(each[i].run), 0, "no system call: %s", each[i].what);
	is((int64_t)mutex.word, 0, "and the mutex is free");
}

/* ---- Results --------------------------------------------------------------------------- */

static int try_it(void *m)
{
	return mtx_trylock(m);
}

static int unlock_it(void *m)
{
	const int result = mtx_unlock(m);

	return result == thrd_error ? errno : -result;
}

static int lock_for_10_ms(void *m)
{
	const struct timespec time = soon(10);

	return mtx_timedlock(m, &time);
}

static int lock_and_die(void *m)
{
	return mtx_lock(m);
}

static int lock_twice_and_die(void *m)
{
	mtx_lock(m);
	return mtx_lock(m);
}

static void results(void)
{
	const struct timespec wrong = { 0, 1000000000 };
	thrd_t t;

	is(mtx_init(&mutex, 4), thrd_error, "mtx_init: no such type");
	is(errno, EINVAL, "mtx_init EINVAL");
	is(mtx_init(&mutex, mtx_plain), thrd_success, "mtx_init");
	is(mtx_lock(&mutex), thrd_success, "mtx_lock");
	is(result_of(start(try_it, &mutex)), thrd_busy, "mtx_trylock: another's");
	is(mtx_trylock(&mutex), thrd_busy, "mtx_trylock: one's own");
	t = start(lock_for_10_ms, &mutex);
	sleep_ms(20); /* to join it at once would close a ring */
	is(result_of(t), thrd_timedout, "mtx_timedlock: times out");
	errno = 0;
	is(mtx_timedlock(&mutex, &wrong), thrd_error, "mtx_timedlock: not a time");
	is(errno, EINVAL, "mtx_timedlock EINVAL");
	is(result_of(start(unlock_it, &mutex)), EPERM, "mtx_unlock EPERM: another's");
	errno = 0;
	is(mtx_lock(&mutex), thrd_error, "mtx_lock: one's own");
	is(errno, EDEADLK, "mtx_lock EDEADLK");
	is(mtx_unlock(&mutex), thrd_success, "mtx_unlock");
	is(mtx_unlock(&mutex), thrd_error, "mtx_unlock: a free one");
	is(errno, EPERM, "mtx_unlock EPERM: a free one");
	mtx_destroy(&mutex);
}

static void recursion(void)
{
	mtx_t m;

	mtx_init(&m, mtx_recursive | mtx_timed);
	mtx_lock(&m);
	is(mtx_trylock(&m), thrd_success, "a recursive mutex is locked again");
	mtx_unlock(&m);
	is(result_of(start(try_it, &m)), thrd_busy, "and is its owner's after one mtx_unlock");
	is(result_of(start(unlock_it, &m)), EPERM, "and not another's to unlock");
	mtx_unlock(&m);
	is(result_of(start(try_it, &m)), thrd_success, "after the second it is free");
	/* It ended with the mutex. */
	is(mtx_lock(&m), thrd_ownerdead, "mtx_lock: its last owner died with it");
	mtx_unlock(&m);
	is(result_of(start(lock_twice_and_die, &m)), thrd_success, "one dies who locked it twice");
	is(mtx_lock(&m), thrd_ownerdead, "mtx_lock: dead again");
	is(mtx_unlock(&m), thrd_success, "mtx_unlock");
	is((int64_t)m.word, 0, "what the dead one counted is forgotten");
	m.again = UINT32_MAX;
	mtx_lock(&m);
	is(mtx_lock(&m), thrd_error, "mtx_lock: 2^32 times");
	is(errno, EAGAIN, "mtx_lock EAGAIN");
}

/* ---- Contended ------------------------------------------------------------------------- */

static int order;

/* Takes its priority, waits for the mutex, tells its turn. */
static int wait_at(void *priority)
{
	int turn;

	thread_set(0, THREAD_PRIORITY, (uint64_t)(own_priority() + (int)(intptr_t)priority));
	waiter.id = thread_id();
	mtx_lock(&mutex);
	turn = ++order;
	mtx_unlock(&mutex);
	return turn;
}

static void handing_over(void)
{
	thrd_t low, high;

	mtx_init(&mutex, mtx_plain);
	mtx_lock(&mutex);
	low = start(wait_at, (void *)(intptr_t)1);
	ok(waits(), "mtx_lock: waits in state LOCK");
	high = start(wait_at, (void *)(intptr_t)2);
	waits();
	is(effective_priority(thread_id()), own_priority() + 2, "its owner inherits");
	mtx_unlock(&mutex);
	is(effective_priority(thread_id()), own_priority(), "until it unlocks");
	is(result_of(low), 2, "the lower one has it");
	is(result_of(high), 1, "after the higher one");
	is((int64_t)mutex.word, 0, "and it is free");
}

static unsigned counter;

static int count(void *m)
{
	for (int i = 0; i < 500; i++) {
		mtx_lock(m);
		const unsigned before = counter;

		if (i % 64 == 0)
			thrd_yield(); /* with the mutex */
		counter = before + 1;
		mtx_unlock(m);
		if (i % 50 == 0)
			thrd_yield();
	}
	return 0;
}

static void exclusion(void)
{
	thrd_t t[4];

	for (unsigned i = 0; i < COUNT(t); i++)
		t[i] = start(count, &mutex);
	for (unsigned i = 0; i < COUNT(t); i++)
		thrd_join(t[i], NULL);
	is((int64_t)counter, 2000, "one at a time has it");
	is((int64_t)mutex.word, 0, "and it is free");
}

static int lock_and_tell(void *m)
{
	const int result = mtx_lock(m);

	mtx_unlock(m);
	return result;
}

/* Dies with the mutex while somebody waits for it. */
static int hold_until_waited_for(void *m)
{
	mtx_lock(m);
	while (!(__atomic_load_n(&((mtx_t *)m)->word, __ATOMIC_RELAXED) & LOCK_WAITERS))
		sleep_ms(1);
	return 0;
}

static void owner_death(void)
{
	thrd_t owner = start(hold_until_waited_for, &mutex), next;

	while (!__atomic_load_n(&mutex.word, __ATOMIC_RELAXED))
		sleep_ms(1);
	next = start(lock_and_tell, &mutex);
	is(result_of(next), thrd_ownerdead, "who waits is told that the owner died");
	thrd_join(owner, NULL);
	thrd_join(start(lock_and_die, &mutex), NULL);
	is(mtx_trylock(&mutex), thrd_ownerdead, "and who tries afterwards");
	is(mtx_unlock(&mutex), thrd_success, "and it is like any other then");
	is(mtx_lock(&mutex), thrd_success, "for the next");
	mtx_unlock(&mutex);
}

static mtx_t other;

static int crosswise(void *unused)
{
	int result;

	mtx_lock(&other);
	waiter.id = thread_id();
	result = mtx_lock(&mutex);
	if (result == thrd_success)
		mtx_unlock(&mutex);
	mtx_unlock(&other);
	return result;
}

static void ring(void)
{
	thrd_t t;

	mtx_lock(&mutex);
	t = start(crosswise, NULL);
	ok(waits(), "a thread with one mutex waits for a second");
	errno = 0;
	is(mtx_lock(&other), thrd_error, "whose owner wants the first");
	is(errno, EDEADLK, "mtx_lock EDEADLK: two mutexes crosswise");
	mtx_unlock(&mutex);
	is(result_of(t), thrd_success, "and the one who waits gets it");
}

int main(void)
{
	own_priority();
	uncontended();
	results();
	recursion();
	handing_over();
	exclusion();
	owner_death();
	ring();
	return tap_done();
}
