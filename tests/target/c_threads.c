/* Threads of <threads.h>: made, joined, detached, ended; what each has of its own; what they share
 * and the library guards. */
#include "lib/story.h"
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>

static thrd_t start(thrd_start_t function, void *argument)
{
	thrd_t thread;

	if (thrd_create(&thread, function, argument) != thrd_success)
		bail_out("no thread: %s", error_name(errno));
	return thread;
}

/* ---- Made and joined ------------------------------------------------------------------- */

static int add_one(void *number)
{
	return *(int *)number + 1;
}

static int leave(void *unused)
{
	thrd_exit(43);
}

static int stack_is_aligned(void *unused)
{
	_Alignas(16) volatile char on_stack[16] = { 0 };

	return (uintptr_t)on_stack % 16 == 0 && (uintptr_t)__builtin_frame_address(0) % 16 == 0;
}

static thrd_t known;

static int is_itself(void *unused)
{
	return thrd_equal(thrd_current(), known) && thread_id() == own_id();
}

static int join_it(void *thread)
{
	return thrd_join(*(thrd_t *)thread, NULL) == thrd_error ? errno : 0;
}

static int for_ever(void *unused)
{
	while (true)
		sleep_ms(1000);
	return 0;
}

static void joining(void)
{
	int number = 41, result = 0;
	thrd_t main_thread = thrd_current(), t;

	thrd_join(start(add_one, &number), &result);
	is(result, 42, "thrd_join: what the function returned");
	thrd_join(start(leave, NULL), &result);
	is(result, 43, "thrd_join: what thrd_exit got");
	thrd_join(start(stack_is_aligned, NULL), &result);
	is(result, 1, "a thread's stack is aligned as C wants it");
	known = start(is_itself, NULL);
	thrd_join(known, &result);
	is(result, 1, "thrd_current, and its id");
	ok(!thrd_equal(known, main_thread), "thrd_equal: two threads");
	t = start(join_it, &main_thread);
	errno = 0;
	thrd_join(t, &result);
	is(result, EDEADLK, "thrd_join EDEADLK: it waits for the caller");
	is(errno, 0, "and errno of another thread is its own affair");
	is(thrd_join(thrd_current(), NULL), thrd_error, "thrd_join: oneself");
	is(errno, EDEADLK, "thrd_join EDEADLK: oneself");
}

/* Sleeps, and looks whether it was lent something meanwhile. */
static int lent(void *unused)
{
	thread_set(0, THREAD_PRIORITY, (uint64_t)(own_priority() + LOWER));
	sleep_ms(20);
	return effective_priority(thread_id()) - own_priority();
}

static void lending(void)
{
	int result = -99;

	thrd_join(start(lent, NULL), &result);
	is(result, 0, "thrd_join lends the caller's priority");
}

/* ---- Limits, and what is left behind ---------------------------------------------------- */

static int nothing(void *unused)
{
	return 0;
}

static void leaving_nothing(void)
{
	uint64_t before;
	unsigned caps;

	thrd_join(start(nothing, NULL), NULL);
	before = settled_frames();
	caps = space_info(0).caps;
	for (int i = 0; i < 20; i++)
		thrd_join(start(nothing, NULL), NULL);
	ok(settled_frames() >= before && space_info(0).caps == caps,
	    "20 threads that were joined leave nothing");
	for (int i = 0; i < THRD_MAX + 20; i++) {
		thrd_t t = start(nothing, NULL);

		thrd_detach(t);
		if (i % 8 == 0)
			sleep_ms(1);
	}
	sleep_ms(20);
	thrd_join(start(nothing, NULL), NULL);
	ok(settled_frames() >= before && space_info(0).caps == caps,
	    "more threads than there are places, detached, leave nothing");
}

static void too_many(void)
{
	static thrd_t t[THRD_MAX];
	mtx_t gate;
	unsigned made = 0;
	thrd_t one_more;

	while (space_info(0).threads > 1) /* those before, on a slow host */
		sleep_ms(1);
	mtx_init(&gate, mtx_plain);
	while (made < THRD_MAX && thrd_create(&t[made], nothing, NULL) == thrd_success)
		made++;
	is(made, THRD_MAX, "as many as there are places");
	is(thrd_create(&one_more, nothing, NULL), thrd_nomem, "thrd_create: one too many");
	is(errno, ENOMEM, "thrd_create ENOMEM");
	while (made > 0)
		thrd_join(t[--made], NULL);
	is(thrd_create(&one_more, for_ever, NULL), thrd_success, "and one more when they are gone");
	thrd_detach(one_more); /* still there when the story ends */
}

/* ---- Each thread's own ------------------------------------------------------------------ */

static int own_errno(void *number)
{
	for (int i = 0; i < 20; i++) {
		errno = *(int *)number;
		thrd_yield();
		if (errno != *(int *)number)
			return 0;
	}
	return 1;
}

static void errnos(void)
{
	int number[] = { EPERM, EIO, ENOENT }, all = 0, result;
	thrd_t t[COUNT(number)];

	errno = EBUSY;
	for (unsigned i = 0; i < COUNT(number); i++)
		t[i] = start(own_errno, &number[i]);
	for (unsigned i = 0; i < COUNT(number); i++) {
		thrd_join(t[i], &result);
		all += result;
	}
	is(all, (int)COUNT(number), "each thread has its errno");
	is(errno, EBUSY, "and main its own");
}

static tss_t key;
static unsigned destroyed;

static void destroy(void *value)
{
	destroyed += *(unsigned *)value;
	if (destroyed < 10)
		tss_set(key, value); /* once more */
}

static int own_value(void *value)
{
	if (tss_get(key))
		return 0;
	tss_set(key, value);
	thrd_yield();
	return tss_get(key) == value;
}

static void values(void)
{
	unsigned one = 5, other = 50;
	int first, second;
	thrd_t t;

	is(tss_create(&key, destroy), thrd_success, "tss_create");
	tss_set(key, &key);
	t = start(own_value, &one);
	thrd_join(start(own_value, &other), &second);
	thrd_join(t, &first);
	ok(first && second && tss_get(key) == &key, "each thread has its value of a key");
	is(destroyed, 60, "destructors run when a thread ends, again while there is something");
	tss_delete(key);
	thrd_join(start(own_value, &one), NULL);
	is(destroyed, 60, "not those of deleted keys");
	for (unsigned i = 1; i < TSS_MAX; i++)
		tss_create(&key, NULL);
	is(tss_create(&key, NULL), thrd_error, "tss_create: too many");
	is(errno, EAGAIN, "tss_create EAGAIN");
	is(tss_set(TSS_MAX, NULL), thrd_error, "tss_set: no such key");
	is(errno, EINVAL, "tss_set EINVAL");
}

static once_flag flag = ONCE_FLAG_INIT;
static unsigned calls;

static void slowly(void)
{
	sleep_ms(5);
	calls++;
}

static int call_it(void *unused)
{
	call_once(&flag, slowly);
	return (int)calls;
}

static void once(void)
{
	thrd_t t = start(call_it, NULL);
	int first, second;

	thrd_join(start(call_it, NULL), &second);
	thrd_join(t, &first);
	ok(first == 1 && second == 1 && calls == 1, "call_once: once, and both saw it done");
}

/* ---- What they share -------------------------------------------------------------------- */

#define BLOCKS 40

/* Allocates, fills, checks, frees, and is interrupted in all of it by its equals. */
static int churn(void *seed)
{
	unsigned random = *(unsigned *)seed, wrong = 0;
	unsigned char *block[BLOCKS] = { NULL };
	size_t size[BLOCKS];

	for (unsigned i = 0; i < 3000; i++) {
		unsigned at = (random = random * 1103515245 + 12345) >> 16 & 0x7fff;

		at %= BLOCKS;
		if (block[at]) {
			for (size_t k = 0; k < size[at]; k++)
				wrong += block[at][k] != (unsigned char)(*(unsigned *)seed + at);
			free(block[at]);
			block[at] = NULL;
			continue;
		}
		size[at] = random >> 8 & 511;
		block[at] = malloc(size[at]);
		if (block[at])
			memset(block[at], (int)(*(unsigned *)seed + at), size[at]);
	}
	for (unsigned at = 0; at < BLOCKS; at++)
		free(block[at]);
	return (int)wrong;
}

/* Wakes often, above the others, so that these lose the processor anywhere; but leaves them most of
 * the time, however slow the machine is. */
static int disturb(void *stop)
{
	uint64_t pause = 1, start = time_now(), turn;

	for (int i = 0; i < 16; i++)
		system_info();
	turn = (time_now() - start) / 16 + 1;
	thread_set(0, THREAD_PRIORITY, (uint64_t)(own_priority() + 1));
	while (!__atomic_load_n((bool *)stop, __ATOMIC_RELAXED)) {
		struct msg m = { 0 };

		pause = pause * 7 % 99991;
		ipc_recv(0, &m, time_in_ns(turn * (4 + pause % 32)));
		free(malloc(pause % 777));
	}
	return 0;
}

static void heap(void)
{
	unsigned seed[] = { 1, 2, 3 };
	thrd_t t[COUNT(seed)], other;
	bool stop = false;
	int wrong = 0, result;

	other = start(disturb, &stop);
	for (unsigned i = 0; i < COUNT(seed); i++)
		t[i] = start(churn, &seed[i]);
	for (unsigned i = 0; i < COUNT(seed); i++) {
		thrd_join(t[i], &result);
		wrong += result;
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	thrd_join(other, NULL);
	is(wrong, 0, "malloc: four threads at once, and nobody writes in another's block");
}

#define LINES 200

static int print_lines(void *file)
{
	static unsigned number;
	unsigned mine = __atomic_add_fetch(&number, 1, __ATOMIC_RELAXED);

	for (unsigned i = 0; i < LINES; i++) {
		fprintf(file, "%u%u%u%u\n", mine, mine, mine, mine);
		if (i % 32 == 0)
			thrd_yield();
	}
	return 0;
}

static void streams(void)
{
	FILE *file = fopen("/tmp/lines", "w+");
	unsigned whole = 0;
	thrd_t t[3], other;
	bool stop = false;
	char line[20];

	setvbuf(file, NULL, _IOLBF, 0);
	other = start(disturb, &stop);
	for (unsigned i = 0; i < COUNT(t); i++)
		t[i] = start(print_lines, file);
	for (unsigned i = 0; i < COUNT(t); i++)
		thrd_join(t[i], NULL);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	thrd_join(other, NULL);
	rewind(file);
	while (fgets(line, sizeof line, file))
		whole += strlen(line) == 5 && line[0] == line[1] && line[0] == line[3];
	fclose(file);
	unlink("/tmp/lines");
	is(whole, COUNT(t) * LINES, "stdio: lines of three threads stay whole");
}

/* ---- The end ----------------------------------------------------------------------------- */

static int last(void *main_thread)
{
	int result = 0;

	thrd_join(*(thrd_t *)main_thread, &result);
	sleep_ms(10);
	printf("# the main thread left %d\n", result); /* written out by exit */
	return 1;
}

/* What a copy of this program does: the main thread ends first, and not the program with it. */
static _Noreturn void end_main(void)
{
	static thrd_t main_thread;

	main_thread = thrd_current();
	start(last, &main_thread);
	thrd_exit(7);
}

static int overflow(void *depth)
{
	volatile char page[PAGE_SIZE];

	page[0] = 1;
	return depth ? overflow((char *)depth - 1) + page[0] : 0;
}

static int status_of(const char *what)
{
	char *argv[] = { (char *)"c_threads", (char *)what, NULL };
	int status = -1;
	pid_t pid;

	if (posix_spawn(&pid, "/tests/c_threads", NULL, NULL, argv, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid)
		return -1;
	return status;
}

int main(int argc, char **argv)
{
	own_priority();
	if (argc > 1 && strcmp(argv[1], "end") == 0)
		end_main();
	if (argc > 1) {
		thrd_join(start(overflow, (void *)1000), NULL);
		return 0;
	}
	joining();
	lending();
	errnos();
	values();
	once();
	heap();
	streams();
	is(status_of("end"), 0, "thrd_exit: the last thread ends the program, with success");
	is(status_of("overflow"), 11,
	    "a thread that runs over its stack ends the program: SIGSEGV");
	leaving_nothing();
	too_many();
	return tap_done();
}
