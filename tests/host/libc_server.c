// SOURCES:
// serve(): every kind of message, good and bad, against a kernel played by this test. It keeps
// account of which tokens were answered how, and of the capabilities that are left. The source is
// included below.
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#undef ENOTSUP /* Atoll's is the same number */
// clang-format off
#include "../../libc/include/atoll/server.h"
#include "../../libc/server.c"
#include "tap.h"
// clang-format on

/* ---- The kernel ------------------------------------------------------------------------------ */

struct event {
	uint64_t label, word0, badge;
	const char *bytes;
	uint64_t bits;   /* a notification instead */
	int error;       /* what receiving answers instead */
	int reply_error; /* what the reply before it answers; it is not made then */
	uint64_t time;   /* the clock stands at this afterwards */
};

static struct event *script;
static unsigned at, events;
static uint64_t now, deadline_seen;

/* By token, which is the number of the event + 100. */
static struct answer {
	unsigned count;
	int error;
	uint64_t word0, label;
	char bytes[64];
} answer[64];

static cap_t next_cap = 1000;
static unsigned caps_given, caps_deleted;

static int take_reply(uint64_t token, const struct msg *m)
{
	struct answer *a = &answer[token - 100];

	if (token < 100 || token >= 164 || a->count)
		return -ESRCH;
	if (MSG_OP(m->label) == 0 && MSG_NBYTES(m->label) && !m->send)
		return -EFAULT;
	a->count++;
	a->error = MSG_OP(m->label);
	a->label = m->label;
	a->word0 = m->word[0];
	if (MSG_NBYTES(m->label) && MSG_NBYTES(m->label) <= sizeof a->bytes)
		memcpy(a->bytes, m->send, MSG_NBYTES(m->label));
	return 0;
}

int ipc_reply(uint64_t token, const struct msg *m)
{
	return take_reply(token, m);
}

int ipc_recv(cap_t endpoint, struct msg *m, uint64_t deadline)
{
	const struct event *e = &script[at];

	deadline_seen = deadline;
	if (endpoint != 77 || at == events)
		return -EBADF;
	at++;
	if (e->time)
		now = e->time;
	if (e->error)
		return e->error;
	if (e->bits) {
		m->label = m->token = 0;
		m->badge = e->bits;
		return 0;
	}
	m->label = e->label;
	m->word[0] = e->word0;
	m->badge = e->badge;
	m->token = 100 + at - 1;
	if (MSG_NBYTES(e->label) > m->recv_bytes || MSG_NCAPS(e->label) > m->recv_caps)
		abort(); /* the kernel would have refused it */
	if (MSG_NBYTES(e->label))
		memcpy(m->recv, e->bytes, MSG_NBYTES(e->label));
	for (unsigned i = 0; i < MSG_NCAPS(e->label); i++, caps_given++)
		m->cap[i] = next_cap++;
	return 0;
}

int ipc_reply_recv(uint64_t token, struct msg *m, cap_t endpoint, uint64_t deadline)
{
	int error = at < events ? script[at].reply_error : 0;

	if (error) {
		script[at].reply_error = 0;
		return error;
	}
	error = take_reply(token, m);
	return error && error != -ESRCH ? error : ipc_recv(endpoint, m, deadline);
}

int cap_delete(cap_t cap)
{
	caps_deleted += cap >= 1000 && cap < next_cap;
	return 0;
}

uint64_t time_now(void)
{
	return now;
}

/* ---- The server ------------------------------------------------------------------------------ */

static unsigned handled, ticks;
static uint64_t bits_seen, kept_token;
static cap_t kept;
static struct server server;

static int echo(struct request *r)
{
	handled++;
	r->reply.word[0] = r->word[0] + r->badge;
	r->reply.send = r->bytes;
	r->reply.length = r->length;
	return 0;
}

static int keep(struct request *r)
{
	handled++;
	kept = request_take(r, 0);
	return request_take(r, 0) || request_take(r, 3) ? EIO : 0;
}

static int fail(struct request *r)
{
	handled++;
	r->reply.word[0] = 5;
	r->reply.send = "secret";
	r->reply.length = 6;
	return r->word[0] ? -EACCES : EACCES;
}

static int later(struct request *r)
{
	handled++;
	kept_token = r->token;
	return SERVE_DEFER;
}

static int first(struct request *r)
{
	handled++;
	strcpy(r->room, "in the room");
	r->reply.send = r->room;
	r->reply.length = 12;
	return server_reply(r->token, 0, &r->reply) ? EIO : SERVE_DEFER;
}

static int broken(struct request *r)
{
	handled++;
	r->reply.send = NULL; /* a bad address */
	r->reply.length = 9;
	return 0;
}

static void notified(uint64_t bits)
{
	bits_seen |= bits;
	if (kept_token && bits == 8) {
		struct reply reply = { .word = { 4711 } };

		server_reply(kept_token, 0, &reply);
	}
}

static void tick(void)
{
	ticks++;
	if (ticks == 1)
		server.deadline = 500;
}

static const struct operation operations[] = {
	{ .op = 1, .version = 2, .min_bytes = 2, .max_bytes = 8, .handler = echo },
	{ .op = 2, .version = 1, .min_caps = 1, .max_caps = 2, .handler = keep },
	{ .op = 3, .version = 1, .handler = fail },
	{ .op = 4, .version = 1, .handler = later },
	{ .op = 5, .version = 1, .handler = first },
	{ .op = 6, .version = 1, .handler = broken },
};

static int run(struct event *list, unsigned count)
{
	script = list;
	events = count;
	at = 0;
	memset(answer, 0, sizeof answer);
	handled = 0;
	server = (struct server){
		.endpoint = 77,
		SERVER_OPERATIONS(operations),
		.room = 32,
		.notified = notified,
		.tick = tick,
		.deadline = server.deadline,
	};
	return serve(&server);
}
#define RUN(list) run(list, sizeof list / sizeof *list)

static void test_messages(void)
{
	struct event list[] = {
		{ .label = MSG_LABEL(1, 2, 0, 5), .bytes = "hello", .word0 = 40, .badge = 2 },
		{ .label = MSG_LABEL(99, 1, 0, 0) },
		{ .label = MSG_LABEL(1, 1, 0, 5), .bytes = "hello" },
		{ .label = MSG_LABEL(1, 2, 0, 1), .bytes = "h" },
		{ .label = MSG_LABEL(3, 1, 0, 7), .bytes = "hellooo" },
		{ .label = MSG_LABEL(3, 1, 0, 0) },
		{ .label = MSG_LABEL(3, 1, 0, 0), .word0 = 1 },
		{ .label = MSG_LABEL(5, 1, 0, 0) },
		{ .label = MSG_LABEL(6, 1, 0, 0) },
		{ .label = 0 },
		{ .label = MSG_LABEL(1, 2, 0, 8), .bytes = "eight888" },
	};

	ok(RUN(list) == -EBADF, "it ends only when it cannot receive");
	ok(answer[0].error == 0 && answer[0].word0 == 42 &&
		memcmp(answer[0].bytes, "hello", 5) == 0,
	    "a good message");
	ok(answer[1].error == ENOSYS, "no such operation: ENOSYS");
	ok(answer[2].error == EPROTO, "another version: EPROTO");
	ok(answer[3].error == EPROTO && answer[4].error == EPROTO, "too short, too long: EPROTO");
	ok(answer[5].error == EACCES && MSG_NBYTES(answer[5].label) == 0 && answer[5].word0 == 5,
	    "a handler's error goes with words, without bytes");
	ok(answer[6].error == EACCES, "of either sign");
	ok(answer[7].error == 0 && strcmp(answer[7].bytes, "in the room") == 0,
	    "a reply made by the handler itself");
	ok(answer[8].error == EIO, "a reply the kernel refuses becomes EIO");
	ok(answer[9].error == ENOSYS, "label 0 with a token is a message too");
	ok(answer[10].error == 0 && memcmp(answer[10].bytes, "eight888", 8) == 0,
	    "the longest message");
	ok(handled == 6, "only good messages reached a handler");
	for (unsigned i = 0; i < events; i++)
		if (answer[i].count != 1)
			ok(false, "message %u was answered %u times", i, answer[i].count);
}

static void test_caps(void)
{
	struct event list[] = {
		{ .label = MSG_LABEL(2, 1, 2, 0) },
		{ .label = MSG_LABEL(2, 1, 0, 0) },
		{ .label = MSG_LABEL(3, 1, 1, 0) },
		{ .label = MSG_LABEL(99, 1, 2, 0) },
	};

	caps_given = caps_deleted = 0;
	RUN(list);
	ok(answer[0].error == 0 && kept == 1000, "a capability taken stays");
	ok(answer[1].error == EPROTO, "one missing: EPROTO");
	ok(answer[2].error == EPROTO && answer[3].error == ENOSYS,
	    "capabilities that nobody expects");
	ok(caps_given == 5 && caps_deleted == 4, "all others are deleted");
}

static void test_defer(void)
{
	struct event list[] = {
		{ .label = MSG_LABEL(4, 1, 0, 0) },
		{ .label = MSG_LABEL(1, 2, 0, 2), .bytes = "hi" },
		{ .bits = 3 },
		{ .bits = 8 },
		{ .label = MSG_LABEL(1, 2, 0, 2), .bytes = "hi" },
	};

	bits_seen = kept_token = 0;
	RUN(list);
	ok(bits_seen == 11, "notification bits arrive");
	ok(answer[0].count == 1 && answer[0].word0 == 4711,
	    "a deferred reply, made at a notification");
	ok(answer[1].count == 1 && answer[4].count == 1, "others are answered meanwhile");
	ok(server_reply(kept_token, 0, NULL) == -ESRCH, "a second reply is refused");
}

static void test_failures(void)
{
	struct event list[] = {
		{ .label = MSG_LABEL(1, 2, 0, 2), .bytes = "hi" },
		{ .label = MSG_LABEL(1, 2, 0, 2), .bytes = "ho", .reply_error = -EFAULT },
		{ .label = MSG_LABEL(1, 2, 0, 2), .bytes = "hu", .reply_error = -ESRCH },
		{ .label = MSG_LABEL(1, 2, 0, 2), .bytes = "he", .reply_error = -ETIMEDOUT },
		{ .label = MSG_LABEL(1, 2, 0, 2), .bytes = "ha" },
	};

	RUN(list);
	ok(answer[0].error == EIO, "a reply that fails as a whole: the caller gets an error");
	ok(answer[1].count == 0 && answer[4].error == 0, "a caller that is gone stops nobody");
	ok(answer[2].count == 1 && answer[2].error == 0,
	    "a time-out before the reply: it is made all the same");
}

static void test_timer(void)
{
	struct event list[] = {
		{ .label = MSG_LABEL(1, 2, 0, 2), .bytes = "hi", .time = 50 },
		{ .label = MSG_LABEL(1, 2, 0, 2), .bytes = "hi", .time = 150 },
		{ .label = MSG_LABEL(1, 2, 0, 2), .bytes = "hi" },
		{ .error = -ETIMEDOUT, .time = 500 },
		{ .label = MSG_LABEL(1, 2, 0, 2), .bytes = "hi" },
	};

	now = ticks = 0;
	server.deadline = 100;
	RUN(list);
	ok(ticks == 2, "ticks come with messages always waiting, and when a receive times out");
	ok(answer[0].count == 1 && answer[1].count == 1 && answer[2].count == 1 &&
		answer[4].count == 1,
	    "nobody waits for an answer because of it");
	ok(deadline_seen == DEADLINE_FOREVER && server.deadline == 0,
	    "a deadline that passed is over");
}

int main(void)
{
	test_messages();
	test_caps();
	test_defer();
	test_failures();
	test_timer();
	return tap_done();
}
