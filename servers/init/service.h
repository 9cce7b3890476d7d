/* What init started: starting it, ending it, starting it again. See service.c. */
#ifndef INIT_SERVICE_H
#define INIT_SERVICE_H

#include "conf.h"
#include <atoll/loader.h>
#include <stdint.h>

/* One line of init.conf at work. */
struct service {
	const struct conf_service *conf;
	uint32_t pid;
	cap_t endpoint; /* init's for ever, so it outlives its server. 0: a session, which serves
			   nobody */
	struct program program;
	uint32_t state; /* INIT_* */
	uint32_t restarts;
	int32_t status;
	uint64_t started, delay, restart_at;
};

/* What init works with. Set up by main.c before the first service is started. */
struct init {
	const struct boot_info *boot;
	struct conf conf;
	struct service service[CONF_SERVICES];
	cap_t endpoint; /* init's own: service, supervisor and pager in one */
	cap_t archive;  /* memory object */
	uint64_t archive_offset;
	const void *image; /* the archive in our space */
	uint64_t bytes;
	const char *commands; /* for the session to run before the machine is turned off; or NULL */
};

extern struct init init;

/* Starts it now. What goes wrong is reported. */
void service_start(struct service *service);
/* It has ended, or is to: takes it away and has it started again later. `how` is for people. */
void service_end(struct service *service, int32_t status, const char *how);
/* The one of that pid, or NULL. */
struct service *service_find(uint64_t pid);
/* Starts those whose time has come. Returns when to call next, or 0: not until something ends. */
uint64_t service_restart_due(void);
/* Whether its main thread is there. */
int service_watch(struct service *service);

/* Waits for the console's output and turns the machine off. */
_Noreturn void init_poweroff(unsigned status);
/* Tells the name server all there is to tell. 0 or an error. (names.c) */
int names_tell(void);

#endif
