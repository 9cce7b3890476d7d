/* crash: a file server is killed, or made to go wrong, while a client copies a file to it: what the
 * client sees, how long the service is away, and what the rest notices.
 *
 * It is the system's file server, started once more, with the experiment in init's place: that
 * holds the endpoint, is told of faults, and starts it again 10 ms after its end, as init does. A
 * defect is a thread of the experiment's own that it starts in the server's space, which it can
 * since it made that. A hang is noticed by nobody but who waits: the client's calls have a
 * deadline, and it complains to the experiment, which then kills the server, as an operator would.
 */
#include <atoll/name.h>
#include <atoll/startup.h>
#include <atoll/supervisor.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <servers/echo/protocol.h>
#include <servers/file/protocol.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../program.h"
#include "lib/experiment.h"

static const char usage[] =
    "usage: crash [--json]\n"
    "A file server is killed, dereferences null, loops, and takes all its memory, each while a\n"
    "client copies 1 MiB to it. Shows what the client saw, how long the service was away, how\n"
    "long a bystander waited for another server meanwhile, and whether the copy is good at last.\n";

#define NAME       "/copy"
#define PIECE      4096u
#define COPIED     (256 * PIECE)
#define RESTART_MS 10 /* as init's */
#define DEADLINE   50 /* ms, of the client's calls */
#define WATCH_MS   25 /* between two calls of the watchdog, and their deadline */
#define NS_PER_MS  1000000
#define TRIES      50
#define SHARED     0x500000000000ul
#define STACK      0x510000000000ul
#define TEXT       0x520000000000ul
#define RW         (PROT_READ | PROT_WRITE)

/* In memory that the experiment shares with its actors. */
struct report {
	uint64_t pieces;         /* written, in all tries */
	uint64_t tries, errors;  /* of the client */
	uint64_t complaints;     /* the server has no memory */
	int saw[4];              /* the first different errors */
	uint64_t away_ns;        /* the longest time from one good answer to the next */
	uint64_t good;           /* the copy has been read back and is right */
	uint64_t waited_ns, bad; /* by the bystander for echo, at the most; answers that were errors
				  */
};
static volatile struct report *report = (volatile struct report *)SHARED;

/* ---- The client --------------------------------------------------------------------------------
 */

static uint64_t last_good;

static void saw(int error)
{
	for (unsigned i = 0; i < 4; i++) {
		if (report->saw[i] == 0)
			report->saw[i] = error;
		if (report->saw[i] == error)
			break;
	}
	report->errors++;
	report->complaints += error == -ENOSPC;
}

static int ask(cap_t server, struct msg *m)
{
	int error = ipc_ask(server, m, time_in_ms(DEADLINE));

	if (error) {
		saw(error);
	} else {
		if (last_good && time_now() - last_good > report->away_ns)
			report->away_ns = time_now() - last_good;
		last_good = time_now();
	}
	return error;
}

static void fill(char *bytes, uint64_t number)
{
	for (unsigned i = 0; i < PIECE; i++)
		bytes[i] = (char)(number + i);
}

/* Tries twice when it fails: whether it was done or not, doing it again does no harm. */
static int write_piece(cap_t file, uint64_t number)
{
	static char bytes[PIECE];
	int error = 0;

	fill(bytes, number);
	for (unsigned turn = 0; turn == 0 || (error && turn < 2); turn++) {
		struct msg m = { .label = MSG_LABEL(IO_WRITE, IO_VERSION, 0, PIECE),
			.word = { 0, number * PIECE },
			.send = bytes };

		error = ask(file, &m);
	}
	return error;
}

static int read_piece(cap_t file, uint64_t number, uint64_t *right)
{
	static char bytes[PIECE], wanted[PIECE];
	struct msg m = { .label = MSG_LABEL(IO_READ, IO_VERSION, 0, 0),
		.word = { PIECE, number * PIECE },
		.recv = bytes,
		.recv_bytes = PIECE };
	int error = ask(file, &m);

	fill(wanted, number);
	*right += !error && m.word[0] == PIECE && memcmp(bytes, wanted, PIECE) == 0;
	return error;
}

/* All of the copy, from its beginning: what was written to a server that died is lost. */
static bool copy_once(cap_t server)
{
	struct msg m = { .label = MSG_LABEL(FILE_OPEN, FILE_VERSION, 0, strlen(NAME)),
		.word = { O_RDWR | O_CREAT | O_TRUNC, 0644 },
		.send = NAME,
		.recv_caps = 1 };
	uint64_t right = 0;
	int error = ask(server, &m);

	if (error)
		return false;
	for (uint64_t i = 0; !error && i < COPIED / PIECE; i++, report->pieces++)
		error = write_piece(m.cap[0], i);
	for (uint64_t i = 0; !error && i < COPIED / PIECE; i++)
		error = read_piece(m.cap[0], i, &right);
	cap_delete(m.cap[0]);
	report->good = right == COPIED / PIECE;
	return !error;
}

static void sleep_ns(uint64_t ns)
{
	struct msg m = { 0 };

	ipc_recv(0, &m, time_in_ns(ns));
}

static int client(void)
{
	do {
		report->tries++;
		if (copy_once(startup_cap("server")))
			return 0;
		sleep_ns(NS_PER_MS);
	} while (report->tries < TRIES);
	return 1;
}

/* ---- The bystander: has business with another server -------------------------------------------
 */

_Noreturn static void bystander(void)
{
	const cap_t echo = startup_cap("echo");

	for (;;) {
		struct msg m = { 0 };
		uint64_t wanted = time_in_ns(NS_PER_MS / 10), took;

		ipc_recv(0, &m, wanted);
		m = (struct msg){ .label = MSG_LABEL(ECHO_SAY, ECHO_VERSION, 0, 0) };
		report->bad += ipc_ask(echo, &m, DEADLINE_FOREVER) != 0;
		took = time_now() - wanted;
		if (took > report->waited_ns)
			report->waited_ns = took;
	}
}

/* ---- Defects: run in the server's space, where this program's code lies, but no data ------------
 */

static void dereference_null(void)
{
	*(volatile int *)0 = 0;
}

static void loop(void)
{
	for (;;)
		;
}

static void leak(void)
{
	for (uint64_t bytes = 1 << 20; bytes >= PAGE_SIZE;)
		if (mem_create(bytes) < 0)
			bytes /= 2;
	thread_kill(0);
}

static const struct defect {
	const char *name;
	void (*code)(void); /* NULL: its space is destroyed */
} defects[] = { { "none", NULL }, { "killed", NULL }, { "null", dereference_null },
	{ "loop", loop }, { "leak", leak } };

/* ---- The experiment, in init's place -----------------------------------------------------------
 */

extern const char __ehdr_start[], __etext[]; /* the program's code: libc/program.ld */

static struct actor server, user, other;
static cap_t endpoint;
static uint64_t restart_at; /* 0: the server is there */

static unsigned above(unsigned by)
{
	return startup_block()->priority + by;
}

static void start_server(void)
{
	static const char *const argv[] = { "file", NULL };
	const struct program_cap caps[] = {
		{ "endpoint", endpoint, CAP_RECV | CAP_SEND | CAP_NOTIFY | CAP_TRANSFER, 0, 0, 0 },
		{ 0 }
	};

	actor_start(&server, "/servers/file", argv, caps, above(2));
	server.incarnation++;
	restart_at = 0;
}

static void stop_server(void)
{
	if (server.program.space)
		actor_stop(&server);
	restart_at = time_in_ms(RESTART_MS);
}

/* Our code in its space, at our addresses: programs are linked at different ones. And a stack. */
static void inject(void (*code)(void))
{
	const uint64_t bytes =
	    ((uint64_t)(__etext - __ehdr_start) + PAGE_SIZE - 1) & -(uint64_t)PAGE_SIZE;
	const cap_t text = (cap_t)must(mem_create(bytes + PAGE_SIZE), "code");
	const cap_t space = server.program.space;
	cap_t thread;

	must(mem_map(text, 0, TEXT, 0, bytes, RW), "code");
	memcpy((void *)TEXT, __ehdr_start, (size_t)(__etext - __ehdr_start));
	must(mem_unmap(0, TEXT, bytes), "code");
	must(mem_map(text, space, (uint64_t)__ehdr_start, 0, bytes, PROT_READ | PROT_EXEC), "code");
	must(mem_map(text, space, STACK, bytes, PAGE_SIZE, RW), "stack");
	thread = (cap_t)must(thread_create(space, (uint64_t)code, STACK + PAGE_SIZE - 8, 0,
				 above(3), actor_pager(&server)),
	    "thread");
	thread_start(thread);
	cap_delete(thread);
}

static void strike(const struct defect *d)
{
	if (d->code == loop)
		thread_kill(server.program.thread);
	if (d->code)
		inject(d->code);
	else
		stop_server();
}

static bool hangs(void)
{
	struct msg m = { .label = MSG_LABEL(FILE_USAGE, FILE_VERSION, 0, 0) };
	struct file_usage usage_now;

	m.recv = &usage_now;
	m.recv_bytes = sizeof usage_now;
	return ipc_ask(endpoint, &m, time_in_ms(WATCH_MS)) == -ETIMEDOUT;
}

/* Until the client has ended; fills in how the server's end was noticed. */
static void supervise(const struct defect *d, const char **noticed)
{
	uint64_t seen = 0, watch_at = time_in_ms(WATCH_MS);
	bool struck = d == defects;

	*noticed = "";
	for (;;) {
		struct actor_end end = actor_wait(time_in_ns(NS_PER_MS / 10));

		if (end.actor == &user)
			return;
		if (end.actor == &server) {
			*noticed = "fault";
			stop_server();
		}
		if (restart_at && restart_at <= time_now())
			start_server();
		if (!struck && report->pieces >= COPIED / PIECE / 2) {
			struck = true;
			if (!d->code)
				*noticed = "killed";
			strike(d);
		}
		if (!restart_at && report->complaints > seen) {
			*noticed = "complaint";
			stop_server();
		}
		seen = report->complaints;
		if (restart_at || time_now() < watch_at)
			continue;
		watch_at = time_in_ms(WATCH_MS);
		if (hangs()) {
			*noticed = "watchdog";
			stop_server();
		}
	}
}

static void tell(const struct defect *d, const char *noticed)
{
	char text[160] = "";

	for (unsigned i = 0; i < 4 && report->saw[i]; i++)
		sprintf(strchr(text, 0), "%s%s", i ? ", " : "", strerror(-report->saw[i]));
	cell_text(d->name), cell_text(noticed), cell((int64_t)report->tries);
	cell((int64_t)report->errors), cell_milli((int64_t)report->away_ns / 1000);
	cell_milli((int64_t)report->waited_ns / 1000), cell((int64_t)report->bad);
	cell_text(report->good ? "good" : "LOST"), cell_text(*text ? text : "nothing");
}

static void play(const struct defect *d, cap_t shared)
{
	static const char *const client_argv[] = { "crash", "@client", NULL };
	static const char *const bystander_argv[] = { "crash", "@bystander", NULL };
	const unsigned rights = CAP_READ | CAP_WRITE;
	const struct program_cap client_caps[] = { { "shared", shared, rights, 0, 0, 0 },
		{ "server", endpoint, CAP_SEND, 1, 0, 0 }, { 0 } };
	const struct program_cap bystander_caps[] = { { "shared", shared, rights, 0, 0, 0 },
		{ "echo", server_named("echo"), CAP_SEND, 0, 0, 0 }, { 0 } };
	const char *noticed;

	memset((void *)SHARED, 0, sizeof *report);
	start_server();
	actor_start(&other, NULL, bystander_argv, bystander_caps, above(1));
	actor_start(&user, NULL, client_argv, client_caps, above(0));
	supervise(d, &noticed);
	tell(d, noticed);
	actor_stop(&other);
	if (server.program.space)
		actor_stop(&server);
}

int main(int argc, char **argv)
{
	cap_t shared;

	if (argc == 2 && argv[1][0] == '@') {
		must(mem_map(startup_cap("shared"), 0, SHARED, 0, PAGE_SIZE, RW), "shared");
		if (strcmp(argv[1], "@client") == 0)
			return client();
		bystander();
	}
	argc = experiment_begin("crash", argc, argv, usage);
	if (argc > 1)
		program_usage(usage, 2);
	must(thread_set(0, THREAD_PRIORITY, above(4)), "priority");
	shared = (cap_t)must(mem_create(PAGE_SIZE), "shared");
	must(mem_map(shared, 0, SHARED, 0, PAGE_SIZE, RW), "shared");
	endpoint = new_endpoint();
	table("crashes",
	    "defect|noticed by|tries|errors|away ms|bystander ms|its errors|copy|the client saw");
	for (unsigned i = 0; i < sizeof defects / sizeof *defects; i++)
		play(&defects[i], shared);
	return experiment_end();
}
