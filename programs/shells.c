/* shells: a shell on each virtual terminal, started when somebody first looks at it, and again when
 * it ends. A thread for each waits there. It does without stdio, which would be half of it: the
 * archive is memory. */
#include <atoll/startup.h>
#include <atoll/tty.h>
#include <sched.h>
#include <servers/console/protocol.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
    "usage: shells\n"
    "Runs a shell on each virtual terminal (Alt-F1 to Alt-F4). Does not end.\n";

/* The child's standard descriptors are the terminal; its priority is ours. */
static int start_shell(int terminal, pid_t *pid)
{
	static char *arguments[] = { (char *)"/bin/sh", NULL };
	struct sched_param priority = { (int)startup_block()->priority };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int error;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSCHEDPARAM);
	posix_spawnattr_setschedparam(&attributes, &priority);
	for (int fd = 0; fd < 3; fd++)
		posix_spawn_file_actions_adddup2(&actions, terminal, fd);
	error = posix_spawn(pid, arguments[0], &actions, &attributes, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

/* One terminal's thread. What cannot be started now is tried again, as is a shell that ended. */
static _Noreturn int serve(void *descriptor)
{
	int terminal = (int)(intptr_t)descriptor;
	pid_t pid;

	for (;;) {
		if (tty_command(terminal, TTY_SHOWN, 0) < 0 || start_shell(terminal, &pid) ||
		    waitpid(pid, NULL, 0) < 0)
			nanosleep(&(struct timespec){ .tv_sec = 1 }, NULL);
	}
}

int main(int argc, char **argv)
{
	thrd_t thread;
	int terminal = -1;

	if (argc > 1) {
		bool help = strcmp(argv[1], "--help") == 0;

		write(help ? STDOUT_FILENO : STDERR_FILENO, usage, sizeof usage - 1);
		return help ? 0 : 2;
	}
	for (unsigned number = 2; number <= CONSOLE_VIRTUAL; number++) {
		int other = tty_open(number);

		if (other >= 0)
			thrd_create(&thread, serve, (void *)(intptr_t)other);
	}
	terminal = tty_open(1);
	if (terminal < 0)
		return 1; /* init tells, and tries again */
	serve((void *)(intptr_t)terminal);
}
