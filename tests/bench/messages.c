/* Round trips: a call, the server's reply_recv, and the client's return. Client and server have the
 * same priority unless the row says otherwise. */
#include "bench.h"
#include <string.h>

#define LABEL(caps, bytes) MSG_LABEL(1, 1, caps, bytes)
#define REPLY(bytes)       MSG_LABEL(0, 1, 0, bytes)

enum { DROP = 2 }; /* the operation that asks cap_server for one thing more */

static char bytes[MSG_BYTES] __attribute__((aligned(PAGE_SIZE)));

/* ---- Servers: the loop that answers, with what comes in registers left there ---------- */

static void word_server(uint64_t endpoint)
{
	struct crossing c = { 0 };

	listen(endpoint, &c, 0);
	for (;;)
		answer(endpoint, &c, REPLY(0), 0);
}

/* Takes up to 64 KiB and answers without any, or with as many as came. */
static void bytes_server(uint64_t endpoint, uint32_t back)
{
	struct msg_ext ext = {
		.send = (uint64_t)bytes, .recv = (uint64_t)bytes, .recv_bytes = MSG_BYTES
	};
	struct crossing c = { 0 };

	memset(bytes, 1, sizeof bytes);
	listen(endpoint, &c, (uint64_t)&ext);
	for (;;)
		answer(endpoint, &c, REPLY(back), (uint64_t)&ext);
}

static void sink(uint64_t endpoint)
{
	bytes_server(endpoint, 0);
}

static void echo_512(uint64_t endpoint)
{
	bytes_server(endpoint, 512);
}

/* Takes a capability with each message, and deletes it when asked to. */
static void cap_server(uint64_t endpoint)
{
	struct msg_ext ext = { .recv_caps = 1 };
	struct crossing c = { 0 };

	listen(endpoint, &c, (uint64_t)&ext);
	for (;;) {
		if (MSG_OP(c.rsi) == DROP)
			cap_delete(ext.cap[0]);
		answer(endpoint, &c, REPLY(0), (uint64_t)&ext);
	}
}

/* Takes memory and gives it back. */
static void memory_server(uint64_t endpoint)
{
	struct msg_ext ext = { .recv_caps = 1 | MSG_MOVE };
	struct crossing c = { 0 };

	listen(endpoint, &c, (uint64_t)&ext);
	for (;;)
		answer(endpoint, &c, MSG_LABEL(0, 1, 1 | MSG_MOVE, 0), (uint64_t)&ext);
}

/* ---- Clients -------------------------------------------------------------------------- */

/* Between BEGIN and END: `load` puts words into registers, then the call is made. */
#define ROUND_TRIPS(name, endpoint, load, label, ext, deadline)          \
	do {                                                             \
		struct crossing c = { 0 };                               \
		row(name);                                               \
		for (uint64_t i = 0; i < REPETITIONS; i++) {             \
			const uint64_t until = deadline;                 \
			uint32_t begin = BEGIN(), end;                   \
			int error;                                       \
			load;                                            \
			error = ask(endpoint, &c, label, ext, until);    \
			end = END();                                     \
			must(error, name);                               \
			must(arrived(&c, i) ? 0 : -EPROTO, "an answer"); \
			sample(begin, end);                              \
		}                                                        \
		row_end(0);                                              \
	} while (0)

/* Four words, told from each other and from the last ones. */
#define WORDS_0 (void)0
#define WORDS_1 (c.rbx = i)
#define WORDS_4 (c.rbx = i, c.r12 = i + 1, c.r13 = i + 2, c.r14 = i + 3)

/* Those that were sent came back: all are 0, or the ones loaded. */
IN_LINE bool arrived(const struct crossing *c, uint64_t i)
{
	return (!c->rbx || c->rbx == i) && (!c->r12 || c->r12 == i + 1) &&
	    (!c->r13 || c->r13 == i + 2) && (!c->r14 || c->r14 == i + 3);
}

static void words(enum place place)
{
	struct peer p;

	peer_start(&p, place, word_server, SAME);
	if (place == SAME_SPACE) {
		ROUND_TRIPS(
		    "ipc.rt.0w.same", p.endpoint, WORDS_0, LABEL(0, 0), 0, DEADLINE_FOREVER);
		ROUND_TRIPS(
		    "ipc.rt.1w.same", p.endpoint, WORDS_1, LABEL(0, 0), 0, DEADLINE_FOREVER);
		ROUND_TRIPS(
		    "ipc.rt.4w.same", p.endpoint, WORDS_4, LABEL(0, 0), 0, DEADLINE_FOREVER);
	} else {
		ROUND_TRIPS("ipc.rt.0w.xas", p.endpoint, WORDS_0, LABEL(0, 0), 0, DEADLINE_FOREVER);
		ROUND_TRIPS("ipc.rt.1w.xas", p.endpoint, WORDS_1, LABEL(0, 0), 0, DEADLINE_FOREVER);
		ROUND_TRIPS("ipc.rt.4w.xas", p.endpoint, WORDS_4, LABEL(0, 0), 0, DEADLINE_FOREVER);
		ROUND_TRIPS("ipc.rt.0w.xas.deadline", p.endpoint, WORDS_0, LABEL(0, 0), 0,
		    time_in_ms(1000));
	}
	peer_end(&p);
}

static void below(void)
{
	struct peer p;

	peer_start(&p, OTHER_SPACE, word_server, LOWER);
	ROUND_TRIPS("ipc.rt.0w.xas.boost", p.endpoint, WORDS_0, LABEL(0, 0), 0, DEADLINE_FOREVER);
	peer_end(&p);
}

static void long_messages(void)
{
	struct msg_ext ext = {
		.send = (uint64_t)bytes, .recv = (uint64_t)bytes, .recv_bytes = 512
	};
	const uint64_t at = (uint64_t)&ext;
	struct peer p;

	memset(bytes, 1, sizeof bytes);
	peer_start(&p, OTHER_SPACE, echo_512, SAME);
	ROUND_TRIPS("ipc.rt.64w.xas", p.endpoint, WORDS_0, LABEL(0, 512), at, DEADLINE_FOREVER);
	peer_end(&p);
	ext.recv_bytes = 0;
	peer_start(&p, OTHER_SPACE, sink, SAME);
	ROUND_TRIPS("ipc.rt.4k.xas", p.endpoint, WORDS_0, LABEL(0, 4096), at, DEADLINE_FOREVER);
	ROUND_TRIPS("ipc.rt.64k.xas", p.endpoint, WORDS_0, LABEL(0, 65536), at, DEADLINE_FOREVER);
	peer_end(&p);
}

static void capability(void)
{
	cap_t gift = (cap_t)must(endpoint_create(), "endpoint_create");
	struct msg_ext ext = { .cap = { gift } };
	struct crossing c = { 0 };
	struct peer p;

	gift = (cap_t)must(cap_mint(gift, CAP_SEND | CAP_TRANSFER, 0, 0), "cap_mint");
	ext.cap[0] = gift;
	peer_start(&p, OTHER_SPACE, cap_server, SAME);
	row("ipc.rt.0w.xas.cap");
	for (unsigned i = 0; i < REPETITIONS; i++) {
		uint32_t begin = BEGIN(), end;
		int error = ask(p.endpoint, &c, LABEL(1, 0), (uint64_t)&ext, DEADLINE_FOREVER);

		end = END();
		must(error, "a message with a capability");
		must(ask(p.endpoint, &c, DROP, 0, DEADLINE_FOREVER), "drop");
		sample(begin, end);
	}
	row_end(0);
	peer_end(&p);
}

/* 64 KiB, by moving them; they come back in the answer. */
static void moved_memory(void)
{
	cap_t memory = (cap_t)must(mem_create(65536), "mem_create");
	struct msg_ext ext = { .recv_caps = 1 | MSG_MOVE, .cap = { memory } };
	struct peer p;

	peer_start(&p, OTHER_SPACE, memory_server, SAME);
	ROUND_TRIPS("ipc.rt.0w.xas.mem", p.endpoint, WORDS_0, LABEL(1 | MSG_MOVE, 0),
	    (uint64_t)&ext, DEADLINE_FOREVER);
	peer_end(&p);
	cap_delete(ext.cap[0]);
}

void bench_messages(void)
{
	words(SAME_SPACE);
	words(OTHER_SPACE);
	below();
	long_messages();
	capability();
	moved_memory();
}
