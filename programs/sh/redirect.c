/* Redirections: files are opened here, in the shell, so that it can say which could not be.
 * Programs get the open ones; for a builtin the shell's own descriptors are changed while it
 * runs. */
#include "shell.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int open_file(const struct redirect *redirect)
{
	static const int flags[] = {
		[REDIRECT_IN] = O_RDONLY,
		[REDIRECT_OUT] = O_WRONLY | O_CREAT | O_TRUNC,
		[REDIRECT_APPEND] = O_WRONLY | O_CREAT | O_APPEND,
	};
	char *name = expand_text(&expander, redirect->word);
	int fd = open(name, flags[redirect->kind] | O_CLOEXEC, 0666);

	if (fd < 0)
		complain("%s: %s", name, strerror(errno));
	free(name);
	return fd;
}

/* The body of a <<, as a file without a name: however long it is, nobody waits for its reader. */
static int open_here(const struct here *here)
{
	char *body = here->quoted ? NULL : expand_quoted(&expander, here->body, -1);
	const char *bytes = body ? body : here->body;
	FILE *file = shell.wrong ? NULL : tmpfile();
	int fd = -1;

	if (file && fputs(bytes, file) >= 0 && fflush(file) == 0)
		fd = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0);
	if (fd < 0 && !shell.wrong)
		complain("<<: %s", strerror(errno));
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	if (file)
		fclose(file);
	free(body);
	return fd;
}

/* In the order written; the first that fails undoes those before it (but not what > has emptied).
 */
bool redirects_open(const struct command *command, struct opened **opened)
{
	*opened = calloc(command->redirects + 1, sizeof **opened);
	if (!*opened) {
		complain("out of memory");
		return false;
	}
	for (size_t i = 0; i < command->redirects; i++) {
		const struct redirect *redirect = &command->redirect[i];
		struct opened *o = &(*opened)[i];

		o->to = redirect->fd;
		o->close = redirect->kind != REDIRECT_COPY;
		o->from = redirect->here ? open_here(redirect->here)
		    : o->close           ? open_file(redirect)
					 : redirect->word[0] - '0';
		if (o->from < 0) {
			redirects_close(command, *opened);
			return false;
		}
	}
	return true;
}

void redirects_close(const struct command *command, struct opened *opened)
{
	for (size_t i = 0; i < command->redirects; i++)
		if (opened[i].close && opened[i].from >= 0)
			close(opened[i].from);
	free(opened);
}

/* saved[i]: a copy of what redirection i replaces, which no program gets; -1: it was not open; -2:
 * nothing was done. */
bool redirects_apply(const struct command *command, const struct opened *opened, int saved[])
{
	for (size_t i = 0; i < command->redirects; i++)
		saved[i] = -2;
	for (size_t i = 0; i < command->redirects; i++) {
		saved[i] = fcntl(opened[i].to, F_DUPFD_CLOEXEC, 0);
		if (dup2(opened[i].from, opened[i].to) < 0) {
			complain("%d: %s", opened[i].from, strerror(errno));
			return false;
		}
	}
	return true;
}

void redirects_undo(const struct command *command, const struct opened *opened, const int saved[])
{
	fflush(stdout);
	for (size_t i = command->redirects; i-- > 0;) {
		if (saved[i] >= 0 && opened)
			dup2(saved[i], opened[i].to);
		else if (saved[i] == -1 && opened)
			close(opened[i].to);
		if (saved[i] >= 0)
			close(saved[i]);
	}
}
