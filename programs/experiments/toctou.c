/* toctou: time of check, time of use. A server is asked for a file by name, asks an authority
 * whether its client may have it, and opens it. The client has a second thread that writes another
 * name over the first one, at a random moment.
 *
 *	window  the name lies in memory that client and server share; the server reads it when it
 *	        checks, and once more when it opens
 *	copy    the same, but the server copies the name once, and checks and opens that
 *	message the name is in the message: a snapshot that nobody can change
 *
 * Server and authority are processes of their own. (Bishop, Dilger: Checking for race conditions in
 * file accesses, 1996.) */
#include <atoll/server.h>
#include <atoll/startup.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>
#include <unistd.h>

#include "../program.h"
#include "lib/experiment.h"

static const char usage[] =
    "usage: toctou [-a TURNS] [-n TRIES] [-s SEED] [--json]\n"
    "A server checks a name, asks an authority, and uses the name; a second thread of its client\n"
    "changes it meanwhile. Counts how often a file is opened that the authority forbids, when the\n"
    "name lies in shared memory, when the server copies it from there, and when it is in a message.\n"
    "  -a TURNS  of a loop, for each answer of the authority (0)\n"
    "  -n TRIES  of each (10000)\n"
    "  -s SEED   of the random moments (1)\n";

enum { ASK = 1, OPEN = 1 };
enum mode { WINDOW, COPY, MESSAGE, MODES };
static const char *const names[MODES] = { "window", "copy", "message" };

#define NAME      8 /* bytes of a name */
#define ALLOWED   "public"
#define FORBIDDEN "secret"
#define SHARED    0x500000000000ul

static uint64_t read_name(const volatile void *from)
{
	return *(const volatile uint64_t *)from;
}

static uint64_t name_of(const char *text)
{
	uint64_t name = 0;

	memcpy(&name, text, strlen(text));
	return name;
}

/* ---- The authority: who may have what ----------------------------------------------------------
 */

static uint64_t turns; /* the work that its answer takes */

static int ask(struct request *r)
{
	for (volatile uint64_t left = turns; left; left--)
		;
	return r->word[0] == name_of(ALLOWED) ? 0 : EACCES;
}

static int authority(void)
{
	static const struct operation operations[] = { { ASK, 1, .handler = ask } };
	static struct server server = { SERVER_OPERATIONS(operations) };

	server.endpoint = startup_cap("endpoint");
	return -serve(&server);
}

/* ---- The server --------------------------------------------------------------------------------
 */

static enum mode mode;
static cap_t asks;

static int may_have(uint64_t name)
{
	struct msg m = { .label = MSG_LABEL(ASK, 1, 0, 0), .word = { name } };

	return ipc_ask(asks, &m, DEADLINE_FOREVER);
}

/* Out: word 0: what was opened, which the client then reads. */
static int open_file(struct request *r)
{
	uint64_t copied;
	const volatile void *name = mode == MESSAGE ? r->bytes : (const void *)SHARED;
	int error;

	if (mode == COPY) {
		copied = read_name(name);
		name = &copied;
	}
	error = may_have(read_name(name));
	if (!error)
		r->reply.word[0] = read_name(name);
	return error;
}

static int serve_files(enum mode how)
{
	static const struct operation operations[] = { { OPEN, 1, .max_bytes = NAME,
	    .handler = open_file } };
	static struct server server = { SERVER_OPERATIONS(operations) };

	mode = how;
	asks = startup_cap("authority");
	must(mem_map(startup_cap("window"), 0, SHARED, 0, PAGE_SIZE, PROT_READ), "window");
	server.endpoint = startup_cap("endpoint");
	return -serve(&server);
}

/* ---- The client: main asks, and the attacker changes the name ----------------------------------
 */

static cap_t go, server;
static volatile uint64_t *name; /* in the window, or what is sent */
static uint64_t longest;        /* ns from the start until the name is changed, at the most */
static uint64_t random_state;

static uint64_t random_below(uint64_t limit)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (random_state >> 33) % limit;
}

/* Higher than all others here, and so woken by the timer in the midst of whatever they do. */
static int attack(void *unused)
{
	must(thread_set(0, THREAD_PRIORITY, startup_block()->priority + 1u), "priority");
	for (;;) {
		struct msg m = { 0 };

		must(ipc_recv(go, &m, DEADLINE_FOREVER), "attacker");
		if (m.badge != 1)
			return 0;
		m = (struct msg){ 0 };
		ipc_recv(0, &m, time_in_ns(random_below(longest)));
		*name = name_of(FORBIDDEN);
	}
}

static int try_once(struct msg *m)
{
	*m = (struct msg){ .label = MSG_LABEL(OPEN, 1, 0, mode == MESSAGE ? NAME : 0),
		.send = (const void *)name };
	*name = name_of(ALLOWED);
	notify(go, 1);
	return ipc_ask(server, m, DEADLINE_FOREVER);
}

/* So long does a try take, with the timer's part in it. */
static void calibrate(void)
{
	struct msg m;
	uint64_t start;

	longest = 1;
	try_once(&m);
	start = time_now();
	for (int i = 0; i < 16; i++)
		try_once(&m);
	longest = (time_now() - start) / 16 + 1;
}

static void play(uint64_t tries)
{
	uint64_t won = 0, refused = 0;
	thrd_t attacker;

	if (thrd_create(&attacker, attack, NULL) != thrd_success)
		experiment_fail("thread", errno);
	yield(); /* it takes its place */
	calibrate();
	for (uint64_t i = 0; i < tries; i++) {
		struct msg m;
		int error = try_once(&m);

		if (error && error != -EACCES)
			experiment_fail("server", error);
		refused += error != 0;
		won += !error && m.word[0] == name_of(FORBIDDEN);
	}
	notify(go, 2);
	thrd_join(attacker, NULL);
	cell_text(names[mode]), cell((int64_t)turns), cell((int64_t)tries), cell((int64_t)won),
	    cell((int64_t)refused);
	cell((int64_t)(tries - won - refused));
}

/* ---- The program -------------------------------------------------------------------------------
 */

static void play_mode(enum mode how, uint64_t tries)
{
	const cap_t window = (cap_t)must(mem_create(PAGE_SIZE), "window"), asked = new_endpoint();
	char work[24];
	const char *const server_argv[] = { "toctou", "@server", names[how], NULL };
	const char *const authority_argv[] = { "toctou", "@authority", work, NULL };
	const struct program_cap authority_caps[] = { { "endpoint", asked, CAP_RECV, 0, 0, 0 },
		{ 0 } };
	struct actor servant = { 0 }, judge = { 0 };
	static uint64_t own;

	snprintf(work, sizeof work, "%" PRIu64, turns);
	mode = how;
	server = new_endpoint();
	go = new_endpoint();
	must(mem_map(window, 0, SHARED, 0, PAGE_SIZE, PROT_READ | PROT_WRITE), "window");
	const struct program_cap server_caps[] = { { "endpoint", server, CAP_RECV, 0, 0, 0 },
		{ "authority", asked, CAP_SEND, 0, 0, 0 }, { "window", window, CAP_READ, 0, 0, 0 },
		{ 0 } };
	actor_start(&judge, NULL, authority_argv, authority_caps, 0);
	actor_start(&servant, NULL, server_argv, server_caps, 0);
	name = mode == MESSAGE ? &own : (volatile uint64_t *)SHARED;
	play(tries);
	actor_stop(&servant);
	actor_stop(&judge);
	const cap_t made[] = { window, asked, server, go };

	for (unsigned i = 0; i < sizeof made / sizeof *made; i++)
		cap_delete(made[i]);
}

int main(int argc, char **argv)
{
	uint64_t tries = 10000, seed = 1;
	int option;

	if (argc == 3 && strcmp(argv[1], "@authority") == 0) {
		turns = strtoul(argv[2], NULL, 10);
		return authority();
	}
	for (unsigned i = 0; argc == 3 && strcmp(argv[1], "@server") == 0 && i < MODES; i++)
		if (strcmp(argv[2], names[i]) == 0)
			return serve_files((enum mode)i);
	argc = experiment_begin("toctou", argc, argv, usage);
	while ((option = getopt(argc, argv, "a:n:s:")) != -1) {
		if (option == '?')
			program_usage(usage, 2);
		*(option == 'n'         ? &tries
			: option == 's' ? &seed
					: &turns) =
		    experiment_number("a number", optarg, option != 'a', 1000000);
	}
	if (optind < argc)
		program_usage(usage, 2);
	table("wins", "name in|turns|tries|won|refused|too late");
	for (unsigned how = 0; how < MODES; how++) {
		random_state = seed;
		play_mode((enum mode)how, tries);
	}
	return experiment_end();
}
