/* init: the first process. Reads init.conf, starts the servers, restarts what dies, turns the
 * machine off.
 *
 * Reading order: main() here, conf.c (the file), service.c (starting and ending), names.c,
 * report.c.
 *
 * init never waits for a client or for a server of lower priority: it answers at once, and its own
 * calls (to the name server and the console, both above it) have deadlines. */
#include "report.h"
#include "service.h"
#include <atoll/server.h>
#include <atoll/supervisor.h>
#include <atoll/ustar.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARCHIVE_WINDOW ((char *)0x0000300000000000)
#define CONF_FILE      "/etc/init.conf"
#define COMMANDS_MAX   32768 /* the session's arguments must fit into a startup block */

static struct server server;

static void schedule(void)
{
	server.deadline = service_restart_due();
}

/* ---- Ends ------------------------------------------------------------------------------------ */

/* A fault, from the pid of the badge. No reply: the thread goes with its space. */
static int do_fault(struct request *r)
{
	struct service *service = service_find(r->badge);
	char how[128];

	if (!service || service->state != INIT_RUNNING)
		return ESRCH;
	fault_describe(r->word, how, sizeof how);
	service_end(service, STATUS_SIGNAL(fault_signal(r->word[0])), how);
	schedule();
	return SERVE_DEFER;
}

static int do_exit(struct request *r)
{
	struct service *service = service_find(r->badge);
	char how[32];

	if (!service || service->state != INIT_RUNNING)
		return ESRCH;
	snprintf(how, sizeof how, "exited with %u", (unsigned)(r->word[0] & 0xff));
	service_end(service, STATUS_EXIT((int32_t)r->word[0]), how);
	schedule();
	return SERVE_DEFER;
}

/* Main threads that ended without a word. A bit may also be of one that we ended and started again:
 * to watch it once more says EBUSY while it lives. */
static void notified(uint64_t bits)
{
	for (uint64_t pid = INIT_FIRST; pid <= INIT_LAST; pid++) {
		struct service *service = bits >> pid & 1 ? service_find(pid) : NULL;
		int error = service && service->state == INIT_RUNNING ? service_watch(service) : 0;

		if (error && error != -EBUSY)
			service_end(service, STATUS_SIGNAL(END_KILL), "its main thread ended");
	}
	schedule();
}

/* ---- Operations: protocol.h ------------------------------------------------------------------ */

static int do_list(struct request *r)
{
	struct init_entry *entry = r->room;
	uint64_t count = init.conf.services < r->word[0] ? init.conf.services : r->word[0];

	for (unsigned i = 0; i < count; i++) {
		const struct service *s = &init.service[i];

		entry[i] = (struct init_entry){ s->pid, s->state, s->restarts, s->status,
			s->conf->priority, 0, "" };
		strcpy(entry[i].name, s->conf->name);
	}
	r->reply.send = entry;
	r->reply.length = count * sizeof *entry;
	return 0;
}

static int do_kill(struct request *r)
{
	struct service *service = service_find(r->word[0]);
	char how[64];

	if (r->word[0] == INIT_PID)
		return EPERM;
	if (!service)
		return ESRCH;
	if (service->state != INIT_RUNNING)
		return EAGAIN;
	snprintf(how, sizeof how, "killed by pid %lu", (unsigned long)r->badge);
	/* Whoever killed it hears so first: the answer must not wait for our message on the
	 * console. */
	server_reply(r->token, 0, NULL);
	service_end(service, STATUS_SIGNAL(END_KILL), how);
	schedule();
	return SERVE_DEFER;
}

static int do_poweroff(struct request *r)
{
	if (r->word[0] > POWEROFF_REBOOT)
		return EINVAL;
	init_poweroff((unsigned)r->word[0]);
}

static const struct operation operations[] = {
	{ INIT_LIST, INIT_VERSION, 0, 0, 0, 0, do_list },
	{ INIT_KILL, INIT_VERSION, 0, 0, 0, 0, do_kill },
	{ INIT_POWEROFF, INIT_VERSION, 0, 0, 0, 0, do_poweroff },
	{ FAULT_OP, FAULT_VERSION, 0, 0, 0, 0, do_fault },
	{ SUPERVISOR_EXIT, SUPERVISOR_VERSION, 0, 0, 0, 0, do_exit },
};

/* ---- Beginning ------------------------------------------------------------------------------- */

/* Nothing works without this: says so and turns the machine off with status 1. */
static _Noreturn void fatal(const char *what, int error)
{
	if (error)
		report("%s: %s; power off", what, strerror(-error));
	else
		report("%s; power off", what);
	init_poweroff(1);
}

static const struct boot_module *module(const char *name)
{
	for (uint32_t i = 0; i < init.boot->modules && i < BOOT_MODULES; i++)
		if (!strncmp(init.boot->module[i].name, name, sizeof init.boot->module[i].name))
			return &init.boot->module[i];
	return NULL;
}

/* Maps a module's memory object, readable, at an address. Returns its bytes. */
static const char *map_module(const struct boot_module *module, char *at)
{
	uint64_t length =
	    (module->offset + module->bytes + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
	int error = mem_map(module->memory, 0, (uint64_t)at, 0, length, PROT_READ);

	if (error)
		fatal(module->name, error);
	return at + module->offset;
}

static void find_archive(void)
{
	const struct boot_module *archive = module("archive");

	if (!archive)
		fatal("no boot module `archive`, which holds the servers: not in boot/grub.cfg, or "
		      "no memory for it",
		    0);
	init.archive = archive->memory;
	init.archive_offset = archive->offset;
	init.bytes = archive->bytes;
	init.image = map_module(archive, ARCHIVE_WINDOW);
}

/* What is wrong with the archive is told here, once: who looks into it later finds less, and does
 * not know why. */
static void check_archive(void)
{
	struct ustar archive;
	struct ustar_entry entry;
	enum ustar_result got;

	ustar_open(&archive, init.image, init.bytes);
	while ((got = ustar_next(&archive, &entry)) != USTAR_END)
		if (got == USTAR_BAD)
			report("archive: at byte %lu: %s", (unsigned long)archive.at, archive.why);
}

/* The module `commands`: text for the session to run. */
static void find_commands(void)
{
	const struct boot_module *commands = module("commands");
	const char *text;
	char *copy;
	size_t length;

	if (!commands)
		return;
	if (commands->bytes > COMMANDS_MAX)
		fatal("boot module `commands` is longer than 32 KiB", 0);
	text = map_module(commands, ARCHIVE_WINDOW + MAP_MAX);
	copy = malloc(commands->bytes + 1);
	if (!copy)
		fatal("boot module `commands`", -ENOMEM);
	length = strnlen(text, commands->bytes);
	memcpy(copy, text, length);
	copy[length] = '\0';
	init.commands = copy;
	mem_unmap(0, (uint64_t)(ARCHIVE_WINDOW + MAP_MAX),
	    (commands->offset + commands->bytes + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1));
}

static void complain(unsigned line, const char *why, const char *word)
{
	if (line)
		report(CONF_FILE ":%u: %s%s%s", line, why, *word ? ": " : "", word);
	else
		report(CONF_FILE ": %s%s%s", why, *word ? ": " : "", word);
}

static void read_conf(void)
{
	struct ustar_entry file;

	if (!ustar_find(init.image, init.bytes, CONF_FILE, &file))
		fatal("no " CONF_FILE " in the archive", 0);
	conf_parse(file.data, file.bytes, &init.conf, complain);
	if (!init.conf.services)
		fatal(CONF_FILE " names no server", 0);
	if (init.commands && !conf_session(&init.conf))
		fatal(CONF_FILE " names no session (stdio=) that could run the commands", 0);
}

static cap_t new_endpoint(void)
{
	int64_t endpoint = endpoint_create();

	if (endpoint < 0)
		fatal("no endpoint", (int)endpoint);
	return (cap_t)endpoint;
}

int main(void)
{
	int error;

	init.boot = (const struct boot_info *)BOOT_INFO;
	report_init(init.boot->ports);
	find_archive();
	check_archive();
	find_commands();
	read_conf();
	init.endpoint = new_endpoint();
	/* All endpoints are there before the first server runs: who looks one up may call, and
	 * waits until it is served. */
	for (unsigned i = 0; i < init.conf.services; i++) {
		init.service[i] =
		    (struct service){ .conf = &init.conf.service[i], .pid = INIT_FIRST + i };
		if (!init.conf.service[i].stdio[0])
			init.service[i].endpoint = new_endpoint();
	}
	for (unsigned i = 0; i < init.conf.services; i++)
		service_start(&init.service[i]);
	server = (struct server){ SERVER_OPERATIONS(operations), .endpoint = init.endpoint,
		.room = CONF_SERVICES * sizeof(struct init_entry), .notified = notified,
		.tick = schedule };
	schedule();
	error = serve(&server);
	fatal("cannot receive", error);
}
