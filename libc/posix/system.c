/* A command for the shell. */
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHELL "/bin/sh"

int system(const char *command)
{
	static char name[] = "sh", option[] = "-c";
	char *arguments[] = { name, option, (char *)command, NULL };
	int status, error;
	pid_t pid;

	if (!command)
		return access(SHELL, X_OK) == 0;
	error = posix_spawn(&pid, SHELL, NULL, NULL, arguments, environ);
	if (error) {
		errno = error;
		return -1;
	}
	return waitpid(pid, &status, 0) == pid ? status : -1;
}
