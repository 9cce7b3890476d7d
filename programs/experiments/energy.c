/* energy: what messages cost a battery. A client asks a server so many times a second, one request
 * a message or several; the kernel counts messages, switches of spaces, and the time that the
 * processor is halted. The rest is arithmetic, with constants from elsewhere:
 *
 *	P = P_idle + messages/s * E_msg + switches/s * E_cs
 *
 * which for one request a message is the textbook's P_idle + lambda * (E_msg + 2 * E_cs). */
#include <atoll/server.h>
#include <atoll/startup.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "../program.h"
#include "lib/experiment.h"

static const char usage[] =
    "usage: energy [-i MILLIWATT] [-m NANOJOULE] [-c NANOJOULE] [-w MILLIWATTHOUR] [--json]\n"
    "A client sends 100 to 100,000 requests a second, singly and in batches. Shows messages,\n"
    "switches and the idle share, and by the constants the power and how long a battery lasts:\n"
    "  -i MILLIWATT      P_idle, of the whole device (269)\n"
    "  -m NANOJOULE      E_msg, of a message and its answer (11)\n"
    "  -c NANOJOULE      E_cs, of a switch between two spaces (1900)\n"
    "  -w MILLIWATTHOUR  what the battery holds (15000)\n"
    "Where the defaults come from: docs/experiments/energy.md.\n";

#define SECOND     1000000000ul
#define PARTS      5 /* of a second that each rate is kept up, at the least */
#define TURNS      8 /* batches, at the least */
#define MOST_BATCH 64
#define DO_WORK    1

static uint64_t idle_mw = 269, message_nj = 11, switch_nj = 1900, battery_mwh = 15000;

/* ---- The server: words in, their sum out -------------------------------------------------------
 */

static int do_work(struct request *r)
{
	const uint64_t *values = r->bytes;

	for (size_t i = 0; i < r->length / sizeof *values; i++)
		r->reply.word[0] += values[i];
	return 0;
}

static int serve_work(void)
{
	static const struct operation operations[] = { { DO_WORK, 1, 8, 8 * MOST_BATCH,
	    .handler = do_work } };
	static struct server server = { SERVER_OPERATIONS(operations) };

	server.endpoint = startup_cap("endpoint");
	return -serve(&server);
}

/* ---- The client --------------------------------------------------------------------------------
 */

static cap_t kernel, endpoint;

static struct info_system counters(void)
{
	struct info_system now = { 0 };

	must(kernel_info(kernel, INFO_SYSTEM, 0, &now, sizeof now), "kernel");
	return now;
}

/* Requests come one by one; a batch of them is sent when it is full. */
static void send_requests(uint64_t rate, uint64_t batch)
{
	static uint64_t values[MOST_BATCH];
	uint64_t next = time_now();

	for (uint64_t sent = 0; sent < rate / PARTS || sent < TURNS * batch; sent += batch) {
		struct msg sleep = { 0 },
			   m = { .label = MSG_LABEL(DO_WORK, 1, 0, 8 * batch), .send = values };

		next += SECOND * batch / rate;
		ipc_recv(0, &sleep, next);
		must(ipc_ask(endpoint, &m, DEADLINE_FOREVER), "server");
	}
}

/* nJ a second are nW. */
static uint64_t microwatts(uint64_t messages, uint64_t switches)
{
	return idle_mw * 1000 + (messages * message_nj + switches * switch_nj) / 1000;
}

static uint64_t a_second(uint64_t count, uint64_t elapsed_ns)
{
	return (count * SECOND + elapsed_ns / 2) / elapsed_ns;
}

static void play(uint64_t rate, uint64_t batch)
{
	const struct info_system before = counters();
	struct info_system after;
	uint64_t elapsed, messages, switches, power, model, halted;

	send_requests(rate, batch);
	after = counters();
	elapsed = after.uptime_ns - before.uptime_ns;
	/* The kernel counts a call and its answer. */
	messages = a_second((after.messages - before.messages) / 2, elapsed);
	switches = a_second(after.space_switches - before.space_switches, elapsed);
	halted = (after.tsc_idle - before.tsc_idle) * 100000 / (after.tsc_now - before.tsc_now);
	power = microwatts(messages, switches);
	model = microwatts(rate, 2 * rate);
	cell((int64_t)rate), cell((int64_t)batch), cell((int64_t)messages), cell((int64_t)switches);
	cell_milli((int64_t)halted), cell_milli((int64_t)power), cell_milli((int64_t)model);
	cell_milli((int64_t)(battery_mwh * 1000000 / power));
}

static uint64_t *constant(int option)
{
	switch (option) {
	case 'i':
		return &idle_mw;
	case 'm':
		return &message_nj;
	case 'c':
		return &switch_nj;
	case 'w':
		return &battery_mwh;
	}
	program_usage(usage, 2);
}

int main(int argc, char **argv)
{
	static const char *const server_argv[] = { "energy", "@server", NULL };
	static const uint64_t batches[] = { 1, 4, 16, 64 };
	struct actor actor = { 0 };
	int option;

	if (argc == 2 && strcmp(argv[1], "@server") == 0)
		return serve_work();
	argc = experiment_begin("energy", argc, argv, usage);
	while ((option = getopt(argc, argv, "i:m:c:w:")) != -1) {
		uint64_t *value = constant(option);

		*value = experiment_number("a constant", optarg, 1, 10000000);
	}
	if (optind < argc)
		program_usage(usage, 2);
	kernel = server_named("kernel");
	endpoint = new_endpoint();
	const struct program_cap caps[] = { { "endpoint", endpoint, CAP_RECV, 0, 0, 0 }, { 0 } };
	actor_start(&actor, NULL, server_argv, caps, 0);
	say("P_idle %" PRIu64 " mW, E_msg %" PRIu64 " nJ, E_cs %" PRIu64 " nJ, battery %" PRIu64
	    " mWh. A second:\n",
	    idle_mw, message_nj, switch_nj, battery_mwh);
	table("power", "requests|batch|messages|switches|idle %|mW|formula|hours");
	for (unsigned i = 0; i < sizeof batches / sizeof *batches; i++)
		for (uint64_t rate = 100; rate <= 100000; rate *= 10)
			play(rate, batches[i]);
	actor_stop(&actor);
	return experiment_end();
}
