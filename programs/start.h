/* What the utilities share that start others: env, time, which, xargs, find. */
#ifndef START_H
#define START_H

#include "program.h"
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_CANNOT_RUN 126
#define START_NOT_FOUND  127

/* The nth file of that name in the folders of PATH, n from 0; a name with a slash is its own. */
static inline bool start_find(const char *name, unsigned n, char path[PATH_MAX])
{
	const char *folders = getenv("PATH");
	struct stat st;

	if (strchr(name, '/')) {
		snprintf(path, PATH_MAX, "%s", name);
		return n == 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode);
	}
	for (folders = folders ? folders : "/bin"; *folders; folders += *folders == ':') {
		size_t length = strcspn(folders, ":");

		snprintf(path, PATH_MAX, "%.*s/%s", (int)length, length ? folders : ".", name);
		folders += length;
		if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && n-- == 0)
			return true;
	}
	return false;
}

/* Starts a program and waits for its end. Its status as the shell has it; what cannot be started is
 * told in `teller`'s name. */
static inline int start_and_wait(const char *teller, char **argument)
{
	extern char **environ;
	char path[PATH_MAX];
	pid_t pid;
	int error, status;

	fflush(stdout);
	if (!start_find(argument[0], 0, path)) {
		fprintf(stderr, "%s: %s: not found\n", teller, argument[0]);
		return START_NOT_FOUND;
	}
	error = posix_spawn(&pid, path, NULL, NULL, argument, environ);
	if (error == ENOEXEC) {
		fprintf(stderr, "%s: %s: not a program (a script? sh %s)\n", teller, path, path);
		return START_CANNOT_RUN;
	}
	if (!error && waitpid(pid, &status, 0) < 0)
		error = errno;
	if (error) {
		errno = error;
		program_error(teller, argument[0]);
		return START_CANNOT_RUN;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#endif
