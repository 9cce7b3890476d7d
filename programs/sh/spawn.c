/* Programs: finding, starting, waiting. */
#include "shell.h"
#include "variables.h"
#include <atoll/tty.h>
#include <errno.h>
#include <fcntl.h>
#include <servers/console/protocol.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHELL        "/bin/sh"
#define SCRIPT_BYTES 256 /* of a script are looked at, to see for whom it is */

static char another_shell[] = SHELL;

/* ---- Starting -------------------------------------------------------------------------------- */

/* In the background, the terminal is not a program's to read. */
const struct place in_front = { PLACE_OURS, PLACE_OURS };
const struct place in_background = { PLACE_NOTHING, PLACE_OURS };

static int add_place(posix_spawn_file_actions_t *actions, int fd, int place)
{
	if (place == PLACE_OURS)
		return 0;
	return place == PLACE_NOTHING ? posix_spawn_file_actions_addclose(actions, fd)
				      : posix_spawn_file_actions_adddup2(actions, place, fd);
}

/* What changes for the child. */
static int add_actions(posix_spawn_file_actions_t *actions, const struct command *command,
    const struct opened *opened, const struct place *place)
{
	int error = posix_spawn_file_actions_init(actions);

	if (!error)
		error = add_place(actions, STDIN_FILENO, place->in);
	if (!error)
		error = add_place(actions, STDOUT_FILENO, place->out);
	for (size_t i = 0; !error && i < command->redirects; i++)
		error = posix_spawn_file_actions_adddup2(actions, opened[i].from, opened[i].to);
	return error;
}

/* A file that is no program is a script for the shell, unless it looks like something else; or for
 * the program that its first line names: "#!PATH [ARGUMENT]". False: it is no script. */
static bool is_script(const char *path, char start[SCRIPT_BYTES], char **program, char **argument)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t count = fd < 0 ? -1 : read(fd, start, SCRIPT_BYTES - 1);
	char *line = start + 2;

	if (fd >= 0)
		close(fd);
	*program = (char *)SHELL;
	*argument = NULL;
	if (count < 0 || memchr(start, '\0', (size_t)count) || (count > 0 && start[0] == '\177'))
		return false;
	start[count] = '\0';
	if (strncmp(start, "#!", 2) != 0)
		return true;
	line[strcspn(line, "\r\n")] = '\0';
	line += strspn(line, " \t");
	if (*line)
		*program = line;
	line += strcspn(line, " \t");
	if (*line)
		*line++ = '\0';
	line += strspn(line, " \t");
	if (*line)
		*argument = line;
	return true;
}

static int spawn_script(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
    char **arguments, char **environment)
{
	char start[SCRIPT_BYTES], *program, *argument, **longer;
	size_t count = 0, first = 0;
	int error;

	if (!is_script(path, start, &program, &argument))
		return ENOEXEC;
	while (arguments[count])
		count++;
	longer = malloc((count + 3) * sizeof *longer);
	if (!longer)
		return ENOMEM;
	longer[first++] = program;
	if (argument)
		longer[first++] = argument;
	longer[first++] = (char *)path;
	memcpy(longer + first, arguments + 1, count * sizeof *longer);
	error = posix_spawn(pid, program, actions, NULL, longer, environment);
	free(longer);
	return error;
}

static int spawn_path(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
    char **arguments, char **environment)
{
	int error = posix_spawn(pid, path, actions, NULL, arguments, environment);

	if (error == ENOEXEC)
		error = spawn_script(pid, path, actions, arguments, environment);
	return error;
}

/* Tries the folders of PATH, unless the name says where. */
static int spawn_search(
    pid_t *pid, const posix_spawn_file_actions_t *actions, char **arguments, char **environment)
{
	const char *name = arguments[0], *folders = variable_get("PATH");
	int error = ENOENT;

	if (strchr(name, '/'))
		return spawn_path(pid, name, actions, arguments, environment);
	for (folders = folders ? folders : "/bin"; error == ENOENT || error == ENOTDIR; folders++) {
		size_t length = strcspn(folders, ":");
		char *path;

		if (asprintf(&path, "%.*s%s%s", (int)length, folders, length ? "/" : "", name) < 0)
			return ENOMEM;
		error = *name ? spawn_path(pid, path, actions, arguments, environment) : ENOENT;
		free(path);
		folders += length;
		if (!*folders)
			break;
	}
	return error;
}

char *find_program(const char *name)
{
	const char *folders = variable_get("PATH");
	char *path;

	if (strchr(name, '/'))
		return access(name, F_OK) == 0 ? strdup(name) : NULL;
	for (folders = folders ? folders : "/bin";; folders++) {
		size_t length = strcspn(folders, ":");

		if (asprintf(&path, "%.*s%s%s", (int)length, folders, length ? "/" : "", name) < 0)
			return NULL;
		if (access(path, F_OK) == 0)
			return path;
		free(path);
		folders += length;
		if (!*folders)
			return NULL;
	}
}

/* Tells why it could not be started. Returns the status. */
static int cannot_start(const char *name, int error)
{
	if ((error == ENOENT || error == ENOTDIR) && !strchr(name, '/')) {
		complain("%s: not found (`help` lists what there is)", name);
		return STATUS_NOT_FOUND;
	}
	complain("%s: %s", name, error == ENOEXEC ? "not a program" : strerror(error));
	return error == ENOENT || error == ENOTDIR ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN;
}

pid_t spawn(char **arguments, char *const *environment, const struct command *command,
    const struct opened *opened, const struct place *place, int *status)
{
	posix_spawn_file_actions_t actions;
	char **all = variables_environment(environment, arguments[0] == another_shell);
	pid_t pid = 0;
	int error;

	/* What the shell printed comes before what the program prints. */
	fflush(stdout);
	error = add_actions(&actions, command, opened, place);
	if (!error)
		error = spawn_search(&pid, &actions, arguments, all);
	posix_spawn_file_actions_destroy(&actions);
	free(all);
	if (!error)
		return pid;
	*status = cannot_start(arguments[0], error);
	return 0;
}

/* It has all our variables, and our arguments. */
pid_t spawn_shell(const char *text, const struct place *place, int *status)
{
	static const struct command nothing;
	size_t count = 0;
	struct arguments functions = { 0 };
	char **argument;
	pid_t pid = 0;

	while (shell.arguments[count])
		count++;
	argument = malloc((3 + count + 1) * sizeof *argument);
	*status = 1;
	if (argument) {
		argument[0] = another_shell;
		argument[1] = (char *)"-c";
		argument[2] = (char *)text;
		memcpy(argument + 3, shell.arguments, (count + 1) * sizeof *argument);
		functions_export(&functions);
		pid = spawn(argument, functions.argument, &nothing, NULL, place, status);
		arguments_free(&functions);
	}
	free(argument);
	return pid;
}

/* ---- Waiting --------------------------------------------------------------------------------- */

static int status_of(int status, const char *name, pid_t pid)
{
	int number = WTERMSIG(status);

	shell.child_interrupted = number == SIGINT;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	if (number == SIGINT)
		shell.interrupted = !trap_child_interrupted();
	else if (number != SIGPIPE)
		complain("%s: %s (pid %d)", name, strsignal(number), (int)pid);
	return STATUS_SIGNAL(number);
}

/* Whoever was in front before (an outer shell's child: us) is so again afterwards. */
int64_t go_in_front(pid_t pid)
{
	int64_t before = 0;

	if (shell.has_terminal) {
		before = tty_command(STDIN_FILENO, TTY_GET_FOREGROUND, 0);
		tty_command(STDIN_FILENO, TTY_SET_FOREGROUND, (uint64_t)pid);
	}
	return before;
}

void come_back(int64_t before)
{
	if (shell.has_terminal)
		tty_command(STDIN_FILENO, TTY_SET_FOREGROUND, before > 0 ? (uint64_t)before : 0);
}

int wait_in_front(pid_t pid, const char *name)
{
	int64_t before = go_in_front(pid);
	pid_t ended;
	int status;

	/* Ctrl-C that came between its start and now was meant for it. */
	if (trap_interrupted())
		kill(pid, SIGINT);
	do
		ended = waitpid(pid, &status, 0);
	while (ended < 0 && (errno == EINTR || errno == EPIPE));
	come_back(before);
	if (ended < 0) {
		/* The process server died, and everything that it had started with it. */
		complain("%s: lost: %s", name, strerror(errno));
		return STATUS_NOT_FOUND;
	}
	return status_of(status, name, pid);
}
