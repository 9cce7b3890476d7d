/* One file action of posix_spawn. */
#ifndef LIBC_SPAWN_ACTION_H
#define LIBC_SPAWN_ACTION_H

#include <spawn.h>

struct spawn_action {
	enum { SPAWN_OPEN, SPAWN_DUP, SPAWN_CLOSE } kind;
	int fd;      /* the child's */
	int from;    /* SPAWN_DUP: what it shall be a copy of */
	int flags;   /* SPAWN_OPEN */
	mode_t mode; /* SPAWN_OPEN */
	char *path;  /* SPAWN_OPEN: allocated */
};

#endif
