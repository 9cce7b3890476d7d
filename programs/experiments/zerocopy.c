/* zerocopy: a file read to its end in each way there is, and from which size on which one is worth
 * it.
 *
 *	messages  read: the file server's bytes in messages of up to 64 KiB, copied once by the
 *kernel window    IO_WINDOW: the file server copies into a ring, the client looks at it there moved
 *memory that is the file's pages changes hands: mapped, looked at, given back kept      the same,
 *but the server keeps its file: it copies the pages before it gives them
 *
 * The file server of the system does the first two. A shelf, a process of the experiment's own,
 * does the others: it holds one file as a memory object. Nobody looks at the bytes; that would cost
 * the same for all. */
#include <atoll/io.h>
#include <atoll/ring.h>
#include <atoll/startup.h>
#include <fcntl.h>
#include <inttypes.h>
#include <servers/file/protocol.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../program.h"
#include "lib/experiment.h"

static const char usage[] =
    "usage: zerocopy [--json]\n"
    "Reads files of 4 KiB to 1 MiB through messages, through a window, and as pages that change\n"
    "hands. Shows instructions per KiB (with --icount), and from which size on a way is cheaper than\n"
    "messages.\n";

enum way { MESSAGES, WINDOW, KEPT, MOVED, WAYS };
static const char *const names[WAYS] = { "messages", "window", "kept", "moved" };
enum { GIVE = 1, GIVE_COPY, TAKE_BACK };

#define FILE_NAME "/tmp/zerocopy"
#define SIZES     9
#define LEAST     4096ul
#define MOVE_ONE  (1 | MSG_MOVE)
#define PAGES     0x500000000000ul /* where the file's pages are looked at */
#define COPY      0x510000000000ul
#define RING      0x520000000000ul
#define RW        (PROT_READ | PROT_WRITE)

/* ---- The shelf ---------------------------------------------------------------------------------
 */

static cap_t copy_of_pages(uint64_t size)
{
	const cap_t copy = (cap_t)must(mem_create(size), "copy");

	must(mem_map(copy, 0, COPY, 0, size, RW), "copy");
	memcpy((void *)COPY, (const void *)PAGES, size);
	must(mem_unmap(0, COPY, size), "copy");
	return copy;
}

/* serve() does not move memory, so this server has a loop of its own. */
_Noreturn static void shelf(uint64_t size)
{
	const cap_t endpoint = startup_cap("endpoint");
	cap_t file = (cap_t)must(mem_create(size), "file");
	struct msg m = { .recv_caps = MOVE_ONE };

	must(mem_map(file, 0, PAGES, 0, size, RW), "file");
	memset((void *)PAGES, 1, size);
	must(ipc_recv(endpoint, &m, DEADLINE_FOREVER), "shelf");
	for (;;) {
		if (MSG_OP(m.label) == GIVE) {
			mem_unmap(0, PAGES, size); /* when it is given for the first time */
			m.cap[0] = file;
		} else if (MSG_OP(m.label) == GIVE_COPY) {
			m.cap[0] = copy_of_pages(size);
		} else {
			file = m.cap[0];
		}
		m.label = MSG_LABEL(0, 0, MSG_OP(m.label) == TAKE_BACK ? 0 : MOVE_ONE, 0);
		m.recv_caps = MOVE_ONE;
		must(ipc_reply_recv(m.token, &m, endpoint, DEADLINE_FOREVER), "shelf");
	}
}

/* ---- The client: each way once -----------------------------------------------------------------
 */

static cap_t opened, shelf_endpoint;
static char buffer[IO_BYTES_MAX];

static void by_messages(uint64_t size)
{
	for (uint64_t at = 0; at < size;) {
		struct msg m = { .label = MSG_LABEL(IO_READ, IO_VERSION, 0, 0),
			.word = { sizeof buffer, at },
			.recv = buffer,
			.recv_bytes = sizeof buffer };

		must(ipc_ask(opened, &m, DEADLINE_FOREVER), "read");
		at += m.word[0];
	}
}

static void by_window(uint64_t size)
{
	const cap_t endpoint = new_endpoint();
	const cap_t wake = (cap_t)must(cap_mint(endpoint, CAP_NOTIFY | CAP_TRANSFER, 1, 0), "wake");
	struct msg m = { .label = MSG_LABEL(IO_WINDOW, IO_VERSION, 1, 0),
		.word = { 0, 1 },
		.cap = { wake },
		.recv_caps = 2 };
	struct ring ring;

	must(ipc_ask(opened, &m, DEADLINE_FOREVER), "window");
	must(mem_map(m.cap[0], 0, RING, 0, RING_WINDOW(m.word[0]), RW), "window");
	ring_init(&ring, RING_CONSUMER, (void *)RING, m.word[0], m.cap[1], m.word[1]);
	for (uint64_t got = 0; got < size;) {
		char *at;
		size_t count;

		must(ring_wait(&ring, 1, endpoint, DEADLINE_FOREVER), "window");
		must(ring_next(&ring, &at, &count), "window");
		ring_done(&ring, count);
		got += count;
	}
	cap_delete(m.cap[0]); /* which unmaps it, and tells the server */
	cap_delete(m.cap[1]);
	cap_delete(wake);
	cap_delete(endpoint);
}

static cap_t ask_shelf(unsigned op, cap_t given)
{
	struct msg m = { .label = MSG_LABEL(op, 1, given ? MOVE_ONE : 0, 0),
		.cap = { given },
		.recv_caps = MOVE_ONE };

	must(ipc_ask(shelf_endpoint, &m, DEADLINE_FOREVER), "shelf");
	return m.cap[0];
}

static void look_at(cap_t pages, uint64_t size)
{
	must(mem_map(pages, 0, PAGES, 0, size, PROT_READ), "pages");
	must(mem_unmap(0, PAGES, size), "pages");
}

static void by_moving(uint64_t size)
{
	cap_t pages = ask_shelf(GIVE, 0);

	look_at(pages, size);
	ask_shelf(TAKE_BACK, pages);
}

static void by_moving_copies(uint64_t size)
{
	cap_t pages = ask_shelf(GIVE_COPY, 0);

	look_at(pages, size);
	cap_delete(pages);
}

/* ---- Measuring ---------------------------------------------------------------------------------
 */

static void make_file(uint64_t size)
{
	int fd = open(FILE_NAME, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	memset(buffer, 1, sizeof buffer);
	for (uint64_t at = 0; at < size;) {
		ssize_t put =
		    write(fd, buffer, size - at < sizeof buffer ? size - at : sizeof buffer);

		if (put <= 0)
			experiment_fail(FILE_NAME, errno);
		at += (uint64_t)put;
	}
	close(fd);
}

static void open_file(void)
{
	struct msg m = { .label = MSG_LABEL(FILE_OPEN, FILE_VERSION, 0, strlen(FILE_NAME)),
		.word = { O_RDONLY },
		.send = FILE_NAME,
		.recv_caps = 1 };

	must(ipc_ask(server_named("file"), &m, DEADLINE_FOREVER), FILE_NAME);
	opened = m.cap[0];
}

/* Ticks of the third time: by then all tables that it takes are there. */
static uint64_t measure(enum way way, uint64_t size)
{
	static void (*const ways[WAYS])(
	    uint64_t) = { by_messages, by_window, by_moving_copies, by_moving };
	uint64_t start = 0;

	for (int round = 0; round < 3; round++) {
		struct msg m = { 0 };

		ipc_recv(0, &m, time_in_ms(5)); /* who tidies up behind the last one has done so */
		start = ticks();
		ways[way](size);
	}
	return ticks() - start;
}

static void measure_all(uint64_t size, uint64_t took[WAYS])
{
	char words[24];
	const char *const argv[] = { "zerocopy", "@shelf", words, NULL };
	struct actor actor = { 0 };

	shelf_endpoint = new_endpoint();
	const struct program_cap caps[] = { { "endpoint", shelf_endpoint, CAP_RECV, 0, 0, 0 },
		{ 0 } };
	snprintf(words, sizeof words, "%" PRIu64, size);
	actor_start(&actor, NULL, argv, caps, 0);
	make_file(size);
	open_file();
	for (unsigned way = 0; way < WAYS; way++)
		took[way] = measure((enum way)way, size);
	cap_delete(opened);
	unlink(FILE_NAME);
	actor_stop(&actor);
	cap_delete(shelf_endpoint);
}

static uint64_t size_of(unsigned i)
{
	return LEAST << i;
}

/* From the smallest size on from which it is always cheaper than messages; 0: from none. */
static uint64_t break_even(uint64_t (*took)[WAYS], unsigned way)
{
	uint64_t from = 0;

	for (unsigned i = SIZES; i-- > 0 && took[i][way] < took[i][MESSAGES];)
		from = size_of(i);
	return from;
}

int main(int argc, char **argv)
{
	static uint64_t took[SIZES][WAYS];

	if (argc == 3 && strcmp(argv[1], "@shelf") == 0)
		shelf(strtoul(argv[2], NULL, 10));
	argc = experiment_begin("zerocopy", argc, argv, usage);
	if (argc > 1)
		program_usage(usage, 2);
	say("Ticks per KiB.\n");
	table("costs", "bytes|messages|window|kept|moved");
	for (unsigned i = 0; i < SIZES; i++) {
		measure_all(size_of(i), took[i]);
		cell((int64_t)size_of(i));
		for (unsigned way = 0; way < WAYS; way++)
			cell((int64_t)(took[i][way] * 1024 / size_of(i)));
	}
	say("\nCheaper than messages from so many bytes on; 0: never.\n");
	table("break-even", "way|bytes");
	for (unsigned way = MESSAGES + 1; way < WAYS; way++)
		cell_text(names[way]), cell((int64_t)break_even(took, way));
	return experiment_end();
}
