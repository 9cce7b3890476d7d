/* init: what runs below it, killing and restarting it, and the end of all.
 *
 * The badge of a message is the caller's pid. The same endpoint takes FAULT_OP and SUPERVISOR_EXIT
 * (atoll/supervisor.h) of those that init started. */
#ifndef SERVERS_INIT_PROTOCOL_H
#define SERVERS_INIT_PROTOCOL_H

#include <stdint.h>

#define INIT_VERSION 1
#define INIT_PID     1
#define INIT_FIRST   2 /* pids of what init.conf starts */
#define INIT_LAST    15

/* What init started.
 * In:     word 0: how many entries the caller takes (14 is all).
 * Out:    bytes: array of struct init_entry, by pid.
 * Idempotent. */
#define INIT_LIST 1

/* Ends a server. It is restarted like one that crashed; queued calls wait for the next incarnation.
 * In:     word 0: pid.
 * Errors: ESRCH (init did not start that), EPERM (init itself), EAGAIN (it is dead already, and
 *         waits for its restart).
 * Not idempotent. */
#define INIT_KILL 2

/* Ends everything and turns the machine off. No reply.
 * In:     word 0: exit status, 0 to 255, or POWEROFF_REBOOT: begins anew.
 * Errors: EINVAL. */
#define INIT_POWEROFF 3

enum {
	INIT_RUNNING,
	INIT_RESTARTING, /* dead, waits out its back-off */
	INIT_FAILED,     /* could not be started */
};

struct init_entry {
	uint32_t pid;
	uint32_t state;
	uint32_t restarts;
	int32_t status; /* of its last end (atoll/supervisor.h); 0: none yet */
	uint32_t priority, reserved;
	char name[32];
};

#endif
