/* The loop every server runs: receive, check, hand to the handler, reply and receive again in one
 * crossing.
 *
 * Invariants: every message received is answered exactly once, unless its handler deferred; a
 * capability received is in the handler's keeping or deleted before the next message is received;
 * no message ends the loop. */
#include <atoll/server.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

/* What serve() works with. One server a thread, so it lives on serve()'s stack. */
struct loop {
	struct server *server;
	struct msg msg;
	void *buffer;                   /* bytes received */
	uint32_t most_bytes, most_caps; /* of any operation */
	struct request request;
};

cap_t request_take(struct request *r, unsigned number)
{
	cap_t cap = 0;

	if (number < r->caps) {
		cap = r->cap[number];
		r->cap[number] = 0;
	}
	return cap;
}

static void request_drop_caps(struct request *r)
{
	for (unsigned i = 0; i < r->caps; i++)
		if (r->cap[i])
			cap_delete(r->cap[i]);
	r->caps = 0;
}

/* Bytes and capabilities go only with success: a client that sees an error looks no further. */
static void reply_fill(struct msg *m, int error, const struct reply *reply)
{
	bool whole = error == 0 && reply;

	m->label = MSG_LABEL(error, 0, whole ? reply->caps : 0, whole ? reply->length : 0);
	for (int i = 0; i < MSG_WORDS; i++)
		m->word[i] = reply ? reply->word[i] : 0;
	for (unsigned i = 0; whole && i < reply->caps && i < MSG_CAPS; i++)
		m->cap[i] = reply->cap[i];
	m->send = whole ? reply->send : NULL;
}

int server_reply(uint64_t token, int error, const struct reply *reply)
{
	struct msg m = { 0 };
	int result;

	reply_fill(&m, error, reply);
	result = ipc_reply(token, &m);
	if (result == 0 || result == -ESRCH)
		return result;
	/* Our own mistake (a bad address, a capability we do not have): the caller must not wait
	 * for ever. */
	reply_fill(&m, EIO, NULL);
	ipc_reply(token, &m);
	return result;
}

static const struct operation *find_operation(const struct server *server, uint16_t op)
{
	for (size_t i = 0; i < server->count; i++)
		if (server->operations[i].op == op)
			return &server->operations[i];
	return NULL;
}

/* The message in loop->msg: checked, then handled. Returns what to reply, or SERVE_DEFER. */
static int dispatch(struct loop *loop)
{
	const struct msg *m = &loop->msg;
	struct request *r = &loop->request;
	const struct operation *o = find_operation(loop->server, MSG_OP(m->label));
	int result;

	r->badge = m->badge;
	r->token = m->token;
	r->op = MSG_OP(m->label);
	r->bytes = loop->buffer;
	r->length = MSG_NBYTES(m->label);
	r->caps = MSG_NCAPS(m->label);
	r->reply = (struct reply){ 0 };
	for (int i = 0; i < MSG_WORDS; i++)
		r->word[i] = m->word[i];
	for (unsigned i = 0; i < r->caps; i++)
		r->cap[i] = m->cap[i];

	if (!o)
		result = ENOSYS;
	else if (MSG_VERSION(m->label) != o->version || r->length < o->min_bytes ||
	    r->length > o->max_bytes || r->caps < o->min_caps || r->caps > o->max_caps)
		result = EPROTO;
	else
		result = o->handler(r);
	request_drop_caps(r);
	return result < 0 && result != SERVE_DEFER ? -result : result;
}

/* Sets up the buffers: as large as the largest operation asks for. */
static int loop_init(struct loop *loop, struct server *server)
{
	*loop = (struct loop){ .server = server };
	for (size_t i = 0; i < server->count; i++) {
		const struct operation *o = &server->operations[i];

		if (o->max_bytes > loop->most_bytes)
			loop->most_bytes = o->max_bytes;
		if (o->max_caps > loop->most_caps)
			loop->most_caps = o->max_caps;
	}
	loop->buffer = malloc(loop->most_bytes + 1);
	/* NULL when none was asked for: to write there is to end at once */
	loop->request.room = server->room ? malloc(server->room) : NULL;
	return loop->buffer && (loop->request.room || !server->room) ? 0 : -ENOMEM;
}

/* Waits for the next message after a reply (token 0: without one). Whatever goes wrong with the
 * reply is told to its caller and then done with: only the failure of the receive itself is
 * returned. */
static int next_message(struct loop *loop, uint64_t token, int error)
{
	struct server *server = loop->server;
	struct msg *m = &loop->msg;
	uint64_t deadline = server->deadline ? server->deadline : DEADLINE_FOREVER;
	int result;

	m->recv = loop->buffer;
	m->recv_bytes = loop->most_bytes;
	m->recv_caps = loop->most_caps;
	if (token) {
		reply_fill(m, error, &loop->request.reply);
		result = ipc_reply_recv(token, m, server->endpoint, deadline);
		if (result == 0)
			return 0;
		/* A token is honoured once, so replying again harms nobody, and makes sure that the
		 * caller has its answer whether the time passed before the reply or after it. */
		if (result == -ETIMEDOUT) {
			ipc_reply(token, m);
			return result;
		}
		if (result != -ESRCH)
			server_reply(token, EIO, NULL);
	}
	return ipc_recv(server->endpoint, m, deadline);
}

/* Is the timer due? A busy server never sees a receive time out, so the clock is asked after each
 * message. */
static bool tick_due(const struct server *server)
{
	return server->deadline && server->deadline <= time_now();
}

/* Answers each message together with the wait for the next, in one crossing, unless tick() is due
 * between the two. */
int serve(struct server *server)
{
	struct loop loop;
	uint64_t token = 0; /* of the message to answer with the next receive */
	int result = loop_init(&loop, server), answer = 0;

	while (result == 0 || result == -ETIMEDOUT) {
		if (tick_due(server)) {
			/* Whoever waits for an answer need not wait for tick(). */
			if (token)
				server_reply(token, answer, &loop.request.reply);
			token = 0;
			server->deadline = 0;
			if (server->tick)
				server->tick();
			continue;
		}
		result = next_message(&loop, token, answer);
		token = 0;
		if (result != 0)
			continue;
		if (loop.msg.token == 0) {
			if (server->notified)
				server->notified(loop.msg.badge);
			continue;
		}
		answer = dispatch(&loop);
		if (answer != SERVE_DEFER)
			token = loop.msg.token;
	}
	free(loop.buffer);
	free(loop.request.room);
	return result;
}
