/* Names, may-call lists, and who waits for what. No system calls: tests/host/name_table.c.
 *
 * Invariants: a name stands in one record at most; a waiter is one whose lookup would be answered
 * NAME_WAIT now (table_wake, called after every change, makes it so). */
#include "table.h"
#include <errno.h>
#include <string.h>

static bool same(const char *record, const char *name, size_t length)
{
	return length <= NAME_MAX_LEN && !memcmp(record, name, length) && !record[length];
}

unsigned table_find(const struct name_table *table, const char *name, size_t length)
{
	unsigned slot = 0;

	while (slot < NAME_ENTRIES && !(length && same(table->record[slot].name, name, length)))
		slot++;
	return slot;
}

int table_add(struct name_table *table, const char *name, size_t length, uint64_t by, uint64_t pid,
    uint64_t cap, uint32_t rights, unsigned *slot, uint64_t *replaced)
{
	struct name_record *record;

	*replaced = 0;
	if (!name_valid(name, length))
		return EINVAL;
	*slot = table_find(table, name, length);
	if (*slot != NAME_NONE && table->record[*slot].pid != by && by != NAME_INIT)
		return EEXIST;
	if (*slot == NAME_NONE)
		for (*slot = 0; *slot < NAME_ENTRIES && table->record[*slot].name[0];)
			++*slot;
	if (*slot == NAME_NONE)
		return ENOSPC;
	record = &table->record[*slot];
	*replaced = record->cap;
	memset(record->name, 0, sizeof record->name);
	memcpy(record->name, name, length);
	record->pid = pid;
	record->cap = cap;
	record->rights = rights;
	return 0;
}

void table_remove(struct name_table *table, unsigned slot)
{
	table->record[slot] = (struct name_record){ 0 };
}

int table_allow(struct name_table *table, uint64_t pid, const char *list, size_t length)
{
	if (pid <= NAME_INIT || pid > NAME_PROGRAMS || !name_list_valid(list, length))
		return EINVAL;
	memset(table->allow[pid], 0, sizeof table->allow[pid]);
	memcpy(table->allow[pid], list, length);
	if (pid == NAME_PROGRAMS)
		table->ready = true;
	return 0;
}

bool table_allowed(const struct name_table *table, uint64_t pid, const char *name, size_t length)
{
	const char *list;

	if (pid == NAME_INIT)
		return true;
	list = table->allow[pid < NAME_PROGRAMS ? pid : NAME_PROGRAMS];
	if (!strcmp(list, "*"))
		return true;
	while (*list) {
		size_t one = strcspn(list, ",");

		if (one == length && !memcmp(list, name, length))
			return true;
		list += one + (list[one] == ',');
	}
	return false;
}

int table_lookup(const struct name_table *table, uint64_t pid, const char *name, size_t length,
    bool patient, unsigned *slot)
{
	*slot = NAME_NONE;
	/* After a restart nobody shall be told that a name is not there before init has registered
	 * all again. */
	if (!table->ready && pid != NAME_INIT)
		return NAME_WAIT;
	if (!name_valid(name, length))
		return EINVAL;
	if (!table_allowed(table, pid, name, length))
		return EACCES;
	*slot = table_find(table, name, length);
	if (*slot != NAME_NONE)
		return 0;
	return patient ? NAME_WAIT : ENOENT;
}

static unsigned waiting_of(const struct name_table *table, uint64_t pid)
{
	unsigned count = 0;

	for (unsigned i = 0; i < NAME_WAITERS; i++)
		count += table->waiter[i].token && table->waiter[i].pid == pid;
	return count;
}

/* A full table: whose lookups fill it pays, with the oldest (the likeliest to have timed out long
 * ago). */
static struct name_waiter *greediest(struct name_table *table)
{
	struct name_waiter *worst = NULL;
	unsigned most = 0;

	for (unsigned i = 0; i < NAME_WAITERS; i++) {
		struct name_waiter *w = &table->waiter[i];
		unsigned count = waiting_of(table, w->pid);

		if (!worst || count > most || (count == most && w->arrival < worst->arrival)) {
			worst = w;
			most = count;
		}
	}
	return worst;
}

bool table_wait(
    struct name_table *table, const struct name_waiter *waiter, struct name_waiter *evicted)
{
	struct name_waiter *place = table->waiter;
	bool full;

	while (place < table->waiter + NAME_WAITERS && place->token)
		place++;
	full = place == table->waiter + NAME_WAITERS;
	if (full) {
		place = greediest(table);
		*evicted = *place;
	}
	*place = *waiter;
	place->arrival = table->arrivals++;
	return full;
}

bool table_wake(struct name_table *table, struct name_waiter *waiter, int *result, unsigned *slot)
{
	struct name_waiter *first = NULL;

	for (unsigned i = 0; i < NAME_WAITERS; i++) {
		struct name_waiter *w = &table->waiter[i];
		unsigned ignored;

		if (w->token && (!first || w->arrival < first->arrival) &&
		    table_lookup(table, w->pid, w->name, strlen(w->name), w->patient, &ignored) !=
			NAME_WAIT)
			first = w;
	}
	if (!first)
		return false;
	*waiter = *first;
	first->token = 0;
	*result = table_lookup(
	    table, waiter->pid, waiter->name, strlen(waiter->name), waiter->patient, slot);
	return true;
}

unsigned table_list(const struct name_table *table, uint64_t pid, uint64_t index,
    struct name_entry *entries, uint64_t room, unsigned *total)
{
	unsigned copied = 0;

	*total = 0;
	for (unsigned slot = 0; slot < NAME_ENTRIES; slot++)
		*total += table->record[slot].name[0] != '\0';
	for (; copied < room && index < *total; index++) {
		/* The record before which as many names stand as the index says. */
		for (unsigned slot = 0; slot < NAME_ENTRIES; slot++) {
			const struct name_record *record = &table->record[slot];
			uint64_t before = 0;

			for (unsigned i = 0; i < NAME_ENTRIES; i++)
				before += table->record[i].name[0] &&
				    strcmp(table->record[i].name, record->name) < 0;
			if (!record->name[0] || before != index)
				continue;
			entries[copied] = (struct name_entry){ .pid = record->pid };
			strcpy(entries[copied].name, record->name);
			entries[copied].allowed =
			    table_allowed(table, pid, record->name, strlen(record->name));
			copied++;
		}
	}
	return copied;
}
