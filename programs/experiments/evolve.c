/* evolve: programs and servers of different age talk to each other, and somebody lies about how
 * long a message is.
 *
 * A request is a structure that has grown: old ones are 16 bytes, new ones 32, with a scale. Each
 * message carries its version and its length, and the answer says how many bytes of the request
 * were understood. A version is another only when old meanings change; a field more is not.
 *
 * Then a server that echoes as many bytes as the request says: one that compares what is said with
 * what came, and one that believes it. */
#include <atoll/server.h>
#include <atoll/startup.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../program.h"
#include "lib/experiment.h"

static const char usage[] =
    "usage: evolve [--json]\n"
    "Clients and servers of different age: who understands whom, and whether the client knows what\n"
    "was understood. Then requests that lie about their length, to a server that compares and to\n"
    "one that believes: what each answers, and how many bytes of somebody else it gives away.\n";

/* ---- The protocol, as it has grown -------------------------------------------------------------
 */

#define SCALE 1   /* the operation. Out: word 0: value * scale, word 1: bytes understood */
#define ECHO  2   /* In: struct echo. Out: as many bytes as it says */
#define MOST  256 /* bytes that a server which takes longer requests takes */

struct request_1 {
	uint64_t value, reserved; /* 0 */
};
struct request_2 {
	struct request_1 old;
	uint64_t scale, reserved; /* 0 */
};

struct echo {
	uint64_t length;
	char bytes[MOST - 8];
};

/* ---- Servers -----------------------------------------------------------------------------------
 */

static int scale_old(struct request *r)
{
	const struct request_1 *q = r->bytes;

	r->reply.word[0] = q->value;
	r->reply.word[1] = sizeof *q;
	return 0;
}

static int scale_new(struct request *r)
{
	const struct request_2 *q = r->bytes;

	if (r->length < sizeof *q)
		return scale_old(r);
	r->reply.word[0] = q->old.value * q->scale;
	r->reply.word[1] = sizeof *q;
	return 0;
}

/* Sends back what follows the length that is claimed. */
static int echo_believing(struct request *r)
{
	const struct echo *e = r->bytes;

	r->reply.send = e->bytes;
	r->reply.length = e->length;
	return 0;
}

/* No sum is made of what others say: that could overflow. */
static int echo_comparing(struct request *r)
{
	const struct echo *e = r->bytes;

	return e->length > r->length - sizeof e->length ? EPROTO : echo_believing(r);
}

#define OLD sizeof(struct request_1)
#define NEW sizeof(struct request_2)

static const struct kind {
	const char *name;
	struct operation operation;
} servers[] = {
	{ "old, exact", { SCALE, 1, OLD, OLD, .handler = scale_old } },
	{ "old, open", { SCALE, 1, OLD, MOST, .handler = scale_old } },
	{ "new", { SCALE, 1, OLD, MOST, .handler = scale_new } },
	{ "version 2", { SCALE, 2, NEW, MOST, .handler = scale_new } },
	{ "compares", { ECHO, 1, sizeof(uint64_t), MOST, .handler = echo_comparing } },
	{ "believes", { ECHO, 1, sizeof(uint64_t), MOST, .handler = echo_believing } },
};
enum { SCALERS = 4, COMPARES = 4, BELIEVES, KINDS };

static int serve_as(unsigned kind)
{
	static struct server server = { .count = 1 };

	server.operations = &servers[kind].operation;
	server.endpoint = startup_cap("endpoint");
	return -serve(&server);
}

static cap_t endpoint;

static void start_server(struct actor *a, unsigned kind)
{
	char word[8];
	const char *const argv[] = { "evolve", "@server", word, NULL };

	endpoint = new_endpoint();
	const struct program_cap caps[] = { { "endpoint", endpoint, CAP_RECV, 0, 0, 0 }, { 0 } };
	snprintf(word, sizeof word, "%u", kind);
	actor_start(a, NULL, argv, caps, 0);
}

static void stop_server(struct actor *a)
{
	actor_stop(a);
	cap_delete(endpoint);
}

/* ---- Clients: each tries what it would like best, then what is older ---------------------------
 */

#define VALUE  7
#define FACTOR 3

static const struct attempt {
	unsigned version;
	uint32_t bytes;
} attempts[] = { { 2, NEW }, { 1, NEW }, { 1, OLD } };
#define ATTEMPTS (sizeof attempts / sizeof *attempts)

static const struct {
	const char *name;
	unsigned first; /* of the attempts */
} clients[] = { { "old", 2 }, { "new", 1 }, { "version 2", 0 } };
#define CLIENTS (sizeof clients / sizeof *clients)

static int ask_scaled(const struct attempt *a, uint64_t *result, uint64_t *understood)
{
	const struct request_2 q = { .old = { .value = VALUE }, .scale = FACTOR };
	struct msg m = { .label = MSG_LABEL(SCALE, a->version, 0, a->bytes), .send = &q };
	int error = ipc_ask(endpoint, &m, DEADLINE_FOREVER);

	*result = m.word[0];
	*understood = m.word[1];
	return error;
}

static void meet(unsigned client, const char *server)
{
	const uint32_t wanted = clients[client].first == 2 ? OLD : NEW;
	uint64_t result = 0, understood = 0;
	unsigned refused = 0;
	int error = -EPROTO;

	for (unsigned i = clients[client].first; error && i < ATTEMPTS; i++) {
		error = ask_scaled(&attempts[i], &result, &understood);
		refused += error != 0;
	}
	cell_text(clients[client].name), cell_text(server), cell(refused);
	cell(error ? 0 : (int64_t)result), cell(error ? 0 : (int64_t)understood);
	cell_text(error               ? "refused: no common version"
		: understood < wanted ? "understood in part, and told so"
				      : "understood");
}

/* ---- Lies --------------------------------------------------------------------------------------
 */

#define SECRET 'S'

static const struct lie {
	const char *name;
	unsigned op, version, caps;
	uint32_t bytes;   /* of the message */
	uint64_t claimed; /* in it */
} lies[] = {
	{ "the truth: 8 bytes", ECHO, 1, 0, 16, 8 },
	{ "one more than came", ECHO, 1, 0, 16, 9 },
	{ "all that it takes", ECHO, 1, 0, 16, MOST - 8 },
	{ "64 KiB", ECHO, 1, 0, 16, 65536 },
	{ "2^64 - 8: the sum is 0", ECHO, 1, 0, 16, UINT64_MAX - 7 },
	{ "no room for the length", ECHO, 1, 0, 4, 8 },
	{ "longer than it takes", ECHO, 1, 0, MOST + 8, 8 },
	{ "version 0", ECHO, 0, 0, 16, 8 },
	{ "version 255", ECHO, 255, 0, 16, 8 },
	{ "another operation", ECHO + 1, 1, 0, 16, 8 },
	{ "a capability with it", ECHO, 1, 1, 16, 8 },
};
#define LIES (sizeof lies / sizeof *lies)

/* How many bytes of the other client's come back. */
static int tell_lie(const struct lie *l, uint64_t *leaked)
{
	static char sent[2 * MOST], got[MSG_BYTES];
	struct msg m = { .label = MSG_LABEL(ECHO, 1, 0, MOST),
		.send = sent,
		.recv = got,
		.recv_bytes = sizeof got };
	int error;

	memset(sent, SECRET, sizeof sent); /* the other client's turn, who is honest */
	*(uint64_t *)sent = MOST - 8;
	must(ipc_ask(endpoint, &m, DEADLINE_FOREVER), "echo");
	memset(sent, 'a', sizeof sent);
	memset(got, 0, sizeof got);
	*(uint64_t *)sent = l->claimed;
	m = (struct msg){ .label = MSG_LABEL(l->op, l->version, l->caps, l->bytes),
		.send = sent,
		.recv = got,
		.recv_bytes = sizeof got,
		.cap = { endpoint } };
	error = ipc_ask(endpoint, &m, time_in_ms(100));
	for (size_t i = *leaked = 0; i < sizeof got; i++)
		*leaked += got[i] == SECRET;
	return error;
}

#define CRASHED 1

static const char *answer(int error)
{
	static const struct {
		int error;
		const char *name;
	} names[] = { { 0, "answered" }, { CRASHED, "CRASHES" }, { -EPROTO, "EPROTO" },
		{ -EMSGSIZE, "EMSGSIZE" }, { -ENOSYS, "ENOSYS" }, { -ENOSPC, "ENOSPC" },
		{ -EIO, "EIO" } };

	for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].error == error)
			return names[i].name;
	return strerror(-error);
}

static void tell_lies(void)
{
	int answers[2][LIES];
	uint64_t leaked[2][LIES];

	for (unsigned kind = COMPARES; kind < KINDS; kind++) {
		struct actor actor = { 0 };

		start_server(&actor, kind);
		for (unsigned i = 0; i < LIES; i++) {
			int *error = &answers[kind - COMPARES][i];

			*error = tell_lie(&lies[i], &leaked[kind - COMPARES][i]);
			if (*error != -ETIMEDOUT || !actor_wait(DEADLINE_NOW).actor)
				continue;
			*error = CRASHED;
			cap_delete(endpoint);
			start_server(&actor, kind);
		}
		stop_server(&actor);
	}
	table("lies", "what is said:24|compares|leaked|believes|leaks");
	for (unsigned i = 0; i < LIES; i++) {
		cell_text(lies[i].name);
		cell_text(answer(answers[0][i])), cell((int64_t)leaked[0][i]);
		cell_text(answer(answers[1][i])), cell((int64_t)leaked[1][i]);
	}
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "@server") == 0)
		return serve_as((unsigned)strtoul(argv[2], NULL, 10) % KINDS);
	argc = experiment_begin("evolve", argc, argv, usage);
	if (argc > 1)
		program_usage(usage, 2);
	say("%d, scaled by %d where both know how.\n", VALUE, FACTOR);
	table("pairs", "client|server:10|refusals|result|understood|so");
	for (unsigned server = 0; server < SCALERS; server++) {
		struct actor actor = { 0 };

		start_server(&actor, server);
		for (unsigned client = 0; client < CLIENTS; client++)
			meet(client, servers[server].name);
		stop_server(&actor);
	}
	say("\nA length that is not true. leaked, leaks: bytes of another client's message that come back.\n");
	tell_lies();
	return experiment_end();
}
