/* The pipe server.
 *
 *	pipe.c   what is in a pipe, and who waits at it       poll.c   who polls
 *
 * Here messages become calls of those, and ends become capabilities, as the file server does with
 * open files: each end has one of its own, made when its number is first used and kept for good;
 * what clients hold is derived from it. When nothing derived is left (WATCH_DERIVED) the end is
 * closed: by its last holder or with it, we do not see the difference. */
#include "pipe.h"
#include "poll.h"
#include "protocol.h"
#include <atoll/server.h>
#include <atoll/startup.h>
#include <errno.h>

#define ENDS (PIPE_MAX * PIPE_ENDS) /* an end's number: pipe * PIPE_ENDS + which */
#define BITS 64                     /* of our endpoint: a bit says "some with number % BITS" */

static struct pipe_table table;
static cap_t minted[ENDS];   /* 0: not used so far */
static uint64_t incarnation; /* upper half of our badges: from 1 on */

static struct server server;

/* ---- Ends and their capabilities ------------------------------------------------------------- */

struct end {
	struct pipe *pipe;
	enum pipe_end which;
	unsigned number;
};

static struct end end_of(unsigned number)
{
	return (struct end){ &table.pipe[number / PIPE_ENDS], number % PIPE_ENDS, number };
}

/* The end that a request is about. */
static int requested(const struct request *r, struct end *end)
{
	uint64_t number = r->badge & UINT32_MAX;

	if (r->badge >> 32 == 0)
		return EACCES; /* a client's capability, not an end's */
	if (r->badge >> 32 != incarnation || number >= ENDS)
		return ESTALE;
	*end = end_of((unsigned)number);
	return end->pipe->open[end->which] ? 0 : ESTALE;
}

/* Something has happened at a pipe: those who poll either end. */
static void changed(const struct end *end)
{
	unsigned first = end->number - end->which;

	for (unsigned i = 0; end->pipe->bytes && i < PIPE_ENDS; i++)
		poll_tell(first + i, pipe_state(end->pipe, i));
}

static void close_end(unsigned number)
{
	const struct end end = end_of(number);

	poll_forget(number);
	pipe_close(&table, end.pipe, end.which);
	changed(&end);
}

static int watch_number(unsigned number)
{
	return watch(minted[number], WATCH_DERIVED, server.endpoint, 1ull << number % BITS);
}

/* Bits tell that the last copy may be gone. Watching again tells of which: EBUSY is said when the
 * old watch still stands, so somebody holds that end. */
static void notified(uint64_t bits)
{
	for (unsigned number = 0; number < ENDS; number++) {
		const struct end end = end_of(number);

		if ((bits >> number % BITS & 1) && end.pipe->open[end.which] &&
		    watch_number(number) != -EBUSY)
			close_end(number);
	}
}

static int mint_end(unsigned number)
{
	int64_t cap;

	if (minted[number])
		return 0;
	cap = cap_mint(server.endpoint, CAP_SEND | CAP_TRANSFER, incarnation << 32 | number, 0);
	minted[number] = cap > 0 ? (cap_t)cap : 0;
	return cap > 0 ? 0 : ENOSPC;
}

/* First the reply, then the watches: when the client did not live to take its copies, they fire at
 * once. */
static int pipe_create(struct request *r)
{
	int made = r->badge >> 32 ? -EACCES : pipe_new(&table, (uint32_t)r->badge), error = 0;
	unsigned first = (unsigned)made * PIPE_ENDS;

	if (made < 0)
		return made;
	for (unsigned i = 0; !error && i < PIPE_ENDS; i++) {
		error = mint_end(first + i);
		r->reply.cap[i] = minted[first + i];
	}
	r->reply.caps = PIPE_ENDS;
	if (!error)
		server_reply(r->token, 0, &r->reply);
	for (unsigned i = 0; i < PIPE_ENDS; i++) {
		int watched = error ? -error : watch_number(first + i);

		if (watched == 0)
			continue;
		/* We would never hear of its end. */
		if (!error)
			cap_revoke(minted[first + i]);
		close_end(first + i);
	}
	return error ? error : SERVE_DEFER;
}

static int pipe_usage(struct request *r)
{
	struct pipe_usage *usage = r->room;

	*usage = (struct pipe_usage){ table.pipes, table.waiters, poll_count() };
	r->reply.send = usage;
	r->reply.length = sizeof *usage;
	return 0;
}

/* ---- Ends: atoll/io.h, protocol.h ------------------------------------------------------------ */

static int io_read(struct request *r)
{
	struct end end;
	int error = requested(r, &end);

	if (error)
		return error;
	if (end.which != PIPE_READER)
		return EBADF;
	if (r->word[0] > IO_BYTES_MAX)
		return EINVAL;
	if (r->word[1] != IO_HERE)
		return ESPIPE;
	error = pipe_read(&table, end.pipe, r->token, r->word[0], !(r->word[2] & IO_NOWAIT));
	changed(&end);
	return error;
}

static int io_write(struct request *r)
{
	struct end end;
	size_t count;
	int error = requested(r, &end);

	if (error)
		return error;
	if (end.which != PIPE_WRITER)
		return EBADF;
	if (r->word[1] != IO_HERE)
		return ESPIPE;
	error = pipe_write(
	    &table, end.pipe, r->token, r->bytes, r->length, !(r->word[2] & IO_NOWAIT), &count);
	r->reply.word[0] = count;
	changed(&end);
	return error;
}

static int io_seek(struct request *r)
{
	(void)r;
	return ESPIPE;
}

static int io_stat(struct request *r)
{
	struct io_stat *stat = r->room;
	struct end end;
	int error = requested(r, &end);

	if (error)
		return error;
	*stat = (struct io_stat){ .type = IO_TYPE_STREAM, .mode = 0600, .size = end.pipe->used };
	r->reply.send = stat;
	r->reply.length = sizeof *stat;
	return 0;
}

static int io_readdir(struct request *r)
{
	(void)r;
	return ENOTDIR;
}

static int io_truncate(struct request *r)
{
	(void)r;
	return EINVAL;
}

static int io_tty(struct request *r)
{
	(void)r;
	return ENOTTY;
}

/* What hung up or broke is told whether it was asked for or not. */
static int io_poll(struct request *r)
{
	unsigned events = (unsigned)r->word[0] | IO_POLL_HANGUP | IO_POLL_ERROR;
	struct end end;
	int error = requested(r, &end);

	if (error)
		return error;
	r->reply.word[0] = pipe_state(end.pipe, end.which) & events;
	if (r->caps && !r->reply.word[0])
		poll_add(end.number, events, request_take(r, 0), r->word[1]);
	return 0;
}

static const struct operation operations[] = {
	{ .op = IO_READ, .version = IO_VERSION, .handler = io_read },
	{ .op = IO_WRITE, .version = IO_VERSION, .max_bytes = IO_BYTES_MAX, .handler = io_write },
	{ .op = IO_SEEK, .version = IO_VERSION, .handler = io_seek },
	{ .op = IO_STAT, .version = IO_VERSION, .handler = io_stat },
	{ .op = IO_READDIR, .version = IO_VERSION, .handler = io_readdir },
	{ .op = IO_TRUNCATE, .version = IO_VERSION, .handler = io_truncate },
	{ .op = IO_TTY, .version = IO_VERSION, .handler = io_tty },
	{ .op = IO_POLL, .version = IO_VERSION, .max_caps = 1, .handler = io_poll },
	{ .op = PIPE_CREATE, .version = PIPE_VERSION, .handler = pipe_create },
	{ .op = PIPE_USAGE, .version = PIPE_VERSION, .handler = pipe_usage },
};

static struct server server = {
	SERVER_OPERATIONS(operations),
	.room = sizeof(struct io_stat),
	.notified = notified,
};

int main(void)
{
	pipe_table_init(&table);
	incarnation = startup_block()->incarnation + 1u;
	server.endpoint = startup_cap("endpoint");
	return -serve(&server);
}
