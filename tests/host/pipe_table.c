// SOURCES: servers/pipe/pipe.c
// Pipes against clients played by this test: a random crowd of readers and writers, some of which
// die or give up while they wait. Nothing that was written is lost, doubled or mixed; nobody waits
// who need not; and who has which share when pipes or places to wait run out.
#include "../../libc/include/atoll/server.h"
#include "../../servers/pipe/pipe.h"
#include "tap.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- Clients: a token is the number of a call --------------------------------------------- */

#define CALLS 200000

static struct call {
	bool waits, gone, answered;
	int error;
	size_t count;
	char record; /* a writer's: what all its bytes are */
} call[CALLS];
static uint64_t calls;

/* What readers were given, in order. */
static char *given;
static size_t given_bytes;

int server_reply(uint64_t token, int error, const struct reply *reply)
{
	struct call *c = &call[token];

	if (c->answered || c->gone)
		return -ESRCH;
	c->answered = true;
	c->waits = false;
	c->error = error;
	c->count = reply ? reply->word[0] : 0;
	if (reply && reply->send) {
		memcpy(given + given_bytes, reply->send, reply->length);
		given_bytes += reply->length;
	}
	return 0;
}

static struct pipe_table table;

static void fresh(void)
{
	memset(&table, 0, sizeof table);
	memset(call, 0, sizeof call);
	calls = given_bytes = 0;
	pipe_table_init(&table);
}

static struct pipe *make(uint32_t client)
{
	return &table.pipe[pipe_new(&table, client)];
}

static void close_both(struct pipe *p)
{
	pipe_close(&table, p, PIPE_READER);
	pipe_close(&table, p, PIPE_WRITER);
}

static void answer(uint64_t token, int result, size_t count)
{
	const struct reply reply = { .word = { count } };

	if (result == SERVE_DEFER)
		call[token].waits = !call[token].answered;
	else
		server_reply(token, result, &reply);
}

static uint64_t reads(struct pipe *p, size_t wanted, bool may_wait)
{
	uint64_t token = ++calls;

	answer(token, pipe_read(&table, p, token, wanted, may_wait), 0);
	return token;
}

static uint64_t writes(struct pipe *p, const char *bytes, size_t length, bool may_wait)
{
	uint64_t token = ++calls;
	size_t count;
	int result = pipe_write(&table, p, token, bytes, length, may_wait, &count);

	answer(token, result, count);
	return token;
}

static unsigned below(unsigned limit)
{
	return (unsigned)rand() % limit;
}

/* ---- A crowd ------------------------------------------------------------------------------ */

/* Only the first waits for a reason, and only readers or only writers. */
static bool is_right(const struct pipe *p)
{
	size_t room = PIPE_BYTES - p->used;
	bool right = p->used <= PIPE_BYTES && p->first < PIPE_BYTES;

	for (const struct waiter *w = p->waiters; w; w = w->next)
		right &= !w->bytes == !p->waiters->bytes;
	if (p->waiters)
		right &= p->waiters->bytes ? room < p->waiters->count : p->used == 0;
	return right;
}

static void test_crowd(unsigned seed)
{
	static char expected[64 << 20];
	size_t expected_bytes = 0, taken = 0, wrong = 0;
	static uint64_t token[4096];
	unsigned waiting = 0;
	bool right = true;
	struct pipe *p;

	fresh();
	srand(seed);
	p = make(20);
	for (int turn = 0; turn < 8000; turn++) {
		unsigned what = below(100);

		if (what < 50) {
			static char bytes[PIPE_BYTES];
			size_t length = below(4) ? 1 + below(PIPE_BUF) : 1 + below(PIPE_BYTES);
			char record = (char)(1 + below(255));
			uint64_t w;

			memset(bytes, record, length);
			w = writes(p, bytes, length, below(4));
			call[w].record = record;
			token[waiting] = w;
			waiting += waiting < 4095;
		} else if (what < 97) {
			call[calls + 1].gone = below(20) == 0; /* its deadline passes just now */
			token[waiting] = reads(p, 1 + below(PIPE_BUF * 3), below(4));
			waiting += waiting < 4095;
		} else if (waiting) {
			call[token[below(waiting)]].gone = true; /* died, or gave up */
		}
		right &= is_right(p);
		/* What a writer was told is in the pipe, in the order in which they were told. */
		for (unsigned i = 0; i < waiting;) {
			struct call *c = &call[token[i]];

			if (!c->answered && !c->gone) {
				i++;
				continue;
			}
			if (c->answered && c->record && !c->error) {
				memset(expected + expected_bytes, c->record, c->count);
				expected_bytes += c->count;
			}
			memmove(&token[i], &token[i + 1], (--waiting - i) * sizeof *token);
		}
	}
	for (; taken < given_bytes && taken < expected_bytes; taken++)
		wrong += given[taken] != expected[taken];
	ok(right, "crowd %u: who waits has a reason, always", seed);
	ok(given_bytes > 1000000 && given_bytes + p->used == expected_bytes,
	    "all that was written was read, or lies in the pipe");
	ok(wrong == 0, "in order, and whole");
	close_both(p);
	ok(table.waiters == 0 && table.pipes == 0, "nothing is left");
}

static void test_turns(void)
{
	static char bytes[PIPE_BYTES];
	uint64_t large, small, reader;
	struct pipe *p;

	fresh();
	p = make(20);
	writes(p, bytes, PIPE_BYTES - 100, true);
	large = writes(p, bytes, PIPE_BUF, true);
	small = writes(p, bytes, 10, true);
	ok(call[large].waits && call[small].waits, "a small write waits behind a large one");
	reads(p, PIPE_BUF - 101, true);
	ok(call[large].waits && p->used == PIPE_BYTES - 100 - (PIPE_BUF - 101),
	    "one byte less than it needs: it waits on");
	reads(p, 1, true);
	ok(!call[large].waits && call[small].waits, "its turn");
	reads(p, PIPE_BYTES, true);
	ok(!call[small].waits && call[small].count == 10, "then the small one's");
	reads(p, 10, true);
	reader = reads(p, 10, true);
	pipe_close(&table, p, PIPE_WRITER);
	ok(call[reader].answered && call[reader].error == 0 && call[reader].count == 0,
	    "no writer any more: the end");
	pipe_close(&table, p, PIPE_READER);
	p = make(20);
	writes(p, bytes, PIPE_BYTES, true);
	large = writes(p, bytes, 1, true);
	small = writes(p, bytes, 1, true);
	pipe_close(&table, p, PIPE_READER);
	ok(call[large].error == EPIPE && call[small].error == EPIPE, "no reader any more: EPIPE");
	ok(call[writes(p, bytes, 1, true)].error == EPIPE, "for whoever comes later, too");
	pipe_close(&table, p, PIPE_WRITER);
	p = make(20);
	pipe_close(&table, p, PIPE_READER);
	ok(call[writes(p, bytes, 1, true)].error == EPIPE && p->used == 0, "room or not");
	pipe_close(&table, p, PIPE_WRITER);
	ok(table.waiters == 0 && table.pipes == 0, "nothing is left");
}

/* ---- Shares ------------------------------------------------------------------------------- */

static void test_pipes(void)
{
	unsigned count = 0, second = 0;

	fresh();
	while (pipe_new(&table, 20) >= 0)
		count++;
	while (pipe_new(&table, 21) >= 0)
		second++;
	ok(count == PIPE_MAX / 2 && second == PIPE_MAX / 4, "half of all, then half of the rest");
	ok(pipe_new(&table, 20) == -EMFILE, "no more for the first");
	ok(pipe_new(&table, 22) >= 0, "but for a third");
	for (struct pipe *p = table.pipe; p < table.pipe + PIPE_MAX; p++)
		if (p->bytes)
			close_both(p);
	ok(table.pipes == 0, "all closed");
}

static void test_waiters(void)
{
	struct pipe *greedy, *also, *modest;
	uint64_t first, one;

	fresh();
	greedy = make(20);
	also = make(20);
	modest = make(21);
	one = reads(modest, 1, true); /* waits longest of all, but is alone */
	first = reads(also, 1, true);
	for (int i = 0; i < PIPE_WAITERS - 2; i++)
		reads(greedy, 1, true);
	ok(table.waiters == PIPE_WAITERS && call[first].waits, "every place is taken");
	reads(modest, 1, true);
	ok(call[first].answered && call[first].error == EAGAIN,
	    "one more: of the client with most the one that has waited longest is given up");
	ok(call[one].waits && table.waiters == PIPE_WAITERS, "and nobody else");
	close_both(greedy);
	close_both(also);
	close_both(modest);
	ok(table.waiters == 0, "none is left");
}

int main(void)
{
	given = malloc(64 << 20);
	for (unsigned seed = 1; seed <= 4; seed++)
		test_crowd(seed);
	test_turns();
	test_pipes();
	test_waiters();
	free(given);
	return tap_done();
}
