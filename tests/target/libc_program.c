/* What a program asks of its surroundings in C's own words: leaving functions at once, signals that
 * it raises, ends, the shell, clocks, the locale. Ends are told by children: the story itself
 * again, with an argument. */
#include "lib/tap.h"
#include <errno.h>
#include <locale.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *self;

/* ---- Leaving functions ----------------------------------------------------------------------- */

static jmp_buf back;

static void deep(int levels, int value)
{
	volatile char room[100];

	room[0] = (char)levels; /* each level keeps something */
	if (levels > 0)
		deep(room[0] - 1, value);
	if (room[0] == 0)
		longjmp(back, value);
}

static void jumps(void)
{
	static int expected[] = { 0, 7, 1, -3 };
	volatile int local = 41, times = 0;
	int value = setjmp(back);

	is(value, expected[times], "setjmp answers %d", expected[times]);
	local = local + 1;
	times = times + 1;
	if (times == 1)
		deep(20, 7);
	if (times == 2)
		longjmp(back, 0);
	if (times == 3)
		deep(1, -3);
	is(local, 45, "what is in memory is as it was left");
}

/* ---- Before and after main ---------------------------------------------------------------------
 */

static int constructed, order;

__attribute__((constructor(200))) static void construct_second(void)
{
	constructed = constructed * 10 + 2;
}

__attribute__((constructor(150))) static void construct_first(void)
{
	constructed = constructed * 10 + 1;
}

__attribute__((constructor)) static void construct_last(void)
{
	constructed = constructed * 10 + 3;
}

__attribute__((destructor)) static void destroy_first(void)
{
	order = order * 10 + 1;
}

/* Only the child that is to asks for it. */
__attribute__((destructor(200))) static void destroy_last(void)
{
	if (order > 1)
		_exit(order);
}

static void before_destructors(void)
{
	order = 5;
}

/* ---- Signals --------------------------------------------------------------------------------- */

static volatile sig_atomic_t caught;

static void catch (int number)
{
	caught = number;
}

static void jump_out(int number)
{
	longjmp(back, number);
}

static void signals(void)
{
	ok(signal(SIGUSR1, catch) == SIG_DFL, "a handler");
	is(raise(SIGUSR1), 0, "raised");
	is(caught, SIGUSR1, "it was called");
	caught = 0;
	is(kill(getpid(), SIGUSR1), 0, "killing oneself is the same");
	is(caught, SIGUSR1, "it was called again");
	ok(signal(SIGUSR1, SIG_IGN) == catch && raise(SIGUSR1) == 0, "ignored");
	ok(signal(SIGKILL, catch) == SIG_ERR && errno == EINVAL, "not SIGKILL");
	ok(signal(NSIG, catch) == SIG_ERR && signal(0, catch) == SIG_ERR, "not what is none");
	signal(SIGABRT, jump_out);
	if (setjmp(back) == 0)
		abort();
	ok(true, "a handler of SIGABRT may jump away");
	signal(SIGABRT, SIG_DFL);
}

/* ---- Signals held back -------------------------------------------------------------------------
 */

static volatile int calls, inside, nested;

static void count(int number)
{
	calls++;
	nested += inside;
	inside = 1;
	if (calls == 1)
		raise(number);
	inside = 0;
}

static void count_with(int number, siginfo_t *info, void *context)
{
	caught = info->si_signo == number && info->si_pid == getpid() && !context;
}

static void held_back(void)
{
	struct sigaction action = { .sa_handler = count }, old;
	sigset_t set, pending;

	is(sigaction(SIGUSR2, &action, NULL), 0, "a handler by sigaction");
	raise(SIGUSR2);
	ok(calls == 2 && nested == 0, "the signal is held back while it runs, and comes behind");
	sigemptyset(&set);
	ok(sigaddset(&set, SIGUSR2) == 0 && sigismember(&set, SIGUSR2) == 1 &&
		sigismember(&set, SIGUSR1) == 0,
	    "a set of one");
	ok(sigaddset(&set, NSIG) == -1 && sigdelset(&set, 0) == -1 && sigismember(&set, -1) == -1,
	    "not of what is none");
	is(sigprocmask(SIG_BLOCK, &set, NULL), 0, "held back");
	raise(SIGUSR2);
	raise(SIGUSR2);
	ok(calls == 2 && sigpending(&pending) == 0 && pending == set, "it is pending");
	is(sigprocmask(SIG_UNBLOCK, &set, NULL), 0, "let through");
	ok(calls == 3 && sigpending(&pending) == 0 && !pending, "it comes once");
	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, &pending);
	sigprocmask(SIG_SETMASK, &pending, &set);
	ok(!sigismember(&set, SIGKILL) && !sigismember(&set, SIGSTOP) && sigismember(&set, SIGHUP),
	    "all but two are held back");
	ok(sigprocmask(99, &set, NULL) == -1 && errno == EINVAL, "how?");
	action =
	    (struct sigaction){ .sa_sigaction = count_with, .sa_flags = SA_SIGINFO | SA_RESETHAND };
	sigaction(SIGUSR2, &action, &old);
	ok(old.sa_handler == count && raise(SIGUSR2) == 0 && caught == 1, "with information");
	ok(sigaction(SIGUSR2, NULL, &old) == 0 && old.sa_handler == SIG_DFL, "once");
	ok(sigaction(SIGSTOP, &action, NULL) == -1 && errno == EINVAL, "not SIGSTOP");
	action.sa_flags = 0x4000;
	ok(sigaction(SIGUSR2, &action, NULL) == -1 && errno == EINVAL, "not a flag that is none");
	ok(sigset(SIGUSR2, SIG_HOLD) == SIG_DFL && sigset(SIGUSR2, SIG_IGN) == SIG_HOLD &&
		raise(SIGUSR2) == 0,
	    "sigset holds back, and lets through");
	is(raise(SIGTSTP), 0, "nothing stops a process");
}

/* ---- Ends ------------------------------------------------------------------------------------ */

static void first(void)
{
	write(STDERR_FILENO, "", 0);
	_Exit(caught == 2 ? 33 : 44);
}

static void second(void)
{
	caught = 2;
}

static int child(const char *what)
{
	if (!strcmp(what, "default"))
		raise(SIGTERM);
	if (!strcmp(what, "abort"))
		abort();
	if (!strcmp(what, "abort-held")) {
		sighold(SIGABRT);
		abort();
	}
	if (!strcmp(what, "abort-caught")) {
		signal(SIGABRT, catch);
		abort();
	}
	if (!strcmp(what, "exit") || !strcmp(what, "quick")) {
		atexit(first);
		atexit(second);
		at_quick_exit(first);
		at_quick_exit(second);
		if (!strcmp(what, "exit"))
			exit(1);
		quick_exit(1);
	}
	if (!strcmp(what, "destructors")) {
		atexit(before_destructors);
		return 0;
	}
	if (!strcmp(what, "overrun")) {
		char *volatile memory = malloc(5);

		memory[5] = 'x'; /* within what the heap rounds up to */
		return 0;
	}
	return 99;
}

static int end_of(const char *what)
{
	char *arguments[] = { (char *)self, (char *)what, NULL };
	int status = -1;
	pid_t pid;

	if (posix_spawn(&pid, self, NULL, NULL, arguments, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid)
		return -1;
	return status;
}

static void ends(void)
{
	is(end_of("default"), SIGTERM, "a signal without a handler ends the process by it");
	is(end_of("abort"), SIGABRT, "abort");
	is(end_of("abort-caught"), SIGABRT, "also behind a handler");
	is(end_of("abort-held"), SIGABRT, "and when it is held back");
	is(end_of("exit"), 33 << 8, "exit calls what atexit was given, the last one first");
	is(end_of("quick"), 33 << 8, "quick_exit its own");
	is(end_of("destructors"), 51 << 8, "behind them destructors, by falling priority");
	is(constructed, 123, "constructors came before main, by rising priority");
	ok(system(NULL) != 0, "there is a shell");
	is(system("exit 5"), 5 << 8, "system: its status");
}

static void debug_mode(void)
{
	is(end_of("overrun"), 0, "a byte too many goes unnoticed");
	setenv("MALLOC_DEBUG", "1", 1);
	is(end_of("overrun"), SIGABRT, "but not with MALLOC_DEBUG");
	is(end_of("exit"), 33 << 8, "which finds nothing where nothing is");
	unsetenv("MALLOC_DEBUG");
}

/* ---- Clocks, locale -------------------------------------------------------------------------- */

static void clocks(void)
{
	const time_t now = time(NULL);
	clock_t spent = clock();
	struct timespec ts;
	struct timeval tv;
	struct tm date;
	char text[32];

	ok(now >= 0 && now < 3600, "seconds since boot");
	gettimeofday(&tv, NULL);
	clock_gettime(CLOCK_REALTIME, &ts);
	ok(tv.tv_sec - now <= 1 && ts.tv_sec - now <= 1 && tv.tv_usec < 1000000, "by any name");
	ts.tv_nsec = 0;
	ts.tv_sec++;
	is(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &ts, NULL), 0, "until a time");
	ok(time(NULL) >= ts.tv_sec, "it is that time");
	is(clock_nanosleep(7, 0, &ts, NULL), EINVAL, "by a clock that is none");
	ok(gmtime_r(&now, &date) && mktime(&date) == now, "a date, and back");
	ok(strftime(text, sizeof text, "%F", &date) == 10 && !strcmp(text, "1970-01-01"),
	    "of the day that C has for it");
	ok(spent >= 0, "the processor's time for us");
	spent = clock();
	for (volatile int i = 0; i < 3000000; i = i + 1)
		;
	spent = clock() - spent;
	ok(spent > 0, "grows while we work");
	nanosleep(&(struct timespec){ 0, 1000000 }, NULL); /* what was spent so far is charged */
	spent = clock();
	nanosleep(&(struct timespec){ 0, 200000000 }, NULL);
	spent = clock() - spent;
	ok(spent >= 0 && spent < CLOCKS_PER_SEC / 10, "and not while we sleep: %ld us", spent);
}

static void locale(void)
{
	ok(setlocale(LC_ALL, "") && !strcmp(setlocale(LC_ALL, NULL), "C"), "the locale is C");
	ok(!setlocale(LC_ALL, "de_DE") && !setlocale(99, "C"), "and no other");
	ok(!strcmp(localeconv()->decimal_point, "."), "with a point");
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return child(argv[1]);
	self = argv[0];
	jumps();
	signals();
	held_back();
	ends();
	debug_mode();
	clocks();
	locale();
	return tap_done();
}
