/* The pipe server as its clients' messages meet it: bytes in order, who waits and for how long, the
 * end of the input and the broken pipe, writes that stay whole, clients that die in the middle of
 * it, limits, and messages that are wrong.
 *
 * GROUP: pipe */
#include <atoll/name.h>
#include <servers/pipe/protocol.h>
#include <string.h>

#include "lib/story.h"

static cap_t server;
static char bytes[IO_BYTES_MAX], back[IO_BYTES_MAX];

struct pipe {
	cap_t reader, writer;
};

static int ask(cap_t cap, unsigned op, struct msg *m)
{
	m->label = MSG_LABEL(op, IO_VERSION, 0, MSG_NBYTES(m->label));
	return ipc_ask(cap, m, DEADLINE_FOREVER);
}

static int64_t pipe_open(struct pipe *p)
{
	struct msg m = { .recv_caps = 2 };
	int error = ask(server, PIPE_CREATE, &m);

	*p = error ? (struct pipe){ 0 } : (struct pipe){ m.cap[0], m.cap[1] };
	return error;
}

static struct pipe new_pipe(void)
{
	struct pipe p;
	int64_t error = pipe_open(&p);

	if (error)
		bail_out("no pipe: %s", error_name((int)-error));
	return p;
}

static void pipe_end(struct pipe *p)
{
	cap_delete(p->reader);
	cap_delete(p->writer);
}

static struct msg write_msg(const void *from, size_t count, uint64_t flags)
{
	return (struct msg){ .label = MSG_LABEL(IO_WRITE, IO_VERSION, 0, count),
		.word = { 0, IO_HERE, flags },
		.send = from };
}

static struct msg read_msg(void *to, size_t count, uint64_t flags)
{
	return (struct msg){ .label = MSG_LABEL(IO_READ, IO_VERSION, 0, 0),
		.word = { count, IO_HERE, flags },
		.recv = to,
		.recv_bytes = (uint32_t)count };
}

/* How many bytes, or an error. */
static int64_t put(cap_t end, const void *from, size_t count, uint64_t flags)
{
	struct msg m = write_msg(from, count, flags);
	int error = ipc_ask(end, &m, DEADLINE_FOREVER);

	return error ? error : (int64_t)m.word[0];
}

static int64_t get(cap_t end, void *to, size_t count, uint64_t flags)
{
	struct msg m = read_msg(to, count, flags);
	int error = ipc_ask(end, &m, DEADLINE_FOREVER);

	return error ? error : (int64_t)MSG_NBYTES(m.label);
}

static struct pipe_usage usage(void)
{
	struct pipe_usage usage = { 0 };
	struct msg m = { .recv = &usage, .recv_bytes = sizeof usage };
	int error = ask(server, PIPE_USAGE, &m);

	if (error)
		bail_out("usage: %s", error_name(-error));
	return usage;
}

/* ---- Calls that wait: a worker's result, and its message --------------------------------- */

static struct worker calling(cap_t end, struct msg m, uint64_t deadline)
{
	return (struct worker){ do_call, .ep = end, .deadline = deadline, .msg = m };
}

/* The answer as put() and get() have it. */
static int64_t answer(struct worker *w)
{
	if (!finished(w))
		return 99999;
	if (w->result)
		return w->result;
	if (MSG_OP(w->msg.label))
		return -MSG_OP(w->msg.label);
	return (int64_t)w->msg.word[0];
}

/* Starts it and sees that it waits for the pipe server. */
static void begin_waiting(struct worker *w, const char *name)
{
	begin(w, HIGHER);
	ok(in_state(w, STATE_REPLY), "%s waits", name);
}

/* ---- Messages ---------------------------------------------------------------------------- */

static void wrong_messages(void)
{
	struct pipe p = new_pipe();
	struct msg m = read_msg(back, 1, 0);

	is(ipc_ask(server, &m, DEADLINE_FOREVER), -EACCES, "a client's capability is no pipe");
	m = (struct msg){ .recv_caps = 2 };
	is(ask(p.reader, PIPE_CREATE, &m), -EACCES, "an end gives no right to make others");
	is(put(p.reader, "x", 1, 0), -EBADF, "the reading end cannot be written");
	is(get(p.writer, back, 1, 0), -EBADF, "nor the writing end read");
	m = read_msg(back, 1, 0);
	m.word[0] = IO_BYTES_MAX + 1;
	is(ipc_ask(p.reader, &m, DEADLINE_FOREVER), -EINVAL, "reading too much at once");
	m = read_msg(back, 1, 0);
	m.word[1] = 0;
	is(ipc_ask(p.reader, &m, DEADLINE_FOREVER), -ESPIPE, "reading at an offset");
	m = write_msg("x", 1, 0);
	m.word[1] = 0;
	is(ipc_ask(p.writer, &m, DEADLINE_FOREVER), -ESPIPE, "writing at one");
	m = (struct msg){ 0 };
	is(ask(p.reader, IO_SEEK, &m), -ESPIPE, "seeking");
	is(ask(p.reader, IO_TTY, &m), -ENOTTY, "it is no terminal");
	is(ask(p.reader, IO_READDIR, &m), -ENOTDIR, "no directory");
	is(ask(p.writer, IO_TRUNCATE, &m), -EINVAL, "no file");
	is(ask(p.reader, IO_WINDOW, &m), -ENOSYS, "has no windows");
	is(ask(p.reader, 999, &m), -ENOSYS, "no such operation");
	m.label = MSG_LABEL(IO_STAT, IO_VERSION + 1, 0, 0);
	is(ipc_ask(p.reader, &m, DEADLINE_FOREVER), -EPROTO, "another version");
	ok(cap_mint(p.reader, CAP_SEND, 0x100000001, 0) < 0, "its badge cannot be changed");
	pipe_end(&p);
}

static void stat(void)
{
	struct pipe p = new_pipe();
	struct io_stat st = { 0 };
	struct msg m = { .recv = &st, .recv_bytes = sizeof st };

	put(p.writer, "abc", 3, 0);
	is(ask(p.reader, IO_STAT, &m), 0, "stat");
	ok(st.type == IO_TYPE_STREAM && st.size == 3, "a stream of 3 bytes");
	pipe_end(&p);
}

/* ---- Bytes ------------------------------------------------------------------------------- */

static void in_order(void)
{
	struct pipe p = new_pipe();
	uint64_t wrote = 0, was_read = 0;
	bool same = true;

	is(put(p.writer, "abc", 3, 0), 3, "written");
	is(put(p.writer, "de", 2, 0), 2, "and more");
	is(put(p.writer, "", 0, 0), 0, "and nothing");
	is(get(p.reader, back, 4, 0), 4, "read as far as wanted");
	is(get(p.reader, back + 4, 100, 0), 1, "and as far as it is there");
	ok(memcmp(back, "abcde", 5) == 0, "in the order written");
	/* Sizes without a common measure, so that it goes round at every place. */
	for (int round = 0; round < 40; round++) {
		for (size_t i = 0; i < 60000; i++)
			bytes[i] = (char)((wrote + i) * 31 >> 3);
		wrote += (uint64_t)put(p.writer, bytes, 30000 + 701 * (size_t)round, 0);
		same &= get(p.reader, back, 29000 + 701 * (size_t)round, 0) == 29000 + 701 * round;
		for (int i = 0; i < 29000 + 701 * round; i++, was_read++)
			same &= back[i] == (char)(was_read * 31 >> 3);
		while (wrote - was_read > 1000) {
			int64_t got = get(p.reader, back, 500, 0);

			for (int64_t i = 0; i < got; i++, was_read++)
				same &= back[i] == (char)(was_read * 31 >> 3);
		}
	}
	ok(same && wrote > 1000000, "a million bytes, round and round");
	pipe_end(&p);
}

static void reader_waits(void)
{
	struct pipe p = new_pipe();
	char first[4] = "", second[100] = "";
	struct worker a = calling(p.reader, read_msg(first, 3, 0), DEADLINE_FOREVER),
		      b = calling(p.reader, read_msg(second, 100, 0), DEADLINE_FOREVER);

	begin_waiting(&a, "a reader of an empty pipe");
	begin_waiting(&b, "another one");
	is((int64_t)usage().waiters, 2, "two wait");
	is(put(p.writer, "abcdefg", 7, 0), 7, "written");
	ok(answer(&a) == 3 && memcmp(first, "abc", 3) == 0, "who came first has the first bytes");
	ok(answer(&b) == 4 && memcmp(second, "defg", 4) == 0, "the next one the next");
	is((int64_t)usage().waiters, 0, "nobody waits");
	end(&a);
	end(&b);
	a = calling(p.reader, read_msg(first, 3, 0), DEADLINE_FOREVER);
	begin_waiting(&a, "a reader");
	put(p.writer, bytes, 10, 0);
	is(answer(&a), 3, "is given what it wants");
	is(get(p.reader, back, 100, IO_NOWAIT), 7, "and the rest lies in the pipe");
	end(&a);
	pipe_end(&p);
}

static void writer_waits(void)
{
	struct pipe p = new_pipe();
	struct worker a = calling(p.writer, write_msg("A", 1, 0), DEADLINE_FOREVER),
		      b = calling(p.writer, write_msg("B", 1, 0), DEADLINE_FOREVER);

	is(put(p.writer, bytes, IO_BYTES_MAX, 0), PIPE_BYTES, "the pipe is full");
	begin_waiting(&a, "a writer");
	begin_waiting(&b, "another one");
	is(get(p.reader, back, PIPE_BYTES, 0), PIPE_BYTES, "all is read");
	ok(answer(&a) == 1 && answer(&b) == 1, "both have written");
	is(get(p.reader, back, 100, 0), 2, "two bytes");
	ok(memcmp(back, "AB", 2) == 0, "first come, first served");
	end(&a);
	end(&b);
	pipe_end(&p);
}

static void without_waiting(void)
{
	struct pipe p = new_pipe();

	is(get(p.reader, back, 10, IO_NOWAIT), -EAGAIN, "nothing there, and it would not wait");
	is(put(p.writer, bytes, PIPE_BYTES - 100, IO_NOWAIT), PIPE_BYTES - 100, "almost full");
	is(put(p.writer, bytes, 101, IO_NOWAIT), -EAGAIN, "no room for all of it");
	is(put(p.writer, bytes, PIPE_BUF, IO_NOWAIT), -EAGAIN, "nor for PIPE_BUF bytes");
	is(put(p.writer, bytes, PIPE_BUF + 1, IO_NOWAIT), 100, "of more a part is taken");
	is(put(p.writer, bytes, PIPE_BUF + 1, IO_NOWAIT), -EAGAIN, "unless there is no room");
	is(get(p.reader, back, 100, IO_NOWAIT), 100, "something there");
	is(put(p.writer, bytes, 100, IO_NOWAIT), 100, "room again");
	pipe_end(&p);
}

/* ---- The other side ---------------------------------------------------------------------- */

/* The child's copy of an end dies with it. */
static bool child_with(struct child *child, cap_t end)
{
	return ok(child_make(child, 64), "a child") &&
	    ok(child_give(child, end, CAP_SEND, 0) != 0, "that holds an end");
}

static void end_of_input(void)
{
	struct pipe p = new_pipe();
	cap_t copy = (cap_t)cap_mint(p.writer, CAP_SEND | CAP_TRANSFER, 0, 0);
	struct worker reader = calling(p.reader, read_msg(back, 10, 0), DEADLINE_FOREVER);
	struct child child;

	put(p.writer, "last", 4, 0);
	cap_delete(p.writer);
	is(get(p.reader, back, 10, 0), 4, "a writer has gone: what it wrote is there");
	is(get(p.reader, back, 10, IO_NOWAIT), -EAGAIN, "no end: there is another writer");
	begin_waiting(&reader, "a reader");
	if (!child_with(&child, copy))
		return;
	cap_delete(copy);
	ok(in_state(&reader, STATE_REPLY), "closed here: it still waits");
	is(put(p.reader, "x", 1, 0), -EBADF, "and the server answers");
	ok(!reader.done, "while a child holds the end");
	child_end(&child);
	is(answer(&reader), 0, "the last writer was killed: the end");
	end(&reader);
	is(get(p.reader, back, 10, 0), 0, "again");
	cap_delete(p.reader);
	is((int64_t)usage().pipes, 0, "nothing is left");
}

static void broken(void)
{
	struct pipe p = new_pipe();
	struct worker writer = calling(p.writer, write_msg("x", 1, 0), DEADLINE_FOREVER);
	struct child child;

	put(p.writer, bytes, PIPE_BYTES, 0);
	begin_waiting(&writer, "a writer to a full pipe");
	if (!child_with(&child, p.reader))
		return;
	cap_delete(p.reader);
	ok(in_state(&writer, STATE_REPLY) && !writer.done, "while a child could read: it waits");
	child_end(&child);
	is(answer(&writer), -EPIPE, "the last reader was killed: EPIPE");
	end(&writer);
	is(put(p.writer, "x", 1, 0), -EPIPE, "again");
	is(put(p.writer, bytes, IO_BYTES_MAX, IO_NOWAIT), -EPIPE, "however it is written");
	cap_delete(p.writer);
	is((int64_t)usage().pipes, 0, "nothing is left");
}

/* ---- Whole writes ------------------------------------------------------------------------ */

#define WRITERS 4
#define RECORDS 40
#define RECORD  (PIPE_BUF - 96) /* does not divide the pipe */

static void do_records(struct worker *w)
{
	static char record[WRITERS][RECORD];
	char *own = record[w->name - 'a'];

	w->result = 0;
	memset(own, w->name, RECORD);
	for (int i = 0; i < RECORDS; i++)
		if (put(w->ep, own, RECORD, 0) != RECORD)
			w->result = -EIO;
}

/* The pipe is full most of the time, and is read in pieces that have nothing to do with records. */
static void whole_writes(void)
{
	static struct worker writer[WRITERS];
	struct pipe p = new_pipe();
	unsigned seen[WRITERS] = { 0 }, mixed = 0;
	size_t at = 0, got;
	char now = 0;

	for (int i = 0; i < WRITERS; i++) {
		writer[i] = (struct worker){ do_records, .ep = p.writer, .name = (char)('a' + i) };
		begin(&writer[i], SAME);
	}
	for (size_t total = 0; total < WRITERS * RECORDS * RECORD; total += got) {
		got = (size_t)get(p.reader, back, 7777, 0);
		for (size_t i = 0; i < got; i++, at++) {
			if (at % RECORD == 0) {
				now = back[i];
				seen[(now - 'a') % WRITERS]++;
			}
			mixed += back[i] != now;
		}
	}
	is(mixed, 0, "records of almost PIPE_BUF bytes: none has another's bytes in it");
	for (int i = 0; i < WRITERS; i++) {
		is(seen[i], RECORDS, "writer %c: all of its records", 'a' + i);
		ok(finished(&writer[i]) && writer[i].result == 0, "and it has ended");
		end(&writer[i]);
	}
	pipe_end(&p);
}

/* ---- Deadlines, and deaths --------------------------------------------------------------- */

static void deadlines(void)
{
	struct pipe p = new_pipe();
	struct msg m = read_msg(back, 10, 0);

	is(ipc_ask(p.reader, &m, time_in_ms(5)), -ETIMEDOUT, "a reader's deadline");
	is(put(p.writer, "kept", 4, 0), 4, "written afterwards");
	is(get(p.reader, back, 10, IO_NOWAIT), 4, "it is the next one's");
	put(p.writer, bytes, PIPE_BYTES - 1, 0);
	m = write_msg("XY", 2, 0);
	is(ipc_ask(p.writer, &m, time_in_ms(5)), -ETIMEDOUT, "a writer's deadline");
	is(get(p.reader, back, PIPE_BYTES, 0), PIPE_BYTES - 1, "all but that is there");
	is(get(p.reader, back, 10, IO_NOWAIT), -EAGAIN, "who gave up has written nothing");
	is((int64_t)usage().waiters, 0, "nobody waits");
	pipe_end(&p);
}

static void deaths(void)
{
	struct pipe p = new_pipe();
	struct worker a = calling(p.reader, read_msg(back, 10, 0), DEADLINE_FOREVER), b = a;

	begin_waiting(&a, "a reader");
	begin_waiting(&b, "another one");
	thread_kill(a.cap);
	dead(a.cap);
	put(p.writer, "abc", 3, 0);
	is(answer(&b), 3, "the first reader was killed: the bytes are the second's");
	end(&a);
	end(&b);
	put(p.writer, bytes, PIPE_BYTES, 0);
	a = calling(p.writer, write_msg("dead", 4, 0), DEADLINE_FOREVER);
	b = calling(p.writer, write_msg("alive", 5, 0), DEADLINE_FOREVER);
	begin_waiting(&a, "a writer");
	begin_waiting(&b, "another one");
	thread_kill(a.cap);
	dead(a.cap);
	get(p.reader, back, PIPE_BYTES, 0);
	is(answer(&b), 5, "the first writer was killed: the second's turn");
	is(get(p.reader, back, 10, IO_NOWAIT), 5, "what it wrote is there");
	ok(memcmp(back, "alive", 5) == 0, "and nothing of the dead one");
	end(&a);
	end(&b);
	pipe_end(&p);
}

/* ---- Polling ----------------------------------------------------------------------------- */

static cap_t ear; /* our endpoint */

static int64_t state_of(cap_t end, unsigned events, uint64_t bits)
{
	cap_t wake = bits ? (cap_t)cap_mint(ear, CAP_NOTIFY | CAP_TRANSFER, bits, 0) : 0;
	struct msg m = { .label = MSG_LABEL(IO_POLL, IO_VERSION, wake != 0, 0),
		.word = { events, bits },
		.cap = { wake } };
	int error = ipc_ask(end, &m, DEADLINE_FOREVER);

	if (wake)
		cap_delete(wake);
	return error ? error : (int64_t)m.word[0];
}

/* Bits that have come. */
static uint64_t heard(void)
{
	struct msg m = { 0 };

	return ipc_recv(ear, &m, DEADLINE_NOW) == 0 ? m.badge : 0;
}

static void polling(void)
{
	struct pipe p = new_pipe();

	ear = (cap_t)endpoint_create();
	is(state_of(p.reader, IO_POLL_IN, 1), 0, "an empty pipe: nothing to read");
	is(state_of(p.writer, IO_POLL_OUT, 0), IO_POLL_OUT, "room to write");
	is((int64_t)usage().pollers, 1, "one wants to know");
	put(p.writer, "x", 1, 0);
	is((int64_t)heard(), 1, "and is told");
	put(p.writer, "x", 1, 0);
	is((int64_t)heard(), 0, "once");
	is(state_of(p.reader, IO_POLL_IN, 1), IO_POLL_IN, "who asks when it is so is told at once");
	put(p.writer, bytes, PIPE_BYTES - PIPE_BUF - 1, 0);
	is(state_of(p.writer, IO_POLL_OUT, 2), 0, "no room for PIPE_BUF bytes");
	get(p.reader, back, 1, 0);
	is((int64_t)heard(), 2, "until there is");
	get(p.reader, back, PIPE_BYTES, 0);
	state_of(p.reader, IO_POLL_IN, 4);
	cap_delete(p.writer);
	is((int64_t)heard(), 4, "the last writer goes: who polls is told");
	is(state_of(p.reader, IO_POLL_IN, 0), IO_POLL_HANGUP, "that it hung up");
	cap_delete(p.reader);
	p = new_pipe();
	put(p.writer, bytes, PIPE_BYTES, 0);
	state_of(p.writer, IO_POLL_OUT, 8);
	cap_delete(p.reader);
	is((int64_t)heard(), 8, "the last reader goes: who polls is told");
	is(state_of(p.writer, 0, 0), IO_POLL_ERROR, "that it is broken");
	cap_delete(p.writer);
	p = new_pipe();
	for (int i = 0; i < PIPE_POLLERS; i++)
		state_of(p.reader, IO_POLL_IN, 16);
	is((int64_t)usage().pollers, PIPE_POLLERS, "as many as may poll");
	is((int64_t)heard(), 0, "nobody is told anything");
	state_of(p.reader, IO_POLL_IN, 32);
	is((int64_t)heard(), 16, "one more: the oldest is told, and may ask again");
	pipe_end(&p);
	is((int64_t)usage().pollers, 0, "the pipe is gone, and so are they");
	cap_delete(ear);
}

/* ---- Limits ------------------------------------------------------------------------------ */

static void limits(void)
{
	static struct pipe p[PIPE_MAX];
	unsigned count = 0, alive = 0;
	struct msg m = { .recv_caps = 1 };

	while (count < PIPE_MAX && pipe_open(&p[count]) == 0)
		count++;
	is(count, PIPE_MAX / 2, "one client has half of all pipes");
	is(pipe_open(&p[count]), -EMFILE, "and no more");
	/* A bit of the server's stands for several ends. */
	for (unsigned i = 0; i < count / 2; i++)
		pipe_end(&p[i]);
	for (unsigned i = count / 2; i < count; i++)
		alive += put(p[i].writer, "x", 1, 0) == 1 &&
		    get(p[i].reader, back, 2, IO_NOWAIT) == 1 &&
		    get(p[i].reader, back, 2, IO_NOWAIT) == -EAGAIN;
	is(alive, count / 2, "one half closed: the other half is as it was");
	is((int64_t)usage().pipes, count / 2, "so many are left");
	for (unsigned i = count / 2; i < count; i++)
		pipe_end(&p[i]);
	is((int64_t)usage().pipes, 0, "all closed");
	is(ask(server, PIPE_CREATE, &m), -ENOSPC, "no room for two capabilities");
	is((int64_t)usage().pipes, 0, "what was not received is closed");
	for (int round = 0; round < 200; round++)
		pipe_end(&(struct pipe[]){ new_pipe() }[0]);
	is((int64_t)usage().pipes, 0, "opened and closed 200 times");
}

static cap_t crowded;
static volatile unsigned given_up, told_end;

static void small_reader(uint64_t argument, uint64_t id)
{
	struct msg m = { .label = MSG_LABEL(IO_READ, IO_VERSION, 0, 0), .word = { 1, IO_HERE } };
	int error = ipc_ask(crowded, &m, DEADLINE_FOREVER);

	(void)argument, (void)id;
	if (error == -EAGAIN)
		__atomic_fetch_add(&given_up, 1, __ATOMIC_RELAXED);
	else if (error == 0 && m.word[0] == 0)
		__atomic_fetch_add(&told_end, 1, __ATOMIC_RELAXED);
	thread_kill(0);
	for (;;)
		;
}

static void many_waiters(void)
{
	struct pipe p = new_pipe(), other = new_pipe();
	static cap_t thread[PIPE_WAITERS];
	struct worker reader = calling(other.reader, read_msg(back, 1, 0), DEADLINE_FOREVER);

	crowded = p.reader;
	given_up = told_end = 0;
	for (unsigned i = 0; i < PIPE_WAITERS; i++)
		thread[i] = begin_small(small_reader, 0, (unsigned)own_priority() + 1);
	is((int64_t)usage().waiters, PIPE_WAITERS, "as many wait as may");
	is(given_up, 0, "none was given up");
	begin_waiting(&reader, "one more, at another pipe,");
	is(given_up, 1, "the first of the others was given up");
	put(other.writer, "x", 1, 0);
	is(answer(&reader), 1, "it is served");
	end(&reader);
	cap_delete(p.writer);
	for (unsigned i = 0; i < PIPE_WAITERS; i++) {
		dead(thread[i]);
		cap_delete(thread[i]);
	}
	is(told_end, PIPE_WAITERS - 1, "all others are told of the end");
	cap_delete(p.reader);
	pipe_end(&other);
	is((int64_t)usage().waiters, 0, "nobody waits");
}

int main(void)
{
	int64_t found = name_lookup("pipe", time_in_ms(1000));

	if (found < 0)
		bail_out("no pipe server: %s", error_name((int)-found));
	server = (cap_t)found;
	wrong_messages();
	stat();
	in_order();
	reader_waits();
	writer_waits();
	without_waiting();
	warm_up();
	end_of_input();
	broken();
	whole_writes();
	deadlines();
	deaths();
	polling();
	limits();
	many_waiters();
	is((int64_t)usage().pipes, 0, "no pipe is left");
	return tap_done();
}
