/* Starting programs. The child gets the caller's working directory, the environment given, and the
 * caller's four lowest open descriptors that are not O_CLOEXEC, as the file actions change them. */
#ifndef SPAWN_H
#define SPAWN_H

#include <sched.h>
#include <stdint.h>
#include <sys/types.h>

#define POSIX_SPAWN_SETSCHEDPARAM 16

typedef struct {
	short flags;
	struct sched_param parameters;
	uint64_t memory;
} posix_spawnattr_t;

struct spawn_action;
typedef struct {
	unsigned count;
	struct spawn_action *action;
} posix_spawn_file_actions_t;

int posix_spawn(pid_t *restrict pid, const char *restrict path,
    const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attributes,
    char *const argv[restrict], char *const envp[restrict]);
/* Looks in the folders of PATH (without one: /bin) unless the name holds a slash. */
int posix_spawnp(pid_t *restrict pid, const char *restrict name,
    const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attributes,
    char *const argv[restrict], char *const envp[restrict]);

int posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions);
int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions);
int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *restrict actions, int fd,
    const char *restrict path, int flags, mode_t mode);
int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int fd, int to);
int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions, int fd);

int posix_spawnattr_init(posix_spawnattr_t *attributes);
int posix_spawnattr_destroy(posix_spawnattr_t *attributes);
int posix_spawnattr_setflags(posix_spawnattr_t *attributes, short flags);
int posix_spawnattr_getflags(const posix_spawnattr_t *restrict attributes, short *restrict flags);
/* The priority of the child's main thread, with POSIX_SPAWN_SETSCHEDPARAM. */
int posix_spawnattr_setschedparam(
    posix_spawnattr_t *restrict attributes, const struct sched_param *restrict parameters);
int posix_spawnattr_getschedparam(
    const posix_spawnattr_t *restrict attributes, struct sched_param *restrict parameters);
/* Not in POSIX: a limit to the child's memory, in bytes; 0: the usual. */
int posix_spawnattr_setmemory_np(posix_spawnattr_t *attributes, uint64_t bytes);

#endif
