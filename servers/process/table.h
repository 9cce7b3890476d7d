/* The process server's memory: who is whose child, who has ended, who waits. See table.c. */
#ifndef PROCESS_TABLE_H
#define PROCESS_TABLE_H

#include "protocol.h"
#include <atoll/loader.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROCESS_WAITERS 64
#define PROCESS_RESERVED \
	8 /* entries kept for children of what init started, so that a shell always gets to run */
#define PROCESS_NAME 32

/* What is to be done with signals from elsewhere. */
struct signals {
	uint32_t caught, ignored; /* sets */
	cap_t catcher;            /* notifies the process; 0: none */
};

struct process {
	uint32_t pid;    /* 0: free */
	uint32_t parent; /* 0: gone */
	bool zombie;     /* has ended; nobody has been told */
	int32_t status;  /* of a zombie */
	char name[PROCESS_NAME];
	struct program program;   /* its capabilities; main.c's */
	struct process_self self; /* of a copy; paging.c's */
	struct signals signals;   /* signals.c's */
};

struct process_waiter {
	uint64_t token; /* to answer with; 0: free */
	uint32_t parent;
	uint32_t pid; /* which child; 0: any */
	uint64_t arrival;
};

/* All zeros is an empty table. */
struct process_table {
	struct process process[PROCESS_MAX];
	struct process_waiter waiter[PROCESS_WAITERS];
	uint32_t started;
	uint64_t arrivals;
};

/* A new entry with the next pid, or NULL: no room. */
struct process *table_new(struct process_table *table, uint32_t parent, const char *name);
struct process *table_find(struct process_table *table, uint32_t pid);
void table_free(struct process *process);

/* It has ended. Its children have no parent any more, its own waits are void. A zombie if it has a
 * parent, else it is free. */
void table_end(struct process_table *table, struct process *process, int32_t status);
/* What init started under this pid has ended: as table_end, for a parent that has no entry. */
void table_orphan(struct process_table *table, uint32_t parent);

/* The child that a wait can be told of now. pid 0: any, the one that was started first. 0 and
 * *child; ECHILD: it has none such; EAGAIN: not yet. */
int table_ended_child(
    struct process_table *table, uint32_t parent, uint32_t pid, struct process **child);
/* Notes a wait. True when there was no room: *evicted has to go, the oldest of the parent with the
 * most. */
bool table_wait(struct process_table *table, const struct process_waiter *waiter,
    struct process_waiter *evicted);
/* Takes out a wait that can be answered now, first come first: for `child`, or (NULL, its result is
 * ECHILD) because nothing is left to wait for. False: none. */
bool table_wake(struct process_table *table, struct process_waiter *waiter, struct process **child);
/* Takes out a wait of this parent. False: none. */
bool table_interrupt(struct process_table *table, uint32_t parent, struct process_waiter *waiter);

/* Is it `ancestor`, or was it started by it or by one of its descendants that still run? */
bool table_descends(struct process_table *table, const struct process *process, uint32_t ancestor);
/* Copies entries from a pid on, by pid; returns how many. */
unsigned table_list(
    struct process_table *table, uint64_t first, struct process_entry *entries, uint64_t room);

#endif
