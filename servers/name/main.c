/* name: from names to capabilities. The operations: protocol.h; what is remembered: table.c.
 *
 * Of a registered capability we keep a copy with the rights that lookups hand out; each lookup gets
 * one of that, minted for its caller. A record's slot is also the notification bit that says its
 * object died. */
#include "table.h"
#include <atoll/server.h>
#include <atoll/startup.h>
#include <errno.h>
#include <string.h>

static struct name_table table;
static struct server server;

/* Answers a lookup: a copy with the caller's badge rides in the reply, then ours is not needed any
 * more. */
static void answer(uint64_t token, uint64_t pid, int error, unsigned slot)
{
	struct reply reply = { 0 };
	int64_t copy = 0;

	if (!error) {
		copy = cap_mint(table.record[slot].cap, table.record[slot].rights, pid, 0);
		if (copy < 0)
			error = (int)-copy;
	}
	if (!error) {
		reply.cap[0] = (cap_t)copy;
		reply.caps = 1;
	}
	server_reply(token, error, &reply);
	if (!error)
		cap_delete((cap_t)copy);
}

static void answer_list(uint64_t token, uint64_t pid, uint64_t index, uint64_t room)
{
	static struct name_entry entries[NAME_ENTRIES];
	struct reply reply = { .send = entries };
	unsigned total;

	reply.length = table_list(&table, pid, index, entries,
			   room < NAME_ENTRIES ? room : NAME_ENTRIES, &total) *
	    sizeof *entries;
	reply.word[0] = total;
	server_reply(token, 0, &reply);
}

/* After every change: those who need not wait any more. */
static void wake(void)
{
	struct name_waiter waiter;
	unsigned slot;
	int result;

	while (table_wake(&table, &waiter, &result, &slot)) {
		if (waiter.name[0])
			answer(waiter.token, waiter.pid, result, slot);
		else
			answer_list(waiter.token, waiter.pid, waiter.index, waiter.room);
	}
}

static void wait(const struct name_waiter *waiter)
{
	struct name_waiter evicted;

	if (table_wait(&table, waiter, &evicted))
		server_reply(evicted.token, EAGAIN, NULL);
}

/* What copies of a capability will be allowed, by its kind, and never more than clients need: 0 and
 * the rights, or an error. One that is narrowed is refused: it has somebody's badge, and every
 * client would speak as that one. */
static int find_rights(cap_t cap, uint32_t *rights)
{
	static const uint32_t kinds[] = { CAP_SEND, CAP_INFO, CAP_TRACE, CAP_READ };
	int64_t copy = -EPERM;

	for (unsigned i = 0; copy == -EPERM && i < sizeof kinds / sizeof *kinds; i++) {
		*rights = kinds[i] | CAP_TRANSFER;
		copy = cap_mint(cap, *rights, UINT32_MAX, 0);
	}
	if (copy < 0)
		return copy == -EPERM ? EINVAL : (int)-copy;
	cap_delete((cap_t)copy);
	return 0;
}

/* A failure leaves the table as it was, but for a name of which the endpoint died meanwhile: that
 * is removed. */
static int do_register(struct request *r)
{
	uint64_t owner = r->badge == NAME_INIT && r->word[0] ? r->word[0] : r->badge, replaced;
	uint32_t rights;
	unsigned slot;
	int64_t kept;
	int error = find_rights(r->cap[0], &rights);

	/* An endpoint dies with its server. Nothing would ever tell us to forget what a program
	 * registers else. */
	if (!error && r->badge >= NAME_PROGRAMS && !(rights & CAP_SEND))
		error = EPERM;
	if (error)
		return error;
	/* A copy with the rights that we hand out: if it could receive, the endpoint would not die
	 * while we have it. */
	kept = cap_mint(r->cap[0], rights, 0, 0);
	if (kept < 0)
		return (int)-kept;
	error = table_add(
	    &table, r->bytes, r->length, r->badge, owner, (cap_t)kept, rights, &slot, &replaced);
	if (!error && replaced)
		cap_delete((cap_t)replaced);
	if (!error) {
		error = watch((cap_t)kept, WATCH_DEATH, server.endpoint, 1ull << slot);
		if (error)
			table_remove(&table, slot);
	}
	if (error)
		cap_delete((cap_t)kept);
	else
		wake();
	return error;
}

static int do_lookup(struct request *r)
{
	struct name_waiter waiter = {
		.token = r->token, .pid = r->badge, .patient = r->word[0] == 1
	};
	unsigned slot;
	int result;

	if (!name_valid(r->bytes, r->length) || r->word[0] > 1)
		return EINVAL;
	result = table_lookup(&table, r->badge, r->bytes, r->length, waiter.patient, &slot);
	if (result == NAME_WAIT) {
		memcpy(waiter.name, r->bytes, r->length);
		wait(&waiter);
	} else {
		answer(r->token, r->badge, result, slot);
	}
	return SERVE_DEFER;
}

static int do_list(struct request *r)
{
	struct name_waiter waiter = {
		.token = r->token, .pid = r->badge, .index = r->word[0], .room = r->word[1]
	};

	if (table.ready)
		answer_list(r->token, r->badge, r->word[0], r->word[1]);
	else
		wait(&waiter);
	return SERVE_DEFER;
}

static int do_allow(struct request *r)
{
	int error;

	if (r->badge != NAME_INIT)
		return EPERM;
	error = table_allow(&table, r->word[0], r->bytes, r->length);
	wake();
	return error;
}

/* An object may have died; or its name was registered anew since, for one that lives. */
static void notified(uint64_t bits)
{
	for (unsigned slot = 0; slot < NAME_ENTRIES; slot++) {
		struct name_record *record = &table.record[slot];

		if (!(bits >> slot & 1) || !record->name[0])
			continue;
		/* To watch it again works or answers EBUSY while it lives. */
		int error = watch(record->cap, WATCH_DEATH, server.endpoint, 1ull << slot);

		if (error && error != -EBUSY) {
			cap_delete(record->cap);
			table_remove(&table, slot);
		}
	}
}

static const struct operation operations[] = {
	{ NAME_REGISTER, NAME_VERSION, 1, NAME_MAX_LEN, 1, 1, do_register },
	{ NAME_LOOKUP, NAME_VERSION, 1, NAME_MAX_LEN, 0, 0, do_lookup },
	{ NAME_LIST, NAME_VERSION, 0, 0, 0, 0, do_list },
	{ NAME_ALLOW, NAME_VERSION, 1, NAME_ALLOW_MAX - 1, 0, 0, do_allow },
};

int main(void)
{
	_Static_assert(NAME_ENTRIES <= 64, "a notification bit for each slot");

	server = (struct server){ SERVER_OPERATIONS(operations),
		.endpoint = startup_cap("endpoint"), .notified = notified };
	return -serve(&server);
}
