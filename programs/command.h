/* What runs another program does: trace, tlb, ipcstat. */
#ifndef COMMAND_H
#define COMMAND_H

#include "program.h"
#include <spawn.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#define COMMAND_NOT_STARTED 127 /* exit status, as the shell's */

/* Starts it; false: told why not, in the name of `program`. */
static inline bool command_start(const char *program, char **command, pid_t *pid)
{
	int error = posix_spawnp(pid, command[0], NULL, NULL, command, environ);

	if (!error)
		return true;
	errno = error;
	program_error(program, command[0]);
	return false;
}

/* Waits for its end; its exit status as a shell tells it. */
static inline int command_wait(const char *program, char **command, pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) < 0) {
		program_error(program, command[0]);
		return COMMAND_NOT_STARTED;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static inline int command_run(const char *program, char **command)
{
	pid_t pid;

	return command_start(program, command, &pid) ? command_wait(program, command, pid)
						     : COMMAND_NOT_STARTED;
}

#endif
