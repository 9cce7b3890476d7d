/* The name server's memory: names, may-call lists, and lookups that wait. See table.c. */
#ifndef NAME_TABLE_H
#define NAME_TABLE_H

#include "protocol.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAME_INIT     1            /* init's pid */
#define NAME_PROGRAMS 16           /* stands for all pids from here on */
#define NAME_NONE     NAME_ENTRIES /* no slot */

struct name_record {
	char name[NAME_MAX_LEN + 1]; /* "": free */
	uint64_t pid;
	uint64_t cap;
	uint32_t rights; /* what its copies get */
};

/* A lookup that waits for its name; or anything, until init has said all it has to say. */
struct name_waiter {
	uint64_t token; /* to answer with; 0: free */
	uint64_t pid;
	uint64_t arrival;
	char name[NAME_MAX_LEN + 1]; /* "": not a lookup but a NAME_LIST */
	bool patient;                /* of a lookup: waits for the name too */
	uint64_t index, room;        /* of a NAME_LIST */
};

/* All zeros is a table without names, before init has said anything. */
struct name_table {
	struct name_record record[NAME_ENTRIES];
	struct name_waiter waiter[NAME_WAITERS];
	char allow[NAME_PROGRAMS + 1][NAME_ALLOW_MAX];
	uint64_t arrivals;
	bool ready; /* init has said all it has to say */
};

/* The slot of a name, or NAME_NONE. */
unsigned table_find(const struct name_table *table, const char *name, size_t length);
/* Puts a name in: 0, EINVAL, EEXIST, ENOSPC. `by` is who asks, `pid` whose it is to be. *slot is
 * where it is; *replaced the capability that was there before, or 0. */
int table_add(struct name_table *table, const char *name, size_t length, uint64_t by, uint64_t pid,
    uint64_t cap, uint32_t rights, unsigned *slot, uint64_t *replaced);
void table_remove(struct name_table *table, unsigned slot);

/* Sets a may-call list: 0 or EINVAL. */
int table_allow(struct name_table *table, uint64_t pid, const char *list, size_t length);
bool table_allowed(const struct name_table *table, uint64_t pid, const char *name, size_t length);

/* What to answer a lookup: 0 and the slot, EACCES, ENOENT, EINVAL; or NAME_WAIT. */
#define NAME_WAIT (-1)
int table_lookup(const struct name_table *table, uint64_t pid, const char *name, size_t length,
    bool patient, unsigned *slot);

/* Notes a lookup that waits. True when there was no room: then *evicted is who has to go, of those
 * of whom most wait the one that came first. */
bool table_wait(
    struct name_table *table, const struct name_waiter *waiter, struct name_waiter *evicted);
/* Takes out one who need not wait any more, first come first; *result and *slot as of table_lookup.
 * False: none. */
bool table_wake(struct name_table *table, struct name_waiter *waiter, int *result, unsigned *slot);

/* Copies entries from index on, in the order of names; returns how many. *total: how many there
 * are. */
unsigned table_list(const struct name_table *table, uint64_t pid, uint64_t index,
    struct name_entry *entries, uint64_t room, unsigned *total);

#endif
