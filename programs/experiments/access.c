/* access: one service, guarded in two ways.
 *
 *	list          the service asks an authority at each request whether this client may
 *	capability    the authority gave the client a capability once; what it is good for stands in
 *	              its badge, and the service asks nobody
 *
 * Service and authority are processes of their own, the experiment is their client, and in init's
 * place: it starts the authority again. Which way a request comes the service sees by its badge.
 * (Lampson: Protection, 1971: the two are the same matrix, by columns and by rows.) */
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
    "usage: access [--json]\n"
    "A service that asks an authority at each request, and one whose clients hold capabilities.\n"
    "Shows what a request costs, in ticks (instructions under --icount), what goes on working while\n"
    "the authority is dead, slow, or started again, and what it costs to take a right back.\n";

enum { USE = 1 };                                   /* to the service */
enum { MAY = 1, GRANT, FORBID, REVOKE, SLOW_DOWN }; /* to the authority */

#define ME       7            /* the client's badge: what the list knows it by */
#define GRANTED  (1ull << 32) /* in the badge of a capability that is a right */
#define LISTED   64
#define PATIENCE time_in_ms(10) /* of the service with its authority */
#define SLOW_MS  5
#define REQUESTS 100
#define ROUNDS   64

/* ---- The service -------------------------------------------------------------------------------
 */

static cap_t authority;

static int use(struct request *r)
{
	struct msg m = { .label = MSG_LABEL(MAY, 1, 0, 0), .word = { r->badge } };

	return r->badge & GRANTED ? 0 : ipc_ask(authority, &m, PATIENCE);
}

static int service(void)
{
	static const struct operation operations[] = { { USE, 1, .handler = use } };
	static struct server server = { SERVER_OPERATIONS(operations) };

	authority = startup_cap("authority");
	server.endpoint = startup_cap("endpoint");
	return -serve(&server);
}

/* ---- The authority -----------------------------------------------------------------------------
 */

static uint64_t list[LISTED] = { ME };
static cap_t master; /* what it gives away is derived from this */
static bool slow;

static int may(struct request *r)
{
	struct msg m = { 0 };

	if (slow)
		ipc_recv(0, &m, time_in_ms(SLOW_MS));
	for (unsigned i = 0; i < LISTED; i++)
		if (list[i] == r->word[0])
			return 0;
	return EACCES;
}

static int grant(struct request *r)
{
	int64_t made =
	    master ? 0 : cap_mint(startup_cap("service"), CAP_SEND | CAP_TRANSFER, GRANTED, 0);

	if (made < 0)
		return (int)made;
	if (!master)
		master = (cap_t)made;
	r->reply.cap[0] = master;
	r->reply.caps = 1;
	return may(r);
}

static int forbid(struct request *r)
{
	for (unsigned i = 0; i < LISTED; i++)
		if (list[i] == r->word[0])
			list[i] = 0;
	return 0;
}

static int revoke(struct request *r)
{
	return cap_revoke(master);
}

static int slow_down(struct request *r)
{
	slow = true;
	return 0;
}

static int judge(void)
{
	static const struct operation operations[] = { { MAY, 1, .handler = may },
		{ GRANT, 1, .handler = grant }, { FORBID, 1, .handler = forbid },
		{ REVOKE, 1, .handler = revoke }, { SLOW_DOWN, 1, .handler = slow_down } };
	static struct server server = { SERVER_OPERATIONS(operations) };

	server.endpoint = startup_cap("endpoint");
	return -serve(&server);
}

/* ---- The client --------------------------------------------------------------------------------
 */

static cap_t service_endpoint, authority_endpoint;
static struct actor service_actor, authority_actor;

static void start_authority(void)
{
	static const char *const argv[] = { "access", "@authority", NULL };
	const struct program_cap caps[] = { { "endpoint", authority_endpoint, CAP_RECV, 0, 0, 0 },
		{ "service", service_endpoint, CAP_SEND | CAP_TRANSFER, 0, 0, 0 }, { 0 } };

	actor_start(&authority_actor, NULL, argv, caps, 0);
}

static void start_service(void)
{
	static const char *const argv[] = { "access", "@service", NULL };
	const struct program_cap caps[] = { { "endpoint", service_endpoint, CAP_RECV, 0, 0, 0 },
		{ "authority", authority_endpoint, CAP_SEND, 0, 0, 0 }, { 0 } };

	actor_start(&service_actor, NULL, argv, caps, 0);
}

static int request(cap_t through)
{
	struct msg m = { .label = MSG_LABEL(USE, 1, 0, 0) };

	return ipc_ask(through, &m, DEADLINE_FOREVER);
}

/* 0 or an error; *granted: the capability of a GRANT. */
static int order(unsigned op, cap_t *granted)
{
	struct msg m = {
		.label = MSG_LABEL(op, 1, 0, 0), .word = { ME }, .recv_caps = granted ? 1 : 0
	};
	int error = ipc_ask(authority_endpoint, &m, DEADLINE_FOREVER);

	if (!error && granted)
		*granted = m.cap[0];
	return error;
}

static cap_t granted(void)
{
	cap_t cap = 0;

	must(order(GRANT, &cap), "grant");
	return cap;
}

static void cost(const char *guard, cap_t through, uint64_t set_up)
{
	uint64_t start = 0;

	for (unsigned round = 0; round < 2; round++) {
		start = ticks();
		for (unsigned i = 0; i < ROUNDS; i++)
			must(request(through), "request");
	}
	cell_text(guard), cell((int64_t)((ticks() - start) / ROUNDS)), cell((int64_t)set_up);
}

/* Many requests, one after the other. */
static void usable(const char *guard, cap_t through, const char *state)
{
	uint64_t answered = 0, longest = 0;
	int error = 0;

	for (unsigned i = 0; i < REQUESTS; i++) {
		uint64_t start = time_now(), took;
		int result = request(through);

		took = time_now() - start;
		longest = took > longest ? took : longest;
		answered += result == 0;
		error = result ? result : error;
	}
	cell_text(state), cell_text(guard), cell((int64_t)answered),
	    cell_milli((int64_t)longest / 1000);
	cell_text(error ? strerror(-error) : "-");
}

static void both_usable(cap_t listed, cap_t capability, const char *state)
{
	usable("list", listed, state);
	usable("capability", capability, state);
}

static void take_back_from_list(cap_t listed)
{
	uint64_t start = ticks();

	must(order(FORBID, NULL), "forbid");
	start = ticks() - start;
	cell_text("list"), cell(1), cell((int64_t)start);
	cell_text(request(listed) == -EACCES ? "refused" : "STILL WORKS");
}

/* Copies in one table or in many: the kernel's work is the same. */
static void take_back_capabilities(unsigned holders)
{
	cap_t first = 0;
	uint64_t start;

	for (unsigned i = 0; i < holders; i++)
		first = granted();
	start = ticks();
	must(order(REVOKE, NULL), "revoke");
	start = ticks() - start;
	cell_text("capability"), cell(holders), cell((int64_t)start);
	cell_text(request(first) == -EBADF ? "refused" : "STILL WORKS");
}

static void play(void)
{
	const cap_t listed = (cap_t)must(cap_mint(service_endpoint, CAP_SEND, ME, 0), "badge");
	const cap_t capability = granted();
	uint64_t set_up = ticks();

	cap_delete(granted());
	set_up = ticks() - set_up;
	table("costs", "guard:10|per request|set-up once");
	cost("list", listed, 0);
	cost("capability", capability, set_up);
	say("\n%d requests, with the authority in what state.\n", REQUESTS);
	table("failures", "authority|guard:10|answered|longest ms|error");
	both_usable(listed, capability, "well");
	must(order(SLOW_DOWN, NULL), "slow");
	both_usable(listed, capability, "slow");
	actor_stop(&authority_actor);
	both_usable(listed, capability, "dead");
	start_authority();
	both_usable(listed, capability, "restarted");
	say("\nTaking the right back.\n");
	table("revocation", "guard:10|holders|ticks|afterwards");
	for (unsigned holders = 1; holders <= 256; holders *= 4)
		take_back_capabilities(holders);
	take_back_from_list(listed);
	say("\nAnd what is left then of what the authority gave before it died.\n");
	table("left", "guard:10|request");
	cell_text("list"), cell_text(request(listed) ? "refused" : "works");
	cell_text("capability"), cell_text(request(capability) ? "refused" : "works");
	must(cap_revoke(service_endpoint), "revoke");
	cell_text("all"), cell_text(request(capability) ? "refused" : "works");
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "@service") == 0)
		return service();
	if (argc == 2 && strcmp(argv[1], "@authority") == 0)
		return judge();
	argc = experiment_begin("access", argc, argv, usage);
	if (argc > 1)
		program_usage(usage, 2);
	service_endpoint = new_endpoint();
	authority_endpoint = new_endpoint();
	start_service();
	start_authority();
	play();
	actor_stop(&authority_actor);
	actor_stop(&service_actor);
	return experiment_end();
}
