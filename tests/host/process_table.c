// SOURCES: servers/process/table.c servers/process/spawn.c
// Parents, children, zombies and waits; and PROCESS_SPAWN messages that are not what they should
// be.
#include "../../servers/process/spawn.h"
#include "../../servers/process/table.h"
#include "tap.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SHELL 7 /* started by init */

static struct process_table table;

static void fresh(void)
{
	memset(&table, 0, sizeof table);
}

static bool wait_for(uint32_t parent, uint32_t pid, uint64_t token, struct process_waiter *evicted)
{
	struct process_waiter waiter = { .token = token, .parent = parent, .pid = pid };

	return table_wait(&table, &waiter, evicted);
}

static int ended(uint32_t parent, uint32_t pid)
{
	struct process *child;

	return table_ended_child(&table, parent, pid, &child);
}

static void test_children(void)
{
	struct process *a, *b, *c, *child;

	fresh();
	a = table_new(&table, SHELL, "a");
	b = table_new(&table, SHELL, "b");
	c = table_new(&table, a->pid, "c");
	ok(a->pid == 16 && b->pid == 17 && c->pid == 18, "pids from 16 on");
	ok(ended(SHELL, 0) == EAGAIN && ended(SHELL, 17) == EAGAIN, "children that run");
	ok(ended(SHELL, 18) == ECHILD && ended(b->pid, 0) == ECHILD && ended(SHELL, 99) == ECHILD,
	    "those of others");
	table_end(&table, b, 0x300);
	ok(ended(SHELL, 16) == EAGAIN && ended(SHELL, 17) == 0, "one has ended");
	ok(table_ended_child(&table, SHELL, 0, &child) == 0 && child == b && child->status == 0x300,
	    "its status");
	table_free(b);
	ok(ended(SHELL, 17) == ECHILD && !table_find(&table, 17), "told, it is gone");
	table_end(&table, a, 9);
	ok(c->parent == 0 && !c->zombie && a->zombie, "the parent ends: its child goes on without");
	table_end(&table, c, 0);
	ok(!table_find(&table, 18), "and leaves no zombie");
	table_orphan(&table, SHELL);
	ok(!table_find(&table, 16), "the shell ends: nobody waits for the zombie");
	ok(table_new(&table, SHELL, "d")->pid == 19, "no pid is given twice");
	ok(!table_find(&table, 0), "pid 0 is nobody");
}

static void test_waiting(void)
{
	struct process_waiter waiter, evicted;
	struct process *a, *b, *child;

	fresh();
	a = table_new(&table, SHELL, "a");
	b = table_new(&table, SHELL, "b");
	wait_for(SHELL, b->pid, 1, &evicted);
	wait_for(SHELL, 0, 2, &evicted);
	ok(!table_wake(&table, &waiter, &child), "nothing to tell");
	table_end(&table, a, 1);
	ok(table_wake(&table, &waiter, &child) && waiter.token == 2 && child == a, "any child");
	ok(!table_wake(&table, &waiter, &child), "told once");
	table_free(a);
	wait_for(SHELL, 0, 3, &evicted);
	table_end(&table, b, 2);
	ok(table_wake(&table, &waiter, &child) && waiter.token == 1 && child == b, "first come");
	table_free(b);
	ok(table_wake(&table, &waiter, &child) && waiter.token == 3 && !child,
	    "nothing left to wait for: ECHILD");

	a = table_new(&table, SHELL, "a");
	b = table_new(&table, a->pid, "b");
	wait_for(a->pid, 0, 4, &evicted);
	table_end(&table, a, 9);
	table_end(&table, b, 0);
	ok(!table_wake(&table, &waiter, &child), "the waits of one that ended are void");

	fresh();
	a = table_new(&table, SHELL, "a");
	b = table_new(&table, a->pid, "b");
	for (uint64_t i = 1; i < PROCESS_WAITERS; i++)
		wait_for(a->pid, 0, i, &evicted);
	ok(!wait_for(SHELL, 0, 1000, &evicted) && wait_for(SHELL, 0, 1001, &evicted) &&
		evicted.token == 1,
	    "who waits most makes room");
}

static void test_full(void)
{
	struct process *process = NULL;
	unsigned count = 0;

	fresh();
	process = table_new(&table, SHELL, "bomb");
	while (table_new(&table, process->pid, "spark"))
		count++;
	ok(count == PROCESS_MAX - 1 - PROCESS_RESERVED, "a program cannot fill the table");
	for (count = 0; table_new(&table, SHELL, "kill");)
		count++;
	ok(count == PROCESS_RESERVED, "the shell has some left");
	table.started = UINT32_MAX - PROCESS_FIRST;
	table_end(&table, process, 0);
	table_orphan(&table, SHELL);
	ok(!table_new(&table, SHELL, "last"), "pids used up");
}

static void test_descent(void)
{
	struct process *a, *b, *c, *d;

	fresh();
	a = table_new(&table, SHELL, "a");
	b = table_new(&table, a->pid, "b");
	c = table_new(&table, b->pid, "c");
	d = table_new(&table, SHELL, "d");
	ok(table_descends(&table, a, a->pid) && table_descends(&table, c, a->pid),
	    "children and theirs");
	ok(!table_descends(&table, d, a->pid) && !table_descends(&table, a, b->pid),
	    "not others, not parents");
}

static void test_list(void)
{
	struct process_entry entries[PROCESS_MAX];
	unsigned got = 0;

	fresh();
	table_new(&table, SHELL, "a-name-longer-than-thirty-one-characters");
	table_end(&table, table_new(&table, SHELL, "b"), 0x100);
	table_new(&table, 16, "c");
	ok(table_list(&table, 0, entries, PROCESS_MAX) == 3 && entries[0].pid == 16 &&
		entries[2].pid == 18,
	    "by pid");
	ok(strlen(entries[0].name) == 31, "a name is cut");
	ok(entries[1].state == PROCESS_ZOMBIE && entries[1].status == 0x100 &&
		entries[2].parent == 16,
	    "fields");
	for (uint64_t pid = 0; table_list(&table, pid, entries, 1); pid = entries[0].pid + 1)
		got++;
	ok(got == 3 && table_list(&table, UINT64_MAX, entries, 1) == 0, "one by one");
}

static const struct spawn_limits limits = { 20, 24, 64 << 20 };

static int parse(
    struct spawn *spawn, uint64_t argc, uint64_t envc, const char *bytes, size_t length)
{
	const uint64_t word[5] = { PROCESS_FD(0, 1) | PROCESS_FD(1, 2),
		PROCESS_COUNTS(argc, envc) };
	static char *copy; /* of its size, for ASan; what spawn points to is wanted until the next
			      call */

	free(copy);
	copy = malloc(length ? length : 1);
	memcpy(copy, bytes, length);
	return spawn_parse(spawn, &limits, word, 2, copy, length);
}

static void test_spawn(void)
{
	static struct spawn spawn;
	static const char good[] = "/bin/cat\0/tmp\0cat\0-n\0HOME=/";
	static const char many[2 * SPAWN_STRINGS + 8] = "/a\0/";
	const uint64_t high[5] = { 0, 0, 25, 0, 0 }, chosen[5] = { 0, 0, 24, 1 << 20, 0 };
	char cwd[400] = "/a";

	ok(parse(&spawn, 2, 1, good, sizeof good) == 0, "a good one");
	ok(!strcmp(spawn.path, "/bin/cat") && !strcmp(spawn.cwd, "/tmp") &&
		!strcmp(spawn_name(&spawn), "cat"),
	    "path");
	ok(!strcmp(spawn.argv[0], "cat") && !strcmp(spawn.argv[1], "-n") && !spawn.argv[2],
	    "arguments");
	ok(!strcmp(spawn.envp[0], "HOME=/") && !spawn.envp[1], "environment");
	ok(spawn.fd[0] == 1 && spawn.fd[1] == 2 && spawn.priority == 20 && spawn.memory == 64 << 20,
	    "the rest");
	ok(parse(&spawn, 3, 0, good, sizeof good) == 0 && !strcmp(spawn.argv[2], "HOME=/") &&
		!spawn.argv[3] && !spawn.envp[0],
	    "without environment");
	ok(parse(&spawn, 0, 3, good, sizeof good) == 0 && !spawn.argv[0] &&
		!strcmp(spawn.envp[2], "HOME=/"),
	    "without arguments");
	ok(parse(&spawn, 2, 2, good, sizeof good) == EINVAL, "a string too few");
	ok(parse(&spawn, 1, 1, good, sizeof good) == EINVAL, "a string too many");
	ok(parse(&spawn, 2, 1, good, sizeof good - 1) == EINVAL, "no NUL at the end");
	ok(parse(&spawn, 0, 0, "", 0) == EINVAL && parse(&spawn, 0, 0, "/a", 3) == EINVAL,
	    "no path, no cwd");
	ok(parse(&spawn, 0, 0, "a\0/", 4) == EINVAL && parse(&spawn, 0, 0, "/a\0b", 5) == EINVAL,
	    "relative paths");
	ok(parse(&spawn, SPAWN_STRINGS, 0, many, 5 + SPAWN_STRINGS) == 0 &&
		!spawn.argv[SPAWN_STRINGS],
	    "1024 strings");
	ok(parse(&spawn, SPAWN_STRINGS, 1, many, 6 + SPAWN_STRINGS) == E2BIG &&
		parse(&spawn, UINT32_MAX, UINT32_MAX, many, 9) == E2BIG,
	    "more are too many");
	memset(cwd + 3, 'c', 300);
	cwd[3] = '/';
	ok(parse(&spawn, 0, 0, cwd, 305) == E2BIG, "cwd too long");
	ok(spawn_parse(&spawn, &limits, high, 0, "/a\0/", 5) == EPERM,
	    "priority above the ceiling");
	ok(spawn_parse(&spawn, &limits, chosen, 0, "/a\0/", 5) == 0 && spawn.priority == 24 &&
		spawn.memory == 1 << 20,
	    "priority and memory as asked for");
}

/* Starts, ends and waits at random: a wait is answered once, a zombie told once, and nothing is
 * left at the end. */
static void test_noise(void)
{
	static uint8_t told[300000], answered[300000];
	bool right = true;
	uint64_t token = 1;
	unsigned left = 0;

	fresh();
	srand(1);
	for (int round = 0; round < 200000; round++) {
		struct process_waiter waiter, evicted;
		struct process *p = &table.process[rand() % PROCESS_MAX], *child;
		uint32_t parent = rand() % 3 ? SHELL : p->zombie ? 0 : p->pid;

		if (rand() % 3 == 0 && parent)
			table_new(&table, parent, "p");
		else if (rand() % 3 == 0 && p->pid && !p->zombie)
			table_end(&table, p, 0);
		else if (parent && ended(parent, 0) == EAGAIN &&
		    wait_for(parent, 0, token++, &evicted))
			right &= answered[evicted.token]++ == 0;
		if (rand() % 1000 == 0)
			table_orphan(&table, SHELL);
		while (table_wake(&table, &waiter, &child)) {
			right &= answered[waiter.token]++ == 0;
			if (child) {
				right &= child->zombie && child->parent == waiter.parent &&
				    told[child->pid]++ == 0;
				table_free(child);
			}
		}
	}
	for (unsigned i = 0; i < PROCESS_MAX; i++)
		if (table.process[i].pid && !table.process[i].zombie)
			table_end(&table, &table.process[i], 0);
	table_orphan(&table, SHELL);
	for (unsigned i = 0; i < PROCESS_MAX; i++)
		left += table.process[i].pid != 0;
	ok(right && left == 0 && token > 1000, "200000 steps (%lu waits)", (unsigned long)token);
}

int main(void)
{
	test_children();
	test_waiting();
	test_full();
	test_descent();
	test_list();
	test_spawn();
	test_noise();
	return tap_done();
}
