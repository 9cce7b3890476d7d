/* Starting what init.conf names, and starting it again.
 *
 * A service's endpoint is init's: it stays while servers come and go behind it, so clients keep
 * their capability, and calls that wait in the queue wait on. All else of a dead server is
 * destroyed before the next one starts. */
#include "service.h"
#include "report.h"
#include <atoll/supervisor.h>
#include <atoll/ustar.h>
#include <errno.h>
#include <servers/console/protocol.h>
#include <stdio.h>
#include <string.h>

#define CAPS_MOST     (STARTUP_CAPS - 1) /* loader.c adds the supervisor */
#define SCREEN_FRAMES 2048               /* of what init may spend: 8 MiB */
_Static_assert(CAPS_MOST >= 7 + 2 * CONF_HARDWARE, "no room for what a line can ask for");

struct init init;

struct service *service_find(uint64_t pid)
{
	if (pid < INIT_FIRST || pid >= INIT_FIRST + init.conf.services)
		return NULL;
	return &init.service[pid - INIT_FIRST];
}

static struct service *named(const char *name)
{
	const struct conf_service *conf = conf_find(&init.conf, name);

	return conf ? &init.service[conf - init.conf.service] : NULL;
}

static cap_t endpoint_of(const char *name)
{
	struct service *service = named(name);

	return service ? service->endpoint : 0;
}

/* Is it what the boot module `commands` is for? Its end is the machine's. */
static bool runs_commands(const struct service *service)
{
	return service->conf == conf_session(&init.conf) && init.commands;
}

/* With little memory the screen is left alone: virtual terminals and their shells take 1 MiB. */
static bool has_screen(void)
{
	return init.boot->screen.memory && init.boot->quota >= SCREEN_FRAMES;
}

/* ---- Starting -------------------------------------------------------------------------------- */

/* What it gets besides `supervisor`: the list in atoll/startup.h. Returns how many. */
static unsigned list_caps(const struct service *service, struct program_cap *caps)
{
	const struct conf_service *conf = service->conf;
	const struct boot_info *boot = init.boot;
	unsigned count = 0;

	caps[count++] =
	    (struct program_cap){ "name", endpoint_of("name"), CAP_SEND, service->pid, 0, 0 };
	caps[count++] = (struct program_cap){ "endpoint", service->endpoint,
		CAP_SEND | CAP_RECV | CAP_NOTIFY | CAP_TRANSFER, 0, 0, 0 };
	if (conf->kernel)
		caps[count++] = (struct program_cap){ "kernel", boot->kernel, CAP_INFO, 0, 0, 0 };
	for (unsigned i = 0; i < conf->irqs; i++)
		caps[count++] = (struct program_cap){ "irqs", boot->irqs, CAP_IRQ,
			1ull << conf->irq[i], conf->irq[i], 1 };
	for (unsigned i = 0; i < conf->ranges; i++)
		caps[count++] = (struct program_cap){ "ports", boot->ports, CAP_PORTS,
			PORT_RANGE(conf->ports[i].first, conf->ports[i].count),
			conf->ports[i].first, conf->ports[i].count };
	if (conf->screen && has_screen())
		caps[count++] = (struct program_cap){ "screen", boot->screen.memory,
			CAP_READ | CAP_WRITE, 0, boot->screen.offset, boot->screen.bytes };
	if (conf->archive)
		caps[count++] = (struct program_cap){ "archive", init.archive, CAP_READ, 0,
			init.archive_offset, init.bytes };
	if (conf->interrupt[0])
		caps[count++] = (struct program_cap){ "interrupt", endpoint_of(conf->interrupt),
			CAP_NOTIFY, 1, 0, 0 };
	if (conf->programs)
		caps[count++] = (struct program_cap){ "names", endpoint_of("name"),
			CAP_SEND | CAP_TRANSFER, 0, 0, 0 };
	return count;
}

/* struct screen_format as text. */
static void describe_screen(char *text, size_t room)
{
	const struct screen_format *f = &init.boot->screen.format;

	snprintf(text, room, "screen=%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u", f->kind, f->bits, f->width,
	    f->height, f->pitch, f->shift[0], f->depth[0], f->shift[1], f->depth[1], f->shift[2],
	    f->depth[2]);
}

/* Its arguments: the session gets the commands; who starts the programs, what the line `programs`
 * says; who has the screen, how that is laid out. */
static void list_arguments(const struct service *service, const char *argv[5], char text[3][64])
{
	const struct conf_programs *programs = &init.conf.programs;
	unsigned count = 0;

	argv[count++] = service->conf->program;
	if (runs_commands(service)) {
		argv[count++] = "-c";
		argv[count++] = init.commands;
	} else if (service->conf->programs) {
		snprintf(text[0], sizeof text[0], "priority=%u", programs->priority);
		snprintf(text[1], sizeof text[1], "ceiling=%u", programs->ceiling);
		snprintf(text[2], sizeof text[2], "memory=%lu", (unsigned long)programs->memory);
		for (unsigned i = 0; i < 3; i++)
			argv[count++] = text[i];
	} else if (service->conf->screen && has_screen()) {
		describe_screen(text[0], sizeof text[0]);
		argv[count++] = text[0];
	}
	argv[count] = NULL;
}

static uint64_t frames_of(const struct conf_service *conf)
{
	uint64_t quota = init.boot->quota;
	uint64_t frames = conf->percent ? quota * conf->percent / 100 : conf->memory / PAGE_SIZE;

	return frames < quota ? frames : quota;
}

/* Starts the program at this file of the archive. */
static int start(struct service *service, const struct ustar_entry *file)
{
	static const char *const environment[] = { "PATH=/bin", "HOME=/", NULL };
	const struct conf_service *conf = service->conf;
	struct program_cap caps[CAPS_MOST];
	struct program_fd fds[3];
	const char *argv[5];
	char text[3][64];
	int64_t stdio = 0;
	int error;

	if (endpoint_of(conf->stdio)) {
		stdio = cap_mint(endpoint_of(conf->stdio), CAP_SEND | CAP_TRANSFER,
		    CONSOLE_BADGE(0, service->pid), 0);
		if (stdio < 0)
			return (int)stdio;
		for (unsigned fd = 0; fd < 3; fd++)
			fds[fd] = (struct program_fd){ (cap_t)stdio, fd };
	}
	list_arguments(service, argv, text);
	service->program = (struct program){
		.image = file->data,
		.bytes = file->bytes,
		.name = conf->name,
		.pid = service->pid,
		.incarnation = service->restarts,
		.frames = frames_of(conf),
		.priority = conf->priority,
		.ceiling = conf->priority,
		.supervisor = init.endpoint,
		.cap = caps,
		.caps = list_caps(service, caps),
		.fd = fds,
		.fds = stdio ? 3 : 0,
		.argv = argv,
		.envp = environment,
		.cwd = "/",
	};
	error = program_start(&service->program);
	if (stdio)
		cap_delete((cap_t)stdio);
	return error;
}

int service_watch(struct service *service)
{
	return watch(service->program.thread, WATCH_DEATH, init.endpoint, 1ull << service->pid);
}

/* It cannot be started, and trying again would change nothing: those who call it, or will, shall
 * not wait for ever. */
static void give_up(struct service *service)
{
	service->state = INIT_FAILED;
	if (service->endpoint)
		cap_delete(service->endpoint);
	service->endpoint = 0;
	if (runs_commands(service))
		init_poweroff(1);
}

/* It could not be started, or ended after it ran so long. */
static void retry_later(struct service *service, uint64_t ran)
{
	service->state = INIT_RESTARTING;
	service->delay = restart_delay(service->delay, ran);
	service->restart_at = time_in_ns(service->delay);
}

void service_start(struct service *service)
{
	const struct conf_service *conf = service->conf;
	struct ustar_entry file;
	int error;

	if (conf->needs_screen && !has_screen()) {
		give_up(service);
		return;
	}
	if (!ustar_find(init.image, init.bytes, conf->program, &file)) {
		report("%s: no %s in the archive (init.conf:%u)", conf->name, conf->program,
		    conf->line);
		give_up(service);
		return;
	}
	service->started = time_now();
	error = start(service, &file);
	if (!error)
		error = service_watch(service);
	if (error) {
		/* Trying is for ever, saying so is not. */
		if (service->delay < RESTART_LAST)
			report("%s: cannot start %s: %s (%s)", conf->name, conf->program,
			    service->program.why ? service->program.why : "cannot be watched",
			    strerror(-error));
		program_destroy(&service->program);
		if (error == -ENOEXEC || error == -E2BIG || error == -EFBIG ||
		    (service->delay >= RESTART_LAST && runs_commands(service)))
			give_up(service);
		else
			retry_later(service, 0);
		return;
	}
	service->state = INIT_RUNNING;
	if (!strcmp(conf->name, "console"))
		report_console(service->endpoint);
	if (!strcmp(conf->name, "name") && names_tell())
		service_end(service, STATUS_SIGNAL(END_KILL), "does not answer");
}

/* ---- Ending ---------------------------------------------------------------------------------- */

/* The server that starts programs hears of deaths of what may have children there. */
static void tell_programs(const struct service *service)
{
	for (unsigned i = 0; i < init.conf.services; i++)
		if (init.conf.service[i].programs && &init.service[i] != service)
			notify(init.service[i].endpoint, 1ull << service->pid);
}

void service_end(struct service *service, int32_t status, const char *how)
{
	const struct conf_service *conf = service->conf;
	bool finished = runs_commands(service);

	if (!strcmp(conf->name, "console"))
		report_console(0);
	program_destroy(&service->program);
	service->status = status;
	service->restarts++;
	retry_later(service, time_now() - service->started);
	tell_programs(service);
	if (!finished || STATUS_SIGNALLED(status))
		report("%s (pid %u): %s; %s", conf->name, service->pid, how,
		    finished ? "power off" : "starting it again");
	if (finished)
		init_poweroff(STATUS_SIGNALLED(status) ? 128u + (unsigned)STATUS_SIGNALLED(status)
						       : (unsigned)STATUS_CODE(status));
}

uint64_t service_restart_due(void)
{
	uint64_t next = 0;

	for (unsigned i = 0; i < init.conf.services; i++) {
		struct service *service = &init.service[i];

		if (service->state == INIT_RESTARTING && service->restart_at <= time_now())
			service_start(service);
		if (service->state == INIT_RESTARTING && (!next || service->restart_at < next))
			next = service->restart_at;
	}
	return next;
}

_Noreturn void init_poweroff(unsigned status)
{
	report_drain();
	for (;;)
		poweroff(init.boot->kernel, status);
}
