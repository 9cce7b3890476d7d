/* What a child shall have different: file actions, attributes. spawn.c carries them out. */
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>

#include "spawn_action.h"

int posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions)
{
	*actions = (posix_spawn_file_actions_t){ 0, NULL };
	return 0;
}

int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions)
{
	for (unsigned i = 0; i < actions->count; i++)
		free(actions->action[i].path);
	free(actions->action);
	return posix_spawn_file_actions_init(actions);
}

static int add(posix_spawn_file_actions_t *actions, const struct spawn_action *action)
{
	struct spawn_action *longer;

	if (action->fd < 0 || (action->kind == SPAWN_DUP && action->from < 0))
		return EBADF;
	longer = reallocarray(actions->action, actions->count + 1, sizeof *longer);
	if (!longer)
		return ENOMEM;
	actions->action = longer;
	longer[actions->count++] = *action;
	return 0;
}

int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *restrict actions, int fd,
    const char *restrict path, int flags, mode_t mode)
{
	struct spawn_action action = { SPAWN_OPEN, fd, 0, flags, mode, strdup(path) };
	int error = action.path ? add(actions, &action) : ENOMEM;

	if (error)
		free(action.path);
	return error;
}

int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int fd, int to)
{
	return add(actions, &(struct spawn_action){ .kind = SPAWN_DUP, .fd = to, .from = fd });
}

int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions, int fd)
{
	return add(actions, &(struct spawn_action){ .kind = SPAWN_CLOSE, .fd = fd });
}

int posix_spawnattr_init(posix_spawnattr_t *attributes)
{
	*attributes = (posix_spawnattr_t){ 0 };
	return 0;
}

int posix_spawnattr_destroy(posix_spawnattr_t *attributes)
{
	return posix_spawnattr_init(attributes);
}

int posix_spawnattr_setflags(posix_spawnattr_t *attributes, short flags)
{
	if (flags & ~POSIX_SPAWN_SETSCHEDPARAM)
		return EINVAL;
	attributes->flags = flags;
	return 0;
}

int posix_spawnattr_getflags(const posix_spawnattr_t *restrict attributes, short *restrict flags)
{
	*flags = attributes->flags;
	return 0;
}

int posix_spawnattr_setschedparam(
    posix_spawnattr_t *restrict attributes, const struct sched_param *restrict parameters)
{
	attributes->parameters = *parameters;
	return 0;
}

int posix_spawnattr_getschedparam(
    const posix_spawnattr_t *restrict attributes, struct sched_param *restrict parameters)
{
	*parameters = attributes->parameters;
	return 0;
}

int posix_spawnattr_setmemory_np(posix_spawnattr_t *attributes, uint64_t bytes)
{
	attributes->memory = bytes;
	return 0;
}
