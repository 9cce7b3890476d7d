/* What init.conf says. See conf.c. */
#ifndef INIT_CONF_H
#define INIT_CONF_H

#include "../name/protocol.h"
#include "../process/protocol.h"
#include "protocol.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONF_SERVICES (INIT_LAST - INIT_FIRST + 1)
#define CONF_NAME     (NAME_MAX_LEN + 1)
#define CONF_PATH     64
#define CONF_LINE     512 /* characters in a line at the most */
#define CONF_HARDWARE 4   /* lines of interrupts in it, and ranges of ports */

/* One line of init.conf. */
struct conf_service {
	char name[CONF_NAME];
	unsigned line;
	unsigned priority;
	uint64_t memory;  /* limit in bytes; 0: percent counts */
	unsigned percent; /* of what init may spend */
	char may_call[NAME_ALLOW_MAX];
	/* The further words. */
	char program[CONF_PATH];   /* program=PATH; else /servers/NAME */
	char stdio[CONF_NAME];     /* stdio=SERVER: descriptors 0 to 2. This is the session */
	char interrupt[CONF_NAME]; /* interrupt=SERVER: may set bit 0 there */
	bool kernel;               /* kernel: may ask kernel_info */
	bool archive;              /* archive: the boot archive's memory */
	bool programs;             /* programs: starts the programs */
	bool screen;               /* screen: the frame buffer, if there is one */
	bool needs_screen;         /* needs-screen: is not started where there is none */
	unsigned irqs, irq[CONF_HARDWARE]; /* irq=LINE, each */
	unsigned ranges;
	struct {
		unsigned first, count;
	} ports[CONF_HARDWARE]; /* ports=FIRST+COUNT, each */
};

/* The line `programs`: what the server with that word gives the programs it starts. */
struct conf_programs {
	unsigned priority, ceiling;
	uint64_t memory;
	char may_call[NAME_ALLOW_MAX];
};

struct conf {
	struct conf_service service[CONF_SERVICES]; /* pid: INIT_FIRST + index */
	unsigned services;
	struct conf_programs programs;
};

/* Called for each mistake: line (0: none in particular), what is wrong, and the word it is about
 * ("" if none). */
typedef void conf_complain(unsigned line, const char *why, const char *word);

/* Reads init.conf. A line with a mistake is told and left out, the rest counts. */
void conf_parse(const char *text, size_t length, struct conf *conf, conf_complain *complain);
/* The service of that name, or NULL. */
const struct conf_service *conf_find(const struct conf *conf, const char *name);
/* The session: the first service with stdio= that needs no screen, or NULL. */
const struct conf_service *conf_session(const struct conf *conf);

/* How long to wait before the next restart, of what waited `last` ns before this one (0: never) and
 * ran for `ran` ns: from RESTART_FIRST doubling to RESTART_LAST, and from the start again after
 * RESTART_HEALTHY. */
#define RESTART_FIRST   10000000ull
#define RESTART_LAST    5000000000ull
#define RESTART_HEALTHY 60000000000ull
uint64_t restart_delay(uint64_t last, uint64_t ran);

#endif
