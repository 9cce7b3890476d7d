/* The console as its clients' messages meet it: what a stream refuses, modes and sizes, readers
 * that give up, die or are too many, writers that have more to say than the buffer takes. (What a
 * person sees: tests/console.) */
#include <atoll/name.h>
#include <servers/console/protocol.h>
#include <stdio.h>
#include <string.h>

#include "lib/story.h"

static cap_t console;

static int ask(unsigned op, uint64_t word0, uint64_t word1)
{
	struct msg m = { .label = MSG_LABEL(op, IO_VERSION, 0, 0), .word = { word0, word1 } };

	return ipc_ask(console, &m, DEADLINE_FOREVER);
}

/* The answer, or an error. */
static int64_t tty(unsigned command, uint64_t argument)
{
	struct msg m = { .label = MSG_LABEL(IO_TTY, IO_VERSION, 0, 0),
		.word = { command, argument } };
	int error = ipc_ask(console, &m, DEADLINE_FOREVER);

	return error ? error : (int64_t)m.word[0];
}

/* A read that wants nothing, with bytes for the line. */
static int put_in(const char *bytes, unsigned flags)
{
	struct msg m = { .label = MSG_LABEL(IO_READ, IO_VERSION, 0, strlen(bytes)),
		.word = { 0, IO_HERE, flags },
		.send = bytes };

	return ipc_ask(console, &m, DEADLINE_FOREVER);
}

static int64_t write_text(const char *text, size_t length)
{
	struct msg m = { .label = MSG_LABEL(IO_WRITE, IO_VERSION, 0, length),
		.word = { 0, IO_HERE } };
	int error;

	m.send = text;
	error = ipc_ask(console, &m, DEADLINE_FOREVER);
	return error ? error : (int64_t)m.word[0];
}

static void refusals(void)
{
	struct io_stat stat;
	struct msg m = { .label = MSG_LABEL(IO_STAT, IO_VERSION, 0, 0) };

	m.recv = &stat;
	m.recv_bytes = sizeof stat;
	is(ipc_ask(console, &m, DEADLINE_FOREVER), 0, "stat");
	ok(stat.type == IO_TYPE_TTY && stat.inode == 0, "a terminal");
	is(ask(IO_READ, 10, 0), -ESPIPE, "reading at an offset");
	is(ask(IO_READ, IO_BYTES_MAX + 1, IO_HERE), -EINVAL, "reading too much");
	is(ask(IO_READ, 0, IO_HERE), 0, "reading nothing");
	is(put_in("a\n", TTY_TAB), -EINVAL, "a newline put into the line that is typed");
	is(put_in("a", 0), -EINVAL, "a letter, by a read that does not know of Tab");
	is(put_in("a", TTY_TAB), 0, "a letter");
	is(ask(IO_WRITE, 0, 0), -ESPIPE, "writing at an offset");
	is(ask(IO_WRITE, 0, IO_HERE), 0, "writing nothing");
	is(ask(IO_SEEK, 0, IO_SEEK_SET), -ESPIPE, "seeking");
	is(ask(IO_READDIR, 128, 0), -ENOTDIR, "listing");
	is(ask(IO_TRUNCATE, 0, 0), -EINVAL, "truncating");
	is(ask(99, 0, 0), -ENOSYS, "what it does not know");
	is(tty(99, 0), -EINVAL, "a command that it does not know");
}

static void settings(void)
{
	int64_t size = tty(TTY_GET_SIZE, 0);

	ok(TTY_ROWS(size) >= 1 && TTY_COLUMNS(size) >= 16, "it has a size");
	is(tty(TTY_SET_SIZE, TTY_SIZE(50, 132)), 0, "another size");
	is(tty(TTY_GET_SIZE, 0), TTY_SIZE(50, 132), "which it knows");
	is(tty(TTY_SET_SIZE, TTY_SIZE(50, 15)), -EINVAL, "too narrow");
	is(tty(TTY_SET_SIZE, TTY_SIZE(0, 80)), -EINVAL, "no rows");
	is(tty(TTY_SET_SIZE, 1ull << 32 | TTY_SIZE(24, 80)), -EINVAL, "no size at all");
	is(tty(TTY_SET_SIZE, (uint64_t)size), 0, "the first size again");
	is(tty(TTY_SET_MODE, TTY_RAW), 0, "raw");
	is(tty(TTY_GET_MODE, 0), TTY_RAW, "it is");
	is(tty(TTY_SET_MODE, 0), 0, "cooked");
	is(tty(TTY_SET_MODE, 64), -EINVAL, "neither");
	is(tty(TTY_GET_MODE, 0), 0, "so it stays cooked");
}

/* ---- Readers -------------------------------------------------------------------------- */

static void reader_prepare(struct worker *w, uint64_t deadline)
{
	static char line[16];

	*w = (struct worker){ .run = do_call, .ep = console, .deadline = deadline };
	w->msg.label = MSG_LABEL(IO_READ, IO_VERSION, 0, 0);
	w->msg.word[0] = sizeof line;
	w->msg.word[1] = IO_HERE;
	w->msg.recv = line;
	w->msg.recv_bytes = sizeof line;
}

static void readers(void)
{
	static struct worker first, late;
	uint64_t pid = (uint64_t)tty(TTY_GET_FOREGROUND, 0);
	bool patient = true;

	reader_prepare(&first, DEADLINE_FOREVER);
	begin(&first, HIGHER);
	ok(in_state(&first, STATE_REPLY), "a reader waits");
	tty(TTY_SET_FOREGROUND, pid);
	ok(in_state(&first, STATE_REPLY), "and goes on waiting while somebody is in front");
	for (int i = 0; i < CONSOLE_WAITING; i++) {
		reader_prepare(&late, time_in_ms(20)); /* long enough to get there on a busy host */
		begin(&late, HIGHER);
		patient = patient && finished(&late) && late.result == -ETIMEDOUT;
		end(&late);
	}
	ok(patient, "others give up");
	ok(finished(&first) && MSG_OP(first.msg.label) == EAGAIN, "the first makes room for them");
	end(&first);
	reader_prepare(&first, DEADLINE_FOREVER);
	begin(&first, HIGHER);
	ok(in_state(&first, STATE_REPLY), "another reader waits");
	tty(TTY_SET_FOREGROUND, 0);
	ok(finished(&first) && MSG_OP(first.msg.label) == EINTR, "nobody in front: it is told");
	end(&first);
	reader_prepare(&first, DEADLINE_FOREVER);
	begin(&first, HIGHER);
	end(&first);
	ok(write_text("# a reader died\n", 16) == 16, "one that dies while it waits harms nobody");
	tty(TTY_SET_FOREGROUND, pid);
}

/* ---- Writers -------------------------------------------------------------------------- */

#define LINE    "# the console's buffer is smaller than this is long\n"
#define WRITERS 3
#define LINES   400

static int64_t written[WRITERS];

static void write_much(struct worker *w)
{
	static char text[LINES * (sizeof LINE - 1) + 1];
	size_t which = w->deadline, total = sizeof text - 1;

	for (int i = 0; i < LINES; i++)
		memcpy(text + i * (sizeof LINE - 1), LINE, sizeof LINE);
	for (size_t done = 0; done < total;) {
		int64_t count = write_text(text + done, total - done);

		if (count <= 0)
			break;
		done += (size_t)count;
		written[which] = (int64_t)done;
	}
}

static void writers(void)
{
	static struct worker writer[WRITERS];

	for (unsigned i = 0; i < WRITERS; i++) {
		writer[i] = (struct worker){ .run = write_much, .deadline = i };
		begin(&writer[i], SAME);
	}
	for (unsigned i = 0; i < WRITERS; i++) {
		for (int patience = 0; patience < 20 && !finished(&writer[i]); patience++)
			;
		end(&writer[i]);
		/* Their pieces may have met in the middle of a line. */
		printf("\n");
		fflush(stdout);
		is(written[i], LINES * (sizeof LINE - 1), "writer %u got rid of it all", i);
	}
}

int main(void)
{
	int error = name_once("console", &console, time_in_ms(1000));

	if (error)
		bail_out("no console: %s", error_name(-error));
	refusals();
	settings();
	warm_up();
	readers();
	writers();
	return tap_done();
}
