// SOURCES:
// mtx_t between its callers and a kernel played by this test: what each call makes of each state of
// the lock word, when the kernel is asked and when not, and what becomes of its answers. The
// sources are included below.
#include <errno.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
// clang-format off
#include "../../libc/include/threads.h"
#define LIBC_THREAD_H /* in its place: */
struct libc_thread {
	uint64_t id;
};
static struct libc_thread self = { 0x10007 };
static struct libc_thread *libc_self(void)
{
	return &self;
}
#include "../../libc/threads/lock.c"
#include "../../libc/threads/mtx.c"
#include "tap.h"
// clang-format on

#define ME    self.id
#define OTHER 0x20008ull

/* ---- The kernel ------------------------------------------------------------------------ */

static unsigned waits, wakes, sleeps;
static int answers[4]; /* of the next calls */
static uint64_t deadline_seen;

int lock_wait(uint64_t *word, uint64_t deadline)
{
	const int result = answers[waits++];

	deadline_seen = deadline;
	if (result == 0 || result == -EOWNERDEAD)
		*word = ME;
	return result;
}

int lock_wake(uint64_t *word)
{
	const int result = answers[wakes++];

	if (result == 0)
		*word = 0;
	return result;
}

int ipc_recv(cap_t endpoint, struct msg *m, uint64_t deadline)
{
	sleeps++;
	return -ETIMEDOUT;
}

uint64_t time_in_ns(uint64_t ns)
{
	return ns;
}

bool libc_nanoseconds(const struct timespec *time, uint64_t *ns)
{
	*ns = (uint64_t)time->tv_nsec;
	return time->tv_sec == 0;
}

static jmp_buf fatal;

_Noreturn void libc_fatal(const char *what)
{
	longjmp(fatal, 1);
}

static void kernel(int first)
{
	waits = wakes = sleeps = 0;
	answers[0] = first;
	errno = 0;
}

/* ---- The stories ------------------------------------------------------------------------ */

static mtx_t m;

static const struct timespec TIME = { 0, 77 };

static int timed(mtx_t *mutex)
{
	return mtx_timedlock(mutex, &TIME);
}

static const struct {
	const char *name;
	int (*lock)(mtx_t *);
	uint64_t deadline;
} ways[] = {
	{ "mtx_lock", mtx_lock, UINT64_MAX },
	{ "mtx_timedlock", timed, 77 },
	{ "mtx_trylock", mtx_trylock, 0 },
};

static void test_free(void)
{
	for (unsigned i = 0; i < 3; i++) {
		kernel(-EIO);
		m = (mtx_t){ 0 };
		ok(ways[i].lock(&m) == thrd_success && m.word == ME && waits == 0,
		    "%s: a free one is taken, and the kernel not asked", ways[i].name);
		ok(mtx_unlock(&m) == thrd_success && m.word == 0 && wakes == 0,
		    "%s: and given back likewise", ways[i].name);
	}
}

static void test_answers(void)
{
	static const struct {
		int answer, result, error;
	} each[] = {
		{ 0, thrd_success, 0 },
		{ -EOWNERDEAD, thrd_ownerdead, 0 },
		{ -EDEADLK, thrd_error, EDEADLK },
		{ -ELOOP, thrd_error, ELOOP },
		{ -ENOMEM, thrd_error, ENOMEM },
		{ -ETIMEDOUT, thrd_timedout, 0 },
	};

	for (unsigned i = 0; i < 3; i++) {
		bool good = true;

		for (unsigned k = 0; k < sizeof each / sizeof *each; k++) {
			int expected = each[k].result;

			if (expected == thrd_timedout && ways[i].deadline == 0)
				expected = thrd_busy;
			for (uint64_t mark = 0; mark <= 1; mark++) {
				m = (mtx_t){ .word = OTHER | mark << 63 };
				kernel(each[k].answer);
				good &= ways[i].lock(&m) == expected && waits == 1;
				good &= errno == each[k].error && deadline_seen == ways[i].deadline;
			}
		}
		ok(good, "%s: another's: the kernel is asked, and its answer told", ways[i].name);
	}
}

static void test_unlock(void)
{
	m = (mtx_t){ .word = ME | LOCK_WAITERS };
	kernel(0);
	ok(mtx_unlock(&m) == thrd_success && wakes == 1, "somebody waits: the kernel hands over");
	m.word = OTHER;
	kernel(-EPERM);
	ok(mtx_unlock(&m) == thrd_error && errno == EPERM && m.word == OTHER,
	    "another's: EPERM, and it stays another's");
	m.word = 0;
	kernel(-EPERM);
	ok(mtx_unlock(&m) == thrd_error && errno == EPERM && m.word == 0, "a free one: EPERM");
}

static void test_recursive(void)
{
	kernel(-EIO);
	ok(mtx_init(&m, mtx_recursive) == thrd_success, "a recursive one");
	mtx_lock(&m);
	m.word |= LOCK_WAITERS;
	ok(mtx_lock(&m) == thrd_success && mtx_trylock(&m) == thrd_success && waits == 0,
	    "its owner locks it again, also while others wait");
	mtx_unlock(&m);
	mtx_unlock(&m);
	ok(wakes == 0 && (m.word & ~LOCK_WAITERS) == ME, "as often as not it stays locked");
	kernel(0);
	ok(mtx_unlock(&m) == thrd_success && wakes == 1, "the last time it is handed over");
	m = (mtx_t){ OTHER, mtx_recursive, 5 };
	kernel(-EPERM);
	ok(mtx_unlock(&m) == thrd_error && errno == EPERM && m.again == 5,
	    "another's is not counted down");
	kernel(-EOWNERDEAD);
	ok(mtx_lock(&m) == thrd_ownerdead && m.again == 0, "a dead owner's count is forgotten");
	m = (mtx_t){ ME, mtx_recursive, UINT32_MAX };
	ok(mtx_lock(&m) == thrd_error && errno == EAGAIN && m.again == UINT32_MAX,
	    "too often: EAGAIN");
	ok(mtx_init(&m, 8) == thrd_error && errno == EINVAL, "no such type: EINVAL");
}

/* The library's own locks must be had. */
static void test_hold(void)
{
	uint64_t word = OTHER;

	kernel(-ENOMEM);
	answers[1] = -ELOOP;
	answers[2] = 0;
	ok(libc_hold(&word) && waits == 3 && sleeps == 2 && word == ME,
	    "when the kernel has no room the library waits, and asks again");
	libc_release(&word);
	ok(word == 0, "and gives it back");
	word = OTHER;
	kernel(-EOWNERDEAD);
	ok(!libc_hold(&word) && word == ME, "it hears of a killed owner");
	kernel(-EDEADLK);
	ok(setjmp(fatal) != 0 || (libc_hold(&word), false),
	    "a thread that is inside and comes again is ended");
}

int main(void)
{
	test_free();
	test_answers();
	test_unlock();
	test_recursive();
	test_hold();
	return tap_done();
}
