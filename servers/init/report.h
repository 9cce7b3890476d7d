/* init's messages to people. See report.c. */
#ifndef INIT_REPORT_H
#define INIT_REPORT_H

#include <atoll/sys.h>

/* Where messages go: the console server's endpoint while it runs (0: it does not), else the serial
 * port. */
void report_init(cap_t ports);
void report_console(cap_t console);

/* "init: " and one line. Waits a bounded time, whatever is dead. */
void report(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Waits, for a bounded time, until the console has sent all it was given. */
void report_drain(void);

#endif
