/* Signals from elsewhere: what a process wants done with them. See signals.c. */
#ifndef PROCESS_SIGNALS_H
#define PROCESS_SIGNALS_H

#include "table.h"
#include <atoll/server.h>

/* PROCESS_SIGNALS. 0 or a positive error. */
int signals_set(struct signals *signals, struct request *r);
/* A signal, 1 to 31, for a process that runs; one that catches it has been notified. */
enum signal_end { SIGNAL_ENDS, SIGNAL_CAUGHT, SIGNAL_IGNORED };
enum signal_end signals_tell(const struct signals *signals, int number);
/* It has ended. */
void signals_forget(struct signals *signals);

#endif
