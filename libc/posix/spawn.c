/* posix_spawn: one message to the process server, with the strings as bytes and the descriptors as
 * capabilities. */
#include <errno.h>
#include <servers/process/protocol.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "posix.h"
#include "spawn_action.h"

/* What descriptor numbers will mean in the child. Capabilities are borrowed from our own table, or
 * made for the child and then deleted after the message (a copy went with it). */
struct child {
	struct {
		cap_t cap;
		bool ours; /* to be deleted */
	} fd[OPEN_MAX];
};

static void child_set(struct child *c, int fd, cap_t cap, bool ours)
{
	if (c->fd[fd].ours)
		cap_delete(c->fd[fd].cap);
	c->fd[fd].cap = cap;
	c->fd[fd].ours = ours;
}

static void child_inherit(struct child *c)
{
	int error = errno;

	for (int fd = 0; fd < OPEN_MAX; fd++) {
		cap_t cap = libc_descriptor(fd);

		c->fd[fd].cap = libc_descriptor_flags(fd) & FD_CLOSE_ON_SPAWN ? 0 : cap;
		c->fd[fd].ours = false;
	}
	errno = error;
}

/* Carries out one action. 0 or an error. */
static int child_act(struct child *c, const struct spawn_action *action)
{
	cap_t cap = 0;

	if (action->fd >= OPEN_MAX)
		return EBADF;
	if (action->kind == SPAWN_OPEN) {
		cap = libc_open(action->path, action->flags, action->mode);
		if (!cap)
			return errno;
	} else if (action->kind == SPAWN_DUP) {
		cap_t from = 0;
		int64_t copy;

		/* As dup2 does, a descriptor that a child would not inherit may be named as the
		 * source. */
		if (action->from < OPEN_MAX)
			from = c->fd[action->from].cap ? c->fd[action->from].cap
						       : libc_descriptor(action->from);
		copy = from ? cap_mint(from, CAP_SEND | CAP_TRANSFER, 0, 0) : -EBADF;
		if (copy < 0)
			return (int)-copy;
		cap = (cap_t)copy;
	}
	child_set(c, action->fd, cap, cap != 0);
	return 0;
}

static char *append(char *to, const char *end, const char *s)
{
	size_t bytes = strlen(s) + 1;

	if (!to || bytes > (size_t)(end - to))
		return NULL;
	return (char *)memcpy(to, s, bytes) + bytes;
}

static char *append_all(char *to, const char *end, char *const *strings, uint32_t *count)
{
	for (*count = 0; strings && strings[*count]; ++*count)
		to = append(to, end, strings[*count]);
	return to;
}

/* Fills the message: strings, counts, capabilities. 0 or an error. */
static int fill(struct msg *m, char *strings, const char *path, const struct child *c,
    char *const *argv, char *const *envp)
{
	const char *end = strings + PROCESS_STRINGS;
	uint32_t argc, envc;
	unsigned caps = 0;
	char cwd[PATH_MAX], *to;

	to = append(append(strings, end, path), end, getcwd(cwd, sizeof cwd));
	to = append_all(to, end, argv, &argc);
	to = append_all(to, end, envp, &envc);
	if (!to)
		return E2BIG;
	for (int fd = 0; fd < OPEN_MAX && caps < PROCESS_FDS; fd++) {
		if (c->fd[fd].cap) {
			m->word[0] |= PROCESS_FD(caps, fd);
			m->cap[caps++] = c->fd[fd].cap;
		}
	}
	m->word[1] = PROCESS_COUNTS(argc, envc);
	m->send = strings;
	m->label = MSG_LABEL(PROCESS_SPAWN, PROCESS_VERSION, caps, to - strings);
	return 0;
}

/* Descriptors, strings and attributes go in one message. An error is returned, errno stays (POSIX).
 */
int posix_spawn(pid_t *restrict pid, const char *restrict path,
    const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attributes,
    char *const argv[restrict], char *const envp[restrict])
{
	char absolute[PATH_MAX], *strings = malloc(PROCESS_STRINGS);
	struct child *c = malloc(sizeof *c);
	struct msg m = { 0 };
	int result = strings && c ? 0 : ENOMEM, before = errno;

	if (!result && libc_path(absolute, path) < 0)
		result = errno;
	if (c)
		child_inherit(c);
	for (unsigned i = 0; !result && actions && i < actions->count; i++)
		result = child_act(c, &actions->action[i]);
	if (!result)
		result = fill(&m, strings, absolute, c, argv, envp);
	if (!result && attributes) {
		if (attributes->flags & POSIX_SPAWN_SETSCHEDPARAM)
			m.word[2] = (uint64_t)attributes->parameters.sched_priority;
		m.word[3] = attributes->memory;
	}
	if (!result && libc_ask(libc_process_service(), &m, ONCE) != 0)
		result = errno;
	if (!result && pid)
		*pid = (pid_t)m.word[0];
	for (int fd = 0; c && fd < OPEN_MAX; fd++)
		child_set(c, fd, 0, false);
	free(c);
	free(strings);
	errno = before; /* the result says it all */
	return result;
}

/* Tries each folder of PATH until one has it; any error but ENOENT ends the search. */
int posix_spawnp(pid_t *restrict pid, const char *restrict name,
    const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attributes,
    char *const argv[restrict], char *const envp[restrict])
{
	const char *folders = getenv("PATH");
	char path[PATH_MAX];
	int result = ENOENT;

	if (strchr(name, '/') || !*name)
		return posix_spawn(pid, name, actions, attributes, argv, envp);
	for (folders = folders ? folders : "/bin"; result == ENOENT; folders++) {
		size_t length = strcspn(folders, ":");

		if (length + 1 + strlen(name) < sizeof path) {
			memcpy(path, folders, length);
			strcpy(path + length, length ? "/" : "");
			strcat(path, name);
			result = posix_spawn(pid, path, actions, attributes, argv, envp);
		}
		folders += length;
		if (!*folders)
			break;
	}
	return result;
}
