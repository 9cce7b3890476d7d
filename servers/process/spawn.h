/* Taking a PROCESS_SPAWN message apart. See spawn.c. */
#ifndef PROCESS_SPAWN_H
#define PROCESS_SPAWN_H

#include "protocol.h"
#include <stddef.h>
#include <stdint.h>

#define SPAWN_STRINGS 1024 /* arguments and environment together */

struct spawn {
	const char *path, *cwd;
	const char *strings[SPAWN_STRINGS + 2]; /* argv, NULL, envp, NULL */
	const char *const *argv, *const *envp;
	unsigned fd[PROCESS_FDS];
	unsigned priority;
	uint64_t memory;
};

/* What the line `programs` of init.conf says. */
struct spawn_limits {
	unsigned priority, ceiling;
	uint64_t memory;
};

/* 0, EINVAL, E2BIG or EPERM. What it points to lies in the message. */
int spawn_parse(struct spawn *spawn, const struct spawn_limits *limits, const uint64_t word[5],
    unsigned caps, const char *bytes, size_t length);
/* Name of a process: the last part of its path. */
const char *spawn_name(const struct spawn *spawn);

#endif
