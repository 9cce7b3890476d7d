// SOURCES: servers/name/table.c
// The name server's memory: who may register and look up what, and that no lookup that waits is
// forgotten, answered twice, or able to keep the others out.
#include "../../servers/name/table.h"
#include "tap.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct name_table table;

static int add(const char *name, uint64_t by, uint64_t cap)
{
	uint64_t replaced;
	unsigned slot;

	return table_add(&table, name, strlen(name), by, by, cap, 1, &slot, &replaced);
}

static int lookup(const char *name, uint64_t pid, bool patient)
{
	unsigned slot;

	return table_lookup(&table, pid, name, strlen(name), patient, &slot);
}

static int allow(uint64_t pid, const char *list)
{
	return table_allow(&table, pid, list, strlen(list));
}

static bool wait_for(const char *name, uint64_t pid, uint64_t token, struct name_waiter *evicted)
{
	struct name_waiter waiter = { .token = token, .pid = pid, .patient = true };

	strcpy(waiter.name, name);
	return table_wait(&table, &waiter, evicted);
}

static void fresh(void)
{
	memset(&table, 0, sizeof table);
	allow(NAME_PROGRAMS, "*");
}

static void test_names(void)
{
	uint64_t replaced;
	unsigned slot;
	char name[NAME_MAX_LEN + 2];

	fresh();
	ok(add("file", 4, 100) == 0 && lookup("file", 16, false) == 0,
	    "a name is registered and found");
	ok(lookup("fil", 16, false) == ENOENT && lookup("file1", 16, false) == ENOENT,
	    "others are not");
	ok(add("file", 5, 101) == EEXIST, "another pid cannot take it");
	ok(table_add(&table, "file", 4, 4, 4, 102, 1, &slot, &replaced) == 0 && replaced == 100,
	    "the owner renews it");
	ok(table_add(&table, "file", 4, NAME_INIT, 4, 103, 1, &slot, &replaced) == 0 &&
		replaced == 102 && table.record[slot].pid == 4,
	    "and so does init, for its owner");
	table_remove(&table, slot);
	ok(lookup("file", 16, false) == ENOENT && add("file", 5, 1) == 0, "gone, it can be taken");
	ok(add("", 4, 1) == EINVAL && add("a b", 4, 1) == EINVAL && add("a/b", 4, 1) == EINVAL,
	    "what is no name");
	memset(name, 'n', sizeof name);
	name[NAME_MAX_LEN + 1] = '\0';
	ok(add(name, 4, 1) == EINVAL && lookup(name, 4, true) == EINVAL, "32 letters are too many");
	name[NAME_MAX_LEN] = '\0';
	ok(add(name, 4, 1) == 0 && lookup(name, 16, false) == 0, "31 are not");
	ok(table_add(&table, "a\0b", 3, 4, 4, 1, 1, &slot, &replaced) == EINVAL,
	    "nor is NUL a letter");
	for (int i = 0; i < NAME_ENTRIES - 2; i++) {
		snprintf(name, sizeof name, "n%d", i);
		add(name, 4, 1);
	}
	ok(add("onemore", 4, 1) == ENOSPC && add("n3", 4, 2) == 0, "a full table still renews");
}

static void test_allow(void)
{
	char list[NAME_ALLOW_MAX + 1];
	struct name_waiter waiter, evicted;
	unsigned slot;
	int result;

	memset(&table, 0, sizeof table);
	add("file", NAME_INIT, 1);
	ok(lookup("file", 4, false) == NAME_WAIT && lookup("gone", 20, false) == NAME_WAIT,
	    "before init has spoken, lookups wait");
	wait_for("", 20, 1, &evicted); /* a NAME_LIST */
	ok(!table_wake(&table, &waiter, &result, &slot), "and lists too");
	ok(lookup("file", NAME_INIT, false) == 0 && lookup("gone", NAME_INIT, false) == ENOENT,
	    "init's do not");
	allow(4, "name,file");
	allow(5, "-");
	ok(lookup("file", 4, false) == NAME_WAIT, "nor is a part of it enough");
	allow(NAME_PROGRAMS, "file,x");
	ok(table_wake(&table, &waiter, &result, &slot) && !waiter.name[0],
	    "when it has spoken they are answered");
	ok(lookup("file", 4, false) == 0 && lookup("file", 20, false) == 0,
	    "who is on the list may");
	ok(lookup("file", 5, false) == EACCES && lookup("file", 6, true) == EACCES,
	    "who is not may not, even wait");
	ok(lookup("fil", 4, false) == EACCES && lookup("file,name", 4, false) == EINVAL,
	    "no parts of names");
	ok(lookup("name", 20, false) == EACCES && lookup("x", UINT64_MAX, false) == ENOENT,
	    "programs share a list");
	ok(allow(NAME_INIT, "*") == EINVAL && allow(NAME_PROGRAMS + 1, "*") == EINVAL &&
		allow(0, "*") == EINVAL,
	    "pids that have no list");
	ok(allow(4, "a,,b") == EINVAL && allow(4, "a b") == EINVAL && allow(4, ",") == EINVAL,
	    "what is no list");
	ok(lookup("file", 4, false) == 0, "and changes nothing");
	memset(list, 'a', sizeof list);
	for (size_t i = 10; i < sizeof list; i += 10)
		list[i] = ',';
	list[NAME_ALLOW_MAX] = '\0';
	ok(allow(4, list) == EINVAL, "a list too long");
	list[NAME_ALLOW_MAX - 1] = '\0';
	ok(allow(4, list) == 0 && lookup("aaaaaaaaaa", 4, true) == NAME_WAIT,
	    "one as long as may be");
}

static void test_waiting(void)
{
	struct name_waiter waiter, evicted;
	unsigned slot, woken = 0;
	int result;

	fresh();
	wait_for("a", 16, 1, &evicted);
	wait_for("b", 17, 2, &evicted);
	wait_for("a", 18, 3, &evicted);
	ok(!table_wake(&table, &waiter, &result, &slot), "nobody is woken without reason");
	add("a", 4, 1);
	ok(table_wake(&table, &waiter, &result, &slot) && waiter.token == 1 && result == 0,
	    "the first");
	ok(table_wake(&table, &waiter, &result, &slot) && waiter.token == 3, "then the next");
	ok(!table_wake(&table, &waiter, &result, &slot), "and nobody twice");
	allow(NAME_PROGRAMS, "a");
	ok(table_wake(&table, &waiter, &result, &slot) && waiter.token == 2 && result == EACCES,
	    "who may not any more is told");

	fresh();
	for (uint64_t i = 1; i < NAME_WAITERS; i++)
		wait_for("never", 20, i, &evicted);
	ok(!wait_for("a", 16, 1000, &evicted), "63 lookups of one, one of another");
	ok(wait_for("b", 17, 1001, &evicted) && evicted.token == 1 && evicted.pid == 20,
	    "the next pushes out the oldest of the greedy one");
	ok(wait_for("never", 20, 1002, &evicted) && evicted.token == 2,
	    "and so does the greedy one itself");
	add("a", 4, 1);
	add("b", 4, 1);
	while (table_wake(&table, &waiter, &result, &slot))
		woken += waiter.token == 1000 || waiter.token == 1001;
	ok(woken == 2, "the others keep their place");
}

static void test_list(void)
{
	struct name_entry entries[NAME_ENTRIES];
	unsigned total, got = 0;

	fresh();
	add("pear", 4, 1);
	add("apple", 5, 1);
	add("fig", 6, 1);
	ok(table_list(&table, 16, 0, entries, NAME_ENTRIES, &total) == 3 && total == 3, "three");
	ok(!strcmp(entries[0].name, "apple") && !strcmp(entries[1].name, "fig") &&
		!strcmp(entries[2].name, "pear"),
	    "in order");
	ok(entries[0].pid == 5 && entries[0].allowed == 1, "whose, and whether one may");
	for (unsigned i = 0; i < 4; i++)
		got += table_list(&table, 16, i, entries, 1, &total);
	ok(got == 3, "one by one");
	ok(table_list(&table, 16, UINT64_MAX, entries, NAME_ENTRIES, &total) == 0,
	    "from the end of the world");
}

/* Every lookup gets exactly one answer: at once, woken, or pushed out; or still waits, rightly. */
static void test_noise(void)
{
	static int answers[100001];
	bool right = true;

	fresh();
	srand(1);
	for (uint64_t token = 1; token <= 100000; token++) {
		struct name_waiter waiter, evicted;
		char name[3] = { 'n', (char)('a' + rand() % 20), 0 };
		unsigned slot;
		int result;

		if (rand() % 8 == 0)
			add(name, 4, 1);
		if (rand() % 6 == 0 && (slot = table_find(&table, name, 2)) != NAME_NONE)
			table_remove(&table, slot);
		if (lookup(name, 16, true) != NAME_WAIT)
			answers[token]++;
		else if (wait_for(name, 16 + (uint64_t)rand() % 5, token, &evicted))
			answers[evicted.token]++;
		while (table_wake(&table, &waiter, &result, &slot)) {
			answers[waiter.token]++;
			right &= result == 0 && !strcmp(table.record[slot].name, waiter.name);
		}
	}
	for (unsigned i = 0; i < NAME_WAITERS; i++) {
		answers[table.waiter[i].token]++;
		right &=
		    !table.waiter[i].token || lookup(table.waiter[i].name, 16, true) == NAME_WAIT;
	}
	for (unsigned i = 1; i <= 100000; i++)
		right &= answers[i] == 1;
	ok(right, "100000 lookups: one answer each");
}

int main(void)
{
	test_names();
	test_allow();
	test_waiting();
	test_list();
	test_noise();
	return tap_done();
}
