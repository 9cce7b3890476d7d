/* Semaphores count, and let their waiters pass in turn: four threads hand one another a ball that
 * only one may have; some wait until a time. GROUP: threads libc */
#include "lib/tap.h"
#include <errno.h>
#include <semaphore.h>
#include <threads.h>
#include <time.h>

#define ROUNDS  500
#define PLAYERS 4

static sem_t s, turn[PLAYERS];
static int caught; /* guarded by whose turn it is */

static int play(void *number)
{
	const long me = (long)number;

	for (int i = 0; i < ROUNDS; i++) {
		sem_wait(&turn[me]);
		caught += caught % PLAYERS == me;
		sem_post(&turn[(me + 1) % PLAYERS]);
	}
	return 0;
}

static void counting(void)
{
	int value = -1;

	is(sem_init(&s, 0, 2), 0, "a semaphore of 2");
	ok(sem_wait(&s) == 0 && sem_trywait(&s) == 0, "is taken twice");
	ok(sem_trywait(&s) == -1 && errno == EAGAIN, "not three times");
	ok(sem_getvalue(&s, &value) == 0 && value == 0, "it is 0");
	ok(sem_post(&s) == 0 && sem_getvalue(&s, &value) == 0 && value == 1, "and 1 after a post");
	is(sem_destroy(&s), 0, "destroyed");
	ok(sem_init(&s, 0, SEM_VALUE_MAX + 1u) == -1 && errno == EINVAL, "a value too large");
	ok(sem_init(&s, 1, 1) == -1 && errno == ENOSYS, "one for several processes");
	ok(sem_init(&s, 0, SEM_VALUE_MAX) == 0 && sem_post(&s) == -1 && errno == EOVERFLOW,
	    "a post too many");
}

static void times(void)
{
	struct timespec until;

	sem_init(&s, 0, 0);
	timespec_get(&until, TIME_UTC);
	until.tv_sec++;
	until.tv_nsec = 0;
	ok(sem_timedwait(&s, &until) == -1 && errno == ETIMEDOUT, "nobody posts until then");
	ok(time(NULL) >= until.tv_sec, "which has come");
	is(sem_destroy(&s), 0, "who gave up is no waiter any more");
	sem_post(&s);
	is(sem_timedwait(&s, &until), 0, "what is there is taken at any time");
	until.tv_nsec = 1000000000;
	ok(sem_timedwait(&s, &until) == -1 && errno == EINVAL, "what is no time");
	sem_post(&s);
	is(sem_timedwait(&s, &until), 0, "asks nobody who need not wait");
}

static int wait_once(void *unused)
{
	return sem_wait(&s);
}

static void a_waiter(void)
{
	thrd_t thread;
	int result = -1;

	thrd_create(&thread, wait_once, NULL);
	thrd_sleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	ok(sem_destroy(&s) == -1 && errno == EBUSY, "not while somebody waits");
	sem_post(&s);
	thrd_join(thread, &result);
	is(result, 0, "who then passes");
}

int main(void)
{
	thrd_t player[PLAYERS];

	counting();
	times();
	a_waiter();
	for (long i = 0; i < PLAYERS; i++)
		sem_init(&turn[i], 0, i == 0);
	for (long i = 0; i < PLAYERS; i++)
		thrd_create(&player[i], play, (void *)i);
	for (long i = 0; i < PLAYERS; i++)
		thrd_join(player[i], NULL);
	is(caught, ROUNDS * PLAYERS, "the ball went round in order");
	return tap_done();
}
