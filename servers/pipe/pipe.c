/* One pipe after the other: see pipe.h.
 *
 * Whoever waited is answered first, and its bytes are moved only when it got the answer: one that
 * died, or whose deadline passed, has neither taken nor left anything, and the next one's turn
 * comes at once. */
#include "pipe.h"
#include <atoll/server.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MIN(a, b) ((a) < (b) ? (a) : (b))

void pipe_table_init(struct pipe_table *table)
{
	for (struct waiter *w = table->waiter; w < table->waiter + PIPE_WAITERS; w++) {
		w->next = table->free;
		table->free = w;
	}
}

/* ---- Bytes ----------------------------------------------------------------------------------- */

static size_t room(const struct pipe *pipe)
{
	return PIPE_BYTES - pipe->used;
}

static void put(struct pipe *pipe, const char *bytes, size_t count)
{
	size_t at = (pipe->first + pipe->used) % PIPE_BYTES, part = MIN(count, PIPE_BYTES - at);

	memcpy(pipe->bytes + at, bytes, part);
	memcpy(pipe->bytes, bytes + part, count - part);
	pipe->used += count;
}

/* The first bytes in one piece, which may have to be made first. */
static const char *look(const struct pipe *pipe, size_t count)
{
	static char piece[PIPE_BYTES];
	size_t part = PIPE_BYTES - pipe->first;

	if (count <= part)
		return pipe->bytes + pipe->first;
	memcpy(piece, pipe->bytes + pipe->first, part);
	memcpy(piece + part, pipe->bytes, count - part);
	return piece;
}

static void drop(struct pipe *pipe, size_t count)
{
	pipe->used -= count;
	pipe->first = pipe->used ? (pipe->first + count) % PIPE_BYTES : 0;
}

/* False: the reader has gone. */
static bool give(uint64_t token, const char *bytes, size_t count)
{
	const struct reply reply = { .word = { count }, .send = bytes, .length = count };

	return server_reply(token, 0, &reply) == 0;
}

/* ---- Who waits ------------------------------------------------------------------------------- */

static bool readers_wait(const struct pipe *pipe)
{
	return pipe->waiters && !pipe->waiters->bytes;
}

static bool writers_wait(const struct pipe *pipe)
{
	return pipe->waiters && pipe->waiters->bytes;
}

/* The first of a pipe is done with. */
static void dismiss(struct pipe_table *table, struct pipe *pipe)
{
	struct waiter *w = pipe->waiters;

	pipe->waiters = w->next;
	free(w->bytes);
	w->next = table->free;
	table->free = w;
	table->waiters--;
}

/* After any change but a write: answers those who need not wait any more. */
static void pump(struct pipe_table *table, struct pipe *pipe)
{
	struct waiter *w;

	while ((w = pipe->waiters) != NULL) {
		if (!w->bytes) {
			if (pipe->open[PIPE_WRITER])
				return;
			give(w->token, NULL, 0);
		} else if (!pipe->open[PIPE_READER]) {
			server_reply(w->token, EPIPE, NULL);
		} else {
			const struct reply reply = { .word = { w->count } };

			if (room(pipe) < w->count)
				return;
			if (server_reply(w->token, 0, &reply) == 0)
				put(pipe, w->bytes, w->count);
		}
		dismiss(table, pipe);
	}
}

static unsigned waiting_of(const struct pipe_table *table, uint32_t client)
{
	unsigned count = 0;

	for (const struct pipe *p = table->pipe; p < table->pipe + PIPE_MAX; p++)
		for (const struct waiter *w = p->waiters; w; w = w->next)
			count += p->client == client;
	return count;
}

/* All places are taken. Whoever was killed while it waited may have one for good, and nothing tells
 * which they are. So of the client at whose pipes most wait, the one that has waited longest goes.
 */
static void give_up_one(struct pipe_table *table)
{
	struct pipe *worst = table->pipe;
	unsigned most = 0;

	for (struct pipe *p = table->pipe; p < table->pipe + PIPE_MAX; p++) {
		unsigned count = p->waiters ? waiting_of(table, p->client) : 0;

		if (count > most ||
		    (count && count == most && p->waiters->arrival < worst->waiters->arrival)) {
			worst = p;
			most = count;
		}
	}
	server_reply(worst->waiters->token, EAGAIN, NULL);
	dismiss(table, worst);
	pump(table, worst);
}

/* Keeps the call until its turn comes. bytes NULL: a reader. */
static int wait(
    struct pipe_table *table, struct pipe *pipe, uint64_t token, const char *bytes, size_t count)
{
	char *copy = bytes ? malloc(count) : NULL;
	struct waiter **last = &pipe->waiters, *w;

	if (bytes && !copy)
		return ENOSPC;
	if (!table->free)
		give_up_one(table);
	w = table->free;
	table->free = w->next;
	table->waiters++;
	*w = (struct waiter){ NULL, token, table->arrivals++, copy, count };
	if (bytes)
		memcpy(copy, bytes, count);
	while (*last)
		last = &(*last)->next;
	*last = w;
	pump(table, pipe);
	return SERVE_DEFER;
}

/* ---- Reading and writing --------------------------------------------------------------------- */

int pipe_read(
    struct pipe_table *table, struct pipe *pipe, uint64_t token, size_t wanted, bool may_wait)
{
	if (wanted == 0)
		return 0;
	if (pipe->used) {
		wanted = MIN(wanted, pipe->used);
		if (give(token, look(pipe, wanted), wanted))
			drop(pipe, wanted);
		pump(table, pipe);
		return SERVE_DEFER;
	}
	if (!pipe->open[PIPE_WRITER])
		return 0;
	return may_wait ? wait(table, pipe, token, NULL, wanted) : EAGAIN;
}

/* Straight from the writer's message to those who wait; what they leave goes into the pipe, which
 * is empty, so there is room. */
static void hand_over(struct pipe_table *table, struct pipe *pipe, const char *bytes, size_t length)
{
	while (length && pipe->waiters) {
		size_t count = MIN(pipe->waiters->count, length);

		if (give(pipe->waiters->token, bytes, count)) {
			bytes += count;
			length -= count;
		}
		dismiss(table, pipe);
	}
	put(pipe, bytes, length);
}

int pipe_write(struct pipe_table *table, struct pipe *pipe, uint64_t token, const char *bytes,
    size_t length, bool may_wait, size_t *count)
{
	/* So much is written at once, or nothing. */
	size_t least = length <= PIPE_BUF ? length : may_wait ? PIPE_BUF : 1;

	*count = 0;
	if (length == 0)
		return 0;
	if (!pipe->open[PIPE_READER])
		return EPIPE;
	if (readers_wait(pipe)) {
		hand_over(table, pipe, bytes, length);
		*count = length;
		return 0;
	}
	if (writers_wait(pipe) || room(pipe) < least)
		return may_wait ? wait(table, pipe, token, bytes, least) : EAGAIN;
	*count = MIN(length, room(pipe));
	put(pipe, bytes, *count);
	return 0;
}

unsigned pipe_state(const struct pipe *pipe, enum pipe_end end)
{
	if (end == PIPE_READER)
		return (pipe->used ? IO_POLL_IN : 0) |
		    (pipe->open[PIPE_WRITER] ? 0 : IO_POLL_HANGUP);
	if (!pipe->open[PIPE_READER])
		return IO_POLL_ERROR;
	return !pipe->waiters && room(pipe) >= PIPE_BUF ? IO_POLL_OUT : 0;
}

/* ---- Pipes ----------------------------------------------------------------------------------- */

/* A client gets another one as long as it has made fewer than are free. So the first gets half of
 * all, the second half of the rest, and there is one for whoever comes after a greedy one. */
int pipe_new(struct pipe_table *table, uint32_t client)
{
	struct pipe *found = NULL;
	unsigned mine = 0;
	char *bytes;

	for (struct pipe *p = table->pipe; p < table->pipe + PIPE_MAX; p++) {
		if (!p->bytes)
			found = found ? found : p;
		else
			mine += p->client == client;
	}
	if (!found || mine >= PIPE_MAX - table->pipes)
		return -EMFILE;
	bytes = malloc(PIPE_BYTES);
	if (!bytes)
		return -ENOSPC;
	*found = (struct pipe){ .bytes = bytes, .client = client, .open = { true, true } };
	table->pipes++;
	return (int)(found - table->pipe);
}

void pipe_close(struct pipe_table *table, struct pipe *pipe, enum pipe_end end)
{
	pipe->open[end] = false;
	pump(table, pipe);
	if (pipe->open[PIPE_READER] || pipe->open[PIPE_WRITER])
		return;
	/* Whoever waited at the one end was dismissed when the other one closed. */
	free(pipe->bytes);
	*pipe = (struct pipe){ 0 };
	table->pipes--;
}
