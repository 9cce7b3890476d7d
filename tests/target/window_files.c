/* Large files come through a window of the file server's: all their bytes, from any offset; what
 * has no window is read by messages, and nobody sees the difference. A client that goes, or dies,
 * leaves nothing behind; one that scribbles into its window loses it, and nobody else does. When
 * the server is restarted a reader is told so, and opens again.
 *
 * GROUP: window */
#include <atoll/bulk.h>
#include <atoll/io.h>
#include <atoll/name.h>
#include <errno.h>
#include <fcntl.h>
#include <servers/init/protocol.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/story.h"

#define NAME   "/tmp/window"
#define LARGE  (1 << 20)
#define SMALL  5000
#define MAPPED (WINDOW + 0x400000)
#define RW     PROT_READ | PROT_WRITE

static char block[65536];

static char byte_of(uint64_t n)
{
	return (char)(n * 31 + (n >> 8) * 7);
}

static int make_file(const char *name, size_t bytes)
{
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644);

	for (size_t done = 0; done < bytes; done += sizeof block) {
		size_t part = bytes - done < sizeof block ? bytes - done : sizeof block;

		for (size_t i = 0; i < part; i++)
			block[i] = byte_of(done + i);
		if (write(fd, block, part) != (ssize_t)part)
			bail_out("cannot write %s", name);
	}
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/* ---- The ordinary course ------------------------------------------------------------------ */

/* Reads to the end from where fd stands. How many bytes were as they should be, or -1. */
static int64_t read_all(int fd, uint64_t offset, bool *window)
{
	const char *bytes;
	struct bulk b;
	uint64_t good = 0;
	ssize_t count;

	bulk_open(&b, fd);
	*window = b.window;
	while ((count = bulk_next(&b, &bytes)) > 0)
		for (ssize_t i = 0; i < count; i++)
			good += bytes[i] == byte_of(offset++);
	bulk_close(&b);
	return count < 0 ? -1 : (int64_t)good;
}

static void all_of_it(void)
{
	int fd = make_file(NAME, LARGE), small = make_file(NAME "2", SMALL);
	bool window;

	is(read_all(fd, 0, &window), LARGE, "a large file, every byte");
	ok(window, "through a window");
	is(lseek(fd, 0, SEEK_CUR), LARGE, "and the position is at its end");
	is(read_all(fd, 0, &window), 0, "where there is nothing more");
	lseek(fd, 12345, SEEK_SET);
	is(read_all(fd, 12345, &window), LARGE - 12345, "from an odd offset");
	ok(window, "through a window too");
	is(read_all(small, 0, &window), SMALL, "a small file");
	ok(!window, "without one");
	close(small);
	close(fd);
	fd = open(NAME, O_WRONLY);
	errno = 0;
	ok(read_all(fd, 0, &window) < 0 && errno == EBADF, "one that is not open for reading");
	close(fd);
	fd = open("/tmp", O_RDONLY);
	ok(read_all(fd, 0, &window) < 0 && errno == EISDIR, "a directory");
	close(fd);
}

/* Left in the middle: reading goes on by read(). And cut off behind what is in the window. */
static void half_way(void)
{
	int fd = open(NAME, O_RDWR);
	uint64_t seen = 0;
	const char *bytes;
	struct bulk b;
	ssize_t count;
	char next;

	bulk_open(&b, fd);
	for (int i = 0; i < 3; i++)
		seen += (uint64_t)bulk_next(&b, &bytes);
	bulk_close(&b);
	ok(seen > 0 && seen < LARGE && lseek(fd, 0, SEEK_CUR) == (off_t)seen,
	    "left half-way: the position is behind what was seen");
	ok(read(fd, &next, 1) == 1 && next == byte_of(seen), "reading goes on there");
	lseek(fd, 0, SEEK_SET);
	bulk_open(&b, fd);
	seen = (uint64_t)bulk_next(&b, &bytes);
	ftruncate(fd, LARGE / 2);
	while ((count = bulk_next(&b, &bytes)) > 0)
		seen += (uint64_t)count;
	bulk_close(&b);
	is((int64_t)seen, LARGE / 2, "cut off meanwhile: it ends there");
	close(fd);
}

/* ---- What clients leave behind ------------------------------------------------------------- */

struct window {
	cap_t memory, room;
	uint64_t bits; /* to notify room with */
};

static uint64_t from;          /* where in the file windows begin */
static uint64_t wake_bits = 1; /* what the server notifies with */

static int ask_window(cap_t file, cap_t wake, struct window *w)
{
	struct msg m = { .label = MSG_LABEL(IO_WINDOW, IO_VERSION, 1, 0),
		.word = { from, wake_bits },
		.cap = { wake },
		.recv_caps = 2 };
	int error = ipc_ask(file, &m, DEADLINE_FOREVER);

	w->memory = m.cap[0];
	w->room = m.cap[1];
	w->bits = m.word[1];
	return error;
}

/* The server is told at once, but looks when its turn comes. */
static int ask_again(cap_t file, cap_t wake, struct window *w)
{
	int error = -EAGAIN;

	for (int i = 0; i < 100 && error == -EAGAIN; i++) {
		error = ask_window(file, wake, w);
		if (error)
			sleep_ms(10);
	}
	return error;
}

static cap_t file_cap(int flags)
{
	struct msg m = { .label = MSG_LABEL(16, 1, 0, strlen(NAME)),
		.word = { (uint64_t)flags },
		.send = NAME,
		.recv_caps = 1 };
	int64_t server = name_lookup("file", DEADLINE_NOW);

	ipc_ask((cap_t)server, &m, DEADLINE_FOREVER);
	return m.cap[0];
}

static void leaver(uint64_t file)
{
	struct window w;
	cap_t wake = (cap_t)endpoint_create();

	ask_window(file, wake, &w);
	ask_window(file, wake, &w);
	notify(*(cap_t *)SHARED, 1);
	for (;;)
		ipc_recv(0, &(struct msg){ 0 }, DEADLINE_FOREVER); /* until it is killed */
}

static void left_behind(void)
{
	cap_t file = file_cap(O_RDONLY), wake = (cap_t)endpoint_create();
	struct window a, b, c;
	struct child child;
	struct msg m = { 0 };
	bool window;
	int fd;

	ok(ask_window(file, wake, &a) == 0 && ask_window(file, wake, &b) == 0, "two windows");
	is(ask_window(file, wake, &c), -EAGAIN, "a client has no more than two");
	fd = open(NAME, O_RDONLY);
	is(read_all(fd, 0, &window), LARGE / 2, "a third file is read nevertheless");
	ok(!window, "without one");
	close(fd);
	cap_delete(a.memory);
	is(ask_again(file, wake, &a), 0, "one is given back: there is one again");
	cap_delete(a.memory);
	cap_delete(b.memory);
	child_make(&child, 64);
	*(cap_t *)SHARED = child_give(&child, wake, CAP_NOTIFY, 1);
	child_start(&child, leaver, child_give(&child, file, CAP_SEND, 0), HIGHER, 0);
	is(ipc_recv(wake, &m, time_in_ms(2000)), 0, "another process takes both");
	is(ask_window(file, wake, &c), -EAGAIN, "D3 while it lives they are taken");
	child_end(&child);
	ok(ask_again(file, wake, &a) == 0 && ask_again(file, wake, &b) == 0,
	    "D3 it is killed: they are free");
	cap_delete(a.memory);
	cap_delete(b.memory);
	endpoint_unbind(wake);
	cap_delete(wake);
	cap_delete(file);
}

static void touch(void *at)
{
	(void)*(volatile char *)at;
}

/* One client of two scribbles into the head of its window, and says that there is room. */
static void scribbler(void)
{
	cap_t file = file_cap(O_RDONLY), wake = (cap_t)endpoint_create();
	struct window a, b;
	struct ring_window *head = (struct ring_window *)MAPPED;
	uint64_t put;

	ok(ask_again(file, wake, &a) == 0 && ask_again(file, wake, &b) == 0, "two windows");
	mem_map(a.memory, 0, WINDOW, 0, RING_WINDOW(IO_WINDOW_BYTES), RW);
	mem_map(b.memory, 0, MAPPED, 0, RING_WINDOW(IO_WINDOW_BYTES), RW);
	memset((void *)WINDOW, 0x5a, PAGE_SIZE);
	is(notify(a.room, ~0ull), -EPERM, "notify EPERM: somebody else's bits");
	for (int bit = 32; bit < 40; bit++)
		notify(a.room, 1ull << bit);
	ok(fault_of(touch, (void *)WINDOW).happened, "nonsense in one: the server takes it away");
	put = head->producer.count;
	ok(put > 0 && !fault_of(touch, (void *)MAPPED).happened, "the other one is as it was");
	head->consumer.count = put / 2 + 1;
	for (int bit = 32; bit < 40; bit++)
		notify(b.room, 1ull << bit);
	ok(head->producer.count > put, "and is filled again");
	for (unsigned i = 0; i < 64; i++)
		if (*(char *)(MAPPED + PAGE_SIZE + i) !=
		    byte_of(head->producer.count > 65536 ? 65536 + i : i)) {
			ok(false, "with the bytes that come next");
			break;
		}
	cap_delete(b.memory);
	is(ask_again(file, wake, &a), 0, "the scribbler's is of use again");
	mem_map(a.memory, 0, WINDOW, 0, RING_WINDOW(IO_WINDOW_BYTES), RW);
	is(*(char *)(WINDOW + PAGE_SIZE - 1), 0, "with nothing of it in the head");
	cap_delete(a.memory);
	from = LARGE / 2 - 10; /* the server puts ten bytes, and then nothing */
	is(ask_again(file, wake, &a), 0, "a window for little");
	mem_map(a.memory, 0, WINDOW, 0, RING_WINDOW(IO_WINDOW_BYTES), RW);
	*(char *)(WINDOW + PAGE_SIZE + 40000) = 's';
	cap_delete(a.memory);
	ask_again(file, wake, &a);
	mem_map(a.memory, 0, WINDOW, 0, RING_WINDOW(IO_WINDOW_BYTES), RW);
	is(*(char *)(WINDOW + PAGE_SIZE + 40000), 0,
	    "the next one finds nothing that a client wrote further on");
	cap_delete(a.memory);
	from = 0;
	cap_delete(wake);
	cap_delete(file);
}

/* A client that sleeps says whom to wake: the server itself, by what an earlier window left it. */
static void wakes_the_server(void)
{
	cap_t file = file_cap(O_RDONLY), wake = (cap_t)endpoint_create();
	struct ring_window *head = (struct ring_window *)WINDOW;
	struct stat st;
	struct window a;

	from = LARGE / 2 - 10;
	is(ask_again(file, wake, &a), 0, "a window for little");
	cap_delete(a.memory);
	wake_bits = a.bits;
	is(ask_again(file, a.room, &a), 0, "and one whose reader is the server itself");
	mem_map(a.memory, 0, WINDOW, 0, RING_WINDOW(IO_WINDOW_BYTES), RW);
	head->consumer.event = head->producer.count + 100;
	notify(a.room, a.bits);
	is(stat(NAME, &st), 0, "the server has time for others");
	mem_unmap(0, WINDOW, RING_WINDOW(IO_WINDOW_BYTES));
	cap_delete(a.memory);
	cap_delete(wake);
	cap_delete(file);
	from = 0;
	wake_bits = 1;
}

/* ---- The server dies ------------------------------------------------------------------------ */

static pid_t pid_of(const char *name)
{
	static struct init_entry list[INIT_LAST - INIT_FIRST + 1];
	struct msg m = { .label = MSG_LABEL(INIT_LIST, INIT_VERSION, 0, 0),
		.word = { COUNT(list) },
		.recv = list,
		.recv_bytes = sizeof list };

	if (ipc_ask((cap_t)name_lookup("init", DEADLINE_NOW), &m, DEADLINE_FOREVER) != 0)
		return -1;
	for (unsigned i = 0; i < COUNT(list); i++)
		if (strcmp(list[i].name, name) == 0)
			return (pid_t)list[i].pid;
	return -1;
}

static void server_restarts(void)
{
	int fd = make_file(NAME, LARGE);
	uint64_t seen, bad = 0;
	const char *bytes;
	struct bulk b;
	ssize_t count;
	bool window;

	bulk_open(&b, fd);
	seen = (uint64_t)bulk_next(&b, &bytes);
	ok(b.window && kill(pid_of("file"), SIGKILL) == 0, "the server is killed meanwhile");
	while ((count = bulk_next(&b, &bytes)) > 0)
		for (ssize_t i = 0; i < count; i++)
			bad += bytes[i] != byte_of(seen++);
	ok(count < 0 && errno == ESTALE, "the reader is told: the file is not open any more");
	is((int64_t)bad, 0, "what it saw before that was right");
	bulk_close(&b);
	close(fd);
	fd = make_file(NAME, LARGE);
	is(read_all(fd, 0, &window), LARGE, "opened again, every byte");
	ok(window, "through a window of the new server's");
	close(fd);
	unlink(NAME);
}

int main(void)
{
	warm_up();
	all_of_it();
	half_way();
	left_behind();
	scribbler();
	wakes_the_server();
	server_restarts();
	unlink(NAME "2");
	return tap_done();
}
