/* Signals from elsewhere: a child that catches, ignores or holds back what its parent's kill sends,
 * sleeps, waits and forks meanwhile. Children are the story itself again, with an argument; they
 * say through a pipe how far they are.
 *
 * ICOUNT: yes
 * GROUP: libc */
#include "lib/tap.h"
#include <atoll/name.h>
#include <atoll/sys.h>
#include <errno.h>
#include <servers/process/protocol.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

static const char *self;
static volatile sig_atomic_t caught, times, from = -1;

static pid_t child;

/* What comes for the second time goes on to the child. */
static void catch (int number)
{
	caught = number;
	times++;
	if (child && times == 2)
		kill(child, number);
}

static void catch_with(int number, siginfo_t *info, void *context)
{
	catch (number);
	from = info->si_pid;
}

static void ready(void)
{
	write(STDOUT_FILENO, "r", 1);
}

/* ---- The children: each returns what its parent expects ---------------------------------------
 */

static int pauses(void)
{
	signal(SIGINT, catch);
	ready();
	return pause() == -1 && errno == EINTR ? 10 + caught : 1;
}

static int sleeps(void)
{
	struct timespec left = { 0, 0 };

	signal(SIGTERM, catch);
	ready();
	if (nanosleep(&(struct timespec){ 1000, 0 }, &left) == 0 || errno != EINTR)
		return 1;
	ready();
	if (left.tv_sec < 900 || left.tv_sec > 1000 || caught != SIGTERM)
		return 2;
	left.tv_sec = (time_t)sleep(1000);
	return left.tv_sec > 900 && left.tv_sec <= 1000 ? 10 + times : 3;
}

/* Nothing interrupts what it computes, and yet the handler runs. */
static int computes(void)
{
	signal(SIGUSR1, catch);
	ready();
	while (!caught)
		;
	return 10 + caught;
}

static int holds_back(void)
{
	sigset_t set, pending, before;

	signal(SIGINT, catch);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, &before);
	ready();
	do {
		thrd_yield();
		sigpending(&pending);
	} while (!sigismember(&pending, SIGINT));
	if (caught)
		return 1;
	if (sigsuspend(&before) != -1 || errno != EINTR || caught != SIGINT)
		return 2;
	sigprocmask(SIG_SETMASK, NULL, &pending);
	return sigismember(&pending, SIGINT) ? 10 + times : 3;
}

static int ignores(void)
{
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGTERM, SIG_DFL);
	ready();
	pause();
	return 1;
}

/* The second time it is the default that happens. */
static int catches_once(void)
{
	const struct sigaction action = { .sa_sigaction = catch_with,
		.sa_flags = SA_SIGINFO | SA_RESETHAND };

	sigaction(SIGTERM, &action, NULL);
	ready();
	pause();
	if (caught != SIGTERM || from != 0)
		return 1;
	ready();
	pause();
	return 2;
}

static pid_t start(const char *what, int *out)
{
	char *arguments[] = { (char *)self, (char *)what, NULL };
	posix_spawn_file_actions_t actions;
	int fd[2];
	pid_t pid = -1;

	posix_spawn_file_actions_init(&actions);
	if (pipe(fd) == 0) {
		posix_spawn_file_actions_adddup2(&actions, fd[1], STDOUT_FILENO);
		if (posix_spawn(&pid, self, &actions, NULL, arguments, environ) != 0)
			pid = -1;
		close(fd[1]);
		*out = fd[0];
	}
	posix_spawn_file_actions_destroy(&actions);
	return pid;
}

/* Its own child goes on while its wait is interrupted; and a wait that is to go on does. */
static int waits(void)
{
	struct sigaction action = { .sa_handler = catch };
	int status, out;

	sigaction(SIGUSR1, &action, NULL);
	child = start("computes", &out);
	ready();
	if (waitpid(child, &status, 0) != -1 || errno != EINTR || caught != SIGUSR1)
		return 1;
	action.sa_flags = SA_RESTART;
	sigaction(SIGUSR1, &action, NULL);
	ready();
	if (waitpid(child, &status, 0) != child || times != 2)
		return 2;
	return WEXITSTATUS(status) == 10 + SIGUSR1 ? 12 : 3;
}

/* The copy begins with nothing caught at the process server; the library makes up for that. */
static int forks(void)
{
	pid_t pid;
	int status;

	signal(SIGUSR1, catch);
	pid = fork();
	if (pid == 0) {
		ready();
		while (!caught)
			pause();
		_exit(10 + caught);
	}
	if (pid < 0)
		return 1;
	nanosleep(&(struct timespec){ 0, 50000000 }, NULL);
	if (kill(pid, SIGUSR1) != 0 || waitpid(pid, &status, 0) != pid)
		return 2;
	return !caught && WEXITSTATUS(status) == 10 + SIGUSR1 ? 12 : 3;
}

static const struct {
	const char *name;
	int (*function)(void);
} children[] = { { "pauses", pauses }, { "sleeps", sleeps }, { "computes", computes },
	{ "holds-back", holds_back }, { "ignores", ignores }, { "catches-once", catches_once },
	{ "waits", waits }, { "forks", forks } };

/* ---- The parent ------------------------------------------------------------------------------ */

/* Until the child has said so; then for a moment, in which it comes to wait. */
static bool is_ready(int out)
{
	char byte;

	if (read(out, &byte, 1) != 1)
		return false;
	nanosleep(&(struct timespec){ 0, 20000000 }, NULL);
	return true;
}

/* Each of the signals is sent when the child is ready for one. */
static int end_of(const char *what, const int *signals)
{
	int out, status = -1;
	pid_t pid = start(what, &out);

	for (; *signals && is_ready(out); signals++)
		if (kill(pid, *signals) != 0)
			return -errno;
	waitpid(pid, &status, 0);
	close(out);
	return status;
}
#define END_OF(what, ...) end_of(what, (const int[]){ __VA_ARGS__ __VA_OPT__(, ) 0 })
#define EXIT(code)        ((code) << 8)

/* PROCESS_SIGNALS as the library would not send it. */
static int tell(uint64_t catches, uint64_t minds_not)
{
	struct msg m = { .label = MSG_LABEL(PROCESS_SIGNALS, PROCESS_VERSION, 0, 0),
		.word = { catches, minds_not } };

	return ipc_ask((cap_t)name_lookup("process", DEADLINE_NOW), &m, DEADLINE_FOREVER);
}

int main(int argc, char **argv)
{
	int out, status;
	pid_t pid;

	self = argv[0];
	for (size_t i = 0; argc > 1 && i < sizeof children / sizeof *children; i++)
		if (!strcmp(argv[1], children[i].name))
			return children[i].function();
	is(END_OF("pauses", SIGINT), EXIT(10 + SIGINT), "a handler runs, and pause ends");
	is(END_OF("pauses", SIGTERM), SIGTERM, "what is not caught ends it");
	is(END_OF("pauses", SIGKILL), SIGKILL, "and SIGKILL anyway");
	is(END_OF("sleeps", SIGTERM, SIGTERM), EXIT(12), "nanosleep and sleep tell what is left");
	is(END_OF("computes", SIGUSR1), EXIT(10 + SIGUSR1), "the handler of one that computes");
	is(END_OF("holds-back", SIGINT), EXIT(11), "what is held back waits for sigsuspend");
	is(END_OF("catches-once", SIGTERM, SIGTERM), SIGTERM, "SA_RESETHAND: once, from elsewhere");
	is(END_OF("waits", SIGUSR1, SIGUSR1), EXIT(12), "waitpid is interrupted, or goes on");
	is(END_OF("forks"), EXIT(12), "a copy by fork catches, too");

	pid = start("ignores", &out);
	is_ready(out);
	is(kill(pid, SIGINT), 0, "one that ignores SIGINT");
	is(kill(pid, SIGCHLD), 0, "and SIGCHLD, which nobody minds");
	is(waitpid(pid, &status, WNOHANG), 0, "goes on");
	is(kill(pid, SIGTERM), 0, "but not one that ignored SIGTERM once");
	ok(waitpid(pid, &status, 0) == pid && status == SIGTERM, "which ends it");

	is(tell(1 << SIGINT, 0), -EINVAL, "nobody catches without saying where");
	is(tell(0, 1 << SIGKILL), -EINVAL, "nor ignores SIGKILL");
	is(tell(0, 1ull << 32), -EINVAL, "nor what is no signal");
	return tap_done();
}
