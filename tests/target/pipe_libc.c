/* Pipes as POSIX has them: pipe, dup2, fcntl, poll, stdio on them, programs that are started at
 * their ends, and SIGPIPE.
 *
 * GROUP: pipe */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/story.h"

extern char **environ;

static char big[200000], back[200000];

/* 0 or -errno. */
static int64_t result(int64_t got)
{
	return got < 0 ? -errno : got;
}

static void basics(void)
{
	int fd[2], copy;
	struct stat st;

	is(pipe(fd), 0, "pipe");
	ok(fd[0] == 3 && fd[1] == 4, "the lowest descriptors");
	is(write(fd[1], "hello", 5), 5, "write");
	is(read(fd[0], back, 100), 5, "read");
	is(fstat(fd[0], &st), 0, "fstat");
	ok(S_ISFIFO(st.st_mode), "a pipe");
	is(result(lseek(fd[0], 0, SEEK_CUR)), -ESPIPE, "no position");
	is(result(write(fd[0], "x", 1)), -EBADF, "the reading end is not for writing");
	copy = dup(fd[1]);
	close(fd[1]);
	is(write(copy, "x", 1), 1, "a copy of the end");
	is(read(fd[0], back, 1), 1, "keeps the pipe open");
	is(dup2(copy, 20), 20, "dup2");
	close(copy);
	is(write(20, "x", 1), 1, "to a number of one's own");
	close(20);
	is(read(fd[0], back, 10), 1, "what was written");
	is(read(fd[0], back, 10), 0, "then the end");
	close(fd[0]);
	is(result(pipe2(fd, O_APPEND)), -EINVAL, "pipe2 with a flag that makes no sense");
}

static void not_waiting(void)
{
	int fd[2];

	is(pipe2(fd, O_NONBLOCK | O_CLOEXEC), 0, "pipe2");
	is(fcntl(fd[0], F_GETFL), O_NONBLOCK, "F_GETFL");
	is(fcntl(fd[0], F_GETFD), FD_CLOEXEC, "F_GETFD");
	is(result(read(fd[0], back, 1)), -EAGAIN, "read does not wait");
	is(write(fd[1], big, sizeof big), 65536, "write writes what there is room for");
	is(result(write(fd[1], big, 1)), -EAGAIN, "and does not wait");
	is(read(fd[0], back, sizeof back), 65536, "a large read gives what is there");
	is(fcntl(fd[0], F_SETFL, 0) | fcntl(fd[0], F_SETFD, 0), 0, "F_SETFL, F_SETFD");
	is(fcntl(fd[0], F_GETFL) | fcntl(fd[0], F_GETFD), 0, "both are off");
	is(fcntl(fd[1], F_DUPFD, 30), 30, "F_DUPFD");
	is(fcntl(30, F_GETFL), O_NONBLOCK, "a copy would not wait either");
	is(fcntl(30, F_GETFD), 0, "but a child gets it");
	close(30);
	is(result(fcntl(30, F_GETFL)), -EBADF, "of one that is closed");
	is(result(fcntl(fd[0], 99)), -EINVAL, "no such command");
	write(fd[1], "abc", 3);
	is(read(fd[0], back, sizeof back), 3, "and a blocking read does not wait for more");
	write(fd[1], big, 65536);
	is(read(fd[0], back, sizeof back), 65536, "however much came in the first message");
	close(fd[0]);
	close(fd[1]);
}

/* ---- Broken pipes ------------------------------------------------------------------------ */

static volatile int caught;

static void catch (int number)
{
	caught = number;
}

static void broken(void)
{
	int fd[2];

	pipe(fd);
	close(fd[0]);
	ok(signal(SIGPIPE, SIG_IGN) == SIG_DFL, "SIGPIPE is ignored");
	is(result(write(fd[1], "x", 1)), -EPIPE, "write: EPIPE");
	ok(signal(SIGPIPE, catch) == SIG_IGN, "it is caught");
	is(result(write(fd[1], "x", 1)), -EPIPE, "write: EPIPE");
	is(caught, SIGPIPE, "and the signal");
	ok(signal(SIGPIPE, SIG_IGN) == catch, "a function stays");
	close(fd[1]);
	signal(SIGPIPE, SIG_DFL);
	ok(signal(SIGKILL, SIG_IGN) == SIG_ERR && errno == EINVAL, "SIGKILL cannot be ignored");
	signal(SIGUSR1, catch);
	is(raise(SIGUSR1), 0, "raise");
	is(caught, SIGUSR1, "calls the function");
	is(raise(SIGCHLD), 0, "SIGCHLD is ignored anyway");
}

/* ---- poll -------------------------------------------------------------------------------- */

static void write_later(struct worker *w)
{
	sleep_ms(20);
	write((int)w->deadline, "x", 1);
}

static void polling(void)
{
	int a[2], b[2];
	struct worker w = { .run = write_later };
	struct pollfd polls[4];

	pipe(a);
	pipe(b);
	polls[0] = (struct pollfd){ a[0], POLLIN, 0 };
	polls[1] = (struct pollfd){ b[0], POLLIN, 0 };
	polls[2] = (struct pollfd){ -1, POLLIN, 99 };
	is(poll(polls, 3, 0), 0, "nothing is ready");
	is(polls[2].revents, 0, "one that is left out");
	is(poll(polls, 3, 10), 0, "nor in 10 ms");
	w.deadline = (uint64_t)b[1];
	begin(&w, LOWER);
	is(poll(polls, 3, -1), 1, "until somebody writes");
	ok(polls[0].revents == 0 && polls[1].revents == POLLIN, "to the second");
	finished(&w);
	end(&w);
	polls[0] = (struct pollfd){ a[1], POLLIN | POLLOUT, 0 };
	polls[2] = (struct pollfd){ open("/etc/motd", O_RDONLY), POLLIN | POLLOUT, 0 };
	polls[3] = (struct pollfd){ 77, POLLIN, 0 };
	is(poll(polls, 4, -1), 4, "four that have something to tell");
	is(polls[0].revents, POLLOUT, "room");
	is(polls[1].revents, POLLIN, "something to read");
	is(polls[2].revents, POLLIN | POLLOUT, "a file");
	is(polls[3].revents, POLLNVAL, "one that is not open");
	close(polls[2].fd);
	polls[2] = (struct pollfd){ STDOUT_FILENO, POLLOUT, 0 };
	poll(polls + 2, 1, 0);
	is(polls[2].revents, POLLNVAL, "a terminal cannot tell");
	close(a[0]);
	close(b[1]);
	read(b[0], back, 1);
	is(poll(polls, 2, -1), 2, "both other ends are closed");
	is(polls[0].revents, POLLERR, "no reader");
	is(polls[1].revents, POLLHUP, "no writer");
	close(a[1]);
	close(b[0]);
}

/* ---- Programs ---------------------------------------------------------------------------- */

/* One command with its standard input and output; -1: as ours. */
static pid_t start(int in, int out, char *const argv[])
{
	posix_spawn_file_actions_t actions;
	pid_t pid = 0;

	posix_spawn_file_actions_init(&actions);
	if (in >= 0)
		posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	if (out >= 0)
		posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	is(posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ), 0, "%s is started", argv[0]);
	posix_spawn_file_actions_destroy(&actions);
	return pid;
}

static int status_of(pid_t pid)
{
	int status = -1;

	waitpid(pid, &status, 0);
	return status;
}

#define WORDS(...) ((char *[]){ __VA_ARGS__, NULL })

static void programs(void)
{
	static char cat[] = "cat", yes[] = "yes", sleep[] = "sleep", seconds[] = "1000";
	int to[2], from[2];
	bool same;
	pid_t pid;
	FILE *file;

	pipe2(to, O_CLOEXEC);
	pipe2(from, O_CLOEXEC);
	pid = start(to[0], from[1], WORDS(cat));
	close(to[0]);
	close(from[1]);
	file = fdopen(to[1], "w");
	fprintf(file, "line %d\n", 1);
	fflush(file);
	is(read(from[0], back, 100), 7, "through another program");
	fclose(file);
	is(read(from[0], back, 100), 0, "it ends when its input does");
	is(status_of(pid), 0, "well");
	close(from[0]);

	pipe2(from, O_CLOEXEC);
	pid = start(-1, from[1], WORDS(yes));
	close(from[1]);
	same = read(from[0], back, 4) == 4 && memcmp(back, "y\ny\n", 4) == 0;
	ok(same, "yes prints");
	close(from[0]);
	is(status_of(pid), SIGPIPE, "nobody reads: it ends by SIGPIPE");

	pipe2(from, O_CLOEXEC);
	pid = start(-1, from[1], WORDS(sleep, seconds));
	close(from[1]);
	kill(pid, SIGKILL);
	is(read(from[0], back, 1), 0, "the only writer is killed: the end");
	is(status_of(pid), SIGKILL, "it was");
	close(from[0]);
}

int main(void)
{
	for (size_t i = 0; i < sizeof big; i++)
		big[i] = (char)(i * 7);
	basics();
	not_waiting();
	broken();
	polling();
	programs();
	return tap_done();
}
