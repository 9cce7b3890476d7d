/* throughput: what it costs to hand s bytes to another process, in each way there is, and whether
 * the textbook's formula foretells it.
 *
 *	pipe     the pipe server: bytes are copied to it, and from it
 *	message  a call with the bytes: copied once
 *	window   a ring in memory that both have mapped: copied once, by the producer; the consumer
 *	         sleeps each time, and is told each time
 *	ring     the same, but the consumer is told only when half the ring is full
 *	move     a memory object changes hands, there and back: nothing is copied
 *	mapped   the same, and each side maps it and takes the mapping away, which it must to use it
 *
 * The consumer is a process of its own, of a higher priority than the producer: it waits already
 * when something comes, and has taken it when the producer goes on. (For `ring` a lower one: the
 * producer goes on until it has to wait.) */
#include <atoll/io.h>
#include <atoll/ring.h>
#include <atoll/startup.h>
#include <inttypes.h>
#include <servers/pipe/protocol.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../program.h"
#include "lib/experiment.h"

static const char usage[] =
    "usage: throughput [--json]\n"
    "Hands 16 bytes to 4 MiB to another process through a pipe, in messages, through a shared\n"
    "window, and by moving memory. Shows what one transfer costs, in ticks (instructions under\n"
    "--icount), and what the model 2(s*c_copy + c_sync) against s*c_copy + 2*c_sync says.\n";

#define PIECE    65536ul /* the most in one message, and what a ring holds */
#define LARGEST  (4ul << 20)
#define SIZES    10
#define WINDOW   0x500000000000ul
#define RING     0x510000000000ul
#define TAKE     (1 | MSG_MOVE)
#define READY    1 /* bits at `done` */
#define FINISHED 2
#define ROOM     4

enum method { PIPE, MESSAGE, WINDOW_TOLD, WINDOW_FREE, MOVE, MAPPED, METHODS };

static char bytes[PIECE] __attribute__((aligned(PAGE_SIZE)));

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* ---- Both sides: how s bytes go, piece by piece ------------------------------------------------
 */

static void write_pipe(cap_t end, uint64_t size)
{
	while (size > 0) {
		uint64_t piece = least(size, PIECE);
		struct msg m = { .label = MSG_LABEL(IO_WRITE, IO_VERSION, 0, piece),
			.word = { 0, IO_HERE },
			.send = bytes };

		must(ipc_ask(end, &m, DEADLINE_FOREVER), "pipe");
		size -= m.word[0];
	}
}

static void read_pipe(cap_t end, uint64_t size)
{
	while (size > 0) {
		struct msg m = { .label = MSG_LABEL(IO_READ, IO_VERSION, 0, 0),
			.word = { least(size, PIECE), IO_HERE },
			.recv = bytes,
			.recv_bytes = PIECE };

		must(ipc_ask(end, &m, DEADLINE_FOREVER), "pipe");
		size -= m.word[0];
	}
}

static void send_message(cap_t server, uint64_t size)
{
	while (size > 0) {
		uint64_t piece = least(size, PIECE);
		struct msg m = { .label = MSG_LABEL(1, 1, 0, piece), .send = bytes };

		must(ipc_call(server, &m, DEADLINE_FOREVER), "message");
		size -= piece;
	}
}

static void put_ring(struct ring *ring, cap_t wakes_us, uint64_t size)
{
	while (size > 0) {
		uint64_t put = (uint64_t)must(ring_put(ring, bytes, least(size, PIECE)), "ring");

		size -= put;
		if (put == 0)
			must(ring_wait(ring, PIECE / 2, wakes_us, DEADLINE_FOREVER), "ring");
	}
}

/* Takes them where they lie. */
static void take_ring(struct ring *ring, cap_t wakes_us, uint64_t wanted, uint64_t size)
{
	while (size > 0) {
		char *at;
		size_t count;

		must(ring_wait(ring, least(size, wanted), wakes_us, DEADLINE_FOREVER), "ring");
		must(ring_next(ring, &at, &count), "ring");
		count = least(count, size);
		ring_done(ring, count);
		size -= count;
	}
}

static void map_and_unmap(cap_t memory, uint64_t size)
{
	must(mem_map(memory, 0, WINDOW, 0, size, PROT_READ | PROT_WRITE), "map");
	must(mem_unmap(0, WINDOW, size), "unmap");
}

/* There and back: the producer has it again for the next time. */
static cap_t move_memory(cap_t server, cap_t memory)
{
	struct msg m = { .label = MSG_LABEL(1, 1, TAKE, 0), .recv_caps = TAKE, .cap = { memory } };

	must(ipc_call(server, &m, DEADLINE_FOREVER), "move");
	return m.cap[0];
}

/* ---- The consumer: a process of its own --------------------------------------------------------
 */

/* Answers calls; memory that came is given back. */
static void serve_calls(cap_t endpoint, enum method method, uint64_t size)
{
	struct msg m = { .recv = bytes, .recv_bytes = PIECE, .recv_caps = TAKE };

	must(ipc_recv(endpoint, &m, DEADLINE_FOREVER), "endpoint");
	for (;;) {
		if (method == MAPPED)
			map_and_unmap(m.cap[0], size);
		m.label = method == MESSAGE ? 0 : MSG_LABEL(0, 0, TAKE, 0);
		m.recv = bytes;
		m.recv_bytes = PIECE;
		m.recv_caps = TAKE;
		must(ipc_reply_recv(m.token, &m, endpoint, DEADLINE_FOREVER), "endpoint");
	}
}

static int consumer(enum method method, uint64_t size, uint64_t count)
{
	const cap_t end = startup_cap("end"), done = startup_cap("done");
	const cap_t endpoint = startup_cap("endpoint");
	struct ring ring;

	memset(bytes, 1, sizeof bytes);
	if (method == WINDOW_TOLD || method == WINDOW_FREE) {
		must(mem_map(startup_cap("window"), 0, RING, 0, RING_WINDOW(PIECE),
			 PROT_READ | PROT_WRITE),
		    "window");
		ring_init(&ring, RING_CONSUMER, (void *)RING, PIECE, end, ROOM);
	}
	notify(done, READY);
	if (method == PIPE)
		for (uint64_t i = 0; i < count; i++)
			read_pipe(end, size);
	else if (method == WINDOW_TOLD)
		for (uint64_t i = 0; i < count; i++)
			take_ring(&ring, endpoint, 1, size);
	else if (method == WINDOW_FREE)
		take_ring(&ring, endpoint, PIECE / 2, count * size);
	else
		serve_calls(endpoint, method, size);
	notify(done, FINISHED);
	return 0;
}

/* ---- The producer ------------------------------------------------------------------------------
 */

static cap_t done;

static void await(uint64_t bits)
{
	struct msg m = { 0 };

	while (!(m.badge & bits))
		must(ipc_recv(done, &m, DEADLINE_FOREVER), "consumer");
}

/* What the two of them share, and the consumer's half of it. */
struct link {
	cap_t ours, theirs; /* ends of a pipe */
	cap_t endpoint;     /* where the consumer receives */
	cap_t window, memory;
	struct ring ring;
};

static void make_link(struct link *l, enum method method, uint64_t size)
{
	struct msg m = { .label = MSG_LABEL(PIPE_CREATE, PIPE_VERSION, 0, 0), .recv_caps = 2 };

	*l = (struct link){ .endpoint = new_endpoint() };
	if (method == PIPE) {
		must(ipc_ask(server_named("pipe"), &m, DEADLINE_FOREVER), "pipe");
		l->theirs = m.cap[0];
		l->ours = m.cap[1];
	} else if (method == WINDOW_TOLD || method == WINDOW_FREE) {
		l->window = (cap_t)must(mem_create(RING_WINDOW(PIECE)), "window");
		must(mem_map(l->window, 0, RING, 0, RING_WINDOW(PIECE), PROT_READ | PROT_WRITE),
		    "window");
		ring_init(&l->ring, RING_PRODUCER, (void *)RING, PIECE, l->endpoint, 1);
	} else if (method != MESSAGE) {
		l->memory = (cap_t)must(mem_create(size < PAGE_SIZE ? PAGE_SIZE : size), "memory");
		map_and_unmap(l->memory, size < PAGE_SIZE ? PAGE_SIZE : size);
	}
}

static void drop(cap_t cap)
{
	if (cap)
		cap_delete(cap);
}

static void drop_link(struct link *l)
{
	drop(l->ours);
	drop(l->theirs);
	drop(l->endpoint);
	drop(l->window);
	drop(l->memory);
}

static void send_one(struct link *l, enum method method, uint64_t size)
{
	const uint64_t pages = size < PAGE_SIZE ? PAGE_SIZE : size;

	if (method == PIPE) {
		write_pipe(l->ours, size);
	} else if (method == MESSAGE) {
		send_message(l->endpoint, size);
	} else if (method == WINDOW_TOLD || method == WINDOW_FREE) {
		put_ring(&l->ring, done, size);
	} else {
		if (method == MAPPED)
			map_and_unmap(l->memory, pages);
		l->memory = move_memory(l->endpoint, l->memory);
	}
}

/* Ticks of one transfer, the mean of many. The first ones bring pages and tables into being. */
static uint64_t measure(enum method method, uint64_t size)
{
	const uint64_t count = size >= LARGEST / 16 ? 8 : 64,
		       pages = size < PAGE_SIZE ? PAGE_SIZE : size;
	const unsigned own = startup_block()->priority;
	char words[3][24];
	const char *const argv[] = { "throughput", "@", words[0], words[1], words[2], NULL };
	struct actor actor = { 0 };
	struct link l;
	uint64_t start, took;

	snprintf(words[0], sizeof words[0], "%d", method);
	snprintf(words[1], sizeof words[1], "%" PRIu64, method == MAPPED ? pages : size);
	snprintf(words[2], sizeof words[2], "%" PRIu64, count + 2);
	make_link(&l, method, size);
	const struct program_cap caps[] = {
		{ "end", method == PIPE ? l.theirs : done, method == PIPE ? CAP_SEND : CAP_NOTIFY,
		    method == PIPE ? 0 : ROOM, 0, 0 },
		{ "endpoint", l.endpoint, CAP_RECV, 0, 0, 0 },
		{ "window", l.window, CAP_READ | CAP_WRITE, 0, 0, 0 },
		{ "done", done, CAP_NOTIFY, READY | FINISHED, 0, 0 },
		{ 0 },
	};
	actor_start(&actor, NULL, argv, caps, method == WINDOW_FREE ? own - 3 : own);
	await(READY);
	send_one(&l, method, size);
	send_one(&l, method, size);
	start = ticks();
	for (uint64_t i = 0; i < count; i++)
		send_one(&l, method, size);
	if (method == WINDOW_FREE) { /* the others' consumer has it when the producer goes on */
		ring_end(&l.ring);
		await(FINISHED);
	}
	took = ticks() - start;
	actor_stop(&actor);
	drop_link(&l);
	endpoint_unbind(done);
	drop(done);
	done = new_endpoint();
	return took / count;
}

/* ---- The model ---------------------------------------------------------------------------------
 */

static uint64_t sizes[SIZES], cost[SIZES][METHODS];

struct constants {
	int64_t copy, sync; /* thousandths */
};

/* From the sizes that go in one piece: 2(s*c_copy + c_sync) for the pipe, s*c_copy + 2*c_sync for
 * the window. */
static struct constants fitted(const char *name, bool pipe, bool window)
{
	struct fit_point points[2 * SIZES];
	struct constants c;
	unsigned count = 0;

	for (unsigned i = 0; i < SIZES && sizes[i] <= PIECE; i++) {
		if (pipe)
			points[count++] = (struct fit_point){ 2 * sizes[i], 2, cost[i][PIPE] };
		if (window)
			points[count++] = (struct fit_point){ sizes[i], 2, cost[i][WINDOW_TOLD] };
	}
	fit(points, count, &c.copy, &c.sync);
	cell_text(name), cell_milli(c.copy), cell_milli(c.sync);
	return c;
}

static int64_t ratio_milli(int64_t s, struct constants pipe, struct constants window)
{
	return 2 * (s * pipe.copy + pipe.sync) * 1000 / (s * window.copy + 2 * window.sync);
}

static void model(void)
{
	struct constants one, pipe, window;

	say("\nFitted to what goes in one piece. Ticks for a byte copied, and for a message or a "
	    "wake-up.\n");
	table("fit", "from|c_copy|c_sync");
	one = fitted("both", true, true);
	pipe = fitted("pipe", true, false);
	window = fitted("window", false, true);
	say("\nR: pipe / window. The model with one pair of constants, and with each its own.\n");
	table("ratio", "bytes|R|one|own");
	for (unsigned i = 0; i < SIZES; i++) {
		const int64_t s = (int64_t)sizes[i];

		cell(s), cell_milli((int64_t)(cost[i][PIPE] * 1000 / cost[i][WINDOW_TOLD]));
		cell_milli(ratio_milli(s, one, one)), cell_milli(ratio_milli(s, pipe, window));
	}
}

int main(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "@") == 0)
		return consumer((enum method)atoi(argv[2]), strtoul(argv[3], NULL, 10),
		    strtoul(argv[4], NULL, 10));
	argc = experiment_begin("throughput", argc, argv, usage);
	if (argc > 1)
		program_usage(usage, 2);
	memset(bytes, 1, sizeof bytes);
	done = new_endpoint();
	must(thread_set(0, THREAD_PRIORITY, startup_block()->priority - 2), "priority");
	say("Ticks for one transfer; move and mapped: there and back.\n");
	table("costs", "bytes|pipe|message|window|ring|move|mapped");
	for (unsigned i = 0; i < SIZES; i++) {
		sizes[i] = 16ul << 2 * i;
		cell((int64_t)sizes[i]);
		for (unsigned method = 0; method < METHODS; method++) {
			cost[i][method] = measure((enum method)method, sizes[i]);
			cell((int64_t)cost[i][method]);
		}
	}
	model();
	return experiment_end();
}
