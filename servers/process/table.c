/* Who is whose child, who has ended, who waits. No system calls: tests/host/process_table.c.
 *
 * Invariants: a pid is never given twice; a zombie has a parent; a waiter is one that
 * table_ended_child would answer EAGAIN (table_wake, called after every change, makes it so). */
#include "table.h"
#include <errno.h>
#include <string.h>

#define EACH_PROCESS(p, table) \
	for (struct process *p = (table)->process; p < (table)->process + PROCESS_MAX; p++)
#define EACH_WAITER(w, table) \
	for (struct process_waiter *w = (table)->waiter; w < (table)->waiter + PROCESS_WAITERS; w++)

struct process *table_new(struct process_table *table, uint32_t parent, const char *name)
{
	struct process *place = NULL;
	unsigned free = 0;

	EACH_PROCESS (p, table)
		if (!p->pid) {
			place = place ? place : p;
			free++;
		}
	if (!place || (parent >= PROCESS_FIRST && free <= PROCESS_RESERVED) ||
	    table->started == UINT32_MAX - PROCESS_FIRST)
		return NULL;
	*place = (struct process){ .pid = PROCESS_FIRST + table->started++, .parent = parent };
	strncpy(place->name, name, PROCESS_NAME - 1);
	return place;
}

struct process *table_find(struct process_table *table, uint32_t pid)
{
	EACH_PROCESS (p, table)
		if (p->pid && p->pid == pid)
			return p;
	return NULL;
}

void table_free(struct process *process)
{
	*process = (struct process){ 0 };
}

void table_orphan(struct process_table *table, uint32_t parent)
{
	EACH_PROCESS (p, table)
		if (p->pid && p->parent == parent) {
			p->parent = 0;
			if (p->zombie)
				table_free(p);
		}
	EACH_WAITER (w, table)
		if (w->parent == parent)
			w->token = 0;
}

void table_end(struct process_table *table, struct process *process, int32_t status)
{
	table_orphan(table, process->pid);
	process->zombie = true;
	process->status = status;
	if (!process->parent)
		table_free(process);
}

int table_ended_child(
    struct process_table *table, uint32_t parent, uint32_t pid, struct process **child)
{
	bool any = false;

	*child = NULL;
	EACH_PROCESS (p, table) {
		if (!p->pid || p->parent != parent || (pid && p->pid != pid))
			continue;
		any = true;
		if (p->zombie && (!*child || p->pid < (*child)->pid))
			*child = p;
	}
	return *child ? 0 : any ? EAGAIN : ECHILD;
}

static unsigned waiting_of(struct process_table *table, uint32_t parent)
{
	unsigned count = 0;

	EACH_WAITER (w, table)
		count += w->token && w->parent == parent;
	return count;
}

/* There is at least one. */
static struct process_waiter *greediest(struct process_table *table)
{
	struct process_waiter *worst = table->waiter;
	unsigned most = 0;

	EACH_WAITER (w, table) {
		unsigned count = waiting_of(table, w->parent);

		if (count > most || (count == most && w->arrival < worst->arrival)) {
			worst = w;
			most = count;
		}
	}
	return worst;
}

bool table_wait(struct process_table *table, const struct process_waiter *waiter,
    struct process_waiter *evicted)
{
	struct process_waiter *place = table->waiter;
	bool full;

	while (place < table->waiter + PROCESS_WAITERS && place->token)
		place++;
	full = place == table->waiter + PROCESS_WAITERS;
	if (full) {
		place = greediest(table);
		*evicted = *place;
	}
	*place = *waiter;
	place->arrival = table->arrivals++;
	return full;
}

bool table_wake(struct process_table *table, struct process_waiter *waiter, struct process **child)
{
	struct process_waiter *first = NULL;

	EACH_WAITER (w, table)
		if (w->token && (!first || w->arrival < first->arrival) &&
		    table_ended_child(table, w->parent, w->pid, child) != EAGAIN)
			first = w;
	if (!first)
		return false;
	*waiter = *first;
	first->token = 0;
	table_ended_child(table, waiter->parent, waiter->pid, child);
	return true;
}

bool table_interrupt(struct process_table *table, uint32_t parent, struct process_waiter *waiter)
{
	EACH_WAITER (w, table)
		if (w->token && w->parent == parent) {
			*waiter = *w;
			w->token = 0;
			return true;
		}
	return false;
}

bool table_descends(struct process_table *table, const struct process *process, uint32_t ancestor)
{
	/* A parent's pid is smaller than its child's, so this ends. */
	while (process && process->pid != ancestor)
		process = table_find(table, process->parent);
	return process != NULL;
}

unsigned table_list(
    struct process_table *table, uint64_t first, struct process_entry *entries, uint64_t room)
{
	unsigned copied = 0;

	while (copied < room) {
		const struct process *next = NULL;

		EACH_PROCESS (p, table)
			if (p->pid && p->pid >= first && (!next || p->pid < next->pid))
				next = p;
		if (!next)
			break;
		entries[copied] = (struct process_entry){ next->pid, next->parent,
			next->zombie ? PROCESS_ZOMBIE : PROCESS_RUNNING, next->status, "" };
		memcpy(entries[copied].name, next->name, PROCESS_NAME);
		copied++;
		first = next->pid + 1;
	}
	return copied;
}
