/* Who wants to be notified when an end of a pipe can be read or written. */
#ifndef PIPE_POLL_H
#define PIPE_POLL_H

#include <atoll/sys.h>

/* Notifies once, through a capability that is ours from now on, when some of these events
 * (IO_POLL_*) are true of that end. */
void poll_add(unsigned number, unsigned events, cap_t wake, uint64_t bits);
/* Events that are true of an end now. */
void poll_tell(unsigned number, unsigned events);
/* The end is closed. */
void poll_forget(unsigned number);
unsigned poll_count(void);

#endif
